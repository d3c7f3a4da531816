// What the calls carry beside their structs: hardware information, a guest's STE, its commands,
// events and faults.  Sizes and offsets are Linux's.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace smmu::sw::iommu_api {

/// HWPT_ALLOC: a guest's STE.
constexpr uint32_t hwpt_data_none = 0, hwpt_data_arm_smmuv3 = 2;
struct HwptArmSmmuV3 {
    uint64_t ste[2];  ///< words 0 and 1, little-endian
};
static_assert(sizeof(HwptArmSmmuV3) == 16);

/// GET_HW_INFO: registers as they read.
constexpr uint32_t hw_info_none = 0, hw_info_default = 0, hw_info_arm_smmuv3 = 2;
struct HwInfoArmSmmuV3 {
    uint32_t flags;
    uint32_t reserved;
    uint32_t idr[6];
    uint32_t iidr;
    uint32_t aidr;
};
static_assert(sizeof(HwInfoArmSmmuV3) == 40 && offsetof(HwInfoArmSmmuV3, idr) == 8 &&
              offsetof(HwInfoArmSmmuV3, iidr) == 32 && offsetof(HwInfoArmSmmuV3, aidr) == 36);

constexpr uint32_t viommu_default = 0, viommu_arm_smmuv3 = 1;

/// HWPT_INVALIDATE on a vIOMMU: commands as the guest's Command queue holds them.
constexpr uint32_t invalidate_data_arm_smmuv3 = 1;
struct InvalidateArmSmmuV3 {
    uint64_t cmd[2];
};
static_assert(sizeof(InvalidateArmSmmuV3) == 16);

/// What a vEVENTQ gives: a header, and behind it the record of its type (none after `lost`).
constexpr uint32_t veventq_default = 0, veventq_arm_smmuv3 = 1;
constexpr uint32_t vevent_lost = 1 << 0;
struct VeventHeader {
    uint32_t flags;
    uint32_t sequence;  ///< counts events, lost ones too; 0x7FFF'FFFF is followed by 0
};
static_assert(sizeof(VeventHeader) == 8 && offsetof(VeventHeader, sequence) == 4);
struct VeventArmSmmuV3 {
    uint64_t evt[4];
};
static_assert(sizeof(VeventArmSmmuV3) == 32);

/// What a fault queue gives ...
constexpr uint32_t fault_pasid_valid = 1 << 0, fault_last_page = 1 << 1;
/// Not Linux's: the record came through the PRI queue, and its group may have several.  One of these
/// with cookie 0 is a Stop Marker, which wants no answer.
constexpr uint32_t fault_page_request = uint32_t{1} << 31;
constexpr uint32_t fault_read = 1 << 0, fault_write = 1 << 1, fault_exec = 1 << 2,
                   fault_priv = 1 << 3;
struct PageFault {
    uint32_t flags;
    uint32_t dev_id;
    uint32_t pasid;
    uint32_t grpid;
    uint32_t perm;
    uint32_t reserved;
    uint64_t addr;
    uint32_t length;
    uint32_t cookie;  ///< 1 and more, the same in a group
};
static_assert(sizeof(PageFault) == 40 && offsetof(PageFault, perm) == 16 &&
              offsetof(PageFault, addr) == 24 && offsetof(PageFault, cookie) == 36);
/// ... and takes.
constexpr uint32_t page_response_success = 0, page_response_invalid = 1;
struct PageResponse {
    uint32_t cookie;
    uint32_t code;
};
static_assert(sizeof(PageResponse) == 8 && offsetof(PageResponse, code) == 4);

}  // namespace smmu::sw::iommu_api
