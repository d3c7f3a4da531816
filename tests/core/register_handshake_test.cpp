// What registers do: guards, Updates and their acknowledgement, GBPA, queue indexes.  Arm IHI 0070
// G.b, 6.3; names carry the rule of the check list.
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

class RegisterHandshake : public RegisterBench {};

// --- CR0, IRQ_CTRL ------------------------------------------------------------------------------

TEST_F(RegisterHandshake, REG_09_Cr0ReadsBackAtOnceAndCr0AckWhenTheUpdateIsComplete) {
    EXPECT_EQ(put(at::CR0, SMMUEN | EVENTQEN | CMDQEN), Effect::Control);
    EXPECT_EQ(get(at::CR0), 0b1101u);
    EXPECT_EQ(get(at::CR0ACK), 0u);
    EXPECT_TRUE(registers.event_update_pending());
    EXPECT_FALSE(registers.smmu_enabled() || registers.command_queue_enabled() ||
                 registers.event_queue_enabled());

    registers.acknowledge_event_enable();
    EXPECT_EQ(get(at::CR0ACK), 0b0100u);
    EXPECT_TRUE(registers.event_queue_enabled());
    EXPECT_FALSE(registers.event_update_pending());
    registers.acknowledge_command_enable();
    EXPECT_EQ(get(at::CR0ACK), 0b1100u);
    EXPECT_TRUE(registers.command_queue_enabled());
    EXPECT_TRUE(registers.acknowledge_control()) << "what was translated before is void";
    EXPECT_EQ(get(at::CR0ACK), 0b1101u);
    EXPECT_TRUE(registers.smmu_enabled());
    EXPECT_FALSE(registers.acknowledge_control());

    // Back to 0: each field stays in force until its own Update is complete.
    put(at::CR0, 0);
    EXPECT_EQ(get(at::CR0ACK), 0b1101u);
    EXPECT_TRUE(registers.smmu_enabled() && registers.command_queue_enabled() &&
                registers.event_queue_enabled());
    registers.acknowledge_control();
    EXPECT_EQ(get(at::CR0ACK), 0b1100u);
    EXPECT_FALSE(registers.smmu_enabled());
    acknowledge();
    EXPECT_EQ(get(at::CR0ACK), 0u);
}

