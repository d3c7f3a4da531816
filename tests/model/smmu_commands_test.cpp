// The Command queue from software's side: consumption, errors, wrap, enable.  Arm IHI 0070 G.b, 4
// and 7.1.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::CmdqCons;
using arch::Command;
using arch::CommandError;
using arch::CompletionSignal;
using arch::Gerror;
using arch::Opcode;

struct SmmuCommands : SimTest, NestedBench {
    static Command plain(unsigned opcode) { return Command{{{opcode, 0}}}; }
    static Command prefetch() { return plain(static_cast<unsigned>(Opcode::PREFETCH_CONFIG)); }
    uint32_t cons() { return read<CmdqCons>()[CmdqCons::RD]; }
    bool stopped() { return read<Gerror>()[Gerror::CMDQ_ERR] != acknowledged_; }
    void acknowledge() {
        acknowledged_ = !acknowledged_;
        write(arch::Gerrorn{}.set(arch::Gerrorn::CMDQ_ERR, acknowledged_));
    }
    void settle() { sc_core::wait(1000 * ns); }
    /// Overwrites a command that was pushed.
    void replace(uint32_t index, const Command& by) {
        ram.put(map::command_queue + 16 * arch::QueueIndex{index}.slot(commands_log2), by);
    }

private:
    bool acknowledged_ = false;
};

constexpr Opcode known[] = {
    Opcode::PREFETCH_CONFIG, Opcode::PREFETCH_ADDR, Opcode::CFGI_STE,       Opcode::CFGI_STE_RANGE,
    Opcode::CFGI_CD,         Opcode::CFGI_CD_ALL,   Opcode::TLBI_NH_ALL,    Opcode::TLBI_NH_ASID,
    Opcode::TLBI_NH_VA,      Opcode::TLBI_NH_VAA,   Opcode::TLBI_EL2_ALL,   Opcode::TLBI_EL2_ASID,
    Opcode::TLBI_EL2_VA,     Opcode::TLBI_EL2_VAA,  Opcode::TLBI_S12_VMALL, Opcode::TLBI_S2_IPA,
    Opcode::TLBI_NSNH_ALL,   Opcode::RESUME,        Opcode::STALL_TERM,     Opcode::SYNC};

TEST_F(SmmuCommands, CMD_03_EveryOpcodeIsEitherConsumedOrIllegalAndTheQueueGoesOn) {
    simulate([&] {
        start();
        for (unsigned opcode = 0; opcode < 256; ++opcode) {
            const uint32_t at = command_prod();
            push(plain(opcode));
            ring();
            settle();
            const bool is_known = std::find(std::begin(known), std::end(known),
                                            static_cast<Opcode>(opcode)) != std::end(known);
            EXPECT_EQ(stopped(), !is_known) << opcode;
            if (!stopped()) {
                EXPECT_EQ(cons(), command_prod()) << opcode;
                continue;
            }
            EXPECT_EQ(cons(), at) << opcode;
            EXPECT_EQ(read<CmdqCons>()[CmdqCons::ERR], CommandError::Illegal) << opcode;
            replace(at, prefetch());
            acknowledge();  // without a write of PROD
            EXPECT_TRUE(consumed()) << opcode;
        }
        EXPECT_EQ(gerror_pulses.size(), 256 - std::size(known));
    });
}

TEST_F(SmmuCommands, CMD_49_ReasonAndIndexOfAnErrorAreThereBeforeItsInterrupt) {
    simulate([&] {
        start();
        push(prefetch());
        push(plain(0xFF));
        push(prefetch());
        ring();
        settle();
        ASSERT_EQ(gerror_pulses.size(), 1u);
        EXPECT_EQ(gerror_pulses[0].gerror, 0b1u);
        const CmdqCons then{{{gerror_pulses[0].cmdq_cons}}};
        EXPECT_EQ(then[CmdqCons::RD], 1u);
        EXPECT_EQ(then[CmdqCons::ERR], CommandError::Illegal);
        EXPECT_EQ(counter.commands, 2u);  // the one behind it was not executed
    });
}

TEST_F(SmmuCommands, CMD_04_SoftwareMayTakeTheRestBackWhileAnErrorIsActive) {
    simulate([&] {
        start();
        push(plain(0xFF));
        push(prefetch());
        ring();
        settle();
        set_command_prod(0);
        ring();
        acknowledge();
        settle();
        EXPECT_EQ(cons(), 0u);
        EXPECT_EQ(counter.commands, 1u);
        EXPECT_FALSE(stopped());
    });
}

TEST_F(SmmuCommands, CMD_03_CMD_09_AbortedFetchStopsWithItsReasonAndIsRetriedAfterwards) {
    simulate([&] {
        start();
        ram.fail(map::command_queue + 16, 16);
        push(prefetch());
        push(prefetch());
        ring();
        settle();
        EXPECT_TRUE(stopped());
        EXPECT_EQ(cons(), 1u);
        EXPECT_EQ(read<CmdqCons>()[CmdqCons::ERR], CommandError::Abort);
        EXPECT_EQ(gerror_pulses.size(), 1u);
        ram.repair();
        acknowledge();
        EXPECT_TRUE(consumed());
    });
}

