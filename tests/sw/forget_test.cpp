// What an SMMU gets to hear when a table changes; lists of commands; VMIDs.
#include "sw_stubs/driver/invalidation_array.h"

#include <gtest/gtest.h>

#include "sw_stubs/driver/command_batch.h"
#include "sw_stubs/driver/commands.h"
#include "sw_stubs/driver/tag_allocator.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;

namespace {

template <size_t N>
InvalidationArray array_of(const Tag (&tags)[N]) {
    return {tags, N};
}

struct ForgetTest : ::testing::Test, Bench {
    static constexpr uint32_t ats_bit = 1u << 10;
    Smmu driver;

    void start(uint32_t idr0_more = ats_bit, uint32_t idr3 = 0) {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | idr0_more);
        smmu.set<arch::Idr3>(idr3);
        const Features f = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(FakeSmmu::base, f, arena), Status::Done);
        ASSERT_EQ(driver.reset(), Status::Done);
        smmu.consumed.clear();
    }
    std::vector<uint64_t> consumed() {
        std::vector<uint64_t> list;
        for (const Command& c : smmu.consumed) list.push_back(c.word[0]);
        smmu.consumed.clear();
        return list;
    }
    InvalidationArray nest_parent() {
        return array_of({s2_tag(&driver, {7}), s1_clear_tag(&driver, {7}),
                         ats_full_tag(&driver, {0x20}), ats_full_tag(&driver, {0x21})});
    }
};

constexpr uint64_t s2_ipa = 0x0000'0007'0000'002A, nh_all = 0x0000'0007'0000'0010,
                   s12_vmall = 0x0000'0007'0000'0028, sync = 0x46, atc_20 = 0x0000'0020'0000'0040,
                   atc_21 = 0x0000'0021'0000'0040;

