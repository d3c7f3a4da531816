// One translation and whose it is.  Arm IHI 0070 G.b, 3.17.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/permissions.h"

namespace smmu::core {

/// Whose translation it is: StreamWorld, VMID, ASID and which stages took part.
struct TlbTag {
    arch::Vmid vmid{0};  ///< 0 in EL2 StreamWorlds
    arch::Asid asid{0};  ///< counts with stage1, unless the translation is global; 0 in EL2
    arch::StreamWorld world = arch::StreamWorld::El1;
    bool asid_set = false;  ///< CD.ASET: globals match within their set only
    bool stage1 = false;
    bool stage2 = false;
};

/// One translation.  Stage-1 and stage-2 permissions and attributes are kept apart: an access is
/// checked against both, and what comes out also depends on what comes in.
struct Translation {
    uint64_t input = 0;  ///< first address of the page
    uint64_t output = 0;
    TlbTag tag{};
    bool global = false;
    uint8_t shift = 0;  ///< log2 of its size: the smaller of the two stages'; 0: no translation
    uint8_t leaf_shift = 0;  ///< log2 of the leaf of its first stage, which it was cut from
    Permissions permissions1{};
    Permissions permissions2{};
    Stage1Attributes attributes1{};
    Stage2Attributes attributes2{};

    bool holds(uint64_t address) const { return shift != 0 && (address ^ input) >> shift == 0; }
    uint64_t translate(uint64_t address) const {
        return output | (address & ((uint64_t{1} << shift) - 1));
    }
    bool allows(uint8_t needed) const {
        return (!tag.stage1 || permissions1.allow(needed)) &&
               (!tag.stage2 || permissions2.allow(needed));
    }
};
static_assert(sizeof(Translation) <= 48);

}  // namespace smmu::core
