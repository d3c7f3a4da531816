// The older interface: the number that once chose stage 2 does nothing any more.
#include "sw_stubs/iommu_api/vfio.h"

#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

struct IommuApiVfio : IommuApi {
    VfioContainer container{api};
    static constexpr uint64_t va = FakeCaller::base;

    /// The container's address space on a device.
    const FakeInstance::Table& table() {
        dev = bind(setup());
        uint32_t pt = container.ioas_id();
        EXPECT_EQ(sw::iommu_api::attach(api, dev, pt), Errno::None);
        return smmu.tables[api.hwpts.find(pt)->domain.value];
    }
};

TEST_F(IommuApiVfio, NEST_01_01_NestingIsNoExtensionOnEitherPath) {
    EXPECT_EQ(vfio_check_extension(6), 0u);
    EXPECT_EQ(vfio_check_extension(1), 1u);
    EXPECT_EQ(vfio_check_extension(3), 1u);
    EXPECT_EQ(vfio_check_extension(2), 0u);
    EXPECT_EQ(vfio_check_extension(1000), 0u);
}

TEST_F(IommuApiVfio, NEST_01_02_NestingTypeIsTakenAndIsType1V2) {
    ASSERT_EQ(container.set_iommu(6), Errno::None);
    ASSERT_EQ(container.map(0x10000, va, 0x4000, true), Errno::None);
    uint64_t length = 0x1000;
    EXPECT_EQ(container.unmap(0x11000, length), Errno::NoEnt) << "v2 does not cut";
    EXPECT_EQ(length, 0u);
    length = 0x4000;
    EXPECT_EQ(container.unmap(0x10000, length), Errno::None);
    EXPECT_EQ(length, 0x4000u);
}

TEST_F(IommuApiVfio, NEST_01_03_NestingTypeDoesNotChooseTheStage) {
    ASSERT_EQ(container.set_iommu(6), Errno::None);
    EXPECT_EQ(table().request.stage, sw::Stage::One);
}

TEST_F(IommuApiVfio, NEST_20_08_Type1V2DoesNotCut) {
    ASSERT_EQ(container.set_iommu(3), Errno::None);
    ASSERT_EQ(container.map(0x10000, va, 0x4000, true), Errno::None);
    uint64_t length = 0x1000;
    EXPECT_EQ(container.unmap(0x10000, length), Errno::NoEnt);
}

TEST_F(IommuApiVfio, NEST_20_08_Type1Cuts) {
    ASSERT_EQ(container.set_iommu(1), Errno::None);
    ASSERT_EQ(container.map(0x10000, va, 0x4000, true), Errno::None);
    const auto& pages = table().pages;
    uint64_t length = 0x1000;
    ASSERT_EQ(container.unmap(0x11000, length), Errno::None);
    EXPECT_EQ(length, 0x1000u);
    EXPECT_EQ(pages.size(), 3u);
    EXPECT_EQ(pages.count(0x11000), 0u);
    EXPECT_EQ(pages.at(0x12000).pa, va + FakeCaller::physical_offset + 0x2000);
    length = 0x3000;
    ASSERT_EQ(container.unmap(0x11000, length), Errno::None) << "what is left of the mapping";
    EXPECT_EQ(length, 0x2000u);
    EXPECT_EQ(pages.size(), 1u);
}

TEST_F(IommuApiVfio, Type1CutsAtPagesOnly) {
    ASSERT_EQ(container.set_iommu(1), Errno::None);
    ASSERT_EQ(container.map(0x10000, va, 0x4000, true), Errno::None);
    uint64_t length = 0x800;
    EXPECT_EQ(container.unmap(0x10000, length), Errno::Inval);
}

TEST_F(IommuApiVfio, OtherTypesAndASecondTypeAreRefused) {
    for (const unsigned type : {0u, 2u, 4u, 5u, 7u, 8u})
        EXPECT_EQ(container.set_iommu(type), Errno::Inval) << type;
    ASSERT_EQ(container.set_iommu(3), Errno::None);
    EXPECT_EQ(container.set_iommu(3), Errno::Inval);
}

}  // namespace
