// What walks need not find again: the tables that table descriptors led to, by stage and level, and
// where stage 2 maps the IPAs of tables, CDs and pages.  Arm IHI 0070 G.b, 3.21.1, 4.4.
//
// Caches of the model's choice: without them every walk reads all its descriptors.
#pragma once
#include <vector>

#include "smmuv3/core/table_root.h"
#include "smmuv3/core/tlb.h"
#include "smmuv3/core/walk_step.h"

namespace smmu::core {

/// Caches of the tables of one stage, by the level of the descriptor that led to them; level -1 shares
/// with level 0.
struct LevelGeometry {
    Geometry level0 = no_cache, level1 = no_cache, level2 = no_cache;
    bool is_on() const { return level0.entries + level1.entries + level2.entries != 0; }
};
constexpr LevelGeometry all_levels(Geometry g) { return {g, g, g}; }

struct WalkGeometry {
    Geometry unified = no_cache;  ///< tables of both stages and all levels; then none by levels
    LevelGeometry stage1{}, stage2{};
    Geometry ipa = no_cache;
};
/// The same for each level of a stage.
constexpr WalkGeometry by_stage(Geometry stage1, Geometry stage2, Geometry ipa) {
    return {no_cache, all_levels(stage1), all_levels(stage2), ipa};
}

class WalkCaches {
public:
    explicit WalkCaches(const WalkGeometry& geometry);

    bool is_on() const { return !tables_.empty() || ipa_.is_on(); }
    /// There is a cache for tables of that stage.
    bool keeps_tables(const TlbTag& tag) const { return keeps_[tag.stage1 ? 0 : 1]; }
    bool keeps_ipas() const { return ipa_.is_on(); }
    /// Some of them, that is.
    bool note_use() const { return notes_use_; }

    /// The table nearest to the leaf on the way from `root` to `input`, good until the next change;
    /// nullptr: none is known.  `tag` says whether of stage 1 or of stage 2 alone.
    const WalkStepEntry* find(const TlbTag& tag, const TableRoot& root, uint64_t input) const;
    /// The stage-2 translation of an IPA, good until the next change; nullptr: it is not known.
    /// Permissions are the caller's to check.
    const TlbEntry* find_ipa(const TlbTag& tag, uint64_t ipa) const { return ipa_.find(tag, ipa); }

    /// An entry that find() or find_ipa() gave has answered.
    void use(const WalkStep& step);
    void use_ipa(const Translation& t) { ipa_.use(t); }

    void keep(const WalkStep& step);
    void keep_ipa(const Translation& t) { ipa_.fill(t); }
    void invalidate(const TlbScope& scope);
    void invalidate_all();

private:
    using Cache = SetAssociative<WalkStepEntry>;
    static constexpr uint8_t none = 0xFF;
    void add(unsigned stage, const LevelGeometry& levels);
    /// Which of tables_ is for tables whose descriptors are of that level; `none`: no cache.
    uint8_t index(const TlbTag& tag, int level) const {
        return index_[tag.stage1 ? 0 : 1][level < 1 ? 0 : level - 1];
    }
    const WalkStepEntry* entry(const Cache& cache, const TlbTag& tag, uint64_t input,
                               unsigned shift, int level) const;
    void settle(Cache& cache, uint64_t hash);
    void carry_out();

    std::vector<Cache> tables_;
    uint8_t index_[2][3];
    bool keeps_[2] = {false, false};
    bool notes_use_;
    Invalidations pending_;
    Tlb ipa_;
};

}  // namespace smmu::core
