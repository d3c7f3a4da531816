// Address translation operations: where would this go?  Arm IHI 0070 G.b, 9.
#pragma once
#include "smmuv3/core/atos_registers.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/view.h"

namespace smmu::core {

struct AtosRequest {
    AtosInterface from{};
    arch::AtosSid sid{};
    arch::AtosAddr addr{};
    arch::Vmid vmid{0};  ///< VATOS_SEL.VMID: all that VATOS may see
};

/// Looks it up as a transaction would be, but for events, stalls and the STE's overrides.
arch::AtosPar look_up(const View& smmu, const AtosRequest& request, Memory& memory,
                      Recorder& recorder);

}  // namespace smmu::core
