// The registers of the GIC: what they say, keep and refuse.
#include "tests/model/gicv3_bench.h"

namespace smmu::test {
namespace {

TEST_F(Gicv3Test, SaysWhatItIs) {
    simulate([&] {
        EXPECT_EQ(get(gicd, GICD_TYPER), 4u | 1u << 16 | 9u << 19);  // 160 INTIDs, MBIS, 10 bits
        EXPECT_EQ(get(gicd, GICD_CTLR), 0x50u);                      // ARE, DS
        EXPECT_EQ(get(gicd, PIDR2) >> 4 & 0xF, 3u);
        EXPECT_EQ(get(gicr, PIDR2) >> 4 & 0xF, 3u);
        EXPECT_EQ(get<uint64_t>(gicr, GICR_TYPER), 1u << 4);
        EXPECT_EQ(get(gicr, GICR_WAKER), 6u);
        EXPECT_EQ(cpu.read("ICC_SRE_EL1"), 7u);
        EXPECT_EQ(cpu.read("ICC_SRE_EL2"), 0xFu);
        EXPECT_EQ(cpu.read("ICC_CTLR_EL1"), 4u << 8);  // five priority bits
    });
}

TEST_F(Gicv3Test, AnSpiRoutedElsewhereIsNotSignalled) {
    simulate([&] {
        bring_up();
        enable(40);
        set<uint64_t>(gicd, IROUTER + 40 * 8, 0x1);
        drive(40, true);
        EXPECT_FALSE(irq);
        set<uint64_t>(gicd, IROUTER + 40 * 8, uint64_t{1} << 31);  // any PE
        EXPECT_TRUE(irq);
        EXPECT_EQ(get<uint64_t>(gicd, IROUTER + 40 * 8), uint64_t{1} << 31);
    });
}

TEST_F(Gicv3Test, EachFrameShowsItsOwnInterrupts) {
    simulate([&] {
        set(gicd, ISENABLER, ~0u);
        EXPECT_EQ(get(gicd, ISENABLER), 0u);
        EXPECT_EQ(get(gicr, SGI_base + ISENABLER), 0u);
        set(gicr, SGI_base + ISENABLER + 4, ~0u);
        EXPECT_EQ(get(gicd, ISENABLER + 4), 0u);
        set(gicr, SGI_base + ICFGR, 0u);
        EXPECT_EQ(get(gicr, SGI_base + ICFGR), 0xAAAA'AAAAu);  // SGIs are edges
        set(gicd, IPRIORITYR + 40, 0xFFFF'FFFFu);
        EXPECT_EQ(get(gicd, IPRIORITYR + 40), 0xF8F8'F8F8u);
        set<uint8_t>(gicd, IPRIORITYR + 41, 0x10);
        EXPECT_EQ(get(gicd, IPRIORITYR + 40), 0xF8F8'10F8u);
    });
}

TEST_F(Gicv3Test, RegistersThatDoNotExistReadAsZero) {
    simulate([&] {
        for (uint64_t offset = 0; offset < 0x1'0000; offset += 4) {
            if (offset >= GICD_CTLR && offset <= GICD_CLRSPI_NSR) continue;
            set(gicd, offset, 0xFFFF'FFFFu);
            get(gicd, offset);
        }
        EXPECT_EQ(get(gicd, IGROUPR + 4 * 5), 0u);  // INTID 160 on
        EXPECT_EQ(get(gicd, 0x3000), 0u);
        EXPECT_EQ(get(gicr, SGI_base + 0x3000), 0u);
    });
}

TEST_F(Gicv3Test, ADebugReadShowsARegisterAndADebugWriteDoesNothing) {
    simulate([&] {
        uint32_t value = 3;
        EXPECT_EQ(gicd.debug({}, tlm::TLM_WRITE_COMMAND, GICD_CTLR, &value, 4), 0u);
        EXPECT_EQ(gicd.debug({}, tlm::TLM_READ_COMMAND, GICD_CTLR, &value, 4), 4u);
        EXPECT_EQ(value, 0x50u);
    });
}

}  // namespace
}  // namespace smmu::test
