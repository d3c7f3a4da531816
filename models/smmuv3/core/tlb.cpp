// What a lookup matches and what an invalidation reaches.  Arm IHI 0070 G.b, 3.17 and 4.4.
#include "smmuv3/core/tlb.h"

#include <algorithm>

namespace smmu::core {

namespace {

uint64_t hash(const TlbTag& tag, uint64_t address, unsigned shift) {
    // The ASID stays out: a global entry is found under any ASID.
    return mix((address >> shift) ^ (uint64_t{tag.vmid.value} << 40) ^ (uint64_t{shift} << 56));
}

bool same_tag(const Translation& t, const TlbTag& tag) {
    if (t.tag.world != tag.world || t.tag.vmid != tag.vmid || t.tag.stage1 != tag.stage1 ||
        t.tag.stage2 != tag.stage2)
        return false;
    if (!tag.stage1) return true;
    return t.global ? t.tag.asid_set == tag.asid_set : t.tag.asid == tag.asid;
}

/// Some address of the aligned 2^shift bytes around `input` is in the scope.
bool holds_one_of(const TlbScope& scope, uint64_t input, unsigned shift) {
    const uint64_t offset = shift < 64 ? (uint64_t{1} << shift) - 1 : ~uint64_t{0};
    return (input & ~offset) <= scope.last && (input | offset) >= scope.first;
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

const Translation* Tlb::find(const TlbTag& tag, uint64_t address) const {
    for (uint64_t sizes = sizes_; sizes != 0; sizes &= sizes - 1) {
        const auto shift = static_cast<unsigned>(__builtin_ctzll(sizes));
        const Translation* t = entries_.find(hash(tag, address, shift), [&](const Translation& e) {
            return e.shift == shift && e.holds(address) && same_tag(e, tag);
        });
        if (t) return t;
    }
    return nullptr;
}

void Tlb::fill(const Translation& t) {
    sizes_ |= uint64_t{1} << t.shift;
    entries_.fill(hash(t.tag, t.input, t.shift), t, [&](const Translation& e) {
        return e.shift == t.shift && e.input == t.input && e.global == t.global &&
               same_tag(e, t.tag);
    });
}

void Tlb::invalidate(const TlbScope& scope) {
    entries_.drop([&](const Translation& t) { return is_in(t, scope); });
}

}  // namespace smmu::core
