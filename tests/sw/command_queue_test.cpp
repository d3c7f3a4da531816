// The Command queue against an SMMU that is quick, slow, stuck, or finds a command illegal.
#include "sw_stubs/driver/command_queue.h"

#include <gtest/gtest.h>

#include "sw_stubs/driver/commands.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::CommandError;
using arch::Opcode;

namespace {

constexpr unsigned log2size = 3;

struct CommandQueueTest : ::testing::Test, Bench {
    CommandQueue queue;
    void SetUp() override {
        ASSERT_TRUE(queue.allocate(arena, Registers{FakeSmmu::base}, log2size));
        smmu.set<arch::CmdqBase>(queue.base().raw());
        smmu.set<arch::Cr0>(1u << 3);
    }
    std::vector<Opcode> opcodes() const {
        std::vector<Opcode> list;
        for (const Command& c : smmu.consumed) list.push_back(c[Command::Op]);
        return list;
    }
};

TEST(Commands, HaveTheWordsOfTheSpecification) {
    const auto words = [](const Command& c) { return std::pair{c.word[0], c.word[1]}; };
    using Words = std::pair<uint64_t, uint64_t>;
    EXPECT_EQ(words(commands::forget_stream({0x105})), (Words{0x0000'0105'0000'0003, 0}));
    EXPECT_EQ(words(commands::forget_ste({0x105})), (Words{0x0000'0105'0000'0003, 1}));
    EXPECT_EQ(words(commands::forget_cd({0x105}, {7})), (Words{0x0000'0105'0000'7005, 1}));
    EXPECT_EQ(words(commands::forget_configuration()), (Words{0x04, 31}));
    EXPECT_EQ(words(commands::sync_with_message(0x0800'0040, 98)),
              (Words{0x0000'0062'0100'1046, 0x0800'0040}))
        << "SIG_IRQ, Device-nGnRE";
    EXPECT_EQ(words(commands::forget_all_translations()), (Words{0x30, 0}));
    EXPECT_EQ(words(commands::forget_vm({0xBEEF})), (Words{0x0000'BEEF'0000'0028, 0}));
    EXPECT_EQ(words(commands::forget_stage1({0xBEEF})), (Words{0x0000'BEEF'0000'0010, 0}));
    EXPECT_EQ(words(commands::forget_ipa({1}, 0x1234'5000)),
              (Words{0x0000'0001'0000'002A, 0x1234'5001}));
    EXPECT_EQ(words(commands::forget_asid({{2}, {3}})), (Words{0x0003'0002'0000'0011, 0}));
    EXPECT_EQ(words(commands::forget_va({{2}, {3}}, 0xFFFF'8000'1234'5678)),
              (Words{0x0003'0002'0000'0012, 0xFFFF'8000'1234'5001}));
    EXPECT_EQ(words(commands::sync()), (Words{0x46, 0}));
    EXPECT_EQ(words(commands::forget_all_cds({0x105})), (Words{0x0000'0105'0000'0006, 0}));
    EXPECT_EQ(words(commands::forget_el2()), (Words{0x20, 0}));
    EXPECT_EQ(words(commands::prefetch({0x105})), (Words{0x0000'0105'0000'0001, 0}));
    EXPECT_EQ(words(commands::resume({0x105}, 0xBEEF, commands::Resumption::Retry)),
              (Words{0x0000'0105'0000'1044, 0xBEEF}));
    EXPECT_EQ(words(commands::resume({0x105}, 0xBEEF, commands::Resumption::Abort)),
              (Words{0x0000'0105'0000'2044, 0xBEEF}));
}

TEST_F(CommandQueueTest, BaseHoldsAddressSizeAndHint) {
    EXPECT_EQ(queue.base().raw(), 0x4000'0000'4000'0000u | log2size);
}

TEST_F(CommandQueueTest, CommandsArriveInOrder) {
    EXPECT_TRUE(queue.insert(commands::forget_configuration()));
    EXPECT_TRUE(queue.insert(commands::forget_vm({7})));
    EXPECT_EQ(queue.sync(), Completion::Done);
    const std::vector<Opcode> expected{Opcode::CFGI_STE_RANGE, Opcode::TLBI_S12_VMALL,
                                       Opcode::SYNC};
    EXPECT_EQ(opcodes(), expected);
    EXPECT_EQ(smmu.consumed[1].word[0], 0x0000'0007'0000'0028u);
}

TEST_F(CommandQueueTest, IndexesWrapWithTheirFlag) {
    for (uint16_t i = 0; i < 40; ++i) EXPECT_TRUE(queue.insert(commands::forget_vm({i})));
    ASSERT_EQ(smmu.consumed.size(), 40u);
    for (uint16_t i = 0; i < 40; ++i)
        EXPECT_EQ(smmu.consumed[i].word[0], commands::forget_vm({i}).word[0]);
    EXPECT_EQ(smmu.writes[7].value, 8u) << "slot 0 with the wrap flag";
    EXPECT_EQ(smmu.writes[14].value, 15u);
    EXPECT_EQ(smmu.writes[15].value, 0u);
}

TEST_F(CommandQueueTest, AFullQueueIsWaitedFor) {
    smmu.consume_after = 5;
    for (uint16_t i = 0; i < 20; ++i) EXPECT_TRUE(queue.insert(commands::forget_vm({i})));
    EXPECT_GE(smmu.consumed.size(), 12u);
    EXPECT_EQ(queue.sync(), Completion::Done);
    ASSERT_EQ(smmu.consumed.size(), 21u);
    for (uint16_t i = 0; i < 20; ++i)
        EXPECT_EQ(smmu.consumed[i].word[0], commands::forget_vm({i}).word[0])
            << "none was overwritten";
}

TEST_F(CommandQueueTest, AStuckSmmuIsGivenUp) {
    smmu.set<arch::Cr0>(0);
    EXPECT_EQ(queue.sync(), Completion::TimedOut);
    for (int i = 1; i < 8; ++i) EXPECT_TRUE(queue.insert(commands::forget_vm({1})));
    EXPECT_FALSE(queue.insert(commands::forget_vm({1})));
    EXPECT_EQ(queue.sync(), Completion::TimedOut);
}

TEST_F(CommandQueueTest, AnIllegalCommandIsSkippedAndTheRestGoesOn) {
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::TLBI_NH_ALL ? CommandError::Illegal : CommandError::None;
    };
    queue.insert(commands::forget_vm({1}));
    queue.insert(commands::forget_stage1({1}));
    queue.insert(commands::forget_vm({2}));
    EXPECT_EQ(queue.sync(), Completion::Skipped);
    const std::vector<Opcode> expected{Opcode::TLBI_S12_VMALL, Opcode::SYNC, Opcode::TLBI_S12_VMALL,
                                       Opcode::SYNC};
    EXPECT_EQ(opcodes(), expected);
    EXPECT_EQ(queue.skipped(), 1u);
    EXPECT_EQ(queue.last_error(), CommandError::Illegal);
    EXPECT_EQ(smmu.get<arch::Gerror>().raw(), smmu.get<arch::Gerrorn>().raw());

    smmu.judge = nullptr;
    EXPECT_EQ(queue.sync(), Completion::Done) << "an old error is not told twice";
}

TEST_F(CommandQueueTest, AnUnknownErrorCodeIsTakenAsIllegal) {
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::TLBI_NH_ALL ? static_cast<CommandError>(9)
                                                     : CommandError::None;
    };
    queue.insert(commands::forget_stage1({1}));
    EXPECT_EQ(queue.sync(), Completion::Skipped);
}

TEST_F(CommandQueueTest, AnAbortedFetchIsTriedAgain) {
    int aborts = 2;
    smmu.judge = [&](const Command&) {
        return aborts-- > 0 ? CommandError::Abort : CommandError::None;
    };
    queue.insert(commands::forget_vm({5}));
    EXPECT_EQ(queue.sync(), Completion::Done);
    const std::vector<Opcode> expected{Opcode::TLBI_S12_VMALL, Opcode::SYNC};
    EXPECT_EQ(opcodes(), expected);
    EXPECT_EQ(queue.last_error(), CommandError::Abort);
}

TEST_F(CommandQueueTest, RecoveryTouchesNoOtherError) {
    smmu.set<arch::Gerror>(0x105);  // SFM and EVENTQ_ABT active beside CMDQ_ERR ...
    smmu.set<arch::Gerrorn>(0x000);
    queue.recover();
    EXPECT_EQ(smmu.get<arch::Gerrorn>().raw(), 0x001u) << "... stay active";
}

TEST_F(CommandQueueTest, ErrorsWhileTheQueueIsFullAreHandled) {
    smmu.consume_after = 1;
    smmu.judge = [](const Command& c) {
        return c[Command::Op] == Opcode::TLBI_NH_ALL ? CommandError::Illegal : CommandError::None;
    };
    for (int i = 0; i < 12; ++i) EXPECT_TRUE(queue.insert(commands::forget_stage1({1})));
    EXPECT_EQ(queue.sync(), Completion::Skipped);
    EXPECT_EQ(queue.skipped(), 12u);
}

TEST_F(CommandQueueTest, AListIsToldAtOnceWithItsCmdSync) {
    const Command list[] = {commands::forget_vm({1}), commands::forget_vm({2})};
    smmu.writes.clear();
    EXPECT_EQ(queue.run(list, 2), Completion::Done);
    const std::vector<Opcode> expected{Opcode::TLBI_S12_VMALL, Opcode::TLBI_S12_VMALL,
                                       Opcode::SYNC};
    EXPECT_EQ(opcodes(), expected);
    ASSERT_EQ(smmu.writes.size(), 1u);
    EXPECT_EQ(smmu.writes[0].offset, 0x98u);
    EXPECT_EQ(smmu.writes[0].value, 3u);
}

TEST_F(CommandQueueTest, AListMayBeLongerThanTheQueue) {
    Command list[21];
    for (uint16_t i = 0; i < 21; ++i) list[i] = commands::forget_vm({i});
    for (const unsigned slow : {0u, 3u}) {
        smmu.consume_after = slow;
        smmu.consumed.clear();
        EXPECT_EQ(queue.run(list, 21), Completion::Done);
        ASSERT_EQ(smmu.consumed.size(), 22u);
        for (uint16_t i = 0; i < 21; ++i)
            EXPECT_EQ(smmu.consumed[i].word[0], list[i].word[0]) << "none was overwritten";
        EXPECT_EQ(smmu.consumed[21][Command::Op], Opcode::SYNC);
    }
}

TEST_F(CommandQueueTest, ACmdSyncThatDevicesDidNotAnswerIsRepeated) {
    int timeouts = 2;
    smmu.judge = [&](const Command& c) {
        return c[Command::Op] == Opcode::SYNC && timeouts-- > 0 ? CommandError::AtcInvSync
                                                                : CommandError::None;
    };
    queue.insert(commands::forget_vm({1}));
    EXPECT_EQ(queue.sync(), Completion::Done);
    EXPECT_EQ(queue.atc_timeouts(), 2u);
    EXPECT_EQ(queue.skipped(), 0u);
    EXPECT_EQ(queue.last_error(), CommandError::AtcInvSync);
    EXPECT_EQ(opcodes(), (std::vector<Opcode>{Opcode::TLBI_S12_VMALL, Opcode::SYNC}));
}

}  // namespace
