// A guest's interrupts: list registers in, ICV_* out, hardware interrupts behind them.
#include "tests/model/gicv3_virtual_bench.h"

namespace smmu::test {
namespace {

TEST_F(Gicv3VirtualTest, AListRegisterIsTakenAndEndedByTheGuest) {
    simulate([&] {
        bring_up_guest();
        EXPECT_FALSE(virq);
        set_lr(2, pending_lr | 42);
        EXPECT_TRUE(virq);
        EXPECT_EQ(guest_reads("ICC_HPPIR1_EL1"), 42u);
        EXPECT_EQ(guest_acknowledges(), 42u);
        EXPECT_FALSE(virq);
        EXPECT_EQ(lr(2), active_lr | 42);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x80u);
        EXPECT_EQ(cpu.read("ICH_AP1R0_EL2"), 1u << 16);
        EXPECT_EQ(guest_acknowledges(), spurious);
        guest_ends(42);
        EXPECT_EQ(lr(2), invalid_lr | 42);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0xFFu);
        EXPECT_EQ(cpu.read("ICH_AP1R0_EL2"), 0u);
    });
}

TEST_F(Gicv3VirtualTest, NothingIsSignalledBeforeEachSwitchIsOn) {
    simulate([&] {
        set_lr(0, pending_lr | 42);
        EXPECT_FALSE(virq);
        cpu.write("ICH_HCR_EL2", En);
        EXPECT_FALSE(virq);
        guest_writes("ICC_PMR_EL1", 0xF8);
        EXPECT_FALSE(virq);
        guest_writes("ICC_IGRPEN1_EL1", 1);
        EXPECT_TRUE(virq);
        guest_writes("ICC_PMR_EL1", 0x80);
        EXPECT_FALSE(virq);
        EXPECT_EQ(guest_acknowledges(), spurious);
        guest_writes("ICC_PMR_EL1", 0x88);
        EXPECT_TRUE(virq);
        cpu.write("ICH_HCR_EL2", 0);
        EXPECT_FALSE(virq);
        EXPECT_EQ(guest_acknowledges(), spurious);
    });
}

TEST_F(Gicv3VirtualTest, TheHigherPriorityPreemptsAndEqualOnesWait) {
    simulate([&] {
        bring_up_guest();
        set_lr(0, pending_lr | 50);
        set_lr(1, pending_lr | 40);
        EXPECT_EQ(guest_acknowledges(), 50u);  // equal priorities: the lower list register
        EXPECT_FALSE(virq);
        set_lr(2, pending_lr_0x40 | 60);
        EXPECT_TRUE(virq);
        EXPECT_EQ(guest_acknowledges(), 60u);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x40u);
        guest_ends(60);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x80u);
        EXPECT_FALSE(virq);
        guest_ends(50);
        EXPECT_TRUE(virq);
        EXPECT_EQ(guest_acknowledges(), 40u);
    });
}

TEST_F(Gicv3VirtualTest, PendingAndActiveIsTakenAgainAfterItsEnd) {
    simulate([&] {
        bring_up_guest();
        set_lr(0, pending_lr | active_lr | 42);
        EXPECT_FALSE(virq);
        cpu.write("ICH_AP1R0_EL2", 1u << 16);
        guest_ends(42);
        EXPECT_EQ(lr(0), pending_lr | 42);
        EXPECT_TRUE(virq);
    });
}

TEST_F(Gicv3VirtualTest, TheEndOfAMappedInterruptEndsThePhysicalOne) {
    simulate([&] {
        bring_up();
        cpu.write("ICC_CTLR_EL1", 2);  // the host drops the priority, the guest deactivates
        enable(27);
        bring_up_guest();
        drive(27, true);
        EXPECT_EQ(acknowledge(), 27u);
        end(27);
        EXPECT_FALSE(irq);  // still active
        set_lr(0, pending_lr | lr_hw | physical(27) | 100);
        EXPECT_EQ(guest_acknowledges(), 100u);
        EXPECT_EQ(get(gicr, SGI_base + ISACTIVER), 1u << 27);
        guest_ends(100);
        EXPECT_EQ(get(gicr, SGI_base + ISACTIVER), 0u);
        EXPECT_TRUE(irq);  // the level is still high
    });
}

TEST_F(Gicv3VirtualTest, EoiModeOfTheGuestSeparatesPriorityDropFromDeactivation) {
    simulate([&] {
        bring_up_guest();
        guest_writes("ICC_CTLR_EL1", 2);
        EXPECT_EQ(guest_reads("ICC_CTLR_EL1"), 0x402u);
        EXPECT_EQ(cpu.read("ICC_CTLR_EL1"), 0x400u);  // the host's is another
        set_lr(0, pending_lr | 42);
        EXPECT_EQ(guest_acknowledges(), 42u);
        guest_ends(42);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0xFFu);
        EXPECT_EQ(lr(0), active_lr | 42);
        guest_writes("ICC_DIR_EL1", 42);
        EXPECT_EQ(lr(0), invalid_lr | 42);
    });
}

