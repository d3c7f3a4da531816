// A device behind an SMMU: what it is, and what it is attached to.
#pragma once
#include "sw_stubs/driver/reserved_memory.h"
#include "sw_stubs/iommu_api/instance.h"
#include "sw_stubs/iommu_api/pool.h"

namespace smmu::sw::iommu_api {

struct Hwpt;
struct Viommu;
struct Vdevice;

/// What a platform tells of a device.  Fields that come from the IORT: see FirmwareDevice.
struct DeviceSetup {
    Instance* instance = nullptr;
    Streams streams{};
    bool canwbs = false;
    bool rc_ats = false;
    PciFunction* pci = nullptr;  ///< null: it has no ATS
    bool stall = false;          ///< its faulting accesses may wait, and the SMMU lets them
    bool isolated_msi = true;    ///< it can raise no interrupt that is not its own
    bool virtual_function = false;
    bool pri = false;  ///< it may ask for pages
    uint8_t pasid_bits = 0;
    bool pasid_exec = false;
    bool pasid_priv = false;
    ReservedRange resv[most_resv_regions]{software_msi_window};
    unsigned resv_count = 1;
};

/// Which guest's StreamID a device has: stored when an attach is complete, and used for events.
struct Vmaster {
    Viommu* viommu = nullptr;
    uint32_t vsid = 0;
};

struct PasidAttachment {
    uint32_t pasid = 0;
    Hwpt* hwpt = nullptr;
};

struct Device : Object {
    DeviceSetup setup{};
    bool enforce_coherency = false;  ///< it was bound as one that is always coherent
    Hwpt* hwpt = nullptr;            ///< null: everything it does is aborted
    PasidAttachment pasids[most_pasids]{};
    bool ats_enabled = false;
    bool pri_enabled = false;  ///< it asks for pages that are not there
    Vdevice* vdevice = nullptr;
    Vmaster vmaster{};
    bool has_msi_window = false;
    uint64_t msi_window = 0;
    uint64_t msi_pages = 0;  ///< bit n: it needs doorbell page n of the context

    unsigned used_pasids() const {
        unsigned n = 0;
        for (const PasidAttachment& p : pasids) n += p.hwpt != nullptr;
        return n;
    }
};

}  // namespace smmu::sw::iommu_api
