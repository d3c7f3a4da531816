// Searched from the leaf to the root; invalidated with the TLB, tables only where the command says so
// (Leaf = 0).
#include "smmuv3/core/walk_cache.h"

#include <algorithm>
#include <iterator>

namespace smmu::core {

namespace {

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

WalkCaches::WalkCaches(const WalkGeometry& geometry) : ipa_(geometry.ipa) {
    for (auto& stage : index_) std::fill(std::begin(stage), std::end(stage), none);
    if (geometry.unified.entries != 0) {
        tables_.emplace_back(geometry.unified);
        for (auto& stage : index_) std::fill(std::begin(stage), std::end(stage), uint8_t{0});
        keeps_[0] = keeps_[1] = true;
        return;
    }
    add(0, geometry.stage1);
    add(1, geometry.stage2);
}

void WalkCaches::add(unsigned stage, const LevelGeometry& levels) {
    keeps_[stage] = levels.is_on();
    unsigned level = 0;
    for (const Geometry& g : {levels.level0, levels.level1, levels.level2}) {
        if (g.entries != 0) {
            index_[stage][level] = static_cast<uint8_t>(tables_.size());
            tables_.emplace_back(g);
        }
        ++level;
    }
}

const WalkStep* WalkCaches::find(const TlbTag& tag, const TableRoot& root, uint64_t input) const {
    for (int level = 3; level > root.start_level; --level) {
        const uint8_t cache = index(tag, level);
        if (cache == none) continue;
        const unsigned shift = arch::level_shift(level - 1, root.format.granule);
        const WalkStep* step = tables_[cache].find(hash(tag, input, shift), [&](const WalkStep& s) {
            return s.shift == shift && s.level == level && (s.input ^ input) >> shift == 0 &&
                   same_tables(s, tag);
        });
        if (step) return step;
    }
    return nullptr;
}

const Translation* WalkCaches::find_ipa(const TlbTag& tag, uint64_t ipa) const {
    return ipa_.find(tag, ipa);
}

void WalkCaches::use(const WalkStep& step) { tables_[index(step.tag, step.level)].use(step); }

void WalkCaches::keep(const WalkStep& step) {
    const uint8_t cache = index(step.tag, step.level);
    if (cache == none) return;
    tables_[cache].fill(hash(step.tag, step.input, step.shift), step, [&](const WalkStep& s) {
        return s.shift == step.shift && s.level == step.level && s.input == step.input &&
               same_tables(s, step.tag);
    });
}

void WalkCaches::keep_ipa(const Translation& t) { ipa_.fill(t); }

void WalkCaches::invalidate(const TlbScope& scope) {
    for (Cache& cache : tables_)
        cache.drop([&](const WalkStep& s) { return is_step_in(s, scope); });
    ipa_.invalidate(scope);
}

void WalkCaches::invalidate_all() {
    for (Cache& cache : tables_) cache.clear();
    ipa_.invalidate_all();
}

}  // namespace smmu::core
