// Calls on IO address spaces.
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

/// Calls use(Hwpt&) for each table that follows the IOAS until one says something else than None.
template <class Use>
Errno for_each_table(Context& context, const Ioas& ioas, Use use) {
    for (Hwpt& h : context.hwpts) {
        if (h.id == 0 || h.ioas != &ioas) continue;
        if (const Errno e = use(h); e != Errno::None) return e;
    }
    return Errno::None;
}

/// Into all tables or none.
Errno map_everywhere(Context& context, const Ioas& ioas, const Area& area) {
    const Hwpt* failed = nullptr;
    const Errno e = for_each_table(context, ioas, [&](Hwpt& h) {
        const Errno error = map_area(h, area, *context.caller);
        if (error != Errno::None) failed = &h;
        return error;
    });
    if (e == Errno::None) return e;
    for_each_table(context, ioas, [&](Hwpt& h) {
        if (&h == failed) return Errno::Exist;  // those behind it have nothing to undo
        unmap_area(h, area);
        return Errno::None;
    });
    return e;
}

/// An area that a range would cut: unmapping it is refused.
bool cuts(const Ioas& ioas, IovaRange range) {
    for (unsigned i = 0; i < ioas.area_count; ++i) {
        const Area& a = ioas.areas[i];
        const bool meets = a.iova <= range.last && range.start <= a.last();
        if (meets && (a.iova < range.start || a.last() > range.last)) return true;
    }
    return false;
}

}  // namespace

Errno ioas_alloc(Context& context, IoasAlloc& command) {
    if (command.flags != 0) return Errno::OpNotSupp;
    const Ioas* const ioas = make(context, context.ioases);
    if (ioas == nullptr) return Errno::NoMem;
    command.out_ioas_id = ioas->id;
    return Errno::None;
}

/// The new list replaces the old one, or nothing changes.
Errno ioas_allow_iovas(Context& context, const IoasAllowIovas& command) {
    if (command.reserved != 0) return Errno::OpNotSupp;
    Ioas* const ioas = context.ioases.find(command.ioas_id);
    if (ioas == nullptr) return Errno::NoEnt;

    IovaRange list[most_allowed]{};
    for (unsigned i = 0; i < command.num_iovas; ++i) {
        IovaRange range{};
        const uint64_t at = command.allowed_iovas + uint64_t{i} * sizeof(IovaRange);
        if (!context.caller->read(at, &range, sizeof(range))) return Errno::Fault;
        if (range.start >= range.last) return Errno::Inval;
        if (i == most_allowed) return Errno::NoMem;
        for (unsigned k = 0; k < i; ++k)
            if (range.start <= list[k].last && list[k].start <= range.last) return Errno::Inval;
        list[i] = range;
    }
    for (unsigned i = 0; i < command.num_iovas; ++i)
        if (ioas->is_reserved(list[i])) return Errno::AddrInUse;
    for (unsigned i = 0; i < most_allowed; ++i) ioas->allowed[i] = list[i];
    ioas->allowed_count = command.num_iovas;
    return Errno::None;
}

Errno ioas_iova_ranges(Context& context, IoasIovaRanges& command) {
    if (command.reserved != 0) return Errno::OpNotSupp;
    const Ioas* const ioas = context.ioases.find(command.ioas_id);
    if (ioas == nullptr) return Errno::NoEnt;

    const uint32_t room = command.num_iovas;
    command.num_iovas = 0;
    command.out_iova_alignment = ioas->alignment();
    IovaRange range{};
    for (uint64_t from = 0; next_range(*ioas, from, range); from = range.last + 1) {
        const uint64_t at = command.allowed_iovas + uint64_t{command.num_iovas} * sizeof(range);
        if (command.num_iovas++ < room && !context.caller->write(at, &range, sizeof(range)))
            return Errno::Fault;
        if (range.last == UINT64_MAX) break;
    }
    return command.num_iovas > room ? Errno::MsgSize : Errno::None;
}

Errno ioas_map(Context& context, IoasMap& command) {
    constexpr uint32_t known = map_fixed_iova | map_writeable | map_readable;
    if ((command.flags & ~known) != 0 || command.reserved != 0) return Errno::OpNotSupp;
    if (command.iova == UINT64_MAX || command.length == UINT64_MAX) return Errno::Overflow;
    if ((command.flags & (map_writeable | map_readable)) == 0) return Errno::Inval;
    Ioas* const ioas = context.ioases.find(command.ioas_id);
    if (ioas == nullptr) return Errno::NoEnt;
    if (command.user_va + command.length < command.user_va) return Errno::Overflow;

    Area area;
    if (const Errno e = place(*ioas, command, area.iova); e != Errno::None) return e;
    area.length = command.length;
    area.user_va = command.user_va;
    area.read = (command.flags & map_readable) != 0;
    area.write = (command.flags & map_writeable) != 0;
    if (const Errno e = insert(*ioas, area); e != Errno::None) return e;
    if (const Errno e = map_everywhere(context, *ioas, area); e != Errno::None) {
        remove(*ioas, area);
        return e;
    }
    command.iova = area.iova;
    return Errno::None;
}

/// All that is mapped in the range, which must not cut a mapping; nothing is unmapped if it does.
Errno ioas_unmap(Context& context, IoasUnmap& command) {
    Ioas* const ioas = context.ioases.find(command.ioas_id);
    if (ioas == nullptr) return Errno::NoEnt;
    const uint64_t length = command.length;
    const bool everything = command.iova == 0 && length == UINT64_MAX;
    if (!everything) {
        if (command.iova == UINT64_MAX || length == UINT64_MAX) return Errno::Overflow;
        if (length == 0) return Errno::Inval;
        if (command.iova + (length - 1) < command.iova) return Errno::Overflow;
    }
    const IovaRange range{command.iova, everything ? UINT64_MAX : command.iova + (length - 1)};
    if (cuts(*ioas, range)) return Errno::NoEnt;

    Errno worst = Errno::None;
    uint64_t unmapped = 0;
    while (const Area* const found = ioas->area_in(range)) {
        const Area area = *found;
        for_each_table(context, *ioas, [&](Hwpt& h) {
            if (const Errno e = unmap_area(h, area); e != Errno::None) worst = e;
            return Errno::None;
        });
        remove(*ioas, area);
        unmapped += area.length;
    }
    command.length = unmapped;
    if (unmapped == 0 && !everything) return Errno::NoEnt;
    return worst;
}

}  // namespace smmu::sw::iommu_api
