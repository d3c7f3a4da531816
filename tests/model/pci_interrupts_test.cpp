// Interrupts of a PCI function: the INTx pin, MSI and MSI-X with their masks.
#include <gtest/gtest.h>

#include "pcie/function.h"

namespace smmu {
namespace {

/// MSI at 0x40, MSI-X at 0x60: table at BAR 1 + 0x100, pending bits at BAR 1 + 0xF00.
PciFunctionParams params() {
    PciFunctionParams p;
    p.vendor = 0x13B5;
    p.bars = {{1, 0x1000}};
    p.interrupt_pin = 1;
    p.msi_vectors = 4;
    p.msix = {70, 1, 0x100, 1, 0xF00};
    return p;
}

struct Host final : PciFunction::Host {
    void intx_changed() override { ++intx_changes; }
    void bus_master_cleared() override { ++cleared; }
    void message_released(const MsiMessage& message) override { released.push_back(message); }
    unsigned intx_changes = 0, cleared = 0;
    std::vector<MsiMessage> released;
};

class PciInterrupts : public ::testing::Test {
protected:
    PciInterrupts() { f.attach(host, {5, 2}); }

    void entry(uint32_t vector, uint64_t address, uint32_t data, uint32_t control) {
        const uint64_t at = 0x100 + 16 * vector;
        f.write_msix({1, at}, static_cast<uint32_t>(address));
        f.write_msix({1, at + 4}, static_cast<uint32_t>(address >> 32));
        f.write_msix({1, at + 8}, data);
        f.write_msix({1, at + 12}, control);
    }
    void msi_control(uint32_t value) { f.write_config(0x42, 2, value); }
    void msix_control(uint32_t value) { f.write_config(0x62, 2, value); }
    uint32_t status() { return f.read_config(0x06, 2); }