TEST_F(RegisterHandshake, REG_10_ReservedBitsOfCr0AreNeverAcknowledged) {
    control(0xFFFF'FE32);  // PRIQEN, ATSCHK, DPT_WALK_EN and what has no name
    EXPECT_EQ(get(at::CR0ACK), 0u);
    control(0xFFFF'FFFF);
    EXPECT_EQ(get(at::CR0ACK), 0x1CDu);
    features.vmid_wildcard = false;
    reset();
    control(0xFFFF'FFFF);
    EXPECT_EQ(get(at::CR0ACK), 0b1101u);
}

TEST_F(RegisterHandshake, TLB_04_VmwCountsOnceAcknowledgedAndItsReservedValuesAsZero) {
    constexpr uint16_t masks[8] = {0xFFFF, 0xFFFE, 0xFFFC, 0xFFF8, 0xFFF0, 0xFFFF, 0xFFFF, 0xFFFF};
    for (uint32_t vmw = 0; vmw < 8; ++vmw) {
        const uint16_t before = registers.vmid_mask();
        EXPECT_EQ(put(at::CR0, vmw << 6), Effect::Control);
        EXPECT_EQ(registers.vmid_mask(), before);
        EXPECT_FALSE(registers.acknowledge_control()) << "no translation changes by it";
        EXPECT_EQ(get(at::CR0ACK), vmw << 6);
        EXPECT_EQ(registers.vmid_mask(), masks[vmw]) << vmw;
    }
}

TEST_F(RegisterHandshake, REG_24_IrqCtrlIsAcknowledgedFieldByField) {
    EXPECT_EQ(put(at::IRQ_CTRL, 0xFFFF'FFFF), Effect::Control);
    EXPECT_EQ(get(at::IRQ_CTRL), 0b101u);  // PRIQ_IRQEN is RES0 without PRI
    EXPECT_EQ(get(at::IRQ_CTRLACK), 0u);
    EXPECT_FALSE(registers.gerror_interrupt_enabled() || registers.event_interrupt_enabled());
    EXPECT_FALSE(registers.acknowledge_control()) << "an interrupt enable voids no translation";
    EXPECT_EQ(get(at::IRQ_CTRLACK), 0b101u);
    EXPECT_TRUE(registers.gerror_interrupt_enabled() && registers.event_interrupt_enabled());
    put(at::IRQ_CTRL, 0b100);
    acknowledge();
    EXPECT_EQ(get(at::IRQ_CTRLACK), 0b100u);
    EXPECT_FALSE(registers.gerror_interrupt_enabled());
}

// --- Guards -------------------------------------------------------------------------------------

// While a guard is 1 or its Update is not complete, a write is ignored: what v3.2 requires and v3.1
// allows.
TEST_F(
    RegisterHandshake,
    ST_25_REG_18_REG_20_REG_27_REG_28_GuardedRegistersAreReadOnlyUntilTheirEnableIsZeroAndAcknowledged) {
    struct Row {
        const char* rule;
        uint32_t guard, offset, before, after;
    };
    const Row rows[] = {
        {"REG-18", SMMUEN, at::CR1, 0xD40, 0x280},
        {"REG-18", CMDQEN, at::CR1, 0x035, 0x00A},
        {"REG-18", EVENTQEN, at::CR1, 0x035, 0x00A},
        {"REG-20", SMMUEN, at::CR2, 0b11, 0},
        {"ST-25", SMMUEN, at::STRTAB_BASE, 0x1234'5640, 0x89AB'CD80},
        {"ST-25", SMMUEN, at::STRTAB_BASE + 4, 0x4000'0123, 0x0000'0456},
        {"ST-25", SMMUEN, at::STRTAB_BASE_CFG, 0x0001'0208, 0x0000'0010},
        {"REG-27", CMDQEN, at::CMDQ_BASE, 0x1234'5660, 0x89AB'CD85},
        {"REG-27", CMDQEN, at::CMDQ_BASE + 4, 0x4000'0123, 0x0000'0456},
        {"REG-28", CMDQEN, at::CMDQ_CONS, 0, 1},
        {"REG-27", EVENTQEN, at::EVENTQ_BASE, 0x1234'5660, 0x89AB'CD85},
        {"REG-27", EVENTQEN, at::EVENTQ_BASE + 4, 0x4000'0123, 0x0000'0456},
        {"REG-28", EVENTQEN, at::EVENTQ_PROD, 0x8000'0001, 0},
    };
    for (const Row& r : rows) {
        SCOPED_TRACE(::testing::Message() << r.rule << " offset " << std::hex << r.offset
                                          << " guarded by CR0 " << r.guard);
        reset();
        const auto ignored = [&] {
            put(r.offset, r.after);
            return get(r.offset) == r.before;
        };
        // Every other enable is 1: it guards something else.
        control(0b1101 & ~(r.offset == at::CR1 ? 0b1101 : r.guard));
        put(r.offset, r.before);
        ASSERT_EQ(get(r.offset), r.before);

        put(at::CR0, get(at::CR0) | r.guard);
        EXPECT_TRUE(ignored()) << "EN 1, ACK 0";
        acknowledge();
        EXPECT_TRUE(ignored()) << "EN 1, ACK 1";
        put(at::CR0, get(at::CR0) & ~r.guard);
        EXPECT_TRUE(ignored()) << "EN 0, ACK 1";
        acknowledge();
        put(r.offset, r.after);
        EXPECT_EQ(get(r.offset), r.after) << "EN 0, ACK 0";
    }
}

TEST_F(RegisterHandshake, REG_18_EachHalfOfCr1HasItsOwnGuard) {
    control(SMMUEN);
    put(at::CR1, 0xFFF);
    EXPECT_EQ(get(at::CR1), 0x03Fu);
    control(0);
    put(at::CR1, 0);
    control(CMDQEN);
    put(at::CR1, 0xFFF);
    EXPECT_EQ(get(at::CR1), 0xFC0u);
}

TEST_F(RegisterHandshake, REG_28_SoftwaresIndexesAndAcknowledgementsAreAlwaysWritable) {
    put64(at::CMDQ_BASE, 4);
    put64(at::EVENTQ_BASE, 4);
    control(SMMUEN | EVENTQEN | CMDQEN);
    EXPECT_EQ(put(at::CMDQ_PROD, 0x1F), Effect::Command);
    EXPECT_EQ(put(at::EVENTQ_CONS, 0x8000'001F), Effect::EventSpace);
    EXPECT_EQ(put(at::IRQ_CTRL, 0b100), Effect::Control);
    EXPECT_EQ(put(at::GERRORN, 0b001), Effect::Control);
    EXPECT_EQ(get(at::CMDQ_PROD), 0x1Fu);
    EXPECT_EQ(get(at::EVENTQ_CONS), 0x8000'001Fu);
    EXPECT_EQ(get(at::IRQ_CTRL), 0b100u);
    EXPECT_EQ(get(at::GERRORN), 0b001u);
}

// --- GBPA ---------------------------------------------------------------------------------------

TEST_F(RegisterHandshake, REG_21_GbpaTakesEffectWhenItsUpdateIsComplete) {
    EXPECT_EQ(put(at::GBPA, 0x0010'0000), Effect::None);  // ABORT without Update
    EXPECT_EQ(get(at::GBPA), 0x0000'1000u);
    acknowledge();
    EXPECT_EQ(registers.gbpa().raw(), 0x0000'1000u);

    EXPECT_EQ(put(at::GBPA, 0x8010'0000), Effect::Control);
    EXPECT_EQ(get(at::GBPA), 0x8010'0000u) << "new fields, and Update still 1";
    EXPECT_EQ(registers.gbpa().raw(), 0x0000'1000u);
    EXPECT_EQ(put(at::GBPA, 0x800F'3F1F), Effect::None) << "a write during an Update";
    EXPECT_EQ(get(at::GBPA), 0x8010'0000u);

    EXPECT_TRUE(registers.acknowledge_control()) << "what was bypassed before is void";
    EXPECT_EQ(get(at::GBPA), 0x0010'0000u);
    EXPECT_EQ(registers.gbpa().raw(), 0x0010'0000u);
    EXPECT_EQ(put(at::GBPA, 0x0000'1000), Effect::None);
    EXPECT_EQ(get(at::GBPA), 0x0010'0000u);
    put(at::GBPA, 0x8000'1000);
    acknowledge();
    EXPECT_EQ(get(at::GBPA), 0x0000'1000u);
}

TEST_F(RegisterHandshake, GbpaIsNotGuardedBySmmuen) {
    control(SMMUEN);
    put(at::GBPA, 0x8010'0000);
    acknowledge();
    EXPECT_EQ(registers.gbpa().raw(), 0x0010'0000u);
}

// --- Queue indexes ------------------------------------------------------------------------------

TEST_F(RegisterHandshake, REG_29_IndexBitsAboveTheWrapFlagReadAsZeroWhereTheSmmuOwnsTheIndex) {
    for (uint32_t log2size = 0; log2size <= 19; ++log2size) {
        put64(at::CMDQ_BASE, log2size);
        put64(at::EVENTQ_BASE, log2size);
        put(at::CMDQ_CONS, 0x000F'FFFF);
        put(at::EVENTQ_PROD, 0x000F'FFFF);
        const uint32_t index = (2u << log2size) - 1;
        EXPECT_EQ(get(at::CMDQ_CONS) & 0x80FF'FFFF, index) << log2size;
        EXPECT_EQ(get(at::EVENTQ_PROD), index) << log2size;
    }
}

TEST_F(RegisterHandshake, REG_29_AShorterQueueTruncatesItsIndexes) {
    put64(at::CMDQ_BASE, 10);
    put64(at::EVENTQ_BASE, 10);
    put(at::CMDQ_CONS, 0x5A5);
    put(at::EVENTQ_PROD, 0x8000'05A5);
    put64(at::CMDQ_BASE, 3);
    put64(at::EVENTQ_BASE, 3);
    EXPECT_EQ(get(at::CMDQ_CONS) & 0x80FF'FFFF, 0x005u);
    EXPECT_EQ(get(at::EVENTQ_PROD), 0x8000'0005u);
}

TEST_F(RegisterHandshake, REG_26_QueueSizesAreCappedButReadBack) {
    features.command_queue_log2 = 4;
    features.event_queue_log2 = 5;
    put64(at::CMDQ_BASE, 31);
    put64(at::EVENTQ_BASE, 31);
    put(at::CMDQ_CONS, 0x000F'FFFF);
    put(at::EVENTQ_PROD, 0x000F'FFFF);
    EXPECT_EQ(get64(at::CMDQ_BASE), 31u);
    EXPECT_EQ(get64(at::EVENTQ_BASE), 31u);
    EXPECT_EQ(get(at::CMDQ_CONS) & 0x80FF'FFFF, 0x1Fu);
    EXPECT_EQ(get(at::EVENTQ_PROD), 0x3Fu);
}

}  // namespace
}  // namespace smmu::test
