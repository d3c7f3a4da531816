// What walks need not find again: the tables that table descriptors led to, by stage and level, and
// where stage 2 maps the IPAs of tables, CDs and pages.  Arm IHI 0070 G.b, 3.21.1, 4.4.
//
// Caches of the model's choice: without them every walk reads all its descriptors.
#pragma once
#include "smmuv3/core/table_root.h"
#include "smmuv3/core/tlb.h"

namespace smmu::core {

/// What stage-1 table descriptors on the way have taken away from the leaf (not with HADx).
struct Hierarchy {
    bool read_only = false;
    bool privileged_only = false;
    bool unprivileged_execute_never = false;
    bool privileged_execute_never = false;
};

/// A table in the middle of a walk.
struct WalkStep {
    TlbTag tag{};        ///< whose tables; of stage 2 the VMID alone
    uint64_t input = 0;  ///< first input address that the table resolves
    uint64_t table = 0;  ///< its address: an IPA for stage 1 of a nested stream
    uint8_t shift = 0;   ///< log2 of the bytes that it resolves; 0: none
    int8_t level = 0;    ///< of its descriptors
    Hierarchy above{};   ///< stage 1
};

class WalkCaches {
public:
    /// Geometries with 0 sets are off.
    WalkCaches(Geometry stage1, Geometry stage2, Geometry ipa);

    bool is_on() const { return has_stage1_ || has_stage2_ || has_ipa_; }

    /// The table nearest to the leaf on the way from `root` to `input`, or nullptr.  `tag` says
    /// whether of stage 1 or of stage 2 alone.
    const WalkStep* find(const TlbTag& tag, const TableRoot& root, uint64_t input) const;
    /// The stage-2 translation of an IPA, or nullptr.  Permissions are the caller's to check.
    const Translation* find_ipa(const TlbTag& tag, uint64_t ipa) const;

    void keep(const WalkStep& step);
    void keep_ipa(const Translation& t);
    void invalidate(const TlbScope& scope);
    void invalidate_all();

private:
    SetAssociative<WalkStep> stage1_, stage2_;
    Tlb ipa_;
    bool has_stage1_, has_stage2_, has_ipa_;
};

}  // namespace smmu::core
