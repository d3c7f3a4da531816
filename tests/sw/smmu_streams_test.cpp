// The stream table, and how its entries and CDs change, against the recording fake.
#include "sw_stubs/driver/vm.h"
#include "tests/sw/smmu_fixture.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;
using arch::Ste;

namespace {

TEST_F(SmmuTest, FewStreamsHaveALinearTable) {
    smmu.set<arch::Idr1>((smmu.get<arch::Idr1>().raw() & ~0x3Fu) | 8);
    start();
    EXPECT_EQ(smmu.get<arch::StrtabBaseCfg>().raw(), 8u) << "FMT 0, SPLIT 0, LOG2SIZE 8";
    for (const uint32_t stream : {0u, 0x7Fu, 0xFFu}) {
        EXPECT_EQ(ste(stream).word[0], 0x1u) << "a fresh STE is a valid abort";
        EXPECT_EQ(ste(stream).word[1], 0u);
    }
    EXPECT_EQ(driver.set_stream({0x100}, bypass_ste()), Status::NoSuchStream);
    EXPECT_EQ(driver.set_stream({0xFF}, bypass_ste()), Status::Done);
    EXPECT_EQ(ste(0xFF).word[0], 0x9u);
}

TEST_F(SmmuTest, WithoutTwoLevelsTheTableIsLinear) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() & ~(3u << 27));
    smmu.set<arch::Idr1>((smmu.get<arch::Idr1>().raw() & ~0x3Fu) | 10);
    start();
    EXPECT_EQ(smmu.get<arch::StrtabBaseCfg>().raw(), 10u);
}

