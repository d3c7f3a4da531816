// The story of one access: configuration, stage 1, stage 2, outcome.  Read this first.  Arm IHI
// 0070 G.b, 15.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/config_cache.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/stream_table.h"
#include "smmuv3/core/tlb.h"

namespace smmu::core {

/// What the SMMU is at the moment of an access.  Nothing here changes by translating: what a
/// translation leaves behind goes through its Recorder.
struct View {
    const Features& features;
    bool enabled;            ///< CR0ACK.SMMUEN
    bool record_bad_stream;  ///< CR2.RECINVSID
    bool e2h;                ///< CR2.E2H
    arch::Gbpa gbpa;         ///< used while not enabled
    StreamTable stream_table;
    const ConfigCache& configs;
    const Tlb& tlb;
    const WalkCaches* walk_caches = nullptr;  ///< nullptr: every walk reads all its descriptors
};

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

/// Translates one access.  Holds no reference into a cache across a call of `memory`.
Outcome translate(const View& smmu, const Access& access, Memory& memory, Recorder& recorder);

}  // namespace smmu::core
