// How reports read.
#include "text.h"

#include <sstream>

#include "compare.h"

namespace smmu::differential {

namespace {

std::string level_text(const oracle::Level& l) {
    constexpr const char* cache[] = {"NC", "WT", "WB"};
    std::string s = cache[static_cast<unsigned>(l.cache)];
    if (l.cache == oracle::Cache::NC) return s;
    return s + (l.ra ? "/RA" : "/nRA") + (l.wa ? "WA" : "nWA") + (l.tr ? "TR" : "nTR");
}

std::string record_text(const uint64_t* words) {
    std::string s;
    for (unsigned i = 0; i < 4; ++i) s += (i == 0 ? "" : " ") + hex(words[i]);
    return s;
}

const char* read_name(oracle::Read what) {
    constexpr const char* names[] = {"L1STD", "STE", "L1CD", "CD", "S1", "S2"};
    return names[static_cast<unsigned>(what)];
}

}  // namespace

const char* event_name(uint8_t id) {
    switch (id) {
        case oracle::C_BAD_STREAMID: return "C_BAD_STREAMID";
        case oracle::F_STE_FETCH: return "F_STE_FETCH";
        case oracle::C_BAD_STE: return "C_BAD_STE";
        case oracle::F_STREAM_DISABLED: return "F_STREAM_DISABLED";
        case oracle::C_BAD_SUBSTREAMID: return "C_BAD_SUBSTREAMID";
        case oracle::F_CD_FETCH: return "F_CD_FETCH";
        case oracle::C_BAD_CD: return "C_BAD_CD";
        case oracle::F_WALK_EABT: return "F_WALK_EABT";
        case oracle::F_TRANSLATION: return "F_TRANSLATION";
        case oracle::F_ADDR_SIZE: return "F_ADDR_SIZE";
        case oracle::F_ACCESS: return "F_ACCESS";
        case oracle::F_PERMISSION: return "F_PERMISSION";
        default: return "none";
    }
}

const char* action_name(oracle::Action action) {
    constexpr const char* names[] = {"forward", "abort", "RAZ/WI", "stall"};
    return names[static_cast<unsigned>(action)];
}

std::string hex(uint64_t value) {
    std::ostringstream s;
    s << "0x" << std::hex << value;
    return s.str();
}

std::string to_string(const oracle::Attributes& a) {
    constexpr const char* types[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE", "Device-GRE"};
    constexpr const char* shares[] = {"NSH", "ISH", "OSH"};
    const std::string share = std::string("-") + shares[static_cast<unsigned>(a.share)];
    if (a.type != oracle::Type::Normal) return types[static_cast<unsigned>(a.type)] + share;
    return "i" + level_text(a.inner) + "-o" + level_text(a.outer) + share;
}

std::string to_string(const oracle::Access& a) {
    std::string s = "stream " + hex(a.stream);
    if (a.ssv) s += " substream " + hex(a.substream);
    s += a.privileged ? " privileged" : " unprivileged";
    s += a.instruction ? " instruction" : " data";
    s += a.write ? " write" : " read";
    return s + " at " + hex(a.address) + " " + to_string(a.attributes);
}

std::string to_string(const oracle::Result& r) {
    std::string s = action_name(r.action);
    if (r.action == oracle::Action::Forward)
        s += " to " + hex(r.address) + " " + to_string(r.attributes);
    if (r.fault != 0) s += std::string(" ") + event_name(r.fault);
    if (r.recorded) s += "\n    event " + record_text(r.event.data());
    for (const oracle::Fetch& f : r.fetches)
        s += std::string("\n    ") + read_name(f.what) + " level " + std::to_string(f.level) + " " +
             hex(f.address) + " " + to_string(f.attributes);
    for (const oracle::Update& u : r.updates)
        s += std::string("\n    update ") + read_name(u.access.what) + " " + hex(u.access.address) +
             " to " + hex(u.word) + " " + to_string(u.access.attributes);
    for (unsigned c = 0; c < oracle::choice_count; ++c)
        if (r.choosing.met[c]) s += std::string("\n    choice ") + oracle::choices[c].rule;
    return s;
}

std::string to_string(const Observed& m) {
    constexpr const char* actions[] = {"forward", "abort", "RAZ/WI", "stall"};
    constexpr const char* purposes[] = {"L1STD", "STE", "L1CD", "CD",   "S1",
                                        "S2",    "VMS", "CMDQ", "EVTQ", "MSI"};
    std::string s = actions[static_cast<unsigned>(m.outcome.action)];
    if (m.outcome.action == core::Outcome::Action::Forward)
        s += " to " + hex(m.outcome.address) + " " + to_string(attributes_of(m.outcome.attributes));
    const auto id = static_cast<uint8_t>(m.outcome.event);
    if (id != 0) s += std::string(" ") + event_name(id);
    if (m.config_hit) s += " (configuration cached)";
    if (m.tlb_hit) s += " (translation cached)";
    for (const arch::Event& e : m.events) s += "\n    event " + record_text(e.word);
    for (const core::MemoryAccess& r : m.reads)
        s += std::string("\n    ") + purposes[static_cast<unsigned>(r.purpose)] + " level " +
             std::to_string(r.level) + " " + hex(r.address) + " " +
             to_string(attributes_of(r.attributes));
    for (const auto& [address, word] : m.written)
        s += "\n    wrote " + hex(address) + " " + hex(word);
    return s;
}

}  // namespace smmu::differential