TEST_F(ForgetTest, NEST_08_7_01_NEST_16_3_02_Stage2ThenWhatWasMadeOfItThenDevicesEachWithACmdSync) {
    start();
    const InvalidationArray array = nest_parent();
    EXPECT_EQ(forget(array, {0x4000'0000, 0x2000}), Completion::Done);
    ASSERT_EQ(smmu.consumed.size(), 8u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0x4000'0001u);
    EXPECT_EQ(smmu.consumed[1].word[1], 0x4000'1001u);
    EXPECT_EQ(smmu.consumed[5].word[1], 52u) << "guest addresses are unknown: everything";
    EXPECT_EQ(consumed(),
              (std::vector<uint64_t>{s2_ipa, s2_ipa, sync, nh_all, sync, atc_20, atc_21, sync}));
}

TEST_F(ForgetTest, NEST_08_7_03_AllOfStage2TakesWhatWasMadeOfItAlong) {
    start();
    const InvalidationArray array = nest_parent();
    EXPECT_EQ(forget(array, whole_table), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s12_vmall, sync, atc_20, atc_21, sync}));
}

TEST_F(ForgetTest, NEST_16_2_05_WithoutRilAFullTableOfPagesIsEverything) {
    start(0);
    const InvalidationArray array = array_of({s2_tag(&driver, {7})});
    EXPECT_EQ(forget(array, {0, 0x1F'F000}), Completion::Done);
    EXPECT_EQ(consumed().size(), 511u + 9u) << "511 pages in lists of at most 63";
    EXPECT_EQ(forget(array, {0, 0x20'0000}), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s12_vmall, sync}));
}

TEST_F(ForgetTest, NEST_16_2_05_WithRilARangeIsARange) {
    start(0, 1u << 10);
    const InvalidationArray array = array_of({s2_tag(&driver, {7})});
    EXPECT_EQ(forget(array, {0, 0x20'0000}), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s2_ipa | 9 << 20, sync}));
}

TEST_F(ForgetTest, NEST_16_3_02_WithoutAtsNoAtcInvIsMade) {
    start(0);
    const InvalidationArray array = nest_parent();
    EXPECT_EQ(forget(array, {0x4000'0000, 0x1000}), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s2_ipa, sync, nh_all, sync}));
}

TEST_F(ForgetTest, NEST_16_3_03_TagsWithoutUsersAreNotTold) {
    start();
    InvalidationArray array =
        array_of({s2_tag(&driver, {7}), ats_tag(&driver, {0x20}), ats_tag(&driver, {0x21})});
    array.unref(array_of({ats_tag(&driver, {0x20})}), [](const Tag&) {});
    EXPECT_EQ(forget(array, {0x4000'0000, 0x1000}), Completion::Done);
    ASSERT_EQ(smmu.consumed.size(), 4u);
    EXPECT_EQ(smmu.consumed[2].word[1], 0x4000'0000u) << "one page by address";
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s2_ipa, sync, atc_21, sync}))
        << "and the SMMU's own caches still come first";
}

TEST_F(ForgetTest, Stage1IsToldByAsid) {
    start();
    const InvalidationArray array = array_of({s1_tag(&driver, {9}), ats_tag(&driver, {0x20}, 3)});
    EXPECT_EQ(forget(array, {0x1000, 0x1000}), Completion::Done);
    EXPECT_EQ(consumed(),
              (std::vector<uint64_t>{0x0009'0000'0000'0012, sync, 0x0000'0020'0000'3840, sync}));
    EXPECT_EQ(forget(array, whole_table), Completion::Done);
    EXPECT_EQ(consumed()[0], 0x0009'0000'0000'0011u);
}

/// A machine with a second SMMU behind the first.
struct TwoSmmus : host::Machine {
    static constexpr uint64_t second = FakeSmmu::base + 0x2'0000;
    FakeSmmu& a;
    FakeSmmu& b;
    TwoSmmus(FakeSmmu& one, FakeSmmu& other) : a(one), b(other) {}
    FakeSmmu& at(uint64_t& address) {
        if (address < second) return a;
        address -= second - FakeSmmu::base;
        return b;
    }
    uint32_t read32(uint64_t address) override { return at(address).read32(address); }
    uint64_t read64(uint64_t address) override { return at(address).read64(address); }
    void write32(uint64_t address, uint32_t v) override { at(address).write32(address, v); }
    void write64(uint64_t address, uint64_t v) override { at(address).write64(address, v); }
};

TEST_F(ForgetTest, NEST_16_3_03_EverySmmuOfTheArrayIsTold) {
    start(0);
    FakeSmmu other_smmu{memory};
    other_smmu.set<arch::Idr3>(1u << 10);  // RIL: each SMMU is told in its own words
    TwoSmmus machine{smmu, other_smmu};
    host::Running there{machine};
    Smmu other;
    const Features f = probe(Registers{TwoSmmus::second}, Coherency::Coherent).features;
    ASSERT_EQ(other.prepare(TwoSmmus::second, f, arena), Status::Done);
    ASSERT_EQ(other.reset(), Status::Done);
    other_smmu.consumed.clear();

    const InvalidationArray array =
        array_of({s2_tag(&driver, {7}), s2_tag(&other, {8}), s1_clear_tag(&driver, {7})});
    EXPECT_EQ(forget(array, {0x4000'0000, 0x4000}), Completion::Done);
    EXPECT_EQ(consumed(),
              (std::vector<uint64_t>{s2_ipa, s2_ipa, s2_ipa, s2_ipa, sync, nh_all, sync}));
    ASSERT_EQ(other_smmu.consumed.size(), 2u);
    EXPECT_EQ(other_smmu.consumed[0].word[0], 0x0000'0008'0020'002Au);
    EXPECT_EQ(other_smmu.consumed[1].word[0], sync);
}

TEST_F(ForgetTest, AnIllegalCommandShowsAndTheRestIsTold) {
    start();
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::TLBI_NH_ALL ? arch::CommandError::Illegal
                                                     : arch::CommandError::None;
    };
    const InvalidationArray array = nest_parent();
    EXPECT_EQ(forget(array, {0x4000'0000, 0x1000}), Completion::Skipped);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s2_ipa, sync, sync, sync, atc_20, atc_21, sync}));
}

TEST_F(ForgetTest, NEST_07_1_08_ATagThatLosesItsLastUserIsCleanAtOnce) {
    start();
    InvalidationArray array = nest_parent();
    ASSERT_TRUE(array.merge(array_of({s2_tag(&driver, {7}), ats_full_tag(&driver, {0x20})})));
    EXPECT_EQ(detach(array, array_of({s2_tag(&driver, {7}), ats_full_tag(&driver, {0x20})})),
              Completion::Done);
    EXPECT_TRUE(consumed().empty());
    EXPECT_EQ(detach(array, nest_parent()), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{s12_vmall, sync}));
    ASSERT_TRUE(array.merge(array_of({s1_tag(&driver, {9}, {0})})));
    EXPECT_EQ(detach(array, array_of({s1_tag(&driver, {9}, {0})})), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{0x0009'0000'0000'0011, sync}));
}

// --- Lists of commands

TEST_F(ForgetTest, AListHasAtMost63CommandsAndACmdSync) {
    start();
    CommandBatch batch(driver.commands());
    smmu.writes.clear();
    for (uint16_t i = 0; i < 64; ++i) batch.add(commands::forget_vm({i}));
    EXPECT_EQ(batch.pending(), 1u);
    const std::vector<uint64_t> first = consumed();
    ASSERT_EQ(first.size(), 64u);
    EXPECT_EQ(first[62], 0x0000'003E'0000'0028u);
    EXPECT_EQ(first[63], sync);
    ASSERT_EQ(smmu.writes.size(), 1u) << "CMDQ_PROD moves once";
    EXPECT_EQ(smmu.writes[0].offset, 0x98u);
    EXPECT_EQ(batch.flush(), Completion::Done);
    EXPECT_EQ(consumed(), (std::vector<uint64_t>{0x0000'003F'0000'0028, sync}));
    EXPECT_EQ(batch.flush(), Completion::Done);
    EXPECT_TRUE(consumed().empty()) << "nothing to send, nothing sent";
}

// --- VMIDs and ASIDs

TEST(TagAllocator, NEST_06_07_GivesTheLowestFreeOneUpToTheLast) {
    PhysicalMemory memory{0x4000'0000, 4096};
    FakeSmmu machine{memory};
    host::Running running{machine};
    Arena arena{memory.region()};
    TagAllocator vmids;
    ASSERT_TRUE(vmids.create(arena, 0, 256));
    EXPECT_EQ(arena.used(), 32u);
    for (uint16_t expected = 1; expected < 256; ++expected) EXPECT_EQ(vmids.take(), expected);
    EXPECT_EQ(vmids.take(), 0) << "none is left";
    vmids.give_back(200);
    vmids.give_back(70);
    vmids.give_back(0);
    vmids.give_back(256);
    EXPECT_EQ(vmids.take(), 70);
    EXPECT_EQ(vmids.take(), 200);
    EXPECT_EQ(vmids.take(), 0) << "0 is never given";
    EXPECT_FALSE(vmids.create(arena, 1, 0x1'0000)) << "8 KiB of bits do not fit";
    EXPECT_EQ(vmids.take(), 0);
}

TEST(TagAllocator, APartOfTheNumbersCanBeSomebodyElses) {
    PhysicalMemory memory{0x4000'0000, 4096};
    FakeSmmu machine{memory};
    host::Running running{machine};
    Arena arena{memory.region()};
    TagAllocator tags;
    ASSERT_TRUE(tags.create(arena, 0x21, 0x23));
    EXPECT_EQ(tags.take(), 0x21);
    EXPECT_EQ(tags.take(), 0x22);
    EXPECT_EQ(tags.take(), 0);
    tags.give_back(0x20);
    EXPECT_EQ(tags.take(), 0) << "it was none of these";
    tags.give_back(0x21);
    EXPECT_EQ(tags.take(), 0x21);
    ASSERT_TRUE(tags.create(arena, 5, 5));
    EXPECT_EQ(tags.take(), 0);
}

}  // namespace
