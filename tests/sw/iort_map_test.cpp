// ID mapping and the walk from a device to its SMMU.
#include "sw_stubs/iort/map.h"

#include <vector>

#include "tests/sw/iort_tables.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iort;

namespace {

constexpr uint32_t single = 1;  // IdMapping::flags

/// map_id() of a node of this type with these mappings.
Step mapped(NodeType type, const std::vector<IdMapping>& mappings, uint32_t id) {
    TableBuilder builder;
    const uint32_t node = builder.add(type, 0, 68, mappings);
    const TableBytes bytes = builder.finish();
    return map_id(node_of(open(bytes), node), id);
}
Step rid(const std::vector<IdMapping>& mappings, uint32_t id) {
    return mapped(NodeType::RootComplex, mappings, id);
}

TEST(IortMap, NumberOfIdsIsOneMoreThanTheFieldSays) {
    const std::vector<IdMapping> one{{0x10, 0, 0x90, 0x30, 0}};
    EXPECT_FALSE(rid(one, 0x0F).found);
    EXPECT_EQ(rid(one, 0x10).id, 0x90u);
    EXPECT_EQ(rid(one, 0x10).reference, 0x30u);
    EXPECT_FALSE(rid(one, 0x11).found);
    const std::vector<IdMapping> four{{0x10, 3, 0x90, 0x30, 0}};
    EXPECT_EQ(rid(four, 0x13).id, 0x93u);
    EXPECT_FALSE(rid(four, 0x14).found);
}

TEST(IortMap, TheLastIdOfARangeYieldsToARangeThatStartsWithIt) {
    const std::vector<IdMapping> off_by_one{{0x000, 0x100, 0x1000, 0x30, 0},
                                            {0x100, 0x100, 0x5000, 0x48, 0}};
    EXPECT_EQ(rid(off_by_one, 0x0FF).id, 0x10FFu);
    EXPECT_FALSE(rid(off_by_one, 0x0FF).conflict);
    EXPECT_EQ(rid(off_by_one, 0x100).id, 0x5000u);
    EXPECT_EQ(rid(off_by_one, 0x100).reference, 0x48u);
    EXPECT_TRUE(rid(off_by_one, 0x100).conflict);
    EXPECT_EQ(rid(off_by_one, 0x200).id, 0x5100u) << "nothing better: the last ID stays";
}

TEST(IortMap, OfRangesThatReallyOverlapTheFirstWins) {
    const std::vector<IdMapping> inside{{0x00, 0x10, 0x100, 0x30, 0}, {0x08, 0x10, 0x900, 0x48, 0}};
    EXPECT_EQ(rid(inside, 0x08).id, 0x108u);
    EXPECT_EQ(rid(inside, 0x10).id, 0x110u)
        << "provisional, and the later range does not start there";
    EXPECT_TRUE(rid(inside, 0x10).conflict);
    EXPECT_EQ(rid(inside, 0x11).id, 0x909u);
}

TEST(IortMap, ASingleIdAtTheEndOfARangeWins) {
    const std::vector<IdMapping> m{{0x00, 0x10, 0x100, 0x30, 0}, {0x10, 0, 0x900, 0x48, 0}};
    EXPECT_EQ(rid(m, 0x10).id, 0x900u);
}

TEST(IortMap, ASingleMappingTakesEveryIdOfARootComplexOrNamedComponent) {
    const std::vector<IdMapping> m{{0x10, 0, 0x77, 0x30, single}};
    for (const NodeType type : {NodeType::RootComplex, NodeType::NamedComponent}) {
        EXPECT_EQ(mapped(type, m, 0).id, 0x77u);
        EXPECT_EQ(mapped(type, m, 0xFFFF'FFFF).id, 0x77u);
        EXPECT_TRUE(mapped(type, m, 5).single);
    }
    EXPECT_FALSE(mapped(NodeType::SmmuV3, m, 0x10).found);
    EXPECT_FALSE(mapped(NodeType::Pmcg, m, 0x10).found);
}

TEST(IortMap, RangesThatPass32BitsMapWhatFits) {
    const std::vector<IdMapping> input{{0xFFFF'FFF0, 0xFFFF'FFFF, 0x10, 0x30, 0}};
    EXPECT_EQ(rid(input, 0xFFFF'FFFF).id, 0x1Fu);
    EXPECT_FALSE(rid(input, 0).found) << "the end of the range must not wrap";
    EXPECT_FALSE(rid(input, 0xEF).found);
    const std::vector<IdMapping> output{{0, 0xFFFF, 0xFFFF'FFF0, 0x30, 0}};
    EXPECT_EQ(rid(output, 0xF).id, 0xFFFF'FFFFu);
    EXPECT_FALSE(rid(output, 0x10).found) << "StreamIDs have 32 bits";
    const std::vector<IdMapping> all{{0, 0xFFFF'FFFF, 0, 0x30, 0}};
    EXPECT_EQ(rid(all, 0xFFFF'FFFF).id, 0xFFFF'FFFFu);
}

TEST(IortWalk, VirtSmmuV3MapsBusZeroToTheSmmu) {
    const TableBytes bytes = stored_table("virt-smmuv3.bin");
    const Iort iort = open(bytes);
    const Walk function = stream_of(iort, 0, 0x08);
    ASSERT_TRUE(function.found());
    EXPECT_EQ(function.id, 0x08u);
    EXPECT_EQ(function.node.offset(), 0x48u);
    EXPECT_TRUE(stream_of(iort, 0, 0xFF).found());
    EXPECT_FALSE(stream_of(iort, 0, 0x100).found()) << "bus 1 goes to the ITS group directly";
    EXPECT_EQ(stream_of(iort, 0, 0x100).id, 0x100u);
    EXPECT_EQ(stream_of(iort, 1, 0x08).end, WalkEnd::NoNode);
}

TEST(IortWalk, GoesOnThroughTheSmmuToTheItsGroup) {
    const TableBytes bytes = stored_table("virt-smmuv3-pxb-bypass.bin");
    const Iort iort = open(bytes);
    const Node root = node_of(iort, 0xA0);
    for (const uint32_t id : {0x0008u, 0x0100u, 0x10FFu, 0x1100u, 0xFFFFu}) {
        const Walk msi = walk(iort, root, id, Target::ItsGroup);
        ASSERT_TRUE(msi.found()) << id;
        EXPECT_EQ(msi.id, id);
        EXPECT_EQ(msi.node.offset(), 0x30u);
    }
    EXPECT_TRUE(stream_of(iort, 0, 0x1000).found());
    EXPECT_FALSE(stream_of(iort, 0, 0x0FFF).found());
    EXPECT_FALSE(walk(iort, root, 0x1'0000, Target::ItsGroup).found());
}

TEST(IortWalk, TheTemplateLeadsNowhere) {
    const TableBytes bytes = stored_table("iasl-template-all-nodes.bin");
    const Iort iort = open(bytes);
    EXPECT_EQ(stream_of(iort, 0, 0).end, WalkEnd::NullReference);
    EXPECT_EQ(walk(iort, node_of(iort, 0x23C), 0x100, Target::ItsGroup).end, WalkEnd::BadReference);
    EXPECT_EQ(walk(iort, node_of(iort, 0x23C), 0xFF, Target::ItsGroup).end, WalkEnd::NotMapped);
    EXPECT_EQ(walk(iort, node_of(iort, 0x34), 5, Target::Smmu).end, WalkEnd::NotMapped);
}

TEST(IortWalk, AReferenceIntoTheMiddleOfANodeIsRefused) {
    TableBuilder builder;
    const uint32_t its = builder.add(NodeType::ItsGroup, 1, 20);
    builder.add(NodeType::RootComplex, 1, 36,
                {{0, 0xFF, 0, its + 4, 0}, {0x100, 0xFF, 0, 0xFFFF'FFFF, 0}});
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    EXPECT_EQ(stream_of(iort, 0, 0).end, WalkEnd::BadReference);
    EXPECT_EQ(stream_of(iort, 0, 0x100).end, WalkEnd::BadReference);
}

TEST(IortWalk, CyclesEnd) {
    TableBuilder builder;
    const uint32_t length = 36 + 20;
    for (uint32_t i = 0; i < 3; ++i)  // 48 -> 104 -> 160 -> 48, each adding 1 to the ID
        builder.add(NodeType::RootComplex, 1, 36,
                    {{0, 0xFFFF'FFFE, 1, 48 + (i + 1) % 3 * length, 0}});
    const uint32_t self =
        builder.add(NodeType::NamedComponent, 1, 36, {{0, 0, 0, 48 + 3 * length, 0}});
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    const Walk ring = stream_of(iort, 0, 5);
    EXPECT_EQ(ring.end, WalkEnd::Cycle);
    EXPECT_EQ(ring.id, 5u) << "a failed walk gives the ID back";
    EXPECT_EQ(walk(iort, node_of(iort, self), 0, Target::Smmu).end, WalkEnd::Cycle);
}

TEST(IortWalk, TheSmmusOwnMappingIsNotForDevices) {
    TableBuilder builder;
    const uint32_t its = builder.add(NodeType::ItsGroup, 1, 20);
    const uint32_t smmu = builder.add(
        NodeType::SmmuV3, 5, 68, {{0, 0xFFFF, 0x9000, its, single}, {0, 0xFFFF, 0x100, its, 0}});
    builder.set(smmu, 24, 1u << 4, 4);  // DeviceID mapping index 0 is valid
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    EXPECT_EQ(walk(iort, node_of(iort, smmu), 7, Target::ItsGroup).id, 0x107u);
    EXPECT_EQ(own_mapping(node_of(iort, smmu)).index, 0u);
}

TEST(IortWalk, ASingleMappingFindsADeviceWithoutIds) {
    TableBuilder builder;
    const uint32_t its = builder.add(NodeType::ItsGroup, 1, 20);
    const uint32_t smmu = builder.add(NodeType::SmmuV3, 5, 68, {{0, 0xFF, 0x40, its, 0}});
    const uint32_t device = builder.add(NodeType::NamedComponent, 4, 36,
                                        {{0, 0, 0x21, smmu, single},
                                         {0, 3, 0x50, smmu, 0},
                                         {0, 0, 0x1, 0, single},
                                         {0, 0, 0x1, 7, single}});
    const TableBytes bytes = builder.finish();
    const Iort iort = open(bytes);
    const Node node = node_of(iort, device);
    EXPECT_EQ(walk_single(iort, node, 0, Target::Smmu).id, 0x21u);
    EXPECT_EQ(walk_single(iort, node, 0, Target::ItsGroup).id, 0x61u);
    EXPECT_EQ(walk_single(iort, node, 1, Target::Smmu).end, WalkEnd::NotMapped);
    EXPECT_EQ(walk_single(iort, node, 2, Target::Smmu).end, WalkEnd::NullReference);
    EXPECT_EQ(walk_single(iort, node, 3, Target::Smmu).end, WalkEnd::BadReference);
    EXPECT_EQ(walk_single(iort, node, 4, Target::Smmu).end, WalkEnd::NoNode);
}

TEST(IortWalk, OfTwoRootComplexesWithOneSegmentTheFirstWins) {
    TableBuilder builder;
    const uint32_t first = builder.add(NodeType::RootComplex, 1, 36);
    builder.add(NodeType::RootComplex, 1, 36);
    const TableBytes bytes = builder.finish();
    EXPECT_EQ(find_root_complex(open(bytes), 0).node.offset(), first);
}

/// An RMR for StreamIDs of two SMMUs.
TableBytes reserved_table(uint8_t revision) {
    TableBuilder builder(revision);
    const uint32_t smmu = builder.add(NodeType::SmmuV3, 4, 68);
    const uint32_t other = builder.add(NodeType::SmmuV3, 4, 68);
    const uint32_t ranges = builder.add(
        NodeType::MemoryRange, 3, 28 + 20,
        {{0, 0, 0x10, smmu, 0}, {0, 0, 0x20, other, 0}, {0, 0xFFFF'FFFF, 0x30, smmu, 0}});
    builder.set(ranges, 16, 0b0001'0101, 4);  // remap permitted, write-back
    builder.set(ranges, 20, 1, 4);
    builder.set(ranges, 24, 28, 4);
    builder.set(ranges, 28, 0x8480'0000, 8);
    builder.set(ranges, 36, 0x80'0000, 8);
    return builder.finish();
}

TEST(IortReserved, GivesTheStreamsOfOneSmmu) {
    const TableBytes bytes = reserved_table(5);
    const Iort iort = open(bytes);
    std::vector<std::pair<uint32_t, uint32_t>> streams;
    for_each_reserved_range(iort, node_of(iort, 48),
                            [&](const MemoryRanges& ranges, StreamRange range) {
                                streams.emplace_back(range.first, range.last);
                                EXPECT_TRUE(ranges.remap_permitted);
                                EXPECT_FALSE(ranges.privileged);
                                EXPECT_EQ(ranges.attributes, 5);
                                ASSERT_EQ(ranges.count(), 1u);
                                EXPECT_EQ(ranges.range(0).base, 0x8480'0000u);
                                EXPECT_EQ(ranges.range(0).length, 0x80'0000u);
                            });
    const std::vector<std::pair<uint32_t, uint32_t>> expected{{0x10, 0x10}, {0x30, 0xFFFF'FFFF}};
    EXPECT_EQ(streams, expected);
}

TEST(IortReserved, DoNotCountBeforeTableRevision5) {
    const TableBytes bytes = reserved_table(3);
    const Iort iort = open(bytes);
    int visits = 0;
    for_each_reserved_range(iort, node_of(iort, 48),
                            [&](const MemoryRanges&, StreamRange) { ++visits; });
    EXPECT_EQ(visits, 0);
}

}  // namespace
