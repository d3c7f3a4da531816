// Translation tables: descriptors typed by hand from the Arm ARM, D8.3, D8.6, and the words in
// memory.
#include "sw_stubs/driver/page_table.h"

#include <gtest/gtest.h>

#include "sw_stubs/driver/vm.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;

namespace {

constexpr uint64_t kib = 1024;
constexpr uint64_t mib = 1024 * kib;
constexpr uint64_t no_execute_s1 = 0x0060'0000'0000'0000;
constexpr uint64_t no_execute_s2 = 0x0040'0000'0000'0000;

Mapping use(MemoryUse u) {
    Mapping m;
    m.use = u;
    return m;
}

TEST(Leaf, NEST_09_04_Stage2WithFwbForcesWriteBack) {
    EXPECT_EQ(stage2_leaf(use(MemoryUse::Cacheable), Stage2Types::Force).word[0],
              no_execute_s2 | 0x7D8);
    EXPECT_EQ(stage2_leaf(use(MemoryUse::NonCacheable), Stage2Types::Force).word[0],
              no_execute_s2 | 0x6D4);
    EXPECT_EQ(stage2_leaf(use(MemoryUse::Device), Stage2Types::Force).word[0],
              no_execute_s2 | 0x6C4);
}

TEST(Leaf, NEST_09_04_Stage2WithoutFwbCombines) {
    EXPECT_EQ(stage2_leaf(use(MemoryUse::Cacheable), Stage2Types::Combine).word[0],
              no_execute_s2 | 0x7FC);
    EXPECT_EQ(stage2_leaf(use(MemoryUse::NonCacheable), Stage2Types::Combine).word[0],
              no_execute_s2 | 0x6D4);
    EXPECT_EQ(stage2_leaf(use(MemoryUse::Device), Stage2Types::Combine).word[0],
              no_execute_s2 | 0x6C4);
}

TEST(Leaf, NEST_09_05_Stage2PermissionsAreSeparateBits) {
    Mapping m;
    m.execute = true;
    EXPECT_EQ(stage2_leaf(m, Stage2Types::Force).word[0], 0x7D8u);
    m.write = false;
    EXPECT_EQ(stage2_leaf(m, Stage2Types::Force).word[0], 0x758u);
    m.write = true;
    m.read = false;
    EXPECT_EQ(stage2_leaf(m, Stage2Types::Force).word[0], 0x798u);
}

TEST(Leaf, Stage1PointsIntoTheMair) {
    EXPECT_EQ(stage1_leaf(use(MemoryUse::NonCacheable)).word[0], no_execute_s1 | 0xE40);
    EXPECT_EQ(stage1_leaf(use(MemoryUse::Cacheable)).word[0], no_execute_s1 | 0xF44);
    EXPECT_EQ(stage1_leaf(use(MemoryUse::Device)).word[0], no_execute_s1 | 0xE48);
    EXPECT_EQ(stage1_mair, 0x04'FF'44u) << "Non-cacheable, write-back, Device-nGnRE";
}

TEST(Leaf, Stage1Permissions) {
    Mapping m;
    m.execute = true;
    m.write = false;
    EXPECT_EQ(stage1_leaf(m).word[0], 0xFC4u);
    m.unprivileged = false;
    EXPECT_EQ(stage1_leaf(m).word[0], 0xF84u);
    m.write = true;
    EXPECT_EQ(stage1_leaf(m).word[0], 0xF04u);
}

struct PageTableTest : ::testing::Test, Bench {
    PageTable table;
    Mapping rw = {};

