// How many of everything there can be: all memory of the API is in fixed pools.  A pool that is
// used up gives ENOMEM.
#pragma once

namespace smmu::sw::iommu_api {

constexpr unsigned most_objects = 160;  ///< ids, of all kinds together
constexpr unsigned most_devices = 16;
constexpr unsigned most_streams = 4;  ///< StreamIDs of one device
constexpr unsigned most_ioas = 8;
constexpr unsigned most_hwpts = 48;
constexpr unsigned most_viommus = 8;
constexpr unsigned most_vdevices = 32;
constexpr unsigned most_veventqs = 8;
constexpr unsigned most_fault_queues = 8;
constexpr unsigned most_files = 16;

constexpr unsigned most_areas = 64;        ///< mappings in one IOAS
constexpr unsigned most_reserved = 48;     ///< ranges that devices and tables keep out of one IOAS
constexpr unsigned most_allowed = 8;       ///< ranges in one allow list
constexpr unsigned most_resv_regions = 4;  ///< reserved regions of one device
constexpr unsigned most_domain_entries = 24;  ///< devices, and PASIDs of devices, on one domain
constexpr unsigned most_pasids = 4;           ///< PASIDs attached of one device
constexpr unsigned most_msi_pages = 64;       ///< doorbell pages of one context
constexpr unsigned most_events = 32;          ///< events kept in one vEVENTQ, whatever its depth
constexpr unsigned most_faults = 32;          ///< faults waiting in one fault queue
constexpr unsigned most_page_requests = 16;   ///< that one device may have outstanding

}  // namespace smmu::sw::iommu_api
