// A guest's SMMU: the part of one SMMU that a VM sees, its devices and its events.
#pragma once
#include "smmuv3/arch/event.h"
#include "sw_stubs/iommu_api/device.h"
#include "sw_stubs/iommu_api/hwpt.h"
#include "sw_stubs/iommu_api/uapi_data.h"

namespace smmu::sw::iommu_api {

struct Viommu : Object {
    Instance* instance = nullptr;
    Hwpt* parent = nullptr;  ///< its stage 2
    arch::Vmid vmid{0};      ///< that of the stage 2
};

/// "This device is the guest's StreamID so and so."
struct Vdevice : Object {
    Viommu* viommu = nullptr;
    Device* device = nullptr;
    uint32_t virt_id = 0;
};

/// Events on their way to a guest, oldest first.
///
/// When one does not fit, the reader is told so by a header without a record; there is at most one,
/// it stands at the end, and it takes no room.
struct Veventq : Object {
    Viommu* viommu = nullptr;
    uint32_t type = veventq_default;
    uint32_t depth = 0;

    /// NoMem: `depth` allows for it, the pool does not; the reader is told as if it were full.
    Errno add(const VeventArmSmmuV3& event);

    bool empty() const { return count == 0 && !lost; }
    /// The next item: a header, and after it the record unless `lost`.
    VeventHeader next_header() const;
    const VeventArmSmmuV3& next_event() const { return items[first].event; }
    void drop_next();

    struct Item {
        uint32_t sequence = 0;
        VeventArmSmmuV3 event{};
    };
    Item items[most_events]{};
    unsigned first = 0;
    unsigned count = 0;
    bool lost = false;
    uint32_t lost_sequence = 0;
    uint32_t sequence = 0;
};

}  // namespace smmu::sw::iommu_api
