// The tables that follow an IOAS, and who is on them.
#include "sw_stubs/iommu_api/hwpt.h"

#include "sw_stubs/iommu_api/caller.h"

namespace smmu::sw::iommu_api {

bool enforce_cache_coherency(Hwpt& paging) {
    bool all = true;
    for (unsigned i = 0; i < paging.entry_count; ++i)
        all = all && paging.entries[i].device->setup.canwbs;
    paging.enforce_coherency = all;
    return all;
}

bool add_entry(Hwpt& paging, const DomainEntry& entry) {
    if (paging.entry_count == most_domain_entries) return false;
    paging.entries[paging.entry_count++] = entry;
    paging.ats_count += entry.ats;
    return true;
}

/// The count goes by what the entry had when it came, whatever its device has now.
void remove_entry(Hwpt& paging, const DomainEntry& entry) {
    for (unsigned i = 0; i < paging.entry_count; ++i) {
        DomainEntry& e = paging.entries[i];
        if (e.device != entry.device || e.through != entry.through || e.pasid != entry.pasid)
            continue;
        paging.ats_count -= e.ats;
        e = paging.entries[--paging.entry_count];
        return;
    }
}

namespace {

Mapping mapping_of(const Area& area) {
    Mapping m;
    m.use = MemoryUse::Cacheable;
    m.read = area.read;
    m.write = area.write;
    m.execute = true;  // the calls have no way to forbid it
    return m;
}

/// An IOAS that may be cut gets no blocks: a page at a time.
Errno map_run(Hwpt& paging, AddressRange range, uint64_t pa, const Mapping& mapping) {
    const uint64_t step = paging.ioas->small_pages ? io_page : range.size;
    for (uint64_t done = 0; done < range.size; done += step) {
        const AddressRange piece{range.input + done, step};
        const Errno e = paging.instance->map(paging.domain, piece, pa + done, mapping);
        if (e == Errno::None) continue;
        if (done != 0) paging.instance->unmap(paging.domain, {range.input, done});
        return e;
    }
    return Errno::None;
}

}  // namespace

Errno map_area(Hwpt& paging, const Area& area, Caller& caller) {
    uint64_t done = 0;
    Errno e = Errno::None;
    while (done < area.length) {
        PhysicalRun run = caller.resolve(area.user_va + done, area.length - done, area.write);
        if (run.size > area.length - done) run.size = area.length - done;
        run.size &= ~(io_page - 1);
        if (run.size == 0) {
            e = Errno::Fault;
            break;
        }
        e = map_run(paging, {area.iova + done, run.size}, run.pa, mapping_of(area));
        if (e != Errno::None) break;
        done += run.size;
    }
    if (e != Errno::None && done != 0) paging.instance->unmap(paging.domain, {area.iova, done});
    return e;
}

Errno unmap_area(Hwpt& paging, const Area& area) {
    const AddressRange range{area.iova, area.length};
    if (const Errno e = paging.instance->unmap(paging.domain, range); e != Errno::None) return e;
    return forget(paging, range);
}

Errno fill(Hwpt& paging, Caller& caller) {
    const Ioas& ioas = *paging.ioas;
    for (unsigned i = 0; i < ioas.area_count; ++i) {
        const Errno e = map_area(paging, ioas.areas[i], caller);
        if (e == Errno::None) continue;
        while (i-- > 0) unmap_area(paging, ioas.areas[i]);
        return e;
    }
    return Errno::None;
}

Errno forget(Hwpt& paging, AddressRange range) {
    if (paging.entry_count == 0) return Errno::None;  // it was forgotten when the last one left
    AtcTarget targets[most_domain_entries * most_streams];
    unsigned count = 0;
    for (unsigned i = 0; i < paging.entry_count; ++i) {
        const DomainEntry& e = paging.entries[i];
        if (!e.ats) continue;
        const Streams& streams = e.device->setup.streams;
        for (unsigned s = 0; s < streams.count; ++s)
            targets[count++] = {{streams.id[s], {e.pasid}, e.pasid != 0}, paging.nest_parent};
    }
    return paging.instance->invalidate({paging.domain, range, paging.nest_parent, targets, count});
}

}  // namespace smmu::sw::iommu_api
