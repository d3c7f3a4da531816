// One translation and whose it is.  Arm IHI 0070 G.b, 3.17.
#pragma once
#include <string.h>

#include "smmuv3/arch/desc.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/attributes.h"
#include "smmuv3/core/permissions.h"

namespace smmu::core {

/// Whose translation it is: StreamWorld, VMID, ASID and which stages took part.  One word.
struct TlbTag {
    arch::Vmid vmid{0};  ///< 0 in EL2 StreamWorlds
    arch::Asid asid{0};  ///< counts unless the translation is global; 0 in EL2 and without stage1
    arch::StreamWorld world = arch::StreamWorld::El1;
    bool asid_set = false;  ///< CD.ASET: globals match within their set only; false without stage1
    bool stage1 = false;
    bool stage2 = false;

    static TlbTag from(uint64_t word) {
        TlbTag t;
        memcpy(static_cast<void*>(&t), &word, sizeof t);
        return t;
    }
    /// All of it, in memory order on a little-endian host.
    uint64_t word() const {
        uint64_t w;
        memcpy(&w, this, sizeof w);
        return w;
    }
};
static_assert(sizeof(TlbTag) == sizeof(uint64_t), "read as a word: it must have no padding");

/// One translation.  Stage-1 and stage-2 permissions and attributes are kept apart: an access is
/// checked against both, and what comes out also depends on what comes in.
struct Translation {
    uint64_t input = 0;  ///< first address of the page
    uint64_t output = 0;
    TlbTag tag{};
    bool global = false;
    uint8_t shift = 0;       ///< log2 of its size: the smaller of the two stages'; 0: none
    uint8_t leaf_shift = 0;  ///< log2 of the leaf of its first stage, which it was cut from
    Permissions permissions1{Permissions::All};  ///< all without that stage
    Permissions permissions2{Permissions::All};
    Stage1Attributes attributes1{};
    Stage2Attributes attributes2{};

    uint64_t translate(uint64_t address) const {
        return output | (address & ((uint64_t{1} << shift) - 1));
    }
    /// What both stages grant.
    Permissions granted() const {
        return {static_cast<uint8_t>(permissions1.set & permissions2.set)};
    }
};
static_assert(sizeof(Translation) <= 48);

}  // namespace smmu::core
