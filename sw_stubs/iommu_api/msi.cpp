// Doorbells: a device reaches the page of an interrupt controller through a window of IOVA that the
// SMMU driver offers.  First come, first page; the places are the same in all tables of a context.
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

uint64_t iova_of(const MsiPage& page) { return page.window + page.offset * io_page; }

/// The number of a doorbell page in its window; a new one if it has none.
Errno page_for(Context& context, uint64_t window, uint64_t doorbell, unsigned& number) {
    uint32_t next_offset = 0;
    for (unsigned i = 0; i < most_msi_pages; ++i) {
        const MsiPage& p = context.msi_pages[i];
        if (!p.used || p.window != window) continue;
        if (p.doorbell == doorbell) {
            number = i;
            return Errno::None;
        }
        if (p.offset >= next_offset) next_offset = p.offset + 1;
    }
    for (unsigned i = 0; i < most_msi_pages; ++i) {
        if (context.msi_pages[i].used) continue;
        context.msi_pages[i] = {true, window, doorbell, next_offset};
        number = i;
        return Errno::None;
    }
    return Errno::Overflow;
}

}  // namespace

Errno map_doorbells(Context& context, Hwpt& paging, uint64_t pages) {
    for (unsigned i = 0; i < most_msi_pages; ++i) {
        const uint64_t bit = uint64_t{1} << i;
        if ((pages & bit) == 0 || (paging.msi_pages & bit) != 0) continue;
        const MsiPage& page = context.msi_pages[i];
        const Mapping device_memory{MemoryUse::Device, true, true, false};
        const Errno e = paging.instance->map(paging.domain, {iova_of(page), io_page}, page.doorbell,
                                             device_memory);
        if (e != Errno::None) return e;
        paging.msi_pages |= bit;
    }
    return Errno::None;
}

/// On a nested HWPT the page is mapped in stage 2: the guest's stage 1 leads to the window.
Errno map_doorbell(Context& context, uint32_t dev_id, uint64_t address, uint64_t& iova) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    iova = address;
    if (device->hwpt == nullptr || !device->has_msi_window) return Errno::None;

    unsigned number = 0;
    const uint64_t doorbell = address & ~(io_page - 1);
    if (const Errno e = page_for(context, device->msi_window, doorbell, number); e != Errno::None)
        return e;
    const uint64_t bit = uint64_t{1} << number;
    if (const Errno e = map_doorbells(context, device->hwpt->paging(), bit); e != Errno::None)
        return e;
    device->msi_pages |= bit;
    iova = iova_of(context.msi_pages[number]) + (address & (io_page - 1));
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
