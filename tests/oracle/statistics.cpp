// Groups and names of what is counted.
#include "statistics.h"

#include <cstdio>

#include "text.h"

namespace smmu::differential {

namespace {

std::string fault_name(const oracle::Result& r) {
    std::string name = event_name(r.fault);
    if (r.fault < oracle::F_WALK_EABT) return name;
    constexpr const char* classes[] = {" CD", " TT", " IN"};
    if (!r.recorded) return name + " not recorded";
    name += oracle::bit(r.event[1], 39) ? " S2" : " S1";
    return name + classes[oracle::bits(r.event[1], 41, 40)];
}

std::string update_name(const oracle::Update& u) {
    constexpr const char* classes[] = {" of a CD's page", " of a table's page", ""};
    if (u.access.what == oracle::Read::Stage1) return "stage 1";
    return std::string("stage 2") + classes[u.access.cls];
}

/// Reads of tables for the access itself, not for its CD.
unsigned table_reads(const Observed& model) {
    unsigned n = 0;
    for (const core::MemoryAccess& a : model.reads)
        n += a.purpose >= core::Purpose::Stage1Table && a.on_behalf != arch::FaultClass::Cd;
    return n;
}
unsigned table_reads(const oracle::Result& r) {
    unsigned n = 0;
    for (const oracle::Fetch& f : r.fetches)
        n += f.what >= oracle::Read::Stage1 && f.cls != oracle::class_cd;
    return n;
}

const char* granule_name(oracle::Granule g) {
    switch (g) {
        case oracle::Granule::K4: return "4K";
        case oracle::Granule::K16: return "16K";
        case oracle::Granule::K64: return "64K";
        case oracle::Granule::None: break;
    }
    return "none";
}

std::string config_name(const oracle::Result& r) {
    constexpr const char* worlds[] = {"EL1", "EL2", "EL2-E2H"};
    const oracle::Trace& t = r.trace;
    if (!t.has_ste && r.fault == 0) return "SMMUEN = 0";
    if (!t.has_ste) return "no STE";
    if (t.ste.aborts()) return "abort";
    if (!t.stage1 && !t.stage2) return t.ste.stage1() ? "bypass by S1DSS" : "bypass";
    if (!t.stage1) return t.ste.stage1() ? "stage 2, stage 1 bypassed by S1DSS" : "stage 2";
    if (t.stage2) return "nested";
    return std::string("stage 1 ") + worlds[static_cast<unsigned>(t.world)];
}

}  // namespace

void Statistics::add(const oracle::Access& access, const Observed& model,
                     const Judgement& judgement) {
    const oracle::Result& r = judgement.expected;
    const oracle::Trace& t = r.trace;
    ++compared;
    if (r.action == oracle::Action::Stall) count("stalled", fault_name(r));
    for (const oracle::Update& u : r.updates) count("updated", update_name(u));
    if (r.fault != 0 && !r.updates.empty()) count("updated", "though the access faulted");
    count("outcome", action_name(r.action));
    count("event", fault_name(r));
    count("config", config_name(r));
    if (access.ssv) count("config", "with SubstreamID");
    if (r.action == oracle::Action::Forward) {
        count("forwarded", config_name(r));
        if (t.leaf1.found)
            count("stage 1", std::string(granule_name(t.leaf1.granule)) + " level " +
                                 std::to_string(t.leaf1.level));
        if (t.leaf2.found)
            count("stage 2", std::string(granule_name(t.leaf2.granule)) + " level " +
                                 std::to_string(t.leaf2.level));
        if (t.leaf1.found && oracle::bit(access.address, 55)) count("stage 1", "TTB1 or EL2 high");
        if (t.leaf1.found && t.leaf2.found) {
            count("nested", std::string(granule_name(t.leaf1.granule)) + " on " +
                                granule_name(t.leaf2.granule));
            if (oracle::exceeds(t.leaf1.output, 48))
                count("nested",
                      std::string("52 bits of IPA from ") + granule_name(t.leaf1.granule));
            if (oracle::exceeds(r.address, 48))
                count("nested", std::string("52 bits of PA from ") + granule_name(t.leaf2.granule));
        }
        if (oracle::exceeds(r.address, 48)) count("forwarded", "to more than 48 bits");
        if (t.stage2 && t.ste.s2fwb()) count("forwarded", "with S2FWB");
        if (r.attributes.type != oracle::Type::Normal) count("forwarded", "as Device");
        if (t.leaf2.found)
            count(t.ste.s2fwb() ? "MemAttr with S2FWB" : "MemAttr without S2FWB",
                  std::to_string(oracle::bits(t.leaf2.descriptor, 5, 2)));
    }
    for (const oracle::Fetch& f : r.fetches)
        if (f.attributes.type != oracle::Type::Normal) count("fetched", "from Device memory");
    bool first1 = true, first2 = true;
    for (const oracle::Fetch& f : r.fetches) {
        bool& first = f.what == oracle::Read::Stage1 ? first1 : first2;
        if (f.what < oracle::Read::Stage1 || !first) continue;
        first = false;
        const bool one = f.what == oracle::Read::Stage1;
        const oracle::Leaf& leaf = one ? t.leaf1 : t.leaf2;
        if (leaf.found)
            count(one ? "stage 1" : "stage 2", std::string(granule_name(leaf.granule)) +
                                                   " from level " + std::to_string(f.level));
    }
    for (unsigned c = 0; c < oracle::choice_count; ++c) {
        if (r.choosing.met[c]) count("choice met", oracle::choices[c].rule);
        if (judgement.alternatives[c]) count("other choice taken", oracle::choices[c].rule);
    }
    if (model.tlb_hit) count("cached", "translation hit");
    if (model.config_hit) count("cached", "configuration hit");
    if (!model.tlb_hit && table_reads(model) < table_reads(r)) count("cached", "shorter walk");
}

uint64_t Statistics::of(const std::string& group, const std::string& kind) const {
    const auto g = counts_.find(group);
    if (g == counts_.end()) return 0;
    const auto k = g->second.find(kind);
    return k == g->second.end() ? 0 : k->second;
}

void Statistics::print() const {
    std::printf("%llu worlds, %llu accesses, %llu compared, %zu disagreements\n",
                static_cast<unsigned long long>(worlds), static_cast<unsigned long long>(accesses),
                static_cast<unsigned long long>(compared), failures.size());
    for (const auto& [group, kinds] : counts_) {
        std::printf("%s\n", group.c_str());
        for (const auto& [kind, n] : kinds)
            std::printf("  %10llu  %s\n", static_cast<unsigned long long>(n), kind.c_str());
    }
}

}  // namespace smmu::differential
