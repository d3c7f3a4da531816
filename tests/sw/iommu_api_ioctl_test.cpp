// Calls by number and address: who gets which answer before anything is done.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint64_t at = FakeCaller::base + 0x1000;

struct IommuApiIoctl : IommuApi {
    template <class T>
    int call(Call number, const T& command) {
        caller.put(command, at);
        return sw::iommu_api::ioctl(api, ioctl_number(number), at);
    }
};

TEST_F(IommuApiIoctl, NEST_00_3_01_UnknownNumberIsEnotty) {
    caller.put(IoasAlloc{12, 0, 0}, at);
    const uint32_t known[] = {0x80, 0x81, 0x82, 0x84, 0x85, 0x86, 0x89,
                              0x8A, 0x8D, 0x8E, 0x90, 0x91, 0x93};
    for (uint32_t number = 0x3B00; number < 0x3C00; ++number) {
        bool is_known = false;
        for (const uint32_t k : known) is_known = is_known || number == (0x3B00 | k);
        if (!is_known) {
            EXPECT_EQ(sw::iommu_api::ioctl(api, number, at), -25) << number;
        }
    }
    EXPECT_EQ(sw::iommu_api::ioctl(api, 0x81, at), -25) << "without the type";
}

TEST_F(IommuApiIoctl, NEST_00_3_06_WhatTheCallWritesComesBack) {
    ASSERT_EQ(call(Call::IoasAlloc, IoasAlloc{12, 0, 0xFF}), 0);
    EXPECT_EQ(caller.get<IoasAlloc>(at).out_ioas_id, 1u);
    EXPECT_NE(api.ioases.find(1), nullptr);
}

TEST_F(IommuApiIoctl, NEST_00_3_02_LongerStructWithANonZeroTailIsE2big) {
    struct Longer {
        IoasAlloc known;
        uint8_t more[4];
    };
    EXPECT_EQ(call(Call::IoasAlloc, Longer{{16, 0, 0}, {0, 0, 0, 1}}), -7);
    EXPECT_EQ(api.ioases.find(1), nullptr) << "nothing was made";
    EXPECT_EQ(call(Call::IoasAlloc, Longer{{16, 0, 0}, {0, 0, 0, 0}}), 0);
}

