// StreamID to STE: linear and two-level Stream tables.  Arm IHI 0070 G.b, 3.3.1 and 5.1.
#pragma once
#include "smmuv3/arch/ste.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/memory.h"

namespace smmu::core {

/// The Stream table as the registers describe it.
struct StreamTable {
    arch::StrtabBase base{};
    arch::StrtabBaseCfg config{};
    arch::MemoryAttributes attributes{};  ///< CR1.TABLE_*
};

/// The STE of a stream, not yet checked; or C_BAD_STREAMID, or F_STE_FETCH.
Result<arch::Ste> find_ste(const StreamTable& table, const Features& features,
                           arch::StreamId stream, Memory& memory);

}  // namespace smmu::core
