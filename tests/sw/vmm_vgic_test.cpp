// The guest's interrupt controller: what its driver writes, what lands in the list registers, what
// the host learns back.  The guest's CPU interface is played by hand.
#include <gtest/gtest.h>

#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {
namespace {

constexpr uint64_t pending = 0x4000'0000'0000'0000, active = 0x8000'0000'0000'0000;
constexpr uint64_t hw = 0x2000'0000'0000'0000, group1 = 0x1000'0000'0000'0000;
constexpr uint64_t eoi = 0x0200'0000'0000, priority_0xa0 = 0x00A0'0000'0000'0000;
constexpr uint64_t state = pending | active;

class VgicTest : public ::testing::Test {
protected:
    Vgic gic;
    VgicDistributor gicd{gic};
    VgicRedistributor gicr{gic};
    IchRegisters ich;

    static constexpr uint64_t SGI_base = 0x1'0000;

    VgicTest() { gicd.write(0x0, 4, 0x2); }

    void enable(uint32_t intid, uint8_t priority = 0xA0, bool edge = false) {
        VirtualDevice& frame = intid < 32 ? static_cast<VirtualDevice&>(gicr) : gicd;
        const uint64_t base = intid < 32 ? SGI_base : 0;
        const uint64_t word = base + intid / 32 * 4, bit = uint64_t{1} << intid % 32;
        frame.write(word + 0x80, 4, frame.read(word + 0x80, 4) | bit);
        frame.write(base + 0x400 + intid, 1, priority);
        if (edge) {
            const uint64_t config = base + 0xC00 + intid / 16 * 4;
            frame.write(config, 4, frame.read(config, 4) | uint64_t{2} << intid % 16 * 2);
        }
        frame.write(word + 0x100, 4, bit);
    }
    /// The list register that holds `intid`, or 0.
    uint64_t lr_of(uint64_t intid) const {
        for (const uint64_t lr : ich.lr)
            if ((lr & 0xFFFF'FFFF) == intid && (lr & state) != 0) return lr;
        return 0;
    }
    void acknowledge(uint64_t intid) {
        for (uint64_t& lr : ich.lr)
            if ((lr & 0xFFFF'FFFF) == intid && (lr & pending) != 0) lr = (lr & ~pending) | active;
    }
    void end(uint64_t intid) {
        for (uint64_t& lr : ich.lr)
            if ((lr & 0xFFFF'FFFF) == intid) lr &= ~active;
    }
    /// One stay in the guest, in which it does `action`.
    template <class Action>
    void stay(Action action) {
        gic.fill(ich);
        action();
        gic.take_back(ich);
    }
};

TEST_F(VgicTest, AnEdgeIsGivenOnce) {
    enable(106, 0xA0, true);
    gic.pulse(106);
    EXPECT_TRUE(gic.has_pending());
    gic.fill(ich);
    EXPECT_EQ(ich.hcr, 1u);
    EXPECT_EQ(lr_of(106), pending | group1 | priority_0xa0 | 106);
    acknowledge(106);
    gic.take_back(ich);
    EXPECT_EQ(ich.hcr, 0u);
    EXPECT_FALSE(gic.has_pending());
    EXPECT_EQ(gicd.read(0x30C, 4), 1u << 10);  // GICD_ISACTIVER3
    stay([&] {
        EXPECT_EQ(lr_of(106), active | group1 | priority_0xa0 | 106);
        end(106);
    });
    EXPECT_EQ(gicd.read(0x30C, 4), 0u);
    stay([&] { EXPECT_EQ(lr_of(106), 0u); });
}

TEST_F(VgicTest, AnEdgeThatWasNotTakenStays) {
    enable(106, 0xA0, true);
    gic.pulse(106);
    stay([] {});
    stay([&] { EXPECT_NE(lr_of(106), 0u); });
}

TEST_F(VgicTest, AnEdgeWhileActiveIsPendingToo) {
    enable(106, 0xA0, true);
    gic.pulse(106);
    stay([&] { acknowledge(106); });
    gic.pulse(106);
    stay([&] {
        EXPECT_EQ(lr_of(106) & state, state);
        end(106);
        EXPECT_EQ(lr_of(106) & state, pending);
        acknowledge(106);
        end(106);
    });
    stay([&] { EXPECT_EQ(lr_of(106), 0u); });
}

TEST_F(VgicTest, ALevelIsGivenAsLongAsItIsHighAndItsEndComesBack) {
    enable(40);
    VgicLine line(gic, 40);
    line.set(true);
    stay([&] {
        EXPECT_EQ(lr_of(40), pending | group1 | eoi | priority_0xa0 | 40);
        acknowledge(40);
    });
    stay([&] {
        EXPECT_EQ(lr_of(40) & (state | eoi), active | eoi);
        end(40);
    });
    stay([&] { EXPECT_EQ(lr_of(40) & state, pending); });  // still high
    line.set(false);
    stay([&] { EXPECT_EQ(lr_of(40), 0u); });
}

TEST_F(VgicTest, AMappedInterruptCarriesThePhysicalOne) {
    gic.map(27, 27);
    enable(27);
    gic.set_level(27, true);
    gic.fill(ich);
    EXPECT_EQ(lr_of(27), pending | hw | group1 | uint64_t{27} << 32 | priority_0xa0 | 27);
    EXPECT_TRUE(gic.listed(27));
    EXPECT_FALSE(gic.listed(26));
    acknowledge(27);
    gic.take_back(ich);
    stay([&] { EXPECT_EQ(lr_of(27) & (state | hw), active | hw); });
}

TEST_F(VgicTest, NothingIsGivenBeforeTheGuestEnablesIt) {
    gic.pulse(50);
    stay([&] { EXPECT_EQ(lr_of(50), 0u); });
    EXPECT_FALSE(gic.has_pending());
    enable(50);
    stay([&] { EXPECT_NE(lr_of(50), 0u); });
    gicd.write(0x184, 4, 1u << 18);  // GICD_ICENABLER1
    stay([&] { EXPECT_EQ(lr_of(50), 0u); });
    gicd.write(0x104, 4, 1u << 18);
    gicd.write(0x084, 4, 0);  // group 0
    stay([&] { EXPECT_EQ(lr_of(50), 0u); });
    gicd.write(0x084, 4, 1u << 18);
    gicd.write(0x0, 4, 0);  // GICD_CTLR.EnableGrp1
    stay([&] { EXPECT_EQ(lr_of(50), 0u); });
}

TEST_F(VgicTest, TheHighestPrioritiesGoFirstAndTheRestAsksForMaintenance) {
    for (uint32_t i = 0; i < 6; ++i) {
        enable(60 + i, static_cast<uint8_t>(0xA0 - 0x10 * i), true);
        gic.pulse(60 + i);
    }
    gic.fill(ich);
    EXPECT_EQ(ich.hcr, 3u);  // En, UIE
    EXPECT_EQ(lr_of(60), 0u);
    EXPECT_EQ(lr_of(61), 0u);
    for (uint64_t intid = 62; intid < 66; ++intid) EXPECT_NE(lr_of(intid), 0u);
    for (uint64_t intid = 62; intid < 66; ++intid) {
        acknowledge(intid);
        end(intid);
    }
    gic.take_back(ich);
    gic.fill(ich);
    EXPECT_EQ(ich.hcr, 1u);
    EXPECT_NE(lr_of(60), 0u);
    EXPECT_NE(lr_of(61), 0u);
}

TEST_F(VgicTest, AnActiveInterruptGivesWayToHigherPrioritiesAndItsEndIsHeardOf) {
    enable(60, 0xF0, true);
    gic.pulse(60);
    stay([&] { acknowledge(60); });
    for (uint32_t i = 61; i < 65; ++i) {
        enable(i, 0x10, true);
        gic.pulse(i);
    }
    stay([&] {
        EXPECT_EQ(lr_of(60), 0u);
        EXPECT_EQ(ich.hcr, 0x4007u);  // En, UIE, LRENPIE, TDIR
        ich.hcr += 1u << 27;          // EOIcount
    });
    EXPECT_EQ(gicd.read(0x304, 4), 0u);
}

TEST_F(VgicTest, AnEqualPriorityDoesNotDriveOutAnActiveInterrupt) {
    enable(70, 0x50, true);
    gic.pulse(70);
    stay([&] { acknowledge(70); });
    for (uint32_t i = 60; i < 64; ++i) {
        enable(i, 0x50, true);
        gic.pulse(i);
    }
    stay([&] {
        EXPECT_EQ(lr_of(70) & state, active);
        EXPECT_EQ(ich.hcr, 3u);  // En, UIE
    });
}

TEST_F(VgicTest, AnEndByNumberDeactivates) {
    enable(60, 0xF0, true);
    gic.pulse(60);
    stay([&] { acknowledge(60); });
    EXPECT_EQ(gicd.read(0x304, 4), 1u << 28);
    gic.deactivate(1023);
    gic.deactivate(60);
    EXPECT_EQ(gicd.read(0x304, 4), 0u);
}

TEST_F(VgicTest, AnSgiIsAnEdge) {
    enable(5, 0x80);
    gic.pulse(5);
    stay([&] {
        EXPECT_EQ(lr_of(5) & (pending | eoi), pending);
        acknowledge(5);
        end(5);
    });
    EXPECT_FALSE(gic.has_pending());
    EXPECT_EQ(gicr.read(SGI_base + 0xC00, 4), 0xAAAA'AAAAu);
}

TEST_F(VgicTest, SoftwareMakesInterruptsPendingAndTheyAreTakenOnce) {
    enable(70);
    gicd.write(0x208, 4, 1u << 6);  // GICD_ISPENDR2
    EXPECT_EQ(gicd.read(0x288, 4), 1u << 6);
    stay([] {});
    stay([&] {
        EXPECT_NE(lr_of(70), 0u);
        acknowledge(70);
    });
    stay([&] { end(70); });
    stay([&] { EXPECT_EQ(lr_of(70), 0u); });
    gicd.write(0x208, 4, 1u << 6);
    gicd.write(0x288, 4, 1u << 6);
    EXPECT_FALSE(gic.has_pending());
}

TEST_F(VgicTest, AnsweredAsAGicv3ForOnePe) {
    EXPECT_EQ(gicd.read(0x0, 4), 0x52u);                     // ARE, DS, EnableGrp1
    EXPECT_EQ(gicd.read(0x4, 4), 3u | 1u << 16 | 9u << 19);  // 128 INTIDs, MBIS, 10 bits
    EXPECT_EQ(gicd.read(0xFFE8, 4) >> 4 & 0xF, 3u);          // PIDR2.ArchRev
    EXPECT_EQ(gicr.read(0xFFE8, 4) >> 4 & 0xF, 3u);
    EXPECT_EQ(gicr.read(0x8, 8), 0x10u);  // GICR_TYPER.Last
    EXPECT_EQ(gicr.read(0x14, 4), 6u);
    gicr.write(0x14, 4, 0);
    EXPECT_EQ(gicr.read(0x14, 4), 0u);
    gicd.write(0x6000 + 8 * 40, 8, ~uint64_t{0});
    EXPECT_EQ(gicd.read(0x6000 + 8 * 40, 8), 0u);
}

TEST_F(VgicTest, EachFrameHoldsItsOwnInterruptsAndPrioritiesByBytes) {
    gicd.write(0x100, 4, ~0u);
    EXPECT_EQ(gicr.read(SGI_base + 0x100, 4), 0u);
    gicd.write(0x110, 4, ~0u);  // INTID 128 on
    EXPECT_EQ(gicd.read(0x110, 4), 0u);
    gicd.write(0x428, 4, 0xFFFF'FFFF);
    EXPECT_EQ(gicd.read(0x428, 4), 0xF8F8'F8F8u);
    gicd.write(0x429, 1, 0x10);
    EXPECT_EQ(gicd.read(0x428, 8), 0xF8F8'10F8u);
    EXPECT_EQ(gicd.read(0x429, 1) & 0xFF, 0x10u);
    gicd.write(0x104, 1, 0xFF);  // no byte writes here
    EXPECT_EQ(gicd.read(0x104, 4), 0u);
}

TEST_F(VgicTest, AMessageActsAsTheInputOfItsSpiWould) {
    gicd.write(0xC00 + 70 / 16 * 4, 4, 2u << (70 % 16) * 2);  // 70 is an edge, 71 a level
    gicd.write(0x40, 4, 70);
    gicd.write(0x40, 2, 71);
    EXPECT_EQ(gicd.read(0x208, 4), 3u << 6) << "both pending";
    gicd.write(0x288, 4, 3u << 6);
    EXPECT_EQ(gicd.read(0x208, 4), 1u << 7) << "the level is still high";
    gicd.write(0x48, 4, 71);
    EXPECT_EQ(gicd.read(0x208, 4), 0u);
    gicd.write(0x40, 4, 70);
    gicd.write(0x48, 2, 70);
    EXPECT_EQ(gicd.read(0x208, 4), 0u) << "the edge is gone too";
    gicd.write(0x40, 1, 70);
    gicd.write(0x41, 2, 70);
    gicd.write(0x40, 4, 5);
    gicd.write(0x40, 4, 20);
    gicd.write(0x40, 4, 128);
    gicd.write(0x40, 4, 1000);
    for (uint64_t offset = 0x200; offset < 0x210; offset += 4) EXPECT_EQ(gicd.read(offset, 4), 0u);
    EXPECT_EQ(gicr.read(SGI_base + 0x200, 4), 0u) << "SPIs alone have messages";
    EXPECT_EQ(gicd.read(0x40, 4), 0u) << "write only";
}

TEST_F(VgicTest, NumbersBeyondTheLastAreIgnored) {
    gic.set_level(128, true);
    gic.pulse(1000);
    gic.map(4000, 1);
    EXPECT_FALSE(gic.has_pending());
}

}  // namespace
}  // namespace smmu::sw::vmm
