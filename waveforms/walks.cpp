// A probe that writes one CSV row for each walk.
#include "waveforms/walks.h"

#include <ios>

#include "waveforms/names.h"
#include "waveforms/stats.h"

namespace smmu {
namespace {

struct Hex {
    uint64_t value;
};
std::ostream& operator<<(std::ostream& out, Hex hex) {
    return out << "0x" << std::hex << hex.value << std::dec;
}

std::string outcome_text(const core::Outcome& outcome) {
    using Action = core::Outcome::Action;
    if (outcome.action == Action::Forward) return "ok";
    if (outcome.event != arch::EventId{}) return name_of(outcome.event);
    return outcome.action == Action::Abort ? "abort" : "razwi";
}

}  // namespace

Walks::Walks(std::ostream& out) : out_(out) {
    out_ << "time_ps,tbu,stream,substream,access,iova,outcome,pa,l1std,ste,l1cd,cd,"
            "s1_l-1,s1_l0,s1_l1,s1_l2,s1_l3,s2_l-1,s2_l0,s2_l1,s2_l2,s2_l3,latency_ps\n";
}

void Walks::miss(const Miss& m) {
    using core::Purpose;
    if (total(m.fetches) == 0) return;  // answered by caches: no walk

    out_ << m.begin.value() << ',' << m.tbu << ',' << Hex{m.access.stream.value} << ',';
    if (m.access.substream_valid) out_ << Hex{m.access.substream.value};
    out_ << ',' << (m.access.write ? "write" : "read") << ',' << Hex{m.access.address} << ','
         << outcome_text(m.outcome) << ',';
    if (m.outcome.action == core::Outcome::Action::Forward) out_ << Hex{m.outcome.address};
    for (const Purpose p : {Purpose::L1Std, Purpose::Ste, Purpose::L1Cd, Purpose::Cd})
        out_ << ',' << m.fetches[p];
    for (const auto& levels : {m.fetches.stage1, m.fetches.stage2})
        for (const uint32_t count : levels.of) out_ << ',' << count;
    out_ << ',' << (m.end - m.begin).value() << '\n';
}

}  // namespace smmu
