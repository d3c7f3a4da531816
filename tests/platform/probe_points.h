// Points of probes made by hand.
#pragma once
#include "smmuv3/probe.h"

namespace smmu::test {

using core::Outcome;
using core::Purpose;
using sc_core::sc_time;

inline sc_time ns(double value) { return sc_time(value, sc_core::SC_NS); }

inline Outcome forwarded_to(uint64_t pa) {
    Outcome o;
    o.action = Outcome::Action::Forward;
    o.address = pa;
    return o;
}

inline Outcome stopped_by(arch::EventId event, Outcome::Action action = Outcome::Action::Abort) {
    Outcome o;
    o.action = action;
    o.event = event;
    return o;
}

inline core::Access access(uint32_t stream, uint64_t address) {
    core::Access a;
    a.stream = arch::StreamId{stream};
    a.address = address;
    return a;
}

/// A cold nested walk: STE, CD with its stage 2, three stage-1 levels seen from level 1, stage 2 below.
inline Probe::Fetches nested() {
    Probe::Fetches f;
    f.of[static_cast<size_t>(Purpose::Ste)] = 1;
    f.of[static_cast<size_t>(Purpose::Cd)] = 1;
    f.of[static_cast<size_t>(Purpose::Stage1Table)] = 3;
    f.of[static_cast<size_t>(Purpose::Stage2Table)] = 10;
    f.stage1.of = {0, 0, 1, 1, 1};
    f.stage2.of = {0, 1, 2, 3, 4};
    return f;
}

inline const Parts no_parts{};

/// `a` is where the point's access lives.
inline Probe::Fetch table_read(core::MemoryAccess& a, Purpose purpose, int8_t level) {
    a.purpose = purpose;
    a.level = level;
    return {a, 1, false, false, ns(0), ns(1)};
}

}  // namespace smmu::test
