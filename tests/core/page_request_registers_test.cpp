// Registers of the PRI queue, and what is there of them without the feature.  Arm IHI 0070 G.b,
// 6.3.33 to 6.3.36, 6.3.97, 6.3.98.
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

constexpr uint32_t PRIQEN = 1 << 1, PRIQ_IRQEN = 1 << 1;

class PageRequestRegisters : public RegisterBench {
protected:
    PageRequestRegisters() { features.ats = features.pri = true; }
};

TEST_F(PageRequestRegisters, PRI_12_AbsentWithoutTheFeature) {
    features.pri = false;
    put64(at::PRIQ_BASE, ~uint64_t{0});
    put64(at::PRIQ_IRQ_CFG0, ~uint64_t{0});
    for (const uint32_t offset : {at::PRIQ_PROD, at::PRIQ_CONS, at::PRIQ_IRQ_CFG1,
                                  at::PRIQ_IRQ_CFG2, at::IRQ_CTRL, at::GERRORN})
        put(offset, ~0u);
    acknowledge();
    for (const uint32_t offset :
         {at::PRIQ_BASE, at::PRIQ_BASE + 4, at::PRIQ_IRQ_CFG0, at::PRIQ_IRQ_CFG0 + 4, at::PRIQ_PROD,
          at::PRIQ_CONS, at::PRIQ_IRQ_CFG1, at::PRIQ_IRQ_CFG2})
        EXPECT_EQ(get(offset), 0u) << std::hex << offset;
    EXPECT_EQ(get(at::IRQ_CTRLACK) & PRIQ_IRQEN, 0u);
    control(PRIQEN);
    EXPECT_EQ(get(at::CR0ACK) & PRIQEN, 0u);
    EXPECT_EQ(get(at::GERRORN) & (1u << 3 | 1u << 6), 0u);
    EXPECT_EQ(get(at::IDR0) >> 16 & 1, 0u);
    EXPECT_EQ(get(at::IDR3) >> 5 & 1, 0u) << "PPS";
    EXPECT_EQ(get(at::IDR1) >> 11 & 0x1F, 0u) << "PRIQS";
}

TEST_F(PageRequestRegisters, IdentificationSaysWhatThereIs) {
    EXPECT_EQ(get(at::IDR0), default_features::idr0 | 1u << 10 | 1u << 16 | 1u << 23);
    EXPECT_EQ(get(at::IDR1), default_features::idr1 | 19u << 11);
    EXPECT_EQ(get(at::IDR3), default_features::idr3 | 1u << 5);
    features.split_stage_ats = false;
    EXPECT_EQ(get(at::IDR0) >> 11 & 1, 1u) << "NS1ATS";
    features.substream_id_bits = 0;
    EXPECT_EQ(get(at::IDR3) >> 5 & 1, 0u) << "PPS";
}

TEST_F(PageRequestRegisters, BaseAndProdAreGuardedByPriqen) {
    put64(at::PRIQ_BASE, 0x4000'0123'4567'89E7);
    EXPECT_EQ(get64(at::PRIQ_BASE), 0x4000'0123'4567'89E7);
    put(at::PRIQ_PROD, 0xFFFF'FFFF);
    EXPECT_EQ(get(at::PRIQ_PROD), 0x8000'00FF) << "LOG2SIZE 7: seven bits and the wrap flag";
    control(PRIQEN);
    put64(at::PRIQ_BASE, 0);
    put(at::PRIQ_PROD, 0);
    EXPECT_EQ(get64(at::PRIQ_BASE), 0x4000'0123'4567'89E7);
    EXPECT_EQ(get(at::PRIQ_PROD), 0x8000'00FF);
    put(at::PRIQ_CONS, 0x8000'0001);
    EXPECT_EQ(get(at::PRIQ_CONS), 0x8000'0001);
}

TEST_F(PageRequestRegisters, InterruptConfigurationIsGuardedByPriqIrqen) {
    put64(at::PRIQ_IRQ_CFG0, 0x0000'0FFF'1234'5678);
    put(at::PRIQ_IRQ_CFG1, 0x1234'5678);
    put(at::PRIQ_IRQ_CFG2, 0xFFFF'FFFF);
    EXPECT_EQ(get64(at::PRIQ_IRQ_CFG0), 0x0000'0FFF'1234'5678u);
    EXPECT_EQ(get(at::PRIQ_IRQ_CFG1), 0x1234'5678u);
    EXPECT_EQ(get(at::PRIQ_IRQ_CFG2), 0x8000'003Fu) << "LO, SH, MemAttr";
    put(at::IRQ_CTRL, PRIQ_IRQEN);
    acknowledge();
    put64(at::PRIQ_IRQ_CFG0, 0);
    put(at::PRIQ_IRQ_CFG2, 0);
    EXPECT_EQ(get64(at::PRIQ_IRQ_CFG0), 0x0000'0FFF'1234'5678u);
    EXPECT_EQ(get(at::PRIQ_IRQ_CFG2), 0x8000'003Fu);
    const core::Msi msi = registers.page_requests().msi();
    EXPECT_TRUE(msi);
    EXPECT_EQ(msi.address, 0x0000'0FFF'1234'5678u);
    EXPECT_EQ(msi.data, 0x1234'5678u);
}

TEST_F(PageRequestRegisters, BetweenThemIsNothing) {
    put(0xC8, ~0u);
    EXPECT_EQ(get(0xC8), 0u);
}

TEST_F(PageRequestRegisters, WithoutMsisTheConfigurationIsRes0) {
    features.msi = false;
    put(at::PRIQ_IRQ_CFG2, 0xFFFF'FFFF);
    put64(at::PRIQ_IRQ_CFG0, ~uint64_t{0});
    EXPECT_EQ(get(at::PRIQ_IRQ_CFG2), 0u);
    EXPECT_EQ(get64(at::PRIQ_IRQ_CFG0), 0u);
}

TEST_F(PageRequestRegisters, Cr1QueueAttributesWaitForPriqen) {
    put(at::CR1, 0x3F);
    control(PRIQEN);
    put(at::CR1, 0);
    EXPECT_EQ(get(at::CR1), 0x3Fu);
    control(0);
    put(at::CR1, 0);
    EXPECT_EQ(get(at::CR1), 0u);
}

TEST_F(PageRequestRegisters, MsiAbortHasItsBit) {
    EXPECT_TRUE(registers.raise_msi_abort(core::MsiSource::PageRequestQueue));
    EXPECT_EQ(get(at::GERROR), 1u << 6);
    EXPECT_FALSE(registers.raise_msi_abort(core::MsiSource::PageRequestQueue));
}

}  // namespace
}  // namespace smmu::test
