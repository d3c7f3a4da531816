// Searched from the leaf to the root; invalidated with the TLB, tables only where the command says so
// (Leaf = 0).
#include "smmuv3/core/walk_cache.h"

#include <algorithm>

namespace smmu::core {

namespace {

/// A cache that is off still has one entry, which nobody fills.
unsigned sets_of(Geometry g) { return std::max(g.sets, 1u); }
unsigned ways_of(Geometry g) { return std::max(g.ways, 1u); }

uint64_t hash(const TlbTag& tag, uint64_t input, unsigned shift) {
    return mix((input >> shift) ^ (uint64_t{tag.vmid.value} << 40) ^
               (uint64_t{tag.asid.value} << 20) ^ (uint64_t{shift} << 56));
}

/// Tables belong to their ASID, whatever their leaves say.
bool same_tables(const WalkStep& step, const TlbTag& tag) {
    return step.tag.world == tag.world && step.tag.vmid == tag.vmid &&
           step.tag.stage1 == tag.stage1 && step.tag.stage2 == tag.stage2 &&
           step.tag.asid == tag.asid;
}

bool is_step_in(const WalkStep& step, const TlbScope& scope) {
    if (step.shift == 0 || scope.leaf_only) return false;
    Translation t;  // what the scope of a TLBI makes of an entry with this tag and size
    t.tag = step.tag;
    t.input = step.input;
    t.shift = t.leaf_shift = step.shift;
    return is_in(t, scope);
}

}  // namespace

WalkCaches::WalkCaches(Geometry stage1, Geometry stage2, Geometry ipa)
    : stage1_(sets_of(stage1), ways_of(stage1)),
      stage2_(sets_of(stage2), ways_of(stage2)),
      ipa_({sets_of(ipa), ways_of(ipa)}),
      has_stage1_(stage1.sets != 0),
      has_stage2_(stage2.sets != 0),
      has_ipa_(ipa.sets != 0) {}

const WalkStep* WalkCaches::find(const TlbTag& tag, const TableRoot& root, uint64_t input) const {
    if (!(tag.stage1 ? has_stage1_ : has_stage2_)) return nullptr;
    const SetAssociative<WalkStep>& cache = tag.stage1 ? stage1_ : stage2_;
    for (int level = 3; level > root.start_level; --level) {
        const unsigned shift = arch::level_shift(level - 1, root.format.granule);
        const WalkStep* step = cache.find(hash(tag, input, shift), [&](const WalkStep& s) {
            return s.shift == shift && s.level == level && (s.input ^ input) >> shift == 0 &&
                   same_tables(s, tag);
        });
        if (step) return step;
    }
    return nullptr;
}

const Translation* WalkCaches::find_ipa(const TlbTag& tag, uint64_t ipa) const {
    return has_ipa_ ? ipa_.find(tag, ipa) : nullptr;
}

void WalkCaches::keep(const WalkStep& step) {
    if (!(step.tag.stage1 ? has_stage1_ : has_stage2_)) return;
    (step.tag.stage1 ? stage1_ : stage2_)
        .fill(hash(step.tag, step.input, step.shift), step, [&](const WalkStep& s) {
            return s.shift == step.shift && s.level == step.level && s.input == step.input &&
                   same_tables(s, step.tag);
        });
}

void WalkCaches::keep_ipa(const Translation& t) {
    if (has_ipa_) ipa_.fill(t);
}

void WalkCaches::invalidate(const TlbScope& scope) {
    if (has_stage1_) stage1_.drop([&](const WalkStep& s) { return is_step_in(s, scope); });
    if (has_stage2_) stage2_.drop([&](const WalkStep& s) { return is_step_in(s, scope); });
    if (has_ipa_) ipa_.invalidate(scope);
}

void WalkCaches::invalidate_all() {
    stage1_.clear();
    stage2_.clear();
    ipa_.invalidate_all();
}

}  // namespace smmu::core
