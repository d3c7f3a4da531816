// The story of one access: configuration, stage 1, stage 2, outcome.  Read this first.  Arm IHI
// 0070 G.b, 15.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/view.h"

namespace smmu::core {

class Lookup;

/// What becomes of the access.
struct Outcome {
    enum class Action : uint8_t { Forward, Abort, RazWi, Stall };
    Action action = Action::Abort;
    arch::EventId event{};  ///< why it was not forwarded; zero if the architecture records nothing
    uint64_t address = 0;   ///< Forward: PA of the access
    arch::MemoryAttributes attributes{};  ///< Forward: what goes downstream
    unsigned shift =
        arch::page_shift;  ///< Forward: holds for the aligned 2^shift bytes around the address ...
    bool reads = false;    ///< ... and for reads, writes by the same stream, privilege and kind
    bool writes = false;
};

/// Goes downstream with that address, whoever asks.
inline Outcome passing(uint64_t address, const arch::MemoryAttributes& attributes) {
    Outcome o;
    o.action = Outcome::Action::Forward;
    o.address = address;
    o.attributes = attributes;
    o.reads = o.writes = true;
    return o;
}
/// Goes downstream as its translation says.
Outcome forwarded(const Lookup& lookup);

/// Translates one access.  Holds no reference into a cache across a call of `memory`.
Outcome translate(const View& smmu, const Access& access, Memory& memory, Recorder& recorder);

}  // namespace smmu::core
