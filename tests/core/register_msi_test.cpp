// Registers of the SMMU's own MSIs: guards, what each message is, and what becomes of one that is
// aborted.  Arm IHI 0070 G.b, 3.18, 4.7.3, 6.3.19 to 6.3.23, 6.3.30 to 6.3.32; names carry the rule
// of the check list.
#include "smmuv3/core/msi.h"

#include "tests/core/attribute_names.h"
#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

using core::Msi;
using core::MsiSource;

class RegisterMsi : public RegisterBench {
protected:
    static constexpr uint32_t GERROR_IRQEN = 1 << 0, EVENTQ_IRQEN = 1 << 2;

    /// IRQ_CTRL, with the Update complete.
    void interrupts(uint32_t irq_ctrl) {
        put(at::IRQ_CTRL, irq_ctrl);
        acknowledge();
    }
    /// CMD_SYNC with CS = 0b01, typed from 4.7.3: MSH [23:22], MSIAttr [27:24], MSIData [63:32],
    /// MSIAddress [119:66].
    Msi of_sync(uint64_t address, uint32_t data = 0, uint64_t attr = 0, uint64_t sh = 0,
                uint64_t cs = 1) const {
        return core::msi_of(
            {{{uint64_t{data} << 32 | attr << 24 | sh << 22 | cs << 12 | 0x46, address}}},
            features);
    }
};

TEST_F(RegisterMsi, REG_24_MsiRegistersAreReadOnlyUntilTheirEnableIsZeroAndAcknowledged) {
    struct Row {
        uint32_t guard, offset, before, after;
    };
    const Row rows[] = {
        {GERROR_IRQEN, at::GERROR_IRQ_CFG0, 0x1234'5678, 0x89AB'CDEC},
        {GERROR_IRQEN, at::GERROR_IRQ_CFG0 + 4, 0x123, 0x456},
        {GERROR_IRQEN, at::GERROR_IRQ_CFG1, 0x1234'5678, 0x89AB'CDEF},
        {GERROR_IRQEN, at::GERROR_IRQ_CFG2, 0x15, 0x2A},
        {EVENTQ_IRQEN, at::EVENTQ_IRQ_CFG0, 0x1234'5678, 0x89AB'CDEC},
        {EVENTQ_IRQEN, at::EVENTQ_IRQ_CFG0 + 4, 0x123, 0x456},
        {EVENTQ_IRQEN, at::EVENTQ_IRQ_CFG1, 0x1234'5678, 0x89AB'CDEF},
        {EVENTQ_IRQEN, at::EVENTQ_IRQ_CFG2, 0x15, 0x2A},
    };
    for (const Row& r : rows) {
        SCOPED_TRACE(::testing::Message() << "offset " << std::hex << r.offset);
        reset();
        const uint32_t other = (GERROR_IRQEN | EVENTQ_IRQEN) & ~r.guard;
        const auto ignored = [&] {
            EXPECT_EQ(put(r.offset, r.after), Effect::None);
            return get(r.offset) == r.before;
        };
        interrupts(other);
        put(r.offset, r.before);
        ASSERT_EQ(get(r.offset), r.before);
        put(at::IRQ_CTRL, other | r.guard);
        EXPECT_TRUE(ignored()) << "EN 1, ACK 0";
        acknowledge();
        EXPECT_TRUE(ignored()) << "EN 1, ACK 1";
        put(at::IRQ_CTRL, other);
        EXPECT_TRUE(ignored()) << "EN 0, ACK 1";
        acknowledge();
        EXPECT_FALSE(ignored()) << "EN 0, ACK 0";
        EXPECT_EQ(get(r.offset), r.after);
    }
}

// 3.18.1: disabling an MSI completes those that are on their way.
TEST_F(RegisterMsi, IRQ_03_IrqCtrlIsAcknowledgedOnlyWhenNoMessageIsOnItsWay) {
    interrupts(GERROR_IRQEN | EVENTQ_IRQEN);
    put(at::IRQ_CTRL, 0);
    put(at::CR0, SMMUEN);
    EXPECT_TRUE(registers.acknowledge_control(false)) << "everything else goes on";
    EXPECT_EQ(get(at::CR0ACK), SMMUEN);
    EXPECT_EQ(get(at::IRQ_CTRLACK), GERROR_IRQEN | EVENTQ_IRQEN);
    EXPECT_TRUE(registers.gerror_interrupt_enabled() && registers.event_interrupt_enabled());
    EXPECT_FALSE(registers.acknowledge_control(true));
    EXPECT_EQ(get(at::IRQ_CTRLACK), 0u);
    EXPECT_FALSE(registers.gerror_interrupt_enabled() || registers.event_interrupt_enabled());
}

