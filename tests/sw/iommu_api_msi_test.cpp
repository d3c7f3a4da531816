// Reserved ranges of devices, and the window through which they reach doorbells.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using sw::ReservedRange;
using sw::ReservedUse;

namespace {

constexpr uint64_t window = 0x0800'0000;
constexpr uint64_t doorbell = 0x0808'0040;  // a register in the page 0x0808'0000

struct IommuApiMsi : IommuApi {
    void SetUp() override { make_guest(); }
    const FakeInstance::Table& table(uint32_t id) {
        return smmu.tables[api.hwpts.find(id)->domain.value];
    }
    Errno doorbell_of(uint32_t device, uint64_t address, uint64_t& where) {
        return map_doorbell(api, device, address, where);
    }
    uint64_t iova = 0;
};

TEST_F(IommuApiMsi, NEST_10_01_TheWindowIsOfferedForEveryDevice) {
    const DeviceSetup s = setup();
    ASSERT_EQ(s.resv_count, 1u);
    EXPECT_EQ(s.resv[0].use, ReservedUse::SwMsi);
    EXPECT_EQ(s.resv[0].start, 0x0800'0000u);
    EXPECT_EQ(s.resv[0].length, 0x10'0000u);
}

TEST_F(IommuApiMsi, NEST_10_02_ReservedRangesAreNotForMapping) {
    EXPECT_EQ(map(ioas, window, 0x1000), Errno::None) << "nobody is attached";
    EXPECT_EQ(unmap(ioas, window, 0x1000), Errno::None);
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(map(ioas, window, 0x1000), Errno::Inval);
    EXPECT_EQ(map(ioas, window - 0x1000, 0x2000), Errno::Inval);
    EXPECT_EQ(map(ioas, window + 0xF'F000, 0x1000), Errno::Inval);
    EXPECT_EQ(map(ioas, window + 0x10'0000, 0x1000), Errno::None);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(map(ioas, window, 0x1000), Errno::None) << "free again";
}

TEST_F(IommuApiMsi, NEST_10_02_AMappingThereRefusesTheDevice) {
    ASSERT_EQ(map(ioas, window + 0x5000, 0x1000), Errno::None);
    EXPECT_EQ(attach(dev, parent), Errno::AddrInUse);
    EXPECT_EQ(ste().word[0], 1u);
}

TEST_F(IommuApiMsi, NEST_10_10_ADeviceThatIsRefusedReservesNothing) {
    const uint32_t strict = make_hwpt(0, dev, ioas);
    api.hwpts.find(strict)->enforce_coherency = true;
    EXPECT_EQ(attach(dev, strict), Errno::Inval);
    EXPECT_EQ(map(ioas, window, 0x1000), Errno::None);
}

TEST_F(IommuApiMsi, NEST_10_10_TheAddressSpaceBeforeIsFreeAgain) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    const uint32_t second = make_ioas();
    ASSERT_EQ(replace(dev, make_hwpt(0, dev, second)), Errno::None);
    EXPECT_EQ(map(ioas, window, 0x1000), Errno::None);
    EXPECT_EQ(map(second, window, 0x1000), Errno::Inval);
}

TEST_F(IommuApiMsi, NEST_10_02_DirectRelaxableIsNotReserved) {
    DeviceSetup s = setup(9);
    s.resv[1] = {0x1'0000, 0x1000, ReservedUse::DirectRelaxable};
    s.resv[2] = {0x2'0000, 0x1000, ReservedUse::Direct};
    s.resv[3] = {0x3'0000, 0x1000, ReservedUse::Reserved};
    s.resv_count = 4;
    ASSERT_EQ(attach(bind(s), parent), Errno::None);
    EXPECT_EQ(map(ioas, 0x1'0000, 0x1000), Errno::None);
    EXPECT_EQ(map(ioas, 0x2'0000, 0x1000), Errno::Inval);
    EXPECT_EQ(map(ioas, 0x3'0000, 0x1000), Errno::Inval);
}

TEST_F(IommuApiMsi, NEST_10_03_TwoWindowsOrHardwareMsisBesideOneAreRefused) {
    DeviceSetup s = setup(9);
    s.resv[1] = {0x2000'0000, 0x1000, ReservedUse::SwMsi};
    s.resv_count = 2;
    EXPECT_EQ(attach(bind(s), parent), Errno::Inval);
    s.streams.id[0] = {10};
    s.resv[1].use = ReservedUse::Msi;
    EXPECT_EQ(attach(bind(s), parent), Errno::Inval);
    s.streams.id[0] = {11};
    s.resv[0] = s.resv[1];
    s.resv_count = 1;
    EXPECT_EQ(attach(bind(s), parent), Errno::None) << "hardware MSIs alone";
}

TEST_F(IommuApiMsi, NEST_10_06_WithoutAWindowAddressesStay) {
    DeviceSetup s = setup(9);
    s.resv_count = 0;
    const uint32_t device = bind(s);
    ASSERT_EQ(attach(device, parent), Errno::None);
    EXPECT_EQ(doorbell_of(device, doorbell, iova), Errno::None);
    EXPECT_EQ(iova, doorbell);
    EXPECT_TRUE(table(parent).pages.empty());
    EXPECT_EQ(doorbell_of(99, doorbell, iova), Errno::NoEnt);
}

TEST_F(IommuApiMsi, NEST_10_07_ADoorbellGetsAPageOfTheWindow) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    EXPECT_EQ(iova, window + 0x40);
    const auto& page = table(parent).pages.at(window);
    EXPECT_EQ(page.pa, 0x0808'0000u);
    EXPECT_EQ(page.mapping.use, sw::MemoryUse::Device);
    EXPECT_TRUE(page.mapping.read);
    EXPECT_TRUE(page.mapping.write);
    EXPECT_FALSE(page.mapping.execute);
}

TEST_F(IommuApiMsi, NEST_10_04_FirstComeFirstPageAndTheSameDoorbellAgain) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(doorbell_of(dev, 0x0808'0040, iova), Errno::None);
    ASSERT_EQ(doorbell_of(dev, 0x0809'0044, iova), Errno::None);
    EXPECT_EQ(iova, window + 0x1044);
    ASSERT_EQ(doorbell_of(dev, 0x0808'0080, iova), Errno::None);
    EXPECT_EQ(iova, window + 0x80);
    EXPECT_EQ(table(parent).pages.size(), 2u);
}

TEST_F(IommuApiMsi, NEST_10_04_TheSameDoorbellInAnotherWindowIsAnotherPage) {
    DeviceSetup s = setup(9);
    s.resv[0].start = 0x2000'0000;
    const uint32_t other = bind(s);
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(attach(other, parent), Errno::None);
    ASSERT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    ASSERT_EQ(doorbell_of(other, doorbell, iova), Errno::None);
    EXPECT_EQ(iova, 0x2000'0040u);
    EXPECT_EQ(table(parent).pages.size(), 2u);
}

TEST_F(IommuApiMsi, NEST_10_08_OfAGuestTheDoorbellIsInStage2) {
    ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    ASSERT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    EXPECT_EQ(iova, window + 0x40);
    EXPECT_EQ(table(parent).pages.count(window), 1u);
}

TEST_F(IommuApiMsi, NEST_10_09_DoorbellsGoWithTheDeviceToItsNextTable) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    const uint32_t next = make_hwpt(0, dev, make_ioas());
    EXPECT_TRUE(table(next).pages.empty());
    log.clear();
    ASSERT_EQ(replace(dev, next), Errno::None);
    EXPECT_EQ(table(next).pages.at(window).pa, 0x0808'0000u);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(destroy(next), Errno::None) << "and are taken out of it at the end";
}

TEST_F(IommuApiMsi, NEST_10_10_ADoorbellThatCannotBeMappedRefusesTheMove) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    const uint32_t next = make_hwpt(0, dev, make_ioas());
    smmu.next_map = Errno::NoMem;
    EXPECT_EQ(replace(dev, next), Errno::NoMem);
    EXPECT_EQ(api.devices.find(dev)->hwpt, api.hwpts.find(parent));
}

TEST_F(IommuApiMsi, NEST_10_10_ADoorbellThatCannotBeMappedIsTold) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    smmu.next_map = Errno::NoMem;
    EXPECT_EQ(doorbell_of(dev, doorbell, iova), Errno::NoMem);
    EXPECT_EQ(doorbell_of(dev, doorbell, iova), Errno::None);
    EXPECT_EQ(iova, window + 0x40);
}

TEST_F(IommuApiMsi, NEST_10_05_MoreThan64PagesAreEoverflow) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    for (uint64_t i = 0; i < 64; ++i)
        ASSERT_EQ(doorbell_of(dev, 0x5000'0000 + i * 0x1000, iova), Errno::None);
    EXPECT_EQ(iova, window + 63 * 0x1000);
    EXPECT_EQ(doorbell_of(dev, 0x6000'0000, iova), Errno::Overflow);
}

}  // namespace
