// Stage 1: VA to IPA (or PA) through the tables of a Context Descriptor.  Arm IHI 0070
// G.b, 3.4, 13.4.1; Arm ARM D8.
#pragma once
#include "smmuv3/core/access.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"

namespace smmu::core {

/// What stage 1 says of the page that holds an address.
struct Stage1Result {
    uint64_t output = 0;  ///< of the address itself
    unsigned shift = 0;   ///< log2 of the page's or block's size
    Stage1Attributes attributes{};
    Permissions permissions{};
    bool global = false;  ///< nG = 0
};

/// Walks stage 1.  Descriptor addresses are IPAs when `memory` is a stage 2.  Permissions are not
/// checked here.
Result<Stage1Result> walk_stage1(const Stage1Config& config, const Access& access, Memory& memory);

}  // namespace smmu::core