TEST_F(RegisterMsi, MSI_01_MSI_02_RegistersSayWhatIsSentAndWhere) {
    EXPECT_FALSE(registers.gerror_msi());
    EXPECT_FALSE(registers.event_msi());
    put64(at::GERROR_IRQ_CFG0, 0x0000'0123'4567'8904);
    put(at::GERROR_IRQ_CFG1, 0x1122'3344);
    put(at::GERROR_IRQ_CFG2, 0b11'1111);
    put64(at::EVENTQ_IRQ_CFG0, 0x0000'0000'0000'0004);
    put(at::EVENTQ_IRQ_CFG1, 0x5566'7788);
    put(at::EVENTQ_IRQ_CFG2, 0b11'0001);

    const Msi gerror = registers.gerror_msi(), event = registers.event_msi();
    EXPECT_TRUE(gerror && event);
    EXPECT_EQ(gerror.address, 0x0000'0123'4567'8904u);
    EXPECT_EQ(gerror.data, 0x1122'3344u);
    EXPECT_EQ(gerror.attributes, n(wb(), wb(), ISH));
    EXPECT_EQ(event.address, 4u);
    EXPECT_EQ(event.data, 0x5566'7788u);
    EXPECT_EQ(event.attributes, arch::device(arch::MemoryType::Device_nGnRE));
}

// Bits above OAS are not stored, so nothing of them counts (6.3.21).
TEST_F(RegisterMsi, MSI_06_RegistersCompareTheStoredAddressWithZero) {
    put64(at::EVENTQ_IRQ_CFG0, 0x00FF'F000'0000'0003);
    EXPECT_FALSE(registers.event_msi());
}

// 4.7.3: the check for zero applies to the whole field, and only then is it cut to OAS.
TEST_F(RegisterMsi, CMD_46_SyncComparesAllOfItsAddressWithZero) {
    EXPECT_FALSE(of_sync(0));
    EXPECT_FALSE(of_sync(0xFF00'0000'0000'0003)) << "[63:56] and [1:0] are no address";
    for (const uint64_t above : {0x0080'0000'0000'0000, 0x0000'1000'0000'0000}) {
        const Msi msi = of_sync(above, 0xCAFE);
        EXPECT_TRUE(msi) << std::hex << above;
        EXPECT_EQ(msi.address, 0u);
        EXPECT_EQ(msi.data, 0xCAFEu);
    }
    EXPECT_EQ(of_sync(0x00FF'F123'4567'89AB).address, 0x0000'0123'4567'89A8u);
}

TEST_F(RegisterMsi, CMD_34_OnlySigIrqWithMsiSends) {
    for (const uint64_t cs : {0, 2, 3}) EXPECT_FALSE(of_sync(0x1000, 1, 0, 0, cs)) << cs;
    EXPECT_TRUE(of_sync(0x1000));
    features.msi = false;
    EXPECT_FALSE(of_sync(0x1000));
}

TEST_F(RegisterMsi, REG_25_GERR_05_AnAbortedMessageHasABitOfItsSource) {
    const struct {
        MsiSource source;
        uint32_t bit;
    } rows[] = {{MsiSource::CommandSync, 1 << 4},
                {MsiSource::EventQueue, 1 << 5},
                {MsiSource::Gerror, 1 << 7}};
    uint32_t raised = 0;
    for (const auto& r : rows) {
        EXPECT_TRUE(registers.raise_msi_abort(r.source));
        EXPECT_EQ(get(at::GERROR), raised |= r.bit);
        EXPECT_FALSE(registers.raise_msi_abort(r.source)) << "already active";
        EXPECT_EQ(get(at::GERROR), raised);
    }
    EXPECT_FALSE(registers.command_error_active() || registers.event_abort_active());
    put(at::GERRORN, raised);
    EXPECT_TRUE(registers.raise_msi_abort(MsiSource::EventQueue)) << "acknowledged: it shows again";
    EXPECT_EQ(get(at::GERROR), raised & ~(1u << 5));
}

}  // namespace
}  // namespace smmu::test
