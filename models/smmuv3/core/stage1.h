// Stage 1: VA to IPA (or PA) through the tables of a Context Descriptor.  Arm IHI 0070
// G.b, 3.4, 13.4.1; Arm ARM D8.
#pragma once
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/walk.h"

namespace smmu::core {

/// What stage 1 says of the page that holds an address.
struct Stage1Result {
    uint64_t output = 0;  ///< of the address itself
    unsigned shift = 0;   ///< log2 of the page's or block's size
    Stage1Attributes attributes{};
    Permissions permissions{};  ///< without Write if it has yet to become dirty
    bool global = false;        ///< nG = 0
};

/// A VA to translate and for whom.
struct Stage1Input {
    uint64_t va;
    const Stage1Half& half;  ///< that it lies in
    arch::StreamId stream;
    Wanted wanted;
};

/// Walks stage 1 and checks that it grants what is wanted; false: `why` says why not.  Its tables lie
/// in physical memory.
bool walk_stage1(const Stage1Config& config, const Stage1Input& input, Memory& memory,
                 const WalkUse& use, Stage1Result& result, Fault& why);
/// The same with tables at the IPAs of a stage 2.
bool walk_stage1(const Stage1Config& config, const Stage1Input& input, const Stage2Config& nested,
                 Memory& memory, const WalkUse& use, Stage1Result& result, Fault& why);

}  // namespace smmu::core
