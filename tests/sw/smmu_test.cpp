// Bring-up, stream table and STE writer against the recording fake.
#include "sw_stubs/driver/smmu.h"

#include <gtest/gtest.h>

#include "sw_stubs/driver/invalidation.h"
#include "sw_stubs/driver/vm.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;
using arch::Ste;

namespace {

struct SmmuTest : ::testing::Test, Bench {
    Smmu driver;

    Features features() {
        return probe(Registers{FakeSmmu::base}, Coherency::NonCoherent).features;
    }
    void prepare() { ASSERT_EQ(driver.prepare(FakeSmmu::base, features(), arena), Status::Done); }
    void start() {
        prepare();
        ASSERT_EQ(driver.reset(), Status::Done);
        smmu.writes.clear();
        smmu.consumed.clear();
    }
    /// Where the SMMU finds the STE of a stream, following the registers and the table; 0 when it
    /// finds none.
    uint64_t ste_address(uint32_t stream) {
        const uint64_t top = smmu.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const auto cfg = smmu.get<arch::StrtabBaseCfg>();
        if (cfg[arch::StrtabBaseCfg::FMT] == arch::StreamTableFormat::Linear)
            return top + 64 * stream;
        const arch::L1Std l1{{{memory.at(top + 8 * (stream >> 8))}}};
        if (l1[arch::L1Std::Span] == 0) return 0;
        EXPECT_EQ(l1[arch::L1Std::Span], 9);
        return l1[arch::L1Std::L2Ptr] + 64 * (stream & 0xFF);
    }
    Ste ste(uint32_t stream) { return memory.record<Ste>(ste_address(stream)); }
};

constexpr uint64_t hint = uint64_t{1} << 62;

TEST_F(SmmuTest, ResetWritesTheRegistersInOrder) {
    prepare();
    EXPECT_TRUE(smmu.writes.empty()) << "nothing before reset";
    ASSERT_EQ(driver.reset(), Status::Done);
    const uint64_t commands = 0x4000'0000;  // 256 commands, 128 events, 256 level 1 descriptors
    const uint64_t events = 0x4000'1000;
    const uint64_t streams = 0x4000'2000;
    const std::vector<RegisterWrite> expected{
        {0x20, 0, 4},                        // CR0
        {0x28, 0xD75, 4},                    // CR1
        {0x2C, 0x6, 4},                      // CR2: PTM, RECINVSID
        {0x80, hint | streams, 8},           // STRTAB_BASE
        {0x88, 1u << 16 | 8u << 6 | 16, 4},  // STRTAB_BASE_CFG
        {0x90, hint | commands | 8, 8},      // CMDQ_BASE
        {0x98, 0, 4},
        {0x9C, 0, 4},
        {0x20, 0x8, 4},                // CMDQEN
        {0x98, 1, 4},                  // CFGI_ALL
        {0x98, 2, 4},                  // SYNC
        {0x98, 3, 4},                  // TLBI_NSNH_ALL
        {0x98, 4, 4},                  // SYNC
        {0xA0, hint | events | 7, 8},  // EVENTQ_BASE
        {0x1'00A8, 0, 4},
        {0x1'00AC, 0, 4},
        {0x20, 0xC, 4},  // EVENTQEN
        {0x50, 0, 4},    // IRQ_CTRL
        {0x68, 0, 8},
        {0xB0, 0, 8},
        {0x50, 0x5, 4},
        {0x20, 0xD, 4},  // SMMUEN, last
    };
    EXPECT_EQ(smmu.writes, expected);
    ASSERT_EQ(smmu.consumed.size(), 4u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x04u);
    EXPECT_EQ(smmu.consumed[0].word[1], 31u);
    EXPECT_EQ(smmu.consumed[1][Command::Op], Opcode::SYNC);
    EXPECT_EQ(smmu.consumed[2][Command::Op], Opcode::TLBI_NSNH_ALL);
    EXPECT_EQ(smmu.consumed[3][Command::Op], Opcode::SYNC);
}

TEST_F(SmmuTest, ARunningSmmuIsMadeToAbortBeforeItIsDisabled) {
    smmu.set<arch::Cr0>(0xD);
    smmu.set<arch::Gbpa>(0x1000);
    prepare();
    ASSERT_EQ(driver.reset(), Status::Done);
    EXPECT_EQ(smmu.writes[0], (RegisterWrite{0x44, 0x8010'1000, 4}));
    EXPECT_EQ(smmu.writes[1], (RegisterWrite{0x20, 0, 4}));
}

TEST_F(SmmuTest, InterruptsCanStayOff) {
    prepare();
    ASSERT_EQ(driver.reset(Interrupts::Off), Status::Done);
    EXPECT_EQ(smmu.get<arch::IrqCtrl>().raw(), 0u);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0xDu);
}

TEST_F(SmmuTest, AtsChecksAreEnabledWhereThereIsAts) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 10);
    prepare();
    ASSERT_EQ(driver.reset(), Status::Done);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0x1Du);
}

TEST_F(SmmuTest, AnSmmuThatDoesNotFollowIsReported) {
    prepare();
    smmu.set<arch::Cr0Ack>(0xF);
    smmu.acknowledges = false;
    EXPECT_EQ(driver.reset(), Status::NotAcknowledged);
    EXPECT_EQ(smmu.writes.size(), 1u) << "and left alone";
}

TEST_F(SmmuTest, CommandsThatNeverEndAreReported) {
    prepare();
    smmu.judge = [](const Command&) { return arch::CommandError::Abort; };
    EXPECT_EQ(driver.reset(), Status::CommandFailed);
}

TEST_F(SmmuTest, TooLittleMemoryIsReported) {
    PhysicalMemory small{0x5000'0000, 8192};
    Arena little{small.region()};
    EXPECT_EQ(driver.prepare(FakeSmmu::base, features(), little), Status::OutOfMemory);
}

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

TEST_F(SmmuTest, ChangingAStreamIsThreeSyncsOfInvalidOrWhole) {
    start();
    ASSERT_EQ(driver.set_stream({0x20}, bypass_ste()), Status::Done);
    VmContext vm;
    ASSERT_TRUE(vm.create(arena, driver.features(), {7}));
    const Ste to = stage2_ste(vm.config(driver.features()), driver.features());
    unsigned syncs = 0;
    unsigned invalid = 0;
    smmu.judge = [&](const Command& c) {
        if (c[Command::Op] != Opcode::SYNC) return arch::CommandError::None;
        ++syncs;
        const Ste seen = ste(0x20);
        if (!seen[Ste::V])
            ++invalid;
        else
            for (unsigned i = 0; i < Ste::words; ++i)
                EXPECT_EQ(seen.word[i], to.word[i]) << "word " << i;
        return arch::CommandError::None;
    };
    smmu.consumed.clear();
    ASSERT_EQ(driver.set_stream({0x20}, to), Status::Done);
    EXPECT_EQ(syncs, 3u);
    EXPECT_EQ(invalid, 2u);
    EXPECT_EQ(smmu.consumed.size(), 6u) << "CFGI_STE and SYNC each time";
}

TEST(SteWriter, TheLiveEntryIsInvalidOrWholeAtEverySync) {
    PhysicalMemory memory{0, 4096};
    FakeSmmu machine{memory};
    host::Running running{machine};
    volatile Ste live{};
    Ste old{};
    Ste to{};
    for (unsigned i = 0; i < Ste::words; ++i) {
        old.word[i] = live.word[i] = uint64_t{0x1111'1111'1111'1111} * (i + 1);
        to.word[i] = ~old.word[i] | 1;
    }
    unsigned looks = 0;
    replace(live, to, [&] {
        ++looks;
        const bool valid = (live.word[0] & 1) != 0;
        EXPECT_EQ(valid, looks == 3);
        const Ste& expected = looks == 1 ? old : to;
        for (unsigned i = 1; i < Ste::words; ++i) EXPECT_EQ(live.word[i], expected.word[i]);
    });
    EXPECT_EQ(looks, 3u);
    EXPECT_EQ(live.word[0], to.word[0]);
}

TEST_F(SmmuTest, AContextDescriptorIsReplacedTheSameWay) {
    start();
    volatile auto* live = arena.allocate(64, 64).as<arch::Cd>();
    Stage1Config config;
    config.ttb = 0x4010'0000;
    config.asid = {3};
    unsigned invalid = 0;
    smmu.judge = [&](const Command& c) {
        if (c[Command::Op] == Opcode::SYNC && (live->word[0] & uint64_t{1} << 31) == 0) ++invalid;
        return arch::CommandError::None;
    };
    ASSERT_EQ(driver.set_context({0x20}, *live, make_cd(config)), Status::Done);
    EXPECT_EQ(invalid, 2u);
    EXPECT_EQ(live->word[1], 0x4010'0000u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0020'0000'0005u);
}

TEST_F(SmmuTest, ARefusedCommandShowsInTheResult) {
    start();
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::CFGI_STE ? arch::CommandError::Illegal
                                                  : arch::CommandError::None;
    };
    EXPECT_EQ(driver.set_stream({1}, bypass_ste()), Status::CommandFailed);
}

TEST_F(SmmuTest, ErrorsAreHandledAndAcknowledged) {
    start();
    EXPECT_EQ(driver.handle_errors().raw(), 0u);
    EXPECT_TRUE(smmu.writes.empty());
    smmu.set<arch::Gerror>(0b100);
    EXPECT_EQ(driver.handle_errors().raw(), 0b100u) << "EVENTQ_ABT_ERR";
    EXPECT_EQ(smmu.get<arch::Gerrorn>().raw(), 0b100u);
    EXPECT_EQ(driver.handle_errors().raw(), 0u);
    smmu.set<arch::Gerror>(0);  // the same error again: the bit toggles
    EXPECT_EQ(driver.handle_errors().raw(), 0b100u);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0xDu);
}

TEST_F(SmmuTest, ServiceFailureDisablesTheSmmu) {
    start();
    smmu.set<arch::Gerror>(1u << 8);
    EXPECT_TRUE(driver.handle_errors()[arch::Gerror::SFM_ERR]);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0u);
}

TEST_F(SmmuTest, ForgettingStage2ForgetsWhatWasMadeOfIt) {
    start();
    EXPECT_EQ(forget_stage2(driver.commands(), {7}, {0x4000'0000, 0x2000}), Completion::Done);
    std::vector<uint64_t> words;
    for (const Command& c : smmu.consumed) words.push_back(c.word[0]);
    const std::vector<uint64_t> expected{0x0000'0007'0000'002A, 0x0000'0007'0000'002A, 0x46,
                                         0x0000'0007'0000'0010, 0x46};
    EXPECT_EQ(words, expected);
    EXPECT_EQ(smmu.consumed[1].word[1], 0x4000'1001u);

    smmu.consumed.clear();
    EXPECT_EQ(forget_stage2(driver.commands(), {7}, {0, 0x20'0000}), Completion::Done);
    ASSERT_EQ(smmu.consumed.size(), 2u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0007'0000'0028u) << "many pages: the whole VM";
}

TEST_F(SmmuTest, ForgettingStage1IsByAddressOrByAsid) {
    start();
    EXPECT_EQ(forget_stage1(driver.commands(), {{7}, {9}}, {0x1000, 0x1000}), Completion::Done);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0009'0007'0000'0012u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0x1001u);
    smmu.consumed.clear();
    EXPECT_EQ(forget_stage1(driver.commands(), {{7}, {9}}, {0, 0x20'0000}), Completion::Done);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0009'0007'0000'0011u);
}

}  // namespace