    Host host;
    PciFunction f{params()};
};

TEST_F(PciInterrupts, TheSlotGivesTheRequesterId) { EXPECT_EQ(f.requester_id(), 0x2A); }

TEST_F(PciInterrupts, ThePinFollowsTheFunction) {
    EXPECT_FALSE(f.intx_level());
    f.set_intx(true);
    EXPECT_TRUE(f.intx_level());
    EXPECT_EQ(status(), 0x0018u) << "interrupt status beside the capabilities list";
    f.set_intx(true);
    EXPECT_EQ(host.intx_changes, 1u);
    f.set_intx(false);
    EXPECT_FALSE(f.intx_level());
    EXPECT_EQ(status(), 0x0010u);
    EXPECT_EQ(host.intx_changes, 2u);
}

TEST_F(PciInterrupts, ThePinCanBeDisabled) {
    f.set_intx(true);
    f.write_config(0x04, 2, 0x0400);
    EXPECT_FALSE(f.intx_level());
    EXPECT_EQ(status(), 0x0018u) << "the status does not depend on it";
    EXPECT_EQ(host.intx_changes, 2u);
    f.write_config(0x04, 2, 0);
    EXPECT_TRUE(f.intx_level());
    EXPECT_EQ(host.intx_changes, 3u);
}

TEST_F(PciInterrupts, MessagesReplaceThePin) {
    f.set_intx(true);
    msi_control(1);
    EXPECT_FALSE(f.intx_level());
    msi_control(0);
    EXPECT_TRUE(f.intx_level());
    msix_control(0x8000);
    EXPECT_FALSE(f.intx_level());
}

TEST_F(PciInterrupts, MsiVectorsAreInTheLowBitsOfTheData) {
    EXPECT_FALSE(f.signal(0)) << "MSI is off";
    f.write_config(0x44, 4, 0x0800'0040);
    f.write_config(0x48, 4, 0x12);
    f.write_config(0x4C, 2, 0x4567);
    msi_control(0x0021);  // four vectors
    ASSERT_TRUE(f.signal(2));
    EXPECT_EQ(f.signal(2)->address, 0x12'0800'0040u);
    EXPECT_EQ(f.signal(2)->data, 0x4566u);
    EXPECT_EQ(f.signal(0)->data, 0x4564u);
    EXPECT_FALSE(f.signal(4));
    msi_control(0x0001);  // software allows one
    EXPECT_EQ(f.signal(0)->data, 0x4567u);
    EXPECT_FALSE(f.signal(1));
    msi_control(0x0071);  // more than there are
    EXPECT_TRUE(f.signal(3));
    EXPECT_FALSE(f.signal(4));
}

TEST_F(PciInterrupts, AMaskedMsiWaits) {
    f.write_config(0x4C, 2, 0x4560);
    msi_control(0x0021);
    f.write_config(0x50, 4, 0b0110);
    EXPECT_FALSE(f.signal(1));
    EXPECT_FALSE(f.signal(2));
    EXPECT_TRUE(f.signal(3));
    EXPECT_EQ(f.read_config(0x54, 4), 0b0110u);
    f.write_config(0x50, 4, 0b0010);
    ASSERT_EQ(host.released.size(), 1u);
    EXPECT_EQ(host.released[0].data, 0x4562u);
    EXPECT_EQ(f.read_config(0x54, 4), 0b0010u);
}

TEST_F(PciInterrupts, TheTableHasItsResetValuesAndMasks) {
    for (const uint64_t vector : {0u, 69u}) {
        const uint64_t at = 0x100 + 16 * vector;
        EXPECT_EQ(f.read_msix({1, at}), 0u);
        EXPECT_EQ(f.read_msix({1, at + 12}), 1u) << "masked";
        for (unsigned word = 0; word < 16; word += 4) f.write_msix({1, at + word}, 0xFFFF'FFFF);
        EXPECT_EQ(f.read_msix({1, at}), 0xFFFF'FFFCu);
        EXPECT_EQ(f.read_msix({1, at + 4}), 0xFFFF'FFFFu);
        EXPECT_EQ(f.read_msix({1, at + 8}), 0xFFFF'FFFFu);
        EXPECT_EQ(f.read_msix({1, at + 12}), 1u);
    }
    EXPECT_FALSE(f.is_msix({1, 0xFF}));
    EXPECT_TRUE(f.is_msix({1, 0x100}));
    EXPECT_TRUE(f.is_msix({1, 0x55F}));
    EXPECT_FALSE(f.is_msix({1, 0x560}));
    EXPECT_TRUE(f.is_msix({1, 0xF0F}));
    EXPECT_FALSE(f.is_msix({1, 0xF10}));
    EXPECT_FALSE(f.is_msix({0, 0x100}));
}

TEST_F(PciInterrupts, MsixSendsWhatItsEntrySays) {
    entry(69, 0x40'0000'1000, 0x89AB'CDEF, 0);
    EXPECT_FALSE(f.signal(69)) << "MSI-X is off";
    EXPECT_EQ(f.read_msix({1, 0xF08}), 0u) << "and so nothing waits";
    msix_control(0x8000);
    ASSERT_TRUE(f.signal(69));
    EXPECT_EQ(f.signal(69)->address, 0x40'0000'1000u);
    EXPECT_EQ(f.signal(69)->data, 0x89AB'CDEFu);
    EXPECT_FALSE(f.signal(70));
}

TEST_F(PciInterrupts, AMaskedEntryWaits) {
    msix_control(0x8000);
    entry(69, 0x1000, 1, 1);
    entry(3, 0x2000, 2, 1);
    EXPECT_FALSE(f.signal(69));
    EXPECT_FALSE(f.signal(3));
    EXPECT_EQ(f.read_msix({1, 0xF00}), 0x8u);
    EXPECT_EQ(f.read_msix({1, 0xF08}), 0x20u);
    f.write_msix({1, 0xF00}, 0);
    EXPECT_EQ(f.read_msix({1, 0xF00}), 0x8u) << "read-only";
    f.write_msix({1, 0x100 + 16 * 69 + 12}, 0);
    ASSERT_EQ(host.released.size(), 1u);
    EXPECT_EQ(host.released[0].address, 0x1000u);
    EXPECT_EQ(f.read_msix({1, 0xF08}), 0u);
    EXPECT_EQ(f.read_msix({1, 0xF00}), 0x8u);
    f.write_msix({1, 0x100 + 16 * 3 + 12}, 0);
    ASSERT_EQ(host.released.size(), 2u);
    EXPECT_EQ(host.released[1].address, 0x2000u);

    entry(69, 0x1000, 1, 1);
    EXPECT_FALSE(f.signal(69)) << "alone this time";
    entry(69, 0x1000, 7, 0);
    ASSERT_EQ(host.released.size(), 3u);
    EXPECT_EQ(host.released[2].data, 7u);
}

TEST_F(PciInterrupts, TheFunctionMaskHoldsAllEntries) {
    entry(1, 0x1000, 1, 0);
    entry(2, 0x2000, 2, 0);
    msix_control(0xC000);
    EXPECT_FALSE(f.signal(2));
    EXPECT_FALSE(f.signal(1));
    EXPECT_EQ(f.read_msix({1, 0xF00}), 0x6u);
    msix_control(0x8000);
    ASSERT_EQ(host.released.size(), 2u);
    EXPECT_EQ(host.released[0].data, 1u);
    EXPECT_EQ(host.released[1].data, 2u);
    EXPECT_EQ(f.read_msix({1, 0xF00}), 0u);
}

TEST_F(PciInterrupts, TheHostHearsWhenBusMasteringEnds) {
    f.write_config(0x04, 2, 0x0006);
    EXPECT_TRUE(f.bus_master());
    EXPECT_EQ(host.cleared, 0u);
    f.write_config(0x04, 2, 0x0002);
    EXPECT_FALSE(f.bus_master());
    EXPECT_EQ(host.cleared, 1u);
    f.write_config(0x04, 2, 0x0000);
    EXPECT_EQ(host.cleared, 1u);
}

TEST(PciNoSnoop, DeviceControlAllowsIt) {
    PciFunctionParams p;
    p.kind = PciKind::RootComplexEndpoint;
    PciFunction f(p);
    EXPECT_TRUE(f.no_snoop_enabled());
    f.write_config(0x48, 2, 0x2010);
    EXPECT_FALSE(f.no_snoop_enabled());
}

}  // namespace
}  // namespace smmu
