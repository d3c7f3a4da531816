// The calls: their numbers, and the structs that they take.  Bit for bit those of Linux's iommufd,
// so a VMM written for it can use them.
//
// Every struct begins with its size.  A shorter one of an older caller is extended with zeros, a
// longer one must have zeros where this side knows nothing.  Fields named out_ are written.
#pragma once
#include <stddef.h>
#include <stdint.h>

namespace smmu::sw::iommu_api {

enum class Call : uint8_t {
    Destroy = 0x80,
    IoasAlloc = 0x81,
    IoasAllowIovas = 0x82,
    IoasIovaRanges = 0x84,
    IoasMap = 0x85,
    IoasUnmap = 0x86,
    HwptAlloc = 0x89,
    GetHwInfo = 0x8A,
    HwptInvalidate = 0x8D,
    FaultQueueAlloc = 0x8E,
    ViommuAlloc = 0x90,
    VdeviceAlloc = 0x91,
    VeventqAlloc = 0x93,
};
/// What ioctl() takes: type ';' and the number, no size and no direction.
constexpr uint32_t ioctl_number(Call call) {
    return uint32_t{';'} << 8 | static_cast<uint8_t>(call);
}

struct Destroy {
    uint32_t size;
    uint32_t id;
};
static_assert(sizeof(Destroy) == 8 && offsetof(Destroy, id) == 4);

struct IoasAlloc {
    uint32_t size;
    uint32_t flags;  ///< 0
    uint32_t out_ioas_id;
};
static_assert(sizeof(IoasAlloc) == 12 && offsetof(IoasAlloc, out_ioas_id) == 8);

struct IovaRange {
    uint64_t start;
    uint64_t last;
};
static_assert(sizeof(IovaRange) == 16);

struct IoasAllowIovas {
    uint32_t size;
    uint32_t ioas_id;
    uint32_t num_iovas;
    uint32_t reserved;
    uint64_t allowed_iovas;  ///< address of num_iovas IovaRange
};
static_assert(sizeof(IoasAllowIovas) == 24 && offsetof(IoasAllowIovas, allowed_iovas) == 16);

struct IoasIovaRanges {
    uint32_t size;
    uint32_t ioas_id;
    uint32_t num_iovas;  ///< in: room for so many; out: so many there are
    uint32_t reserved;
    uint64_t allowed_iovas;
    uint64_t out_iova_alignment;
};
static_assert(sizeof(IoasIovaRanges) == 32 && offsetof(IoasIovaRanges, allowed_iovas) == 16 &&
              offsetof(IoasIovaRanges, out_iova_alignment) == 24);

constexpr uint32_t map_fixed_iova = 1 << 0, map_writeable = 1 << 1, map_readable = 1 << 2;
struct IoasMap {
    uint32_t size;
    uint32_t flags;
    uint32_t ioas_id;
    uint32_t reserved;
    uint64_t user_va;
    uint64_t length;
    uint64_t iova;  ///< in with map_fixed_iova, else out
};
static_assert(sizeof(IoasMap) == 40 && offsetof(IoasMap, user_va) == 16 &&
              offsetof(IoasMap, length) == 24 && offsetof(IoasMap, iova) == 32);

struct IoasUnmap {
    uint32_t size;
    uint32_t ioas_id;
    uint64_t iova;
    uint64_t length;  ///< out: bytes unmapped.  0 and all ones: everything
};
static_assert(sizeof(IoasUnmap) == 24 && offsetof(IoasUnmap, iova) == 8 &&
              offsetof(IoasUnmap, length) == 16);

constexpr uint32_t hwpt_nest_parent = 1 << 0, hwpt_dirty_tracking = 1 << 1,
                   hwpt_fault_id_valid = 1 << 2, hwpt_pasid = 1 << 3;
struct HwptAlloc {
    uint32_t size;
    uint32_t flags;
    uint32_t dev_id;
    uint32_t pt_id;  ///< IOAS: a paging HWPT; vIOMMU (or nest parent, Form::Original): a nested one
    uint32_t out_hwpt_id;
    uint32_t reserved;
    uint32_t data_type;
    uint32_t data_len;
    uint64_t data_uptr;
    uint32_t fault_id;
    uint32_t reserved2;
};
static_assert(sizeof(HwptAlloc) == 48 && offsetof(HwptAlloc, pt_id) == 12 &&
              offsetof(HwptAlloc, out_hwpt_id) == 16 && offsetof(HwptAlloc, data_type) == 24 &&
              offsetof(HwptAlloc, data_uptr) == 32 && offsetof(HwptAlloc, fault_id) == 40);

constexpr uint32_t hw_info_input_type = 1 << 0;
constexpr uint64_t hw_cap_dirty_tracking = 1 << 0, hw_cap_pasid_exec = 1 << 1,
                   hw_cap_pasid_priv = 1 << 2, hw_cap_ats_not_supported = 1 << 3;
struct GetHwInfo {
    uint32_t size;
    uint32_t flags;
    uint32_t dev_id;
    uint32_t data_len;  ///< in: size of the buffer; out: size of what there is
    uint64_t data_uptr;
    uint32_t data_type;  ///< in with hw_info_input_type; out
    uint8_t out_max_pasid_log2;
    uint8_t reserved[3];
    uint64_t out_capabilities;
};
static_assert(sizeof(GetHwInfo) == 40 && offsetof(GetHwInfo, data_uptr) == 16 &&
              offsetof(GetHwInfo, data_type) == 24 &&
              offsetof(GetHwInfo, out_max_pasid_log2) == 28 &&
              offsetof(GetHwInfo, reserved) == 29 && offsetof(GetHwInfo, out_capabilities) == 32);

struct HwptInvalidate {
    uint32_t size;
    uint32_t hwpt_id;  ///< a vIOMMU; nested HWPTs of this SMMU have no such call
    uint64_t data_uptr;
    uint32_t data_type;
    uint32_t entry_len;
    uint32_t entry_num;  ///< out: how many were handled
    uint32_t reserved;
};
static_assert(sizeof(HwptInvalidate) == 32 && offsetof(HwptInvalidate, data_uptr) == 8 &&
              offsetof(HwptInvalidate, data_type) == 16 &&
              offsetof(HwptInvalidate, entry_num) == 24);

struct FaultQueueAlloc {
    uint32_t size;
    uint32_t flags;  ///< 0
    uint32_t out_fault_id;
    uint32_t out_fault_fd;
};
static_assert(sizeof(FaultQueueAlloc) == 16 && offsetof(FaultQueueAlloc, out_fault_fd) == 12);

struct ViommuAlloc {
    uint32_t size;
    uint32_t flags;  ///< 0
    uint32_t type;
    uint32_t dev_id;
    uint32_t hwpt_id;  ///< a nest parent
    uint32_t out_viommu_id;
    uint32_t data_len;  ///< no type here takes data: it is not looked at
    uint32_t reserved;  ///< not looked at either
    uint64_t data_uptr;
};
static_assert(sizeof(ViommuAlloc) == 40 && offsetof(ViommuAlloc, hwpt_id) == 16 &&
              offsetof(ViommuAlloc, out_viommu_id) == 20 && offsetof(ViommuAlloc, data_uptr) == 32);

struct VdeviceAlloc {
    uint32_t size;
    uint32_t viommu_id;
    uint32_t dev_id;
    uint32_t out_vdevice_id;
    uint64_t virt_id;  ///< the StreamID that the guest knows
};
static_assert(sizeof(VdeviceAlloc) == 24 && offsetof(VdeviceAlloc, out_vdevice_id) == 12 &&
              offsetof(VdeviceAlloc, virt_id) == 16);

struct VeventqAlloc {
    uint32_t size;
    uint32_t flags;  ///< 0
    uint32_t viommu_id;
    uint32_t type;
    uint32_t veventq_depth;
    uint32_t out_veventq_id;
    uint32_t out_veventq_fd;
    uint32_t reserved;  ///< 0
};
static_assert(sizeof(VeventqAlloc) == 32 && offsetof(VeventqAlloc, veventq_depth) == 16 &&
              offsetof(VeventqAlloc, out_veventq_id) == 20 &&
              offsetof(VeventqAlloc, out_veventq_fd) == 24);

}  // namespace smmu::sw::iommu_api