    void make(PageTable::Format format = {Stage::Two, Stage2Types::Force, 44, 44}) {
        ASSERT_TRUE(table.allocate(arena, format));
    }
    uint64_t entry(uint64_t table_pa, unsigned index) { return memory.at(table_pa + 8 * index); }
    uint64_t next(uint64_t table_pa, unsigned index) {
        EXPECT_EQ(entry(table_pa, index) & 0xFFF, 3u) << "a table descriptor";
        return entry(table_pa, index) & ~uint64_t{0xFFF};
    }
};

TEST_F(PageTableTest, APageIsFourLevelsDown) {
    make();
    ASSERT_EQ(table.map({0x8040'3000, 4 * kib}, 0x4567'8000, rw), MapResult::Done);
    const uint64_t l1 = next(table.root(), 0);
    const uint64_t l2 = next(l1, 2);  // 0x8000'0000
    const uint64_t l3 = next(l2, 2);  // 0x0040'0000
    EXPECT_EQ(entry(l3, 3), no_execute_s2 | 0x4567'87DB);
    EXPECT_EQ(entry(l3, 2), 0u);
    EXPECT_EQ(entry(l3, 4), 0u);
}

TEST_F(PageTableTest, ABlockIsUsedWhereEverythingIsAligned) {
    make();
    ASSERT_EQ(table.map({0x8040'0000, 4 * mib}, 0x0060'0000, rw), MapResult::Done);
    const uint64_t l2 = next(next(table.root(), 0), 2);
    EXPECT_EQ(entry(l2, 2), no_execute_s2 | 0x0060'07D9);
    EXPECT_EQ(entry(l2, 3), no_execute_s2 | 0x0080'07D9);
    EXPECT_EQ(table.lookup(0x8052'3456).output, 0x0072'3456u);
    EXPECT_EQ(table.lookup(0x8052'3456).level, 2);
}

TEST_F(PageTableTest, PagesLeadUpToABlockAndAwayFromIt) {
    make();
    ASSERT_EQ(
        table.map({2 * mib - 4 * kib, 2 * mib + 8 * kib}, 0x4000'0000 + 2 * mib - 4 * kib, rw),
        MapResult::Done);
    EXPECT_EQ(table.lookup(2 * mib - 1).level, 3);
    EXPECT_EQ(table.lookup(2 * mib).level, 2);
    EXPECT_EQ(table.lookup(4 * mib).level, 3);
    EXPECT_FALSE(table.lookup(4 * mib + 4 * kib).mapped);
    EXPECT_FALSE(table.lookup(2 * mib - 4 * kib - 1).mapped);
    for (uint64_t a = 2 * mib - 4 * kib; a < 4 * mib + 4 * kib; a += 4 * kib)
        ASSERT_EQ(table.lookup(a).output, 0x4000'0000 + a);
}

TEST_F(PageTableTest, WithoutCommonAlignmentThereArePages) {
    make();
    ASSERT_EQ(table.map({0, 2 * mib}, 0x4000'1000, rw), MapResult::Done);
    EXPECT_EQ(table.lookup(0).level, 3);
    EXPECT_EQ(table.lookup(2 * mib - 1).output, 0x4000'1000 + 2 * mib - 1);
}

TEST_F(PageTableTest, UnmappingClearsTheLeafAlone) {
    make();
    ASSERT_EQ(table.map({0, 12 * kib}, 0x4000'0000, rw), MapResult::Done);
    ASSERT_EQ(table.unmap({4 * kib, 4 * kib}), MapResult::Done);
    EXPECT_TRUE(table.lookup(0).mapped);
    EXPECT_FALSE(table.lookup(4 * kib).mapped);
    EXPECT_TRUE(table.lookup(8 * kib).mapped);
    const uint64_t used = arena.used();
    ASSERT_EQ(table.map({4 * kib, 4 * kib}, 0x5000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.lookup(4 * kib).output, 0x5000'0000u);
    EXPECT_EQ(arena.used(), used) << "tables stay";
}

TEST_F(PageTableTest, ABlockFitsWhereATableIsLeftOnlyAsPages) {
    make();
    ASSERT_EQ(table.map({0, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    ASSERT_EQ(table.unmap({0, 4 * kib}), MapResult::Done);
    ASSERT_EQ(table.map({0, 2 * mib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.lookup(0).level, 3);
    EXPECT_EQ(table.lookup(2 * mib - 1).output, 0x4000'0000 + 2 * mib - 1);
}

TEST_F(PageTableTest, NEST_09_07_OccupiedRangesAreRefusedWhole) {
    make();
    ASSERT_EQ(table.map({0x8000, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.map({0x6000, 16 * kib}, 0x5000'0000, rw), MapResult::Occupied);
    EXPECT_FALSE(table.lookup(0x6000).mapped);
    EXPECT_EQ(table.map({0, 2 * mib}, 0x5000'0000 & ~(2 * mib - 1), rw), MapResult::Occupied);
    EXPECT_EQ(table.lookup(0x8000).output, 0x4000'0000u);
    ASSERT_EQ(table.map({2 * mib, 2 * mib}, 0x6000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.map({2 * mib + 0x5000, 4 * kib}, 0x5000'0000, rw), MapResult::Occupied);
}

TEST_F(PageTableTest, UnmappingIsRefusedWhereNothingIsMappedOrABlockWouldBreak) {
    make();
    ASSERT_EQ(table.map({0, 8 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.unmap({4 * kib, 8 * kib}), MapResult::NotMapped);
    EXPECT_TRUE(table.lookup(4 * kib).mapped) << "all or nothing";
    ASSERT_EQ(table.map({2 * mib, 2 * mib}, 0x6000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.unmap({2 * mib, 4 * kib}), MapResult::InsideBlock);
    EXPECT_EQ(table.unmap({2 * mib + 4 * kib, 2 * mib - 4 * kib}), MapResult::InsideBlock);
    EXPECT_EQ(table.unmap({2 * mib, 2 * mib}), MapResult::Done);
}

TEST_F(PageTableTest, NEST_09_07_BadRequestsAreRefusedByName) {
    make();
    EXPECT_EQ(table.map({0x800, 4 * kib}, 0, rw), MapResult::Misaligned);
    EXPECT_EQ(table.map({0, 0x800}, 0, rw), MapResult::Misaligned);
    EXPECT_EQ(table.map({0, 4 * kib}, 0x800, rw), MapResult::Misaligned);
    EXPECT_EQ(table.map({0, 0}, 0, rw), MapResult::Misaligned);
    EXPECT_EQ(table.map({uint64_t{1} << 44, 4 * kib}, 0, rw), MapResult::OutOfRange);
    EXPECT_EQ(table.map({(uint64_t{1} << 44) - 4 * kib, 8 * kib}, 0, rw), MapResult::OutOfRange);
    EXPECT_EQ(table.map({0, 4 * kib}, uint64_t{1} << 44, rw), MapResult::OutOfRange);
    EXPECT_EQ(table.map({4 * kib, ~uint64_t{0xFFF}}, 0, rw), MapResult::OutOfRange);
    EXPECT_EQ(table.unmap({0, 4 * kib + 1}), MapResult::Misaligned);
    Mapping none;
    none.read = none.write = false;
    EXPECT_EQ(table.map({0, 4 * kib}, 0, none), MapResult::NoAccess);
    EXPECT_FALSE(table.lookup(~uint64_t{0}).mapped);
    EXPECT_EQ(table.map({(uint64_t{1} << 44) - 4 * kib, 4 * kib}, 0, rw), MapResult::Done);
}

TEST_F(PageTableTest, WhenMemoryEndsNothingIsLeftMapped) {
    PhysicalMemory small{0x5000'0000,
                         16 * kib};  // root, and three tables: one page needs exactly these
    Arena little{small.region()};
    ASSERT_TRUE(table.allocate(little, {Stage::Two, Stage2Types::Force, 44, 44}));
    ASSERT_EQ(table.root(), 0x5000'0000u);
    EXPECT_EQ(table.map({2 * mib - 4 * kib, 8 * kib}, 0x4000'0000, rw), MapResult::OutOfMemory);
    EXPECT_FALSE(table.lookup(2 * mib - 4 * kib).mapped);
}

TEST_F(PageTableTest, NEST_09_08_RootsHaveTheSizeAndLevelOfTheInputSize) {
    struct Case {
        Stage stage;
        uint8_t bits;
        int level;
        uint64_t bytes;
    };
    const Case cases[] = {
        {Stage::Two, 48, 0, 4096},     {Stage::Two, 44, 0, 256}, {Stage::Two, 42, 1, 8 * 4096},
        {Stage::Two, 40, 1, 2 * 4096}, {Stage::Two, 36, 1, 512}, {Stage::Two, 32, 1, 64},
        {Stage::One, 48, 0, 4096},     {Stage::One, 40, 0, 64},  {Stage::One, 39, 1, 4096},
    };
    for (const Case& c : cases) {
        PageTable t;
        ASSERT_TRUE(t.allocate(arena, {c.stage, Stage2Types::Force, c.bits, 48}));
        EXPECT_EQ(t.start_level(), c.level) << +c.bits;
        EXPECT_EQ(t.root() % c.bytes, 0u) << "aligned to its size";
        EXPECT_EQ(arena.used(), t.root() - 0x4000'0000 + c.bytes) << +c.bits;
    }
}

TEST_F(PageTableTest, NEST_09_08_TablesSideBySideAreOneTable) {
    make({Stage::Two, Stage2Types::Force, 40, 40});
    const uint64_t high = uint64_t{600} << 30;  // entry 600 of level 1: in the second of two tables
    ASSERT_EQ(table.map({high, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_NE(entry(table.root(), 600), 0u);
    EXPECT_EQ(table.lookup(high + 5).output, 0x4000'0005u);
    EXPECT_FALSE(table.lookup(uint64_t{88} << 30).mapped) << "600 - 512";
}

TEST_F(PageTableTest, Stage1TablesCarryStage1Leaves) {
    make({Stage::One, Stage2Types::Combine, 48, 44});
    ASSERT_EQ(table.map({0, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(table.lookup(0).leaf.word[0], no_execute_s1 | 0x4000'0F47);
}

TEST_F(PageTableTest, ANonCoherentSmmuGetsEveryWriteCleaned) {
    struct Recorder : FakeSmmu {
        using FakeSmmu::FakeSmmu;
        uint64_t cleaned = 0;
        void clean(const volatile void*, uint64_t size) override { cleaned += size; }
    };
    Recorder recorder{memory};
    host::Running on_recorder{recorder};
    Arena cold{memory.region(), Coherency::NonCoherent};
    ASSERT_TRUE(table.allocate(cold, {Stage::Two, Stage2Types::Force, 44, 44}));
    ASSERT_EQ(table.map({0, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(recorder.cleaned, 256u + 3 * (4096 + 8) + 8)
        << "root, three tables and their descriptors, one leaf";
    ASSERT_EQ(table.unmap({0, 4 * kib}), MapResult::Done);
    EXPECT_EQ(recorder.cleaned, 256u + 3 * (4096 + 8) + 16);
}

TEST_F(PageTableTest, NEST_09_09_AVmsSteDescribesItsTable) {
    Features f;
    f.fwb = true;
    f.attribute_override = true;
    f.address_bits = 44;
    f.address_size_code = 4;
    VmContext vm;
    ASSERT_TRUE(vm.create(arena, f, {0x42}));
    const arch::Ste ste = stage2_ste(vm.config(f), f);
    EXPECT_EQ(ste.word[0], 0xDu);
    EXPECT_EQ(ste.word[1], 0x0000'1000'0200'0000u) << "S2FWB, SHCFG incoming";
    EXPECT_EQ(ste.word[2], 0x044C'3594'0000'0042u)
        << "R, PTW, AA64, PS 4, TG 4K, SH inner, OR IR WB, SL0 2, T0SZ 20";
    EXPECT_EQ(ste.word[3], vm.stage2.root());

    VmContext other;
    ASSERT_TRUE(other.create(arena, f, {0x43}, Stage2Types::Combine));
    EXPECT_EQ(stage2_ste(other.config(f), f).word[1], 0x0000'1000'0000'0000u)
        << "on request without S2FWB";
    ASSERT_EQ(other.stage2.map({0, 4 * kib}, 0x4000'0000, rw), MapResult::Done);
    EXPECT_EQ(other.stage2.lookup(0).leaf.word[0] & 0x3C, 0x3Cu);

    f.address_bits = 40;
    f.address_size_code = 2;
    f.coherency = Coherency::NonCoherent;
    Arena cold{memory.region(), Coherency::NonCoherent};
    VmContext small;
    ASSERT_TRUE(small.create(cold, f, {1}));
    EXPECT_EQ(stage2_ste(small.config(f), f).word[2], 0x044A'2058'0000'0001u)
        << "PS 2, SH outer, Non-cacheable, SL0 1, T0SZ 24";
}

}  // namespace
