// What the GIC signals and in which order: its inputs, its frames, and its ICC_* registers as a CPU
// would call them.
#include "tests/model/gicv3_bench.h"

namespace smmu::test {
namespace {

TEST_F(Gicv3Test, AnEdgeIsTakenOnce) {
    simulate([&] {
        bring_up();
        enable(106, Trigger::Edge);
        pulse(106);
        EXPECT_TRUE(irq);
        EXPECT_EQ(cpu.read("ICC_HPPIR1_EL1"), 106u);
        EXPECT_EQ(acknowledge(), 106u);
        EXPECT_FALSE(irq);
        EXPECT_EQ(get(gicd, ISACTIVER + 12), 1u << 10);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0x80u);
        EXPECT_EQ(acknowledge(), spurious);
        end(106);
        EXPECT_EQ(get(gicd, ISACTIVER + 12), 0u);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0xFFu);
        EXPECT_FALSE(irq);
    });
}

TEST_F(Gicv3Test, AnEdgeWhileActiveIsTakenAfterwards) {
    simulate([&] {
        bring_up();
        enable(106, Trigger::Edge);
        pulse(106);
        EXPECT_EQ(acknowledge(), 106u);
        pulse(106);
        EXPECT_FALSE(irq);
        end(106);
        EXPECT_TRUE(irq);
        EXPECT_EQ(acknowledge(), 106u);
    });
}

TEST_F(Gicv3Test, ALevelIsPendingAsLongAsItIsHigh) {
    simulate([&] {
        bring_up();
        enable(33);
        drive(33, true);
        EXPECT_EQ(acknowledge(), 33u);
        EXPECT_FALSE(irq);
        end(33);
        EXPECT_TRUE(irq);
        drive(33, false);
        EXPECT_FALSE(irq);
        EXPECT_EQ(acknowledge(), spurious);
    });
}

TEST_F(Gicv3Test, APpiComesThroughTheRedistributor) {
    simulate([&] {
        bring_up();
        enable(30);
        drive(30, true);
        EXPECT_EQ(acknowledge(), 30u);
    });
}

TEST_F(Gicv3Test, NothingIsSignalledBeforeEachSwitchIsOn) {
    simulate([&] {
        enable(40, Trigger::Edge);
        pulse(40);
        EXPECT_FALSE(irq);
        set(gicr, GICR_WAKER, 0u);
        EXPECT_FALSE(irq);
        set(gicd, GICD_CTLR, 2u);
        EXPECT_FALSE(irq);
        cpu.write("ICC_PMR_EL1", 0xF8);
        EXPECT_FALSE(irq);
        cpu.write("ICC_IGRPEN1_EL1", 1);
        EXPECT_TRUE(irq);
        set(gicd, ICENABLER + 4, 1u << 8);
        EXPECT_FALSE(irq);
        EXPECT_EQ(get(gicd, ISPENDR + 4), 1u << 8);
    });
}

TEST_F(Gicv3Test, Group0IsNotSignalled) {
    simulate([&] {
        bring_up();
        set(gicd, ISENABLER + 4, 1u);
        drive(32, true);
        EXPECT_FALSE(irq);
        set(gicd, IGROUPR + 4, 1u);
        EXPECT_TRUE(irq);
    });
}

TEST_F(Gicv3Test, TheHigherPriorityPreemptsAndTheMaskHoldsBack) {
    simulate([&] {
        bring_up();
        enable(40, Trigger::Edge, 0xA0);
        enable(41, Trigger::Edge, 0x40);
        enable(42, Trigger::Edge, 0xA0);
        pulse(42);
        pulse(40);
        EXPECT_EQ(acknowledge(), 40u);  // equal priorities: the lower INTID
        EXPECT_FALSE(irq);              // 42 does not preempt its equal
        pulse(41);
        EXPECT_TRUE(irq);
        EXPECT_EQ(acknowledge(), 41u);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0x40u);
        end(41);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0xA0u);
        end(40);
        EXPECT_TRUE(irq);
        cpu.write("ICC_PMR_EL1", 0xA0);
        EXPECT_FALSE(irq);
        EXPECT_EQ(acknowledge(), spurious);
        EXPECT_EQ(cpu.read("ICC_HPPIR1_EL1"), 42u);
    });
}

