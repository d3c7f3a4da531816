// What of the IORT reaches a device: StreamIDs, ATS and CANWBS of its root complex.
#include <vector>

#include "sw_stubs/iommu_api/capability.h"
#include "tests/sw/iommu_api_fixture.h"
#include "tests/sw/iort_tables.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using sw::iort::IdMapping;
using sw::iort::Iort;
using sw::iort::NodeType;

namespace {

struct IommuApiFirmware : ::testing::Test {
    TableBuilder table;
    TableBytes bytes;
    uint32_t smmu = table.add(NodeType::SmmuV3, 4, 68);
    uint32_t root = 0;

    /// RIDs 0-0xFF of segment 1 are StreamIDs 0x100-0x1FF.
    void add_root(uint64_t memory_flags, uint64_t ats, uint8_t revision = 1) {
        root = table.add(NodeType::RootComplex, revision, 36, {{0, 0xFF, 0x100, smmu, 0}});
        table.set(root, 23, memory_flags, 1);
        table.set(root, 24, ats, 4);
        table.set(root, 28, 1, 4);
    }
    FirmwareDevice find(const std::vector<uint32_t>& rids) {
        bytes = table.finish();
        return pci_device(open(bytes), 1, rids.data(), static_cast<unsigned>(rids.size()));
    }
};

TEST_F(IommuApiFirmware, NEST_02_01_CanwbsIsBit2OfTheMemoryFlags) {
    for (unsigned flags = 0; flags < 0x100; ++flags) {
        table = TableBuilder{};
        smmu = table.add(NodeType::SmmuV3, 4, 68);
        add_root(flags, 0);
        EXPECT_EQ(find({0x08}).rc_canwbs, (flags & 4) != 0) << flags;
    }
}

TEST_F(IommuApiFirmware, NEST_03_01_NEST_03_02_FlagsOfTheRootComplexReachTheDevice) {
    add_root(4, 1);
    const FirmwareDevice d = find({0x08});
    EXPECT_TRUE(d.exists);
    EXPECT_TRUE(d.complete);
    EXPECT_EQ(d.streams.count, 1u);
    EXPECT_EQ(d.streams.id[0].value, 0x108u);
    EXPECT_EQ(d.smmu.offset(), smmu);
    EXPECT_TRUE(d.rc_ats);
    EXPECT_TRUE(d.rc_canwbs);
}

TEST_F(IommuApiFirmware, NEST_03_01_AtsIsBit0OfTheAttribute) {
    add_root(0, 0xFFFF'FFFE);
    EXPECT_FALSE(find({0x08}).rc_ats);
}

TEST_F(IommuApiFirmware, NEST_03_02_CanwbsNeedsNeitherCpmNorDacsNorARevision) {
    add_root(4, 0, 0);
    EXPECT_TRUE(find({0x08}).rc_canwbs);
}

TEST_F(IommuApiFirmware, NEST_03_05_EveryAliasHasAStreamId) {
    add_root(0, 0);
    const FirmwareDevice d = find({0x08, 0x09});
    ASSERT_EQ(d.streams.count, 2u);
    EXPECT_EQ(d.streams.id[1].value, 0x109u);
}

TEST_F(IommuApiFirmware, NEST_03_03_FlagsStandAlthoughALaterAliasIsNotMapped) {
    add_root(4, 1);
    const FirmwareDevice d = find({0x08, 0x1000, 0x09});
    EXPECT_TRUE(d.exists);
    EXPECT_FALSE(d.complete);
    EXPECT_EQ(d.end, sw::iort::WalkEnd::NotMapped);
    EXPECT_EQ(d.streams.count, 1u) << "what comes after it is not looked at";
    EXPECT_TRUE(d.rc_ats);
    EXPECT_TRUE(d.rc_canwbs);
}

TEST_F(IommuApiFirmware, NEST_03_03_WithoutAStreamIdThereAreNoFlags) {
    add_root(4, 1);
    const FirmwareDevice d = find({0x1000});
    EXPECT_FALSE(d.exists);
    EXPECT_FALSE(d.rc_ats);
    EXPECT_FALSE(d.rc_canwbs);
}

TEST_F(IommuApiFirmware, NEST_03_04_ANamedComponentNeverHasCanwbs) {
    const uint32_t node =
        table.add(NodeType::NamedComponent, 4, 32, {{0, 0, 0x55, smmu, 1}, {0, 0, 0x56, smmu, 1}});
    table.set(node, 27, 7, 1);  // its memory flags: CPM, DACS, CANWBS
    table.set(node, 29, 'D', 1);
    bytes = table.finish();
    const Iort iort = open(bytes);
    const FirmwareDevice d = named_component(iort, node_of(iort, node));
    EXPECT_TRUE(d.exists);
    ASSERT_EQ(d.streams.count, 2u);
    EXPECT_EQ(d.streams.id[0].value, 0x55u);
    EXPECT_EQ(d.streams.id[1].value, 0x56u);
    EXPECT_FALSE(d.rc_canwbs);
    EXPECT_FALSE(d.rc_ats);
}

TEST_F(IommuApiFirmware, MoreStreamsThanADeviceCanHaveAreTold) {
    add_root(0, 0);
    const FirmwareDevice d = find({1, 2, 3, 4, 5});
    EXPECT_EQ(d.streams.count, most_streams);
    EXPECT_FALSE(d.complete);
}

TEST_F(IommuApiFirmware, AliasesBehindTwoSmmusAreTold) {
    const uint32_t second = table.add(NodeType::SmmuV3, 4, 68);
    root = table.add(NodeType::RootComplex, 1, 36,
                     {{0, 0xF, 0x100, smmu, 0}, {0x10, 0xF, 0x100, second, 0}});
    table.set(root, 28, 1, 4);
    const FirmwareDevice d = find({0x01, 0x11});
    EXPECT_FALSE(d.complete);
    EXPECT_EQ(d.streams.count, 1u);
}

}  // namespace
