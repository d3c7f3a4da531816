// Binding devices, attaching them to address spaces, and what is no table.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

using IommuApiBind = IommuApiTables;

TEST_F(IommuApiBind, AttachToAnAddressSpaceMakesATable) {
    uint32_t pt = ioas;
    ASSERT_EQ(sw::iommu_api::attach(api, dev, pt), Errno::None);
    ASSERT_NE(pt, ioas) << "the HWPT is told";
    EXPECT_TRUE(hwpt_at(pt).auto_domain);
    uint32_t same = ioas;
    const uint32_t second = bind(setup(9));
    ASSERT_EQ(sw::iommu_api::attach(api, second, same), Errno::None);
    EXPECT_EQ(same, pt) << "shared";
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_NE(api.hwpts.find(pt), nullptr);
    ASSERT_EQ(detach(api, second), Errno::None);
    EXPECT_EQ(api.hwpts.find(pt), nullptr) << "it goes with its last device";
}

TEST_F(IommuApiBind, AnAddressSpaceHasATableForEachKindOfDevice) {
    DeviceSetup s = setup(9);
    s.canwbs = true;
    const uint32_t strict = bind(s);
    uint32_t first = ioas, second = ioas, third = ioas;
    ASSERT_EQ(sw::iommu_api::attach(api, strict, first), Errno::None);
    ASSERT_EQ(sw::iommu_api::attach(api, dev, second), Errno::None);
    EXPECT_NE(first, second) << "the strict table does not take it";
    s = setup(10);
    s.instance = &other_smmu;
    ASSERT_EQ(sw::iommu_api::attach(api, bind(s), third), Errno::None);
    EXPECT_EQ(hwpt_at(third).instance, &other_smmu);
}

TEST_F(IommuApiBind, ReplacingByItsOwnAddressSpaceChangesNothing) {
    uint32_t pt = ioas;
    ASSERT_EQ(sw::iommu_api::attach(api, dev, pt), Errno::None);
    log.clear();
    uint32_t again = ioas;
    ASSERT_EQ(sw::iommu_api::replace(api, dev, again), Errno::None);
    EXPECT_EQ(again, pt);
    EXPECT_TRUE(log.empty());
}

TEST_F(IommuApiBind, ATableThatDoesNotTakeTheDeviceGoesAgain) {
    smmu.has_cds = false;
    uint32_t pt = ioas;
    EXPECT_EQ(sw::iommu_api::attach(api, dev, pt), Errno::NoMem);
    EXPECT_EQ(pt, ioas);
    EXPECT_EQ(api.ioases.find(ioas)->domains, 2u) << "the two of the fixture";
}

TEST_F(IommuApiBind, ATableOfAnotherSmmuIsRefused) {
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    const uint32_t device = bind(s);
    EXPECT_EQ(attach(device, parent), Errno::Inval);
    EXPECT_EQ(attach(device, stage1), Errno::Inval);
}

TEST_F(IommuApiBind, WhatIsNoTableIsRefused) {
    EXPECT_EQ(attach(dev, 99), Errno::NoEnt);
    EXPECT_EQ(attach(dev, dev), Errno::Inval);
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    EXPECT_EQ(attach(dev, viommu), Errno::Inval);
}

TEST_F(IommuApiBind, BindingChecksTheDevice) {
    uint32_t id = 0;
    EXPECT_EQ(sw::iommu_api::bind(api, setup(sid), id), Errno::Busy) << "the stream is taken";
    EXPECT_EQ(sw::iommu_api::bind(api, setup(0x1'0000), id), Errno::Range);
    DeviceSetup s = setup(9);
    s.instance = nullptr;
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::NoDev);
    s = setup(9);
    s.streams.count = 0;
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::NoDev);
    s.streams.count = 5;
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::NoMem);
    unsigned count = 1;
    uint32_t stream = 0x100;
    while (sw::iommu_api::bind(api, setup(stream++), id) == Errno::None) ++count;
    EXPECT_EQ(count, most_devices);
    EXPECT_EQ(sw::iommu_api::bind(api, setup(0x999), id), Errno::NoMem);
}

TEST_F(IommuApiBind, UnbindingEndsEverythingOfTheDevice) {
    make_viommu_and_vdevice();
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(destroy(dev), Errno::Busy) << "it is the platform's to end";
    ASSERT_EQ(unbind(api, dev), Errno::None);
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_FALSE(pci.on);
    EXPECT_EQ(destroy(dev), Errno::NoEnt);
    EXPECT_EQ(unbind(api, dev), Errno::NoEnt);
    EXPECT_EQ(attach(dev, parent), Errno::NoEnt);
}

}  // namespace
