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

bool is_step_in(const WalkStepEntry& entry, const TlbScope& scope) {
    if (entry.is_empty() || scope.leaf_only) return false;
    WalkStep step;
    unpack(entry, step);
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
    } else {
        add(0, geometry.stage1);
        add(1, geometry.stage2);
    }
    notes_use_ = ipa_.notes_use() || std::any_of(tables_.begin(), tables_.end(),
                                                 [](const Cache& c) { return c.notes_use(); });
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

inline const WalkStepEntry* WalkCaches::entry(const Cache& cache, const TlbTag& tag, uint64_t input,
                                              unsigned shift, int level) const {
    const uint64_t set = hash(tag, input, shift);
    const WalkStepEntry* const e = cache.find(
        set, [&](const WalkStepEntry& s) { return s.answers(tag, input, shift, level); });
    const bool is_void =
        e && cache.epoch(set) != pending_.now() &&
        pending_.reach(cache.epoch(set), [&](const TlbScope& s) { return is_step_in(*e, s); });
    return is_void ? nullptr : e;
}

const WalkStepEntry* WalkCaches::find(const TlbTag& tag, const TableRoot& root,
                                      uint64_t input) const {
    unsigned shift = shift_of(root.format.granule);
    for (int level = 3; level > root.start_level; --level) {
        shift += level_bits(root.format.granule);
        const uint8_t cache = index(tag, level);
        if (cache == none) continue;
        if (const WalkStepEntry* const e = entry(tables_[cache], tag, input, shift, level))
            return e;
    }
    return nullptr;
}

void WalkCaches::use(const WalkStep& step) {
    Cache& cache = tables_[index(step.tag, step.level)];
    if (!cache.notes_use()) return;
    settle(cache, hash(step.tag, step.input, step.shift));
    if (const auto* const e = entry(cache, step.tag, step.input, step.shift, step.level))
        cache.use(*e);
}

void WalkCaches::keep(const WalkStep& step) {
    const uint8_t cache = index(step.tag, step.level);
    if (cache == none) return;
    const uint64_t set = hash(step.tag, step.input, step.shift);
    settle(tables_[cache], set);
    tables_[cache].fill(set, pack(step), [&](const WalkStepEntry& s) {
        return s.answers(step.tag, step.input, step.shift, step.level);
    });
}

/// Carries out, in one set, what is pending there.
void WalkCaches::settle(Cache& cache, uint64_t set) {
    const uint64_t epoch = cache.epoch(set);
    if (epoch == pending_.now()) return;
    cache.drop(set, [&](const WalkStepEntry& e) {
        return pending_.reach(epoch, [&](const TlbScope& s) { return is_step_in(e, s); });
    });
    cache.set_epoch(set, pending_.now());
}

void WalkCaches::carry_out() {
    for (Cache& cache : tables_) cache.for_each_set([&](uint64_t set) { settle(cache, set); });
    pending_.forget();
}

void WalkCaches::invalidate(const TlbScope& scope) {
    ipa_.invalidate(scope);
    if (scope.leaf_only) return;
    if (scope.by_address) {
        for (Cache& cache : tables_)
            cache.drop([&](const WalkStepEntry& s) { return is_step_in(s, scope); });
        return;
    }
    if (pending_.add(scope)) return;
    carry_out();
    pending_.add(scope);
}

void WalkCaches::invalidate_all() {
    for (Cache& cache : tables_) cache.clear();
    ipa_.invalidate_all();
}

}  // namespace smmu::core