TEST_F(SmmuCommands, QueueWraps) {
    simulate([&] {
        start();
        for (unsigned n = 0; n < 20; ++n) {
            for (unsigned i = 0; i < 5; ++i) push(prefetch());
            ring();
            ASSERT_TRUE(consumed()) << n;
        }
        EXPECT_EQ(counter.commands, 100u);
        for (unsigned i = 0; i < 8; ++i) push(prefetch());  // exactly full
        ring();
        EXPECT_TRUE(consumed());
        EXPECT_EQ(counter.commands, 108u);
    });
}

TEST_F(SmmuCommands, CMD_49_DisablingStopsAfterTheCommandInProgress) {
    simulate([&] {
        start();
        ram.latency = 100 * ns;
        for (unsigned i = 0; i < 5; ++i) push(prefetch());
        ring();
        sc_core::wait(150 * ns);
        control(all_on().set(arch::Cr0::CMDQEN, false));
        const uint32_t at = cons();
        EXPECT_EQ(at, 2u);
        settle();
        EXPECT_EQ(cons(), at);
        EXPECT_EQ(counter.commands, at);
        replace(3, plain(0xFF));  // what was not consumed may be changed
        control(all_on());
        settle();
        EXPECT_TRUE(stopped());
        EXPECT_EQ(cons(), 3u);
    });
}

TEST_F(SmmuCommands, ProdWrittenWhileDisabledStartsNothingUntilEnabled) {
    simulate([&] {
        start();
        control(all_on().set(arch::Cr0::CMDQEN, false));
        push(prefetch());
        ring();
        settle();
        EXPECT_EQ(cons(), 0u);
        control(all_on());
        EXPECT_TRUE(consumed());
    });
}

TEST_F(SmmuCommands, ErrorOutlivesDisablingOfTheQueue) {
    simulate([&] {
        start();
        push(plain(0xFF));
        ring();
        settle();
        replace(0, prefetch());
        control(all_on().set(arch::Cr0::CMDQEN, false));
        control(all_on());
        settle();
        EXPECT_TRUE(stopped());
        EXPECT_EQ(cons(), 0u);
        acknowledge();
        EXPECT_TRUE(consumed());
    });
}

TEST_F(SmmuCommands, GERR_09_REG_44_GerrorInterruptIsNeitherRaisedWhileDisabledNorReplayed) {
    simulate([&] {
        start();
        enable_interrupts(arch::IrqCtrl{});
        push(plain(0xFF));
        ring();
        settle();
        EXPECT_TRUE(stopped());
        enable_interrupts(all_interrupts());
        settle();
        EXPECT_TRUE(gerror_pulses.empty());
    });
}

TEST_F(SmmuCommands, GERR_08_TranslationGoesOnWhileTheQueueIsStopped) {
    map_page(0);
    simulate([&] {
        start();
        push(plain(0xFF));
        ring();
        settle();
        uint32_t data = 0;
        EXPECT_TRUE(device.read(of_stream(stream), va, data).ok());
        device.read(of_stream(stream), va + 0x1000, data);
        EXPECT_TRUE(next_event());
    });
}

TEST_F(SmmuCommands, AcknowledgingAnErrorThatIsNotThereWedgesNothing) {
    simulate([&] {
        start();
        acknowledge();  // GERROR and GERRORN now differ: that reads as an active error
        acknowledge();
        push(prefetch());
        ring();
        EXPECT_TRUE(consumed());
    });
}

TEST_F(SmmuCommands, SecureFlagIsIllegalOnThisQueue) {
    simulate([&] {
        start();
        push(prefetch().set(Command::SSec, true));
        ring();
        settle();
        EXPECT_TRUE(stopped());
    });
}

TEST_F(SmmuCommands, CMD_37_WhoSeesTheSyncInterruptReadsConsPastTheSync) {
    simulate([&] {
        start();
        push(prefetch());
        push(sync_command(CompletionSignal::Irq));
        ring();
        settle();
        ASSERT_EQ(sync_pulses.size(), 1u);
        EXPECT_EQ(sync_pulses[0].cmdq_cons, 2u);
    });
}

TEST_F(SmmuCommands, SyncSignalsOnlyWhenAsked) {
    simulate([&] {
        start();
        push(sync_command(CompletionSignal::None));
        push(sync_command(CompletionSignal::Sev));  // IDR0.SEV = 0: as None
        ring();
        EXPECT_TRUE(consumed());
        settle();
        EXPECT_TRUE(sync_pulses.empty());
        push(sync_command(CompletionSignal::Reserved));
        ring();
        settle();
        EXPECT_TRUE(stopped());
        EXPECT_TRUE(sync_pulses.empty());
    });
}

}  // namespace smmu::test
