// What a lookup matches and what an invalidation reaches.  Arm IHI 0070 G.b, 3.17 and 4.4.
#include "smmuv3/core/tlb.h"

#include <algorithm>

namespace smmu::core {

namespace {

uint64_t hash(arch::Vmid vmid, uint64_t address, unsigned shift) {
    // The ASID stays out: a global entry is found under any ASID.
    return mix((address >> shift) ^ (uint64_t{vmid.value} << 40) ^ (uint64_t{shift} << 56));
}

/// Some address of the aligned 2^shift bytes around `input` is in the scope.
bool holds_one_of(const TlbScope& scope, uint64_t input, unsigned shift) {
    const uint64_t offset = shift < 64 ? (uint64_t{1} << shift) - 1 : ~uint64_t{0};
    return (input & ~offset) <= scope.last && (input | offset) >= scope.first;
}

bool is_in(const TlbEntry& e, const TlbScope& scope) {
    Translation t;
    unpack(e, t);
    return is_in(t, scope);
}

}  // namespace

bool is_in(const Translation& t, const TlbScope& scope) {
    if (t.shift == 0 || (t.tag.world != arch::StreamWorld::El1) != scope.el2) return false;
    if (scope.by_vmid && ((t.tag.vmid.value ^ scope.vmid.value) & scope.vmid_mask) != 0)
        return false;
    if (scope.entries == TlbScope::Stage1 && !t.tag.stage1) return false;
    if (scope.entries == TlbScope::Stage2Only && t.tag.stage1) return false;
    if (scope.entries == TlbScope::Nested && !(t.tag.stage1 && t.tag.stage2)) return false;
    if (scope.by_asid && !(t.global ? scope.with_globals : t.tag.asid == scope.asid)) return false;
    // An entry cut from a larger block goes when any address of that block is named.
    return !scope.by_address || holds_one_of(scope, t.input, t.leaf_shift);
}

inline const TlbEntry* Tlb::entry(const TlbTag& tag, uint64_t address, unsigned shift) const {
    const uint64_t set = hash(tag.vmid, address, shift);
    const TlbEntry* const e =
        entries_.find(set, [&](const TlbEntry& each) { return each.answers(tag, address, shift); });
    const bool is_void =
        e && entries_.epoch(set) != pending_.now() &&
        pending_.reach(entries_.epoch(set), [&](const TlbScope& s) { return is_in(*e, s); });
    return is_void ? nullptr : e;
}

const TlbEntry* Tlb::find(const TlbTag& tag, uint64_t address) const {
    for (uint64_t sizes = sizes_; sizes != 0; sizes &= sizes - 1) {
        const auto shift = static_cast<unsigned>(__builtin_ctzll(sizes));
        if (const TlbEntry* const e = entry(tag, address, shift)) return e;
    }
    return nullptr;
}

void Tlb::use(const Translation& t) {
    if (!notes_use()) return;
    settle(hash(t.tag.vmid, t.input, t.shift));
    if (const TlbEntry* const e = entry(t.tag, t.input, t.shift)) entries_.use(*e);
}

void Tlb::fill(const Translation& t) {
    const uint64_t set = hash(t.tag.vmid, t.input, t.shift);
    sizes_ |= uint64_t{1} << t.shift;
    largest_leaf_[t.shift] = std::max(largest_leaf_[t.shift], t.leaf_shift);
    settle(set);
    const TlbEntry entry = pack(t);
    entries_.fill(set, entry, [&](const TlbEntry& e) { return e.replaces(entry); });
}

void Tlb::settle_set(uint64_t set) {
    const uint64_t epoch = entries_.epoch(set);
    entries_.drop(set, [&](const TlbEntry& e) {
        return pending_.reach(epoch, [&](const TlbScope& s) { return is_in(e, s); });
    });
    entries_.set_epoch(set, pending_.now());
}

void Tlb::carry_out() {
    entries_.for_each_set([this](uint64_t set) { settle(set); });
    pending_.forget();
    visited_ += entries_.size();
}

void Tlb::invalidate(const TlbScope& scope) {
    if (scope.by_address) return invalidate_addresses(scope);
    if (pending_.add(scope)) return;
    carry_out();
    pending_.add(scope);
}

void Tlb::invalidate_all() {
    entries_.clear();
    sizes_ = 0;
    largest_leaf_ = {};
}

/// Where few addresses are named, only the sets that they can be in are looked at.
void Tlb::invalidate_addresses(const TlbScope& scope) {
    const auto drops = [&](const TlbEntry& e) {
        ++visited_;
        return is_in(e, scope);
    };
    if (!is_few(scope)) return entries_.drop(drops);
    for (uint64_t sizes = sizes_; sizes != 0; sizes &= sizes - 1) {
        const auto shift = static_cast<unsigned>(__builtin_ctzll(sizes));
        const uint64_t around = (uint64_t{1} << largest_leaf_[shift]) - 1;
        const uint64_t last = (scope.last | around) >> shift;
        for (uint64_t page = (scope.first & ~around) >> shift; page <= last; ++page)
            entries_.drop(hash(scope.vmid, page << shift, shift), drops);
    }
}

bool Tlb::is_few(const TlbScope& scope) const {
    const bool is_one_vmid = scope.el2 || (scope.by_vmid && scope.vmid_mask == 0xFFFF);
    uint64_t sets = 0;
    for (uint64_t sizes = sizes_; sizes != 0; sizes &= sizes - 1) {
        const auto shift = static_cast<unsigned>(__builtin_ctzll(sizes));
        const uint64_t around = (uint64_t{1} << largest_leaf_[shift]) - 1;
        sets += ((scope.last | around) - (scope.first & ~around)) >> shift;
        if (!is_one_vmid || sets * entries_.ways() > entries_.size() / 2) return false;
    }
    return true;
}

}  // namespace smmu::core
