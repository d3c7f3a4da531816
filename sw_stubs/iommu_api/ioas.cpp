// Ranges of IOVA: finding, keeping and cutting them.
#include "sw_stubs/iommu_api/ioas.h"

namespace smmu::sw::iommu_api {
namespace {

constexpr bool meet(IovaRange a, IovaRange b) { return a.start <= b.last && b.start <= a.last; }
constexpr IovaRange range_of(const Area& a) { return {a.iova, a.last()}; }

constexpr uint64_t power_of_two_from(uint64_t length) {
    uint64_t power = 1;
    while (power < length) power <<= 1;
    return power;
}
constexpr uint64_t lowest_bit(uint64_t value) { return value & (~value + 1); }

/// Where the first thing that `range` meets ends; false when it meets nothing.
bool obstacle(const Ioas& ioas, IovaRange range, uint64_t& last) {
    bool found = false;
    const auto meets = [&](IovaRange other) {
        if (!meet(range, other)) return;
        if (!found || other.last > last) last = other.last;
        found = true;
    };
    for (unsigned i = 0; i < ioas.area_count; ++i) meets(range_of(ioas.areas[i]));
    for (unsigned i = 0; i < ioas.reserved_count; ++i) meets(ioas.reserved[i].range);
    return found;
}

/// The lowest place in `window`.
bool find_in(const Ioas& ioas, IovaRange window, const IoasMap& command, uint64_t alignment,
             uint64_t& iova) {
    uint64_t from = window.start;
    while (true) {
        const uint64_t aligned = (from + alignment - 1) & ~(alignment - 1);
        if (aligned < from) return false;
        const uint64_t start = aligned | command.user_va % io_page;
        const uint64_t last = start + (command.length - 1);
        if (last < start || last > window.last) return false;
        uint64_t end = 0;
        if (!obstacle(ioas, {start, last}, end)) {
            iova = start;
            return true;
        }
        if (end >= window.last) return false;
        from = end + 1;
    }
}

/// As large an alignment as the memory has, so that blocks can be used.
Errno choose(const Ioas& ioas, const IoasMap& command, uint64_t& iova) {
    if (command.length >= UINT64_MAX / 2) return Errno::Overflow;
    uint64_t alignment = power_of_two_from(command.length);
    if (command.user_va != 0 && lowest_bit(command.user_va) < alignment)
        alignment = lowest_bit(command.user_va);
    if (alignment < ioas.alignment()) return Errno::Inval;

    if (ioas.allowed_count == 0) {
        const IovaRange all{io_page, UINT64_MAX - io_page};
        return find_in(ioas, all, command, alignment, iova) ? Errno::None : Errno::NoSpc;
    }
    for (unsigned i = 0; i < ioas.allowed_count; ++i)
        if (find_in(ioas, ioas.allowed[i], command, alignment, iova)) return Errno::None;
    return Errno::NoSpc;
}

Errno check_fixed(const Ioas& ioas, uint64_t iova, uint64_t length) {
    if ((iova & (ioas.alignment() - 1)) != 0) return Errno::Inval;
    const uint64_t last = iova + (length - 1);
    if (last < iova) return Errno::Overflow;
    if (ioas.is_reserved({iova, last})) return Errno::Inval;
    if (ioas.area_in({iova, last}) != nullptr) return Errno::Exist;
    return Errno::None;
}

}  // namespace

const Area* Ioas::area_in(IovaRange range) const {
    for (unsigned i = 0; i < area_count; ++i)
        if (meet(range, range_of(areas[i]))) return &areas[i];
    return nullptr;
}

bool Ioas::is_reserved(IovaRange range) const {
    for (unsigned i = 0; i < reserved_count; ++i)
        if (meet(range, reserved[i].range)) return true;
    return false;
}

bool Ioas::is_allowed(IovaRange range) const {
    for (unsigned i = 0; i < allowed_count; ++i)
        if (meet(range, allowed[i])) return true;
    return false;
}

Errno place(const Ioas& ioas, const IoasMap& command, uint64_t& iova) {
    const uint64_t low = ioas.alignment() - 1;
    if (command.length == 0 || (command.length & low) != 0) return Errno::Inval;
    iova = command.iova;
    const bool fixed = (command.flags & map_fixed_iova) != 0;
    const Errno e = fixed ? check_fixed(ioas, iova, command.length) : choose(ioas, command, iova);
    if (e != Errno::None) return e;
    return (command.user_va & low) != 0 ? Errno::Inval : Errno::None;
}

Errno insert(Ioas& ioas, const Area& area) {
    if (ioas.area_count == most_areas) return Errno::NoMem;
    unsigned at = ioas.area_count++;
    for (; at > 0 && ioas.areas[at - 1].iova > area.iova; --at) ioas.areas[at] = ioas.areas[at - 1];
    ioas.areas[at] = area;
    return Errno::None;
}

void remove(Ioas& ioas, const Area& area) {
    unsigned at = 0;
    while (at < ioas.area_count && ioas.areas[at].iova != area.iova) ++at;
    if (at == ioas.area_count) return;
    --ioas.area_count;
    for (; at < ioas.area_count; ++at) ioas.areas[at] = ioas.areas[at + 1];
}

Errno cut(Ioas& ioas, uint64_t iova) {
    const Area* const found = ioas.area_in({iova, iova});
    if (found == nullptr || iova == found->last()) return Errno::None;
    const Area whole = *found;
    const uint64_t left = iova - whole.iova + 1;
    if (((iova + 1) & (ioas.alignment() - 1)) != 0) return Errno::Inval;
    if (ioas.domains != 0 && !ioas.small_pages) return Errno::Inval;
    if (ioas.area_count == most_areas) return Errno::NoMem;

    Area lower = whole;
    Area upper = whole;
    lower.length = left;
    upper.iova += left;
    upper.user_va += left;
    upper.length -= left;
    remove(ioas, whole);
    insert(ioas, lower);
    return insert(ioas, upper);
}

Errno reserve(Ioas& ioas, IovaRange range, uint32_t owner) {
    if (ioas.area_in(range) != nullptr || ioas.is_allowed(range)) return Errno::AddrInUse;
    if (ioas.reserved_count == most_reserved) return Errno::NoMem;
    ioas.reserved[ioas.reserved_count++] = {range, owner};
    return Errno::None;
}

void unreserve(Ioas& ioas, uint32_t owner) {
    unsigned kept = 0;
    for (unsigned i = 0; i < ioas.reserved_count; ++i)
        if (ioas.reserved[i].owner != owner) ioas.reserved[kept++] = ioas.reserved[i];
    ioas.reserved_count = kept;
}

bool next_range(const Ioas& ioas, uint64_t from, IovaRange& range) {
    bool moved = true;
    while (moved) {  // past everything that is reserved at `from`
        moved = false;
        for (unsigned i = 0; i < ioas.reserved_count; ++i) {
            const IovaRange r = ioas.reserved[i].range;
            if (r.start > from || r.last < from) continue;
            if (r.last == UINT64_MAX) return false;
            from = r.last + 1;
            moved = true;
        }
    }
    range = {from, UINT64_MAX};
    for (unsigned i = 0; i < ioas.reserved_count; ++i) {
        const uint64_t start = ioas.reserved[i].range.start;
        if (start > from && start - 1 < range.last) range.last = start - 1;
    }
    return true;
}

bool fits_pages(const Ioas& ioas) {
    for (unsigned i = 0; i < ioas.area_count; ++i) {
        const Area& a = ioas.areas[i];
        if (((a.iova | a.length | a.user_va) & (io_page - 1)) != 0) return false;
    }
    return true;
}

}  // namespace smmu::sw::iommu_api
