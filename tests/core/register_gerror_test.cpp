// Errors as GERROR and GERRORN show them: activation, acknowledgement, the reason of a command error.
// Arm IHI 0070 G.b, 6.3.19, 6.3.20, 7.1, 7.5; names carry the rule of the check list.
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

using arch::CommandError;

class RegisterGerror : public RegisterBench {
protected:
    void acknowledge_gerror() { put(at::GERRORN, get(at::GERROR)); }
};

TEST_F(RegisterGerror, GERR_01_AnErrorTogglesItsBitOnceUntilItIsAcknowledged) {
    EXPECT_TRUE(registers.raise_event_abort());
    EXPECT_EQ(get(at::GERROR), 0b100u);
    EXPECT_TRUE(registers.event_abort_active());
    EXPECT_FALSE(registers.raise_event_abort()) << "already active";
    EXPECT_EQ(get(at::GERROR), 0b100u);

    acknowledge_gerror();
    EXPECT_EQ(get(at::GERRORN), 0b100u);
    EXPECT_FALSE(registers.event_abort_active());
    EXPECT_EQ(get(at::GERROR), 0b100u) << "the SMMU toggles, it does not clear";
    EXPECT_TRUE(registers.raise_event_abort());
    EXPECT_EQ(get(at::GERROR), 0u);
    EXPECT_TRUE(registers.event_abort_active());
    acknowledge_gerror();
    EXPECT_EQ(get(at::GERRORN), 0u);
}

TEST_F(RegisterGerror, ErrorsAreIndependent) {
    EXPECT_TRUE(registers.raise_command_error(CommandError::Illegal));
    EXPECT_TRUE(registers.raise_event_abort());
    EXPECT_EQ(get(at::GERROR), 0b101u);
    put(at::GERRORN, 0b100);
    EXPECT_TRUE(registers.command_error_active());
    EXPECT_FALSE(registers.event_abort_active());
    put(at::GERRORN, 0b101);
    EXPECT_FALSE(registers.command_error_active());
}

TEST_F(RegisterGerror, CMD_02_TheReasonIsInCmdqConsBesideTheIndex) {
    put64(at::CMDQ_BASE, 8);
    put(at::CMDQ_CONS, 0x42);
    control(CMDQEN);
    registers.raise_command_error(CommandError::Illegal);
    EXPECT_EQ(get(at::CMDQ_CONS), 0x0100'0042u);
    EXPECT_EQ(get(at::GERROR), 0b001u);
    acknowledge_gerror();
    registers.raise_command_error(CommandError::Abort);
    EXPECT_EQ(get(at::CMDQ_CONS), 0x0200'0042u);
    EXPECT_EQ(get(at::GERROR), 0u);
}

TEST_F(RegisterGerror, GERR_10_DisablingTheQueueDoesNotAcknowledgeItsError) {
    control(CMDQEN | EVENTQEN);
    registers.raise_command_error(CommandError::Illegal);
    registers.raise_event_abort();
    for (const uint32_t cr0 : {0u, CMDQEN | EVENTQEN}) {
        control(cr0);
        EXPECT_TRUE(registers.command_error_active() && registers.event_abort_active());
        EXPECT_EQ(get(at::GERROR), 0b101u);
    }
}

// The specification leaves open whether this makes an error active; it must not stay for ever.
TEST_F(RegisterGerror, GERR_02_TogglingAnInactiveBitOfGerrornCanBeTakenBack) {
    put(at::GERRORN, 0b101);
    EXPECT_EQ(get(at::GERROR), 0u);
    put(at::GERRORN, 0);
    EXPECT_FALSE(registers.command_error_active() || registers.event_abort_active());
    EXPECT_TRUE(registers.raise_command_error(CommandError::Illegal));
    EXPECT_TRUE(registers.raise_event_abort());
    EXPECT_EQ(get(at::GERROR), 0b101u);
}

// 6.3.20: a read returns what was last written to the defined fields; SFM_ERR is always defined.
TEST_F(RegisterGerror, GerrornReadsBackWhatWasWritten) {
    put(at::GERRORN, 0x100);
    EXPECT_EQ(get(at::GERRORN), 0x100u);
    EXPECT_FALSE(registers.command_error_active() || registers.event_abort_active());
    put(at::GERRORN, 0);
    EXPECT_EQ(get(at::GERRORN), 0u);
}

}  // namespace
}  // namespace smmu::test
