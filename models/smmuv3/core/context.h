// From STE and SubstreamID to a Context Descriptor.  Arm IHI 0070 G.b, 3.3.2, 5.2 (S1DSS, S1Fmt,
// S1CDMax), 5.3.
#pragma once
#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/ste.h"
#include "smmuv3/core/access.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/memory.h"

namespace smmu::core {

/// What a transaction's SubstreamID, or its absence, selects.
struct ContextChoice {
    bool bypass_stage1 = false;      ///< S1DSS: the stream goes on as if stage 1 were not enabled
    arch::SubstreamId substream{0};  ///< else: which CD
};

/// C_BAD_SUBSTREAMID or F_STREAM_DISABLED where there is nothing to choose.  For an STE that does
/// not abort.
Result<ContextChoice> choose_context(const arch::Ste& ste, const Features& features,
                                     const Access& access);

/// Reads the CD of a substream, by way of a level 1 descriptor where the STE says so.  Addresses
/// are IPAs when the stream has stage 2: `memory` then translates them.
Result<arch::Cd> find_cd(const arch::Ste& ste, const Features& features,
                         arch::SubstreamId substream, arch::StreamId stream, Memory& memory);

}  // namespace smmu::core
