// What hardware changes in the leaves of a walk.  Arm IHI 0070 G.b, 3.13; Arm ARM D8.5.
#include "oracle/walk.h"

namespace oracle {

/// One atomic update: this translation's own copy of memory changes.
bool Walker::write(const Fetch& fetch, uint64_t from, uint64_t to) {
    using Exchange = Memory::Exchange;
    const auto mine = written_.find(fetch.address);
    const Exchange result = mine == written_.end() ? memory_.exchange(fetch.address, from)
                            : mine->second == from ? Exchange::Done
                                                   : Exchange::Changed;
    marks_.lost_race |= result == Exchange::Changed;
    if (result != Exchange::Done) return false;
    written_[fetch.address] = to;
    marks_.updates.push_back({fetch, to});
    return true;
}

/// Some other descriptor of a Contiguous run has that value in its bit.
bool Walker::is_elsewhere(const Leaf& leaf, unsigned bit_number, bool value) {
    if (!leaf.contiguous()) return false;
    const uint64_t bytes = uint64_t{8} * contiguous_entries(leaf.granule, leaf.level);
    const uint64_t first = leaf.where & ~(bytes - 1);
    for (uint64_t at = first; at != first + bytes; at += 8) {
        uint64_t d = 0;
        if (at == leaf.where || !memory_.read(at, 1, &d)) continue;
        if (bit(d, 0) && bit(d, bit_number) == value) return true;
    }
    return false;
}

/// The leaf as hardware leaves it (3.13.2, 3.13.3.1; Arm ARM D8.5).  `dirty`: bit 7 of a dirty leaf.
uint64_t Walker::managed(const Leaf& leaf, bool flag, bool allowed, bool becomes_dirty,
                         bool dirty) {
    uint64_t d = leaf.descriptor;
    if (flag && !bit(d, 10)) {
        const bool is_set =
            !allowed ? choosing_.pick(Choice::HTTU_05) == 0
                     : !is_elsewhere(leaf, 10, true) || choosing_.pick(Choice::ContiguousFlag) == 0;
        if (is_set) d |= uint64_t{1} << 10;
    }
    if (becomes_dirty &&
        (!is_elsewhere(leaf, 7, dirty) || choosing_.pick(Choice::ContiguousDirty) == 0))
        d = (d | uint64_t{1} << 10) ^ uint64_t { 1 } << 7;
    return d;
}

bool Walker::update_stage1(const Ste& ste, Leaf& leaf, Fault& fault) {
    if (owed_ == leaf.descriptor) return true;
    Fetch fetch = leaf_fetch_;
    if (!to_physical(ste, class_tt, Need{true, false, false}, fetch, fault)) return false;
    if (!write(fetch, leaf.descriptor, owed_)) {
        fault = {F_WALK_EABT, false, class_tt, 0, false, fetch.address, false, false};
        return false;
    }
    leaf.descriptor = owed_;
    return true;
}

}  // namespace oracle
