// The structs of the API byte for byte, typed by hand from the layouts that VMMs use.
#include <gtest/gtest.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "sw_stubs/iommu_api/error.h"
#include "sw_stubs/iommu_api/uapi.h"
#include "sw_stubs/iommu_api/uapi_data.h"

using namespace smmu::sw::iommu_api;

namespace {

using Bytes = std::vector<uint8_t>;

template <class T>
Bytes bytes_of(const T& value) {
    Bytes b(sizeof(T));
    std::memcpy(b.data(), &value, sizeof(T));
    return b;
}

constexpr uint64_t wide = 0x8877'6655'4433'2211;

TEST(IommuApiUapi, NEST_00_3_05_Numbers) {
    EXPECT_EQ(ioctl_number(Call::Destroy), 0x3B80u);
    EXPECT_EQ(ioctl_number(Call::IoasAlloc), 0x3B81u);
    EXPECT_EQ(ioctl_number(Call::IoasAllowIovas), 0x3B82u);
    EXPECT_EQ(ioctl_number(Call::IoasIovaRanges), 0x3B84u);
    EXPECT_EQ(ioctl_number(Call::IoasMap), 0x3B85u);
    EXPECT_EQ(ioctl_number(Call::IoasUnmap), 0x3B86u);
    EXPECT_EQ(ioctl_number(Call::HwptAlloc), 0x3B89u);
    EXPECT_EQ(ioctl_number(Call::GetHwInfo), 0x3B8Au);
    EXPECT_EQ(ioctl_number(Call::HwptInvalidate), 0x3B8Du);
    EXPECT_EQ(ioctl_number(Call::FaultQueueAlloc), 0x3B8Eu);
    EXPECT_EQ(ioctl_number(Call::ViommuAlloc), 0x3B90u);
    EXPECT_EQ(ioctl_number(Call::VdeviceAlloc), 0x3B91u);
    EXPECT_EQ(ioctl_number(Call::VeventqAlloc), 0x3B93u);
}

TEST(IommuApiUapi, NEST_00_3_05_ErrnoValues) {
    EXPECT_EQ(result(Errno::None), 0);
    EXPECT_EQ(result(Errno::Perm), -1);
    EXPECT_EQ(result(Errno::NoEnt), -2);
    EXPECT_EQ(result(Errno::Io), -5);
    EXPECT_EQ(result(Errno::TooBig), -7);
    EXPECT_EQ(result(Errno::BadF), -9);
    EXPECT_EQ(result(Errno::NoMem), -12);
    EXPECT_EQ(result(Errno::Fault), -14);
    EXPECT_EQ(result(Errno::Busy), -16);
    EXPECT_EQ(result(Errno::Exist), -17);
    EXPECT_EQ(result(Errno::NoDev), -19);
    EXPECT_EQ(result(Errno::Inval), -22);
    EXPECT_EQ(result(Errno::NoTty), -25);
    EXPECT_EQ(result(Errno::NoSpc), -28);
    EXPECT_EQ(result(Errno::SPipe), -29);
    EXPECT_EQ(result(Errno::Range), -34);
    EXPECT_EQ(result(Errno::Overflow), -75);
    EXPECT_EQ(result(Errno::MsgSize), -90);
    EXPECT_EQ(result(Errno::OpNotSupp), -95);
    EXPECT_EQ(result(Errno::AddrInUse), -98);
    EXPECT_EQ(result(Errno::TimedOut), -110);
}

TEST(IommuApiUapi, AddressSpaceStructs) {
    EXPECT_EQ(bytes_of(Destroy{8, 2}), (Bytes{8, 0, 0, 0, 2, 0, 0, 0}));
    EXPECT_EQ(bytes_of(IoasAlloc{12, 2, 3}), (Bytes{12, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0}));
    EXPECT_EQ(bytes_of(IoasAllowIovas{24, 2, 3, 4, wide}),
              (Bytes{24, 0, 0, 0, 2,    0,    0,    0,    3,    0,    0,    0,
                     4,  0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
    EXPECT_EQ(bytes_of(IoasIovaRanges{32, 2, 3, 4, wide, 5}),
              (Bytes{32,   0,    0,    0,    2,    0,    0,    0,    3, 0, 0, 0, 4, 0, 0, 0,
                     0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 5, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(
        bytes_of(IoasMap{40, 2, 3, 4, wide, 5, 6}),
        (Bytes{40,   0,    0,    0,    2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 0x11, 0x22, 0x33, 0x44,
               0x55, 0x66, 0x77, 0x88, 5, 0, 0, 0, 0, 0, 0, 0, 6, 0, 0, 0, 0,    0,    0,    0}));
    EXPECT_EQ(bytes_of(IoasUnmap{24, 2, wide, 5}),
              (Bytes{24,   0,    0,    0,    2, 0, 0, 0, 0x11, 0x22, 0x33, 0x44,
                     0x55, 0x66, 0x77, 0x88, 5, 0, 0, 0, 0,    0,    0,    0}));
    EXPECT_EQ(map_fixed_iova, 1u);
    EXPECT_EQ(map_writeable, 2u);
    EXPECT_EQ(map_readable, 4u);
}

TEST(IommuApiUapi, NEST_06_08_HwptAllocLayout) {
    EXPECT_EQ(bytes_of(HwptAlloc{48, 2, 3, 4, 5, 6, 7, 8, wide, 9, 10}),
              (Bytes{48,   0,    0,    0,    2,    0,    0,    0,    3, 0, 0, 0, 4,  0, 0, 0,
                     5,    0,    0,    0,    6,    0,    0,    0,    7, 0, 0, 0, 8,  0, 0, 0,
                     0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 9, 0, 0, 0, 10, 0, 0, 0}));
    EXPECT_EQ(hwpt_nest_parent, 1u);
    EXPECT_EQ(hwpt_dirty_tracking, 2u);
    EXPECT_EQ(hwpt_fault_id_valid, 4u);
    EXPECT_EQ(hwpt_pasid, 8u);
}

TEST(IommuApiUapi, NEST_05_01_GetHwInfoLayout) {
    EXPECT_EQ(bytes_of(GetHwInfo{40, 2, 3, 4, wide, 5, 6, {7, 8, 9}, wide}),
              (Bytes{40, 0, 0,    0,    2,    0,    0,    0,    3,    0,    0,    0,   4, 0,
                     0,  0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 5,    0,   0, 0,
                     6,  7, 8,    9,    0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
    HwInfoArmSmmuV3 info{};
    info.flags = 1;
    info.reserved = 2;
    for (unsigned i = 0; i < 6; ++i) info.idr[i] = 3 + i;
    info.iidr = 9;
    info.aidr = 10;
    EXPECT_EQ(bytes_of(info), (Bytes{1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5,  0, 0, 0,
                                     6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0}));
    EXPECT_EQ(hw_info_input_type, 1u);
    EXPECT_EQ(hw_info_arm_smmuv3, 2u);
}

TEST(IommuApiUapi, NEST_08_1_01_UserDataLayout) {
    EXPECT_EQ(bytes_of(HwptArmSmmuV3{{wide, 2}}),
              (Bytes{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 2, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(hwpt_data_arm_smmuv3, 2u);
}

TEST(IommuApiUapi, NEST_11_1_01_ViommuAllocLayout) {
    EXPECT_EQ(bytes_of(ViommuAlloc{40, 2, 3, 4, 5, 6, 7, 8, wide}),
              (Bytes{40, 0, 0, 0, 2,    0,    0,    0,    3,    0,    0,    0,   4, 0,
                     0,  0, 5, 0, 0,    0,    6,    0,    0,    0,    7,    0,   0, 0,
                     8,  0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
    EXPECT_EQ(viommu_arm_smmuv3, 1u);
}

TEST(IommuApiUapi, NEST_11_2_01_VdeviceAllocLayout) {
    EXPECT_EQ(bytes_of(VdeviceAlloc{24, 2, 3, 4, wide}),
              (Bytes{24, 0, 0, 0, 2,    0,    0,    0,    3,    0,    0,    0,
                     4,  0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88}));
}

TEST(IommuApiUapi, NEST_11_3_01_InvalidateLayout) {
    EXPECT_EQ(bytes_of(HwptInvalidate{32, 2, wide, 3, 4, 5, 6}),
              (Bytes{32, 0, 0, 0, 2, 0, 0, 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
                     3,  0, 0, 0, 4, 0, 0, 0, 5,    0,    0,    0,    6,    0,    0,    0}));
    EXPECT_EQ(bytes_of(InvalidateArmSmmuV3{{wide, 2}}),
              (Bytes{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 2, 0, 0, 0, 0, 0, 0, 0}));
    EXPECT_EQ(invalidate_data_arm_smmuv3, 1u);
}

TEST(IommuApiUapi, NEST_11_5_01_VeventqLayout) {
    EXPECT_EQ(bytes_of(VeventqAlloc{32, 2, 3, 4, 5, 6, 7, 8}),
              (Bytes{32, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0,
                     5,  0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8, 0, 0, 0}));
    EXPECT_EQ(bytes_of(VeventHeader{1, 2}), (Bytes{1, 0, 0, 0, 2, 0, 0, 0}));
    EXPECT_EQ(sizeof(VeventArmSmmuV3), 32u);
    EXPECT_EQ(veventq_arm_smmuv3, 1u);
    EXPECT_EQ(vevent_lost, 1u);
}

TEST(IommuApiUapi, NEST_17_01_FaultLayout) {
    EXPECT_EQ(bytes_of(FaultQueueAlloc{16, 2, 3, 4}),
              (Bytes{16, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0}));
    EXPECT_EQ(bytes_of(PageFault{1, 2, 3, 4, 5, 6, wide, 7, 8}),
              (Bytes{1,    0,    0,    0,    2, 0, 0, 0, 3, 0, 0,    0,    4,    0,
                     0,    0,    5,    0,    0, 0, 6, 0, 0, 0, 0x11, 0x22, 0x33, 0x44,
                     0x55, 0x66, 0x77, 0x88, 7, 0, 0, 0, 8, 0, 0,    0}));
    EXPECT_EQ(bytes_of(PageResponse{1, 2}), (Bytes{1, 0, 0, 0, 2, 0, 0, 0}));
}

}  // namespace