TEST_F(Gicv3Test, EoiModeSeparatesPriorityDropFromDeactivation) {
    simulate([&] {
        bring_up();
        cpu.write("ICC_CTLR_EL1", 2);
        EXPECT_EQ(cpu.read("ICC_CTLR_EL1") & 2, 2u);
        enable(40, Trigger::Edge);
        enable(41, Trigger::Edge);
        pulse(40);
        EXPECT_EQ(acknowledge(), 40u);
        end(40);
        pulse(41);
        EXPECT_EQ(acknowledge(), 41u);  // priority has dropped
        end(41);
        pulse(40);
        EXPECT_FALSE(irq);  // but 40 is still active
        cpu.write("ICC_DIR_EL1", 40);
        EXPECT_TRUE(irq);
    });
}

TEST_F(Gicv3Test, SoftwareMakesInterruptsPendingAndActive) {
    simulate([&] {
        bring_up();
        enable(50);
        set(gicd, ISPENDR + 4, 1u << 18);
        EXPECT_EQ(acknowledge(), 50u);
        end(50);
        EXPECT_FALSE(irq);  // the latch of a level-sensitive interrupt ends with its activation
        set(gicd, ISPENDR + 4, 1u << 18);
        set(gicd, ICPENDR + 4, 1u << 18);
        EXPECT_FALSE(irq);
        set(gicd, ISACTIVER + 4, 1u << 18);
        drive(50, true);
        EXPECT_FALSE(irq);
        set(gicd, ICACTIVER + 4, 1u << 18);
        EXPECT_TRUE(irq);
    });
}

TEST_F(Gicv3Test, AnSgiReachesTheOnlyPe) {
    simulate([&] {
        bring_up();
        enable(5);
        cpu.write("ICC_SGI1R_EL1", uint64_t{5} << 24 | 1);
        EXPECT_EQ(acknowledge(), 5u);
        end(5);
        cpu.write("ICC_SGI1R_EL1", uint64_t{5} << 24 | 2);                  // PE 0.0.0.1
        cpu.write("ICC_SGI1R_EL1", uint64_t{5} << 24 | 1 << 16 | 1);        // PE 0.0.1.0
        cpu.write("ICC_SGI1R_EL1", uint64_t{5} << 24 | uint64_t{1} << 40);  // all but this one
        EXPECT_FALSE(irq);
    });
}

TEST_F(Gicv3Test, TheBinaryPointLimitsPreemption) {
    simulate([&] {
        bring_up();
        EXPECT_EQ(cpu.read("ICC_BPR1_EL1"), 3u);
        cpu.write("ICC_BPR1_EL1", 0);
        EXPECT_EQ(cpu.read("ICC_BPR1_EL1"), 3u);
        cpu.write("ICC_BPR1_EL1", 7);  // bit 7 alone is the group priority
        enable(40, Trigger::Edge, 0xA0);
        enable(41, Trigger::Edge, 0x90);
        enable(42, Trigger::Edge, 0x70);
        pulse(40);
        EXPECT_EQ(acknowledge(), 40u);
        EXPECT_EQ(cpu.read("ICC_RPR_EL1"), 0x80u);
        pulse(41);
        EXPECT_FALSE(irq);
        pulse(42);
        EXPECT_EQ(acknowledge(), 42u);
    });
}

TEST_F(Gicv3Test, AMessageIsASpi) {
    simulate([&] {
        bring_up();
        enable(106, Trigger::Edge);
        enable(107);
        set(gicd, GICD_SETSPI_NSR, 106u);
        EXPECT_EQ(acknowledge(), 106u);
        end(106);
        EXPECT_FALSE(irq);
        set<uint16_t>(gicd, GICD_SETSPI_NSR, 107);
        EXPECT_EQ(acknowledge(), 107u);
        end(107);
        EXPECT_TRUE(irq);
        set(gicd, GICD_CLRSPI_NSR, 107u);
        EXPECT_FALSE(irq);
        set(gicd, GICD_SETSPI_NSR, 30u);  // not an SPI
        set(gicd, GICD_SETSPI_NSR, 1000u);
        EXPECT_FALSE(irq);
    });
}

}  // namespace
}  // namespace smmu::test