TEST_F(Gicv3VirtualTest, TheBinaryPointOfTheGuestLimitsPreemption) {
    simulate([&] {
        bring_up_guest();
        guest_writes("ICC_BPR1_EL1", 0);
        EXPECT_EQ(guest_reads("ICC_BPR1_EL1"), 3u);
        guest_writes("ICC_BPR1_EL1", 7);  // bit 7 alone is the group priority
        set_lr(0, 0x50A0'0000'0000'0000 | 40);
        EXPECT_EQ(guest_acknowledges(), 40u);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x80u);
        set_lr(1, 0x5090'0000'0000'0000 | 41);
        EXPECT_FALSE(virq);
        set_lr(2, 0x5070'0000'0000'0000 | 42);
        EXPECT_TRUE(virq);
        EXPECT_EQ(cpu.read("ICC_BPR1_EL1"), 3u);
    });
}

TEST_F(Gicv3VirtualTest, TheBinaryPointOfGroup0CountsForBothWithCbpr) {
    simulate([&] {
        bring_up_guest();
        cpu.write("ICH_VMCR_EL2", 0xF8AC'0012);  // VBPR0 = 5, VBPR1 = 3, VCBPR
        EXPECT_EQ(guest_reads("ICC_BPR1_EL1"), 6u);
        guest_writes("ICC_BPR1_EL1", 3);
        EXPECT_EQ(guest_reads("ICC_BPR1_EL1"), 6u);
        set_lr(0, 0x5080'0000'0000'0000 | 40);
        EXPECT_EQ(guest_acknowledges(), 40u);
        set_lr(1, 0x5048'0000'0000'0000 | 41);  // bits [7:6] are the group priority
        EXPECT_TRUE(virq);
        EXPECT_EQ(guest_acknowledges(), 41u);
        set_lr(2, 0x5040'0000'0000'0000 | 42);
        EXPECT_FALSE(virq);
    });
}

TEST_F(Gicv3VirtualTest, ABinaryPointThatGrowsWhileAnInterruptRunsLimitsPreemption) {
    simulate([&] {
        bring_up();
        bring_up_guest();
        enable(40, Trigger::Edge, 0xA0);
        enable(41, Trigger::Edge, 0x90);
        pulse(40);
        EXPECT_EQ(acknowledge(), 40u);
        cpu.write("ICC_BPR1_EL1", 7);
        pulse(41);
        EXPECT_FALSE(irq);
        set_lr(0, 0x50A0'0000'0000'0000 | 40);
        EXPECT_EQ(guest_acknowledges(), 40u);
        guest_writes("ICC_BPR1_EL1", 7);
        set_lr(1, 0x5090'0000'0000'0000 | 41);
        EXPECT_FALSE(virq);
    });
}

TEST_F(Gicv3VirtualTest, GuestAndHostHaveInterfacesOfTheirOwn) {
    simulate([&] {
        bring_up();
        bring_up_guest();
        enable(40, Trigger::Edge);
        pulse(40);
        set_lr(0, pending_lr | 50);
        EXPECT_EQ(guest_acknowledges(), 50u);
        EXPECT_TRUE(irq);
        EXPECT_EQ(acknowledge(), 40u);
        guest_ends(50);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0x80u);
        cpu.now = {1, 0};  // EL1 without a hypervisor is the host
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0x80u);
        cpu.now = {1, hcr_fmo};  // common registers follow FMO too, those of group 1 IMO alone
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0xFFu);
        cpu.write("ICC_IGRPEN1_EL1", 0);
        cpu.now = {2};
        EXPECT_EQ(cpu.read("ICC_IGRPEN1_EL1"), 0u);
    });
}

TEST_F(Gicv3VirtualTest, AnEndWithoutAListRegisterIsCounted) {
    simulate([&] {
        bring_up_guest();
        guest_ends(42);  // nothing runs: no priority drop
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), En);
        cpu.write("ICH_AP1R0_EL2", 1u << 16 | 1u << 17);
        guest_ends(42);
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), En | 1u << 27);
        EXPECT_EQ(cpu.read("ICH_AP1R0_EL2"), 1u << 17);
        guest_writes("ICC_CTLR_EL1", 2);
        guest_ends(42);  // priority drop alone
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), En | 1u << 27);
        guest_writes("ICC_DIR_EL1", 42);
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), En | 2u << 27);
    });
}

TEST_F(Gicv3VirtualTest, ARunningGroup0InterruptHoldsBackAndIsNotEndedByGroup1) {
    simulate([&] {
        bring_up_guest();
        cpu.write("ICH_AP0R0_EL2", 1u << 8);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x40u);
        set_lr(0, pending_lr | 42);
        EXPECT_FALSE(virq);
        guest_ends(42);
        EXPECT_EQ(cpu.read("ICH_AP0R0_EL2"), 1u << 8);
        set_lr(1, 0x4000'0000'0000'0000 | 43);  // group 0 of the highest priority is not signalled
        EXPECT_FALSE(virq);
    });
}

TEST_F(Gicv3VirtualTest, ASpecialIntidIsShownAndForgotten) {
    simulate([&] {
        bring_up_guest();
        set_lr(0, pending_lr | 1021);
        EXPECT_EQ(guest_acknowledges(), 1021u);
        EXPECT_EQ(lr(0), invalid_lr | 1021);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0xFFu);
    });
}

}  // namespace
}  // namespace smmu::test
