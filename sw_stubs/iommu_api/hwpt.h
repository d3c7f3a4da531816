// Hardware page tables: what devices are attached to.
#pragma once
#include "sw_stubs/iommu_api/device.h"
#include "sw_stubs/iommu_api/ioas.h"
#include "sw_stubs/iommu_api/vste.h"

namespace smmu::sw::iommu_api {

struct FaultQueue;

/// A device, or a PASID of it, on a paging HWPT, perhaps through a nested one that stands on it.
/// While a device moves there are two of them, told apart by `through`.
struct DomainEntry {
    Device* device = nullptr;
    Hwpt* through = nullptr;
    uint32_t pasid = 0;
    bool ats = false;
};

/// Paging: follows an IOAS.  Nested: a guest's STE on a paging one.
struct Hwpt : Object {
    FaultQueue* fault = nullptr;

    // Paging.
    Ioas* ioas = nullptr;
    Instance* instance = nullptr;
    DomainId domain{};
    bool nest_parent = false;
    bool pasid_compatible = false;
    bool enforce_coherency = false;  ///< only devices that are always coherent
    bool auto_domain = false;        ///< made by attaching to an IOAS; goes with its last device
    DomainEntry entries[most_domain_entries]{};
    unsigned entry_count = 0;
    unsigned ats_count = 0;  ///< entries with ATS
    uint64_t msi_pages = 0;  ///< bit n: doorbell page n of the context is mapped

    // Nested.
    Hwpt* parent = nullptr;
    Viommu* viommu = nullptr;  ///< null in Form::Original
    CheckedSte vste{};

    bool nested() const { return parent != nullptr; }
    Hwpt& paging() { return nested() ? *parent : *this; }
};

/// Sets and returns the rule that only always coherent devices may be on it: true only if all that
/// are there are.
bool enforce_cache_coherency(Hwpt& paging);
/// May the device be put on it?
constexpr bool coherency_allows(const Hwpt& paging, const DeviceSetup& device) {
    return !paging.enforce_coherency || device.canwbs;
}

/// False when there is no room.
bool add_entry(Hwpt& paging, const DomainEntry& entry);
void remove_entry(Hwpt& paging, const DomainEntry& entry);

/// Puts all areas of its IOAS into a new HWPT's table; nothing is left there on failure.
Errno fill(Hwpt& paging, class Caller& caller);
/// One area into its table, whole or not at all.  Errors: Fault, NoMem, Exist, Range, Inval.
Errno map_area(Hwpt& paging, const Area& area, class Caller& caller);
/// Takes it out again and makes the SMMU forget it.  Error: TimedOut.
Errno unmap_area(Hwpt& paging, const Area& area);
/// Makes the SMMU forget a range of a table, or (size 0) all of it, if anybody can use it.
Errno forget(Hwpt& paging, AddressRange range);

}  // namespace smmu::sw::iommu_api