TEST_F(IommuApiIoctl, NEST_00_3_03_ShorterStructIsExtendedWithZeros) {
    make_parent();
    // HWPT_ALLOC as it was first: 40 bytes, no fault_id.  What lies behind it does not count.
    HwptAlloc c{40, 0, dev, ioas, 0, 0, 0, 0, 0, 0xFFFF'FFFF, 0xFFFF'FFFF};
    ASSERT_EQ(call(Call::HwptAlloc, c), 0);
    EXPECT_NE(caller.get<HwptAlloc>(at).out_hwpt_id, 0u);
    EXPECT_EQ(caller.get<HwptAlloc>(at).fault_id, 0xFFFF'FFFFu) << "not the caller's to lose";
    // VIOMMU_ALLOC as it was first: 24 bytes.
    EXPECT_EQ(call(Call::ViommuAlloc, ViommuAlloc{24, 0, 1, dev, parent, 0, 0, 0, 0}), 0);
}

TEST_F(IommuApiIoctl, NEST_00_3_03_StructShorterThanItsFirstVersionIsEinval) {
    EXPECT_EQ(call(Call::Destroy, Destroy{7, 1}), -22);
    EXPECT_EQ(call(Call::IoasAlloc, IoasAlloc{8, 0, 0}), -22);
    EXPECT_EQ(call(Call::IoasAllowIovas, IoasAllowIovas{16, 1, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::IoasIovaRanges, IoasIovaRanges{24, 1, 0, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::IoasMap, IoasMap{32, 0, 1, 0, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::IoasUnmap, IoasUnmap{16, 1, 0, 0}), -22);
    EXPECT_EQ(call(Call::HwptAlloc, HwptAlloc{20, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::GetHwInfo, GetHwInfo{24, 0, 1, 0, 0, 0, 0, {}, 0}), -22);
    EXPECT_EQ(call(Call::HwptInvalidate, HwptInvalidate{28, 1, 0, 1, 16, 0, 0}), -22);
    EXPECT_EQ(call(Call::FaultQueueAlloc, FaultQueueAlloc{12, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::ViommuAlloc, ViommuAlloc{20, 0, 1, 1, 1, 0, 0, 0, 0}), -22);
    EXPECT_EQ(call(Call::VdeviceAlloc, VdeviceAlloc{16, 1, 1, 0, 0}), -22);
    EXPECT_EQ(call(Call::VeventqAlloc, VeventqAlloc{28, 0, 1, 1, 1, 0, 0, 0}), -22);
}

TEST_F(IommuApiIoctl, NEST_00_3_06_UnreachableStructIsEfaultAndDoesNothing) {
    EXPECT_EQ(sw::iommu_api::ioctl(api, 0x3B81, 0x10), -14);
    const uint64_t end = FakeCaller::base + caller.bytes.size();
    caller.put(uint32_t{12}, end - 4);
    EXPECT_EQ(sw::iommu_api::ioctl(api, 0x3B81, end - 4), -14) << "only the size can be read";
    caller.writes_that_work = 0;
    EXPECT_EQ(call(Call::IoasAlloc, IoasAlloc{12, 0, 0}), -14);
    EXPECT_EQ(api.ioases.find(1), nullptr) << "an id that nobody heard of is not made";
}

TEST_F(IommuApiIoctl, NEST_00_3_04_IdZeroIsNeverValid) {
    make_guest();
    EXPECT_EQ(destroy(0), Errno::NoEnt);
    uint32_t id = 0;
    EXPECT_EQ(hwpt(0, 0, ioas, id), Errno::NoEnt);
    EXPECT_EQ(hwpt(0, dev, 0, id), Errno::Inval);
    EXPECT_EQ(attach(dev, 0), Errno::NoEnt);
    EXPECT_EQ(attach(0, ioas), Errno::NoEnt);
    EXPECT_EQ(make_viommu(dev, 0, id), Errno::NoEnt);
    EXPECT_EQ(make_vdevice(0, dev, 1, id), Errno::NoEnt);
    EXPECT_EQ(map(0, 0, 0x1000), Errno::NoEnt);
    EXPECT_EQ(unmap(0, 0, 0x1000), Errno::NoEnt);
}

TEST_F(IommuApiIoctl, AllCallsAreReachedByTheirNumbers) {
    dev = bind(setup());
    ASSERT_EQ(call(Call::IoasAlloc, IoasAlloc{12, 0, 0}), 0);
    ioas = caller.get<IoasAlloc>(at).out_ioas_id;
    EXPECT_EQ(call(Call::IoasAllowIovas, IoasAllowIovas{24, ioas, 0, 0, 0}), 0);
    EXPECT_EQ(call(Call::IoasMap, IoasMap{40, 7, ioas, 0, FakeCaller::base, 0x1000, 0x5000}), 0);
    ASSERT_EQ(call(Call::HwptAlloc, HwptAlloc{48, 1, dev, ioas, 0, 0, 0, 0, 0, 0, 0}), 0);
    parent = caller.get<HwptAlloc>(at).out_hwpt_id;
    ASSERT_EQ(call(Call::ViommuAlloc, ViommuAlloc{40, 0, 1, dev, parent, 0, 0, 0, 0}), 0);
    viommu = caller.get<ViommuAlloc>(at).out_viommu_id;
    EXPECT_EQ(call(Call::VdeviceAlloc, VdeviceAlloc{24, viommu, dev, 0, 1}), 0);
    EXPECT_EQ(call(Call::VeventqAlloc, VeventqAlloc{32, 0, viommu, 1, 2, 0, 0, 0}), 0);
    EXPECT_EQ(caller.get<VeventqAlloc>(at).out_veventq_fd, 1u);
    EXPECT_EQ(call(Call::FaultQueueAlloc, FaultQueueAlloc{16, 0, 0, 0}), 0);
    EXPECT_EQ(caller.get<FaultQueueAlloc>(at).out_fault_fd, 2u);
    EXPECT_EQ(call(Call::HwptInvalidate, HwptInvalidate{32, viommu, 0, 1, 16, 0, 0}), 0);
    EXPECT_EQ(call(Call::GetHwInfo, GetHwInfo{40, 0, dev, 0, 0, 0, 0, {}, 0}), 0);
    EXPECT_EQ(caller.get<GetHwInfo>(at).data_len, 40u);
    // Counts come back with an error too.
    EXPECT_EQ(call(Call::IoasIovaRanges, IoasIovaRanges{32, ioas, 0, 0, 0, 0}), -90);
    EXPECT_EQ(caller.get<IoasIovaRanges>(at).num_iovas, 1u);
    EXPECT_EQ(call(Call::IoasUnmap, IoasUnmap{24, ioas, 0x5000, 0x1000}), 0);
    EXPECT_EQ(call(Call::Destroy, Destroy{8, ioas}), -16);
}

}  // namespace
