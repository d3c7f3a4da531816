// What a stage-1 leaf and the tables above it restrict, in four bits, and what is left then.  Arm ARM
// D8.4.1.
#pragma once
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/walk_step.h"

namespace smmu::core {

struct Stage1Config;

struct LeafRestrictions {
    enum : uint8_t {
        Unprivileged = 1 << 0,  ///< AP[1]: no restriction, but its absence is one
        ReadOnly = 1 << 1,      ///< AP[2]
        PrivilegedExecuteNever = 1 << 2,
        UnprivilegedExecuteNever = 1 << 3,
    };
    static constexpr unsigned count = 16;

    static constexpr unsigned of(arch::Stage1Leaf leaf, Hierarchy above) {
        constexpr unsigned xn_to_here = arch::Stage1Leaf::PXN.shift - 2;
        const unsigned own =
            leaf[arch::Stage1Leaf::AP] | static_cast<unsigned>(leaf.word[0] >> xn_to_here & 0b1100);
        const unsigned execute = (above.taken & 0b11u) << 2, access = above.taken >> 2u;
        return (own | execute | (access & ReadOnly)) & ~(access & Unprivileged);
    }
};
static_assert(arch::Stage1Leaf::UXN.shift == arch::Stage1Leaf::PXN.shift + 1);
static_assert(Hierarchy::PrivilegedExecuteNever == 0b01 &&
              Hierarchy::UnprivilegedExecuteNever == 0b10 &&
              Hierarchy::PrivilegedOnly >> 2 == LeafRestrictions::Unprivileged &&
              Hierarchy::ReadOnly >> 2 == LeafRestrictions::ReadOnly);

/// Direct permissions under a CD.
Permissions permissions(unsigned restrictions, const Stage1Config& config);

}  // namespace smmu::core
