// Tables of context descriptors.  Words are typed by hand from IHI 0070 G.b, 5.2 and 5.3.
#include "sw_stubs/driver/cd_table.h"

#include <gtest/gtest.h>

#include "tests/sw/smmu_fixture.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::S1Format;
using arch::Ste;

namespace {

struct CdTableTest : SmmuTest {
    Features f{};
    CdTable table;

    void SetUp() override {
        f.two_level_cd_table = true;
        f.substream_bits = 20;
    }
    uint64_t pa_of(const CdSlot& slot) {
        return memory.region().pa +
               static_cast<uint64_t>(reinterpret_cast<volatile uint8_t*>(slot.entry) -
                                     memory.region().pointer);
    }
};

TEST_F(CdTableTest, WithoutPasidsThereIsOneContextDescriptor) {
    ASSERT_TRUE(table.create(arena, f, 0));
    EXPECT_EQ(arena.used(), 64u);
    EXPECT_NE(table.slot({0}).entry, nullptr);
    EXPECT_EQ(table.slot({1}).entry, nullptr);
    const Ste ste = stage1_ste(table.place(), f);
    EXPECT_EQ(ste.word[0], table.place().pa | 0xB) << "V, Config S1, S1Fmt 0, S1CDMax 0";
}

TEST_F(CdTableTest, Upto1024ItIsOnePieceAlignedToItsSize) {
    arena.allocate(64, 64);
    ASSERT_TRUE(table.create(arena, f, 10));
    EXPECT_EQ(table.place().pa % 0x1'0000, 0u);
    EXPECT_EQ(table.place().format, S1Format::Linear);
    EXPECT_EQ(pa_of(table.slot({1023})), table.place().pa + 1023 * 64);
    EXPECT_EQ(table.slot({1024}).entry, nullptr);
    for (unsigned i = 0; i < 8; ++i) EXPECT_EQ(table.slot({77}).entry->word[i], 0u);
    const Ste ste = stage1_ste(table.place(), f);
    EXPECT_EQ(ste.word[0], table.place().pa | 0xB | uint64_t{10} << 59);
    EXPECT_EQ(ste[Ste::S1DSS], arch::S1Default::Substream0);
}

TEST_F(CdTableTest, MoreHaveLevel2TablesOf64KibOnDemand) {
    ASSERT_TRUE(table.create(arena, f, 16));
    EXPECT_EQ(arena.used(), 64 * 8u) << "level 1 alone";
    EXPECT_EQ(stage1_ste(table.place(), f).word[0],
              table.place().pa | 0xB | 2 << 4 | uint64_t{16} << 59);
    const CdSlot first = table.slot({0x4321});
    ASSERT_TRUE(first.entry != nullptr && first.created);
    const uint64_t l1 = memory.at(table.place().pa + 8 * (0x4321 >> 10));
    EXPECT_EQ(l1 & 0xFFFF, 1u) << "V; a table of 64 KiB";
    EXPECT_EQ(pa_of(first), (l1 & ~uint64_t{1}) + 64 * (0x4321 & 0x3FF));
    EXPECT_FALSE(table.slot({0x4320}).created) << "the same table";
    EXPECT_TRUE(table.slot({0}).created);
    EXPECT_EQ(memory.at(table.place().pa + 8), 0u) << "V = 0 where there are none";
    EXPECT_EQ(table.slot({0x1'0000}).entry, nullptr);
}

TEST_F(CdTableTest, WithoutTwoLevelsThereAreTenBitsOfPasids) {
    EXPECT_EQ(pasid_bits(f), 20);
    f.two_level_cd_table = false;
    EXPECT_EQ(pasid_bits(f), 10);
    f.substream_bits = 8;
    EXPECT_EQ(pasid_bits(f), 8);
    ASSERT_TRUE(table.create(arena, f, 8));
    EXPECT_EQ(table.place().format, S1Format::Linear);
}

TEST_F(CdTableTest, NoRoomIsTold) {
    PhysicalMemory small{0x5000'0000, 4096};
    Arena little{small.region()};
    EXPECT_FALSE(table.create(little, f, 10));
    Arena again{small.region()};
    ASSERT_TRUE(table.create(again, f, 16));
    EXPECT_EQ(table.slot({5}).entry, nullptr) << "for the level 2 table";
}

TEST_F(CdTableTest, ANewLevel2TableIsMadeKnownToTheSmmu) {
    start();
    ASSERT_TRUE(table.create(arena, f, 16));
    const arch::StreamId streams[] = {{0x20}, {0x21}};
    const ContextUsers users{streams, 2, {0x4321}};
    ASSERT_EQ(driver.set_context(users, table.slot({0x4321}), make_cd({})), Status::Done);
    ASSERT_GE(smmu.consumed.size(), 6u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0020'0432'1005u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0u) << "not only the leaf";
    EXPECT_EQ(smmu.consumed[1].word[0], 0x0000'0021'0432'1005u);
    EXPECT_EQ(smmu.consumed[2].word[0], 0x46u);
    EXPECT_EQ(smmu.consumed[3].word[1], 1u);
    smmu.consumed.clear();
    ASSERT_EQ(driver.set_context(users, table.slot({0x4321}), arch::Cd{}), Status::Done);
    for (const Command& c : smmu.consumed) EXPECT_TRUE(c.word[0] == 0x46 || c.word[1] == 1);
    EXPECT_EQ(driver.set_context(users, {}, make_cd({})), Status::OutOfMemory);
}

}  // namespace