TEST_F(SmmuTest, AStreamWithoutLevel2TableHasNoSte) {
    start();
    EXPECT_EQ(ste_address(0x105), 0u);
    ASSERT_EQ(driver.set_stream({0x105}, bypass_ste()), Status::Done);
    EXPECT_EQ(ste(0x105).word[0], 0x9u);
    EXPECT_EQ(ste(0x105).word[1], uint64_t{1} << 44);
    EXPECT_EQ(ste(0x106).word[0], 0x1u) << "its neighbours abort";
    EXPECT_EQ(ste_address(0x205), 0u);
    EXPECT_EQ(driver.set_stream({0x1'0000}, bypass_ste()), Status::NoSuchStream);
}

TEST_F(SmmuTest, ANewLevel2TableIsMadeKnownToTheSmmu) {
    start();
    ASSERT_EQ(driver.set_stream({0x105}, bypass_ste()), Status::Done);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'0003u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0u) << "not only the leaf";
    smmu.consumed.clear();
    ASSERT_EQ(driver.set_stream({0x106}, bypass_ste()), Status::Done);
    EXPECT_EQ(smmu.consumed[0].word[1], 1u);
}

TEST_F(SmmuTest, StreamsSetBeforeResetNeedNoCommands) {
    prepare();
    ASSERT_EQ(driver.set_stream({0x20}, bypass_ste()), Status::Done);
    EXPECT_TRUE(smmu.writes.empty());
    ASSERT_EQ(driver.reset(), Status::Done);
    EXPECT_EQ(ste(0x20).word[0], 0x9u);
}

TEST_F(SmmuTest, NEST_08_8_08_ChangingAStreamIsHitlessWhereItCanBe) {
    start();
    ASSERT_EQ(driver.set_stream({0x20}, bypass_ste()), Status::Done);
    VmContext vm;
    ASSERT_TRUE(vm.create(arena, driver.features(), {7}));
    const Ste to = stage2_ste(vm.config(driver.features()), driver.features());
    std::vector<uint64_t> seen;  // word 0 at each CMD_SYNC
    smmu.judge = [&](const Command& c) {
        if (c[Command::Op] == Opcode::SYNC) seen.push_back(ste(0x20).word[0]);
        return arch::CommandError::None;
    };
    smmu.consumed.clear();
    ASSERT_EQ(driver.set_stream({0x20}, to), Status::Done);
    EXPECT_EQ(seen, (std::vector<uint64_t>{0x9, 0xD}));
    for (unsigned i = 0; i < Ste::words; ++i) EXPECT_EQ(ste(0x20).word[i], to.word[i]);
    std::vector<std::pair<uint64_t, uint64_t>> commands;
    for (const Command& c : smmu.consumed) commands.push_back({c.word[0], c.word[1]});
    const std::vector<std::pair<uint64_t, uint64_t>> expected{
        {0x0000'0020'0000'0003, 1},
        {0x46, 0},
        {0x0000'0020'0000'0003, 1},
        {0x46, 0},
        {0x0000'0020'0000'0001, 0}};  // CFGI_STE by leaf, SYNC; in the end PREFETCH_CONFIG
    EXPECT_EQ(commands, expected);
}

TEST_F(SmmuTest, NEST_08_8_10_WhatAnEntryLeadsToIsInMemoryBeforeTheEntry) {
    start();
    ASSERT_EQ(driver.set_stream({0x105}, bypass_ste()), Status::Done);
    std::vector<uint64_t> seen;
    smmu.on_barrier = [&] { seen.push_back(ste(0x105).word[0]); };
    ASSERT_EQ(driver.set_stream({0x105}, abort_ste()), Status::Done);
    ASSERT_GE(seen.size(), 2u);
    EXPECT_EQ(seen.front(), 0x9u) << "a barrier before the first word of the entry changes";
    EXPECT_EQ(seen.back(), 0x1u);
}

TEST_F(SmmuTest, NEST_08_8_08_NothingIsPrefetchedWhereThatIsForbidden) {
    Features quirk = features();
    quirk.skip_prefetch = true;
    ASSERT_EQ(driver.prepare(FakeSmmu::base, quirk, arena), Status::Done);
    ASSERT_EQ(driver.reset(), Status::Done);
    smmu.consumed.clear();
    ASSERT_EQ(driver.set_stream({0x20}, bypass_ste()), Status::Done);
    for (const Command& c : smmu.consumed) EXPECT_NE(c[Command::Op], Opcode::PREFETCH_CONFIG);
}

TEST_F(SmmuTest, ANewLevel2TableIsMadeKnownEvenIfItsEntryStaysAnAbort) {
    start();
    ASSERT_EQ(driver.set_stream({0x105}, abort_ste()), Status::Done);
    ASSERT_GE(smmu.consumed.size(), 2u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'0003u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0u) << "not only the leaf";
    EXPECT_EQ(smmu.consumed[1][Command::Op], Opcode::SYNC);
}

TEST_F(SmmuTest, ANewContextDescriptorIsFilledBeforeItBecomesValid) {
    start();
    volatile auto* live = arena.allocate(64, 64).as<arch::Cd>();
    Stage1Config config;
    config.ttb = 0x4010'0000;
    config.asid = {3};
    std::vector<bool> valid;
    smmu.judge = [&](const Command& c) {
        if (c[Command::Op] == Opcode::SYNC) {
            valid.push_back((live->word[0] & uint64_t{1} << 31) != 0);
            EXPECT_EQ(live->word[1], 0x4010'0000u);
        }
        return arch::CommandError::None;
    };
    ASSERT_EQ(driver.set_context({0x20}, *live, make_cd(config)), Status::Done);
    EXPECT_EQ(valid, (std::vector<bool>{false, true}));
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0020'0000'0005u);
}

TEST_F(SmmuTest, NEST_08_8_09_AContextOfSeveralStreamsIsForgottenForEach) {
    start();
    volatile auto* live = arena.allocate(64, 64).as<arch::Cd>();
    const arch::StreamId streams[] = {{0x20}, {0x21}};
    ASSERT_EQ(driver.set_context({streams, 2, {5}}, {live, false}, make_cd({})), Status::Done);
    std::vector<uint64_t> words;
    for (const Command& c : smmu.consumed) words.push_back(c.word[0]);
    const std::vector<uint64_t> expected{0x0000'0020'0000'5005, 0x0000'0021'0000'5005, 0x46,
                                         0x0000'0020'0000'5005, 0x0000'0021'0000'5005, 0x46};
    EXPECT_EQ(words, expected);
}

TEST_F(SmmuTest, ARefusedCommandShowsInTheResult) {
    start();
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::CFGI_STE ? arch::CommandError::Illegal
                                                  : arch::CommandError::None;
    };
    EXPECT_EQ(driver.set_stream({1}, bypass_ste()), Status::CommandFailed);
}

}  // namespace
