// S2FWB: who asks for it, and what it makes of the tables.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using sw::MemoryUse;
using sw::Stage2Types;

namespace {

struct IommuApiFwb : IommuApi {
    Stage2Types types_of(uint32_t flags) {
        const uint32_t id = make_hwpt(flags, dev, ioas);
        return smmu.tables[api.hwpts.find(id)->domain.value].request.types;
    }
    void SetUp() override {
        dev = bind(setup());
        ioas = make_ioas();
    }
};

TEST_F(IommuApiFwb, NEST_09_01_NeedsTheFeatureAndANestParent) {
    EXPECT_EQ(types_of(1), Stage2Types::Force);
    smmu.facts_.features.stage1 = false;
    EXPECT_EQ(types_of(0), Stage2Types::Combine) << "a stage 2 that nobody nests on";
    smmu.facts_.features.stage1 = true;
    smmu.facts_.features.fwb = false;
    EXPECT_EQ(types_of(1), Stage2Types::Combine);
}

TEST_F(IommuApiFwb, NEST_09_02_CoherenceIsNoPrecondition) {
    smmu.facts_.features.coherency = sw::Coherency::NonCoherent;
    EXPECT_EQ(types_of(1), Stage2Types::Force);
}

TEST_F(IommuApiFwb, NEST_09_06_TheSteSaysHowItsTableIsWritten) {
    const uint32_t with = make_hwpt(1, dev, ioas);
    ASSERT_EQ(attach(dev, with), Errno::None);
    EXPECT_TRUE(ste()[arch::Ste::S2FWB]);
    smmu.facts_.features.fwb = false;
    const uint32_t without = make_hwpt(1, dev, ioas);
    ASSERT_EQ(replace(dev, without), Errno::None);
    EXPECT_FALSE(ste()[arch::Ste::S2FWB]);
    ASSERT_EQ(replace(dev, with), Errno::None);
    EXPECT_TRUE(ste()[arch::Ste::S2FWB]) << "that of the table, not that of the SMMU";
}

TEST_F(IommuApiFwb, NEST_09_03_NestingNeedsS2fwbOrCanwbs) {
    parent = make_hwpt(1, dev, ioas);
    DeviceSetup s = setup(9);
    s.canwbs = true;
    const uint32_t canwbs = bind(s);
    uint32_t id = 0;
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::None);
    EXPECT_EQ(make_viommu(canwbs, parent, id), Errno::None);
    smmu.facts_.features.fwb = false;
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::OpNotSupp);
    EXPECT_EQ(make_viommu(canwbs, parent, id), Errno::None);
}

// --- Leaves of the driver, bits [5:2] and the others

constexpr sw::Mapping mapping(MemoryUse use, bool read = true, bool write = true,
                              bool execute = true) {
    return {use, read, write, execute, true};
}
uint64_t leaf(const sw::Mapping& m, Stage2Types types) { return sw::stage2_leaf(m, types).word[0]; }

TEST(IommuApiFwbLeaf, NEST_09_04_MemAttr) {
    const auto mem_attr = [](MemoryUse use, Stage2Types types) {
        return leaf(mapping(use), types) >> 2 & 0xF;
    };
    EXPECT_EQ(mem_attr(MemoryUse::Device, Stage2Types::Combine), 0b0001u);
    EXPECT_EQ(mem_attr(MemoryUse::Device, Stage2Types::Force), 0b0001u);
    EXPECT_EQ(mem_attr(MemoryUse::Cacheable, Stage2Types::Combine), 0b1111u);
    EXPECT_EQ(mem_attr(MemoryUse::Cacheable, Stage2Types::Force), 0b0110u);
    EXPECT_EQ(mem_attr(MemoryUse::NonCacheable, Stage2Types::Combine), 0b0101u);
    EXPECT_EQ(mem_attr(MemoryUse::NonCacheable, Stage2Types::Force), 0b0101u);
}

TEST(IommuApiFwbLeaf, NEST_09_05_PermissionsShareabilityAccessFlag) {
    // AF 10, SH 9:8 inner, S2AP 7:6, MemAttr 0b1111.
    EXPECT_EQ(leaf(mapping(MemoryUse::Cacheable), Stage2Types::Combine), 0x7FCu);
    EXPECT_EQ(leaf(mapping(MemoryUse::Cacheable, true, false), Stage2Types::Combine), 0x77Cu);
    EXPECT_EQ(leaf(mapping(MemoryUse::Cacheable, false, true), Stage2Types::Combine), 0x7BCu);
    EXPECT_EQ(leaf(mapping(MemoryUse::Device), Stage2Types::Combine), 0x6C4u) << "SH outer";
    EXPECT_NE(
        leaf(mapping(MemoryUse::Cacheable, true, true, false), Stage2Types::Combine) >> 53 & 3, 0u)
        << "XN";
}

}  // namespace
