// Registers of GATOS and VATOS: where they are, what guards them.  Arm IHI 0070 G.b, 6.3.37 to 6.3.44.
#include "smmuv3/core/atos_registers.h"

#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

using core::AtosInterface;

class AtosRegisters : public RegisterBench {
protected:
    AtosRegisters() {
        features.atos = features.vatos = true;
        features.vatos_page = 0x2F9;
    }
    /// 0x20000 + BA_VATOS * 0x10000.
    static constexpr uint32_t vatos_page = 0x0002'0000 + 0x2F9'0000;
    static constexpr uint32_t VATOS_CTRL = vatos_page + 0xA00, VATOS_SID = vatos_page + 0xA08;
    static constexpr uint32_t VATOS_ADDR = vatos_page + 0xA10, VATOS_PAR = vatos_page + 0xA18;
    arch::AtosPar par(uint64_t raw) { return {{{raw}}}; }
};

TEST_F(AtosRegisters, ATOS_01_RunStartsAndEndsAnOperation) {
    control(SMMUEN);
    EXPECT_EQ(put(at::GATOS_CTRL, 1), Effect::Atos);
    EXPECT_EQ(get(at::GATOS_CTRL), 1u);
    EXPECT_TRUE(registers.atos().runs(AtosInterface::Gatos));
    EXPECT_FALSE(registers.atos().runs(AtosInterface::Vatos));
    registers.atos().complete(AtosInterface::Gatos, par(0x1234'5000));
    EXPECT_EQ(get(at::GATOS_CTRL), 0u);
    EXPECT_EQ(get64(at::GATOS_PAR), 0x1234'5000u);
    EXPECT_EQ(put(at::GATOS_CTRL, 0), Effect::None);
    EXPECT_EQ(get64(at::GATOS_PAR), 0x1234'5000u);
}

TEST_F(AtosRegisters, ATOS_01_RunNeedsTheSmmu) {
    EXPECT_EQ(put(at::GATOS_CTRL, 1), Effect::None);
    EXPECT_EQ(get(at::GATOS_CTRL), 0u);
    control(SMMUEN);
    put(at::CR0, 0);  // not acknowledged yet
    EXPECT_EQ(put(at::GATOS_CTRL, 1), Effect::None);
    EXPECT_EQ(get(at::GATOS_CTRL), 0u);
}

TEST_F(AtosRegisters, ATOS_01_NothingIsWrittenWhileItRuns) {
    control(SMMUEN);
    put64(at::GATOS_SID, 0x1234);
    put64(at::GATOS_ADDR, 0x5000);
    put64(VATOS_SID, 0x4321);
    put(at::VATOS_SEL, 7);
    put(at::GATOS_CTRL, 1);
    for (const uint32_t offset : {at::GATOS_SID, at::GATOS_ADDR, at::GATOS_PAR})
        put64(offset, ~uint64_t{0});
    put(at::GATOS_CTRL, 0);
    EXPECT_EQ(get64(at::GATOS_SID), 0x1234u);
    EXPECT_EQ(get64(at::GATOS_ADDR), 0x5000u);
    EXPECT_EQ(get(at::GATOS_CTRL), 1u);
    put(at::VATOS_SEL, 8);
    EXPECT_EQ(get(at::VATOS_SEL), 8u) << "groups are independent";
    put(VATOS_CTRL, 1);
    put(at::VATOS_SEL, 9);
    EXPECT_EQ(get(at::VATOS_SEL), 8u);
    put64(VATOS_ADDR, ~uint64_t{0});
    EXPECT_EQ(get64(VATOS_ADDR), 0u);
}

TEST_F(AtosRegisters, ATOS_02_BitsThatExist) {
    put64(at::GATOS_SID, ~uint64_t{0});
    put64(at::GATOS_ADDR, ~uint64_t{0});
    // SIDSIZE 16, SSIDSIZE 20, SSID_VALID 52.
    EXPECT_EQ(get64(at::GATOS_SID), 0x001F'FFFF'0000'FFFF);
    EXPECT_EQ(get64(at::GATOS_ADDR), 0xFFFF'FFFF'FFFF'FFC0);
    features.substream_id_bits = 0;
    put64(at::GATOS_SID, ~uint64_t{0});
    EXPECT_EQ(get64(at::GATOS_SID), 0x0000'0000'0000'FFFFu);
}

TEST_F(AtosRegisters, HalvesOf64BitRegisters) {
    put(at::GATOS_ADDR + 4, 0x1234'5678);
    put(at::GATOS_ADDR, 0x9ABC'D000);
    EXPECT_EQ(get64(at::GATOS_ADDR), 0x1234'5678'9ABC'D000u);
    EXPECT_EQ(get(at::GATOS_ADDR + 4), 0x1234'5678u);
    EXPECT_EQ(get(at::GATOS_CTRL + 4), 0u);
}

TEST_F(AtosRegisters, ATOS_22_TheVatosPage) {
    EXPECT_EQ(get(at::IDR2), 0x2F9u);
    put64(VATOS_SID, 0x1234);
    put64(VATOS_ADDR, 0x5400);
    EXPECT_EQ(get64(VATOS_SID), 0x1234u);
    EXPECT_EQ(get64(VATOS_ADDR), 0x5400u);
    EXPECT_EQ(get64(at::GATOS_SID), 0u);
    control(SMMUEN);
    EXPECT_EQ(put(VATOS_CTRL, 1), Effect::Atos);
    registers.atos().complete(AtosInterface::Vatos, par(0x77'7000));
    EXPECT_EQ(get64(VATOS_PAR), 0x77'7000u);
    EXPECT_EQ(get64(at::GATOS_PAR), 0u);
}

TEST_F(AtosRegisters, ATOS_21_AbsentWithoutTheFeature) {
    features.vatos = false;
    put64(VATOS_SID, ~uint64_t{0});
    put(at::VATOS_SEL, ~0u);
    EXPECT_EQ(get64(VATOS_SID), 0u);
    EXPECT_EQ(get(at::VATOS_SEL), 0u);
    EXPECT_EQ(get(at::IDR2), 0u);
    features.atos = false;
    control(SMMUEN);
    put64(at::GATOS_SID, ~uint64_t{0});
    EXPECT_EQ(get64(at::GATOS_SID), 0u);
    EXPECT_EQ(put(at::GATOS_CTRL, 1), Effect::None);
    EXPECT_EQ(get(at::GATOS_CTRL), 0u);
    EXPECT_EQ(get(at::IDR0) & (1u << 15 | 1u << 20), 0u);
}

TEST_F(AtosRegisters, VmidsOfEightBits) {
    features.wide_vmid = false;
    put(at::VATOS_SEL, ~0u);
    EXPECT_EQ(get(at::VATOS_SEL), 0xFFu);
    EXPECT_EQ(registers.atos().vatos_vmid(), arch::Vmid{0xFF});
}

TEST_F(AtosRegisters, ResetEndsEverything) {
    control(SMMUEN);
    put(at::GATOS_CTRL, 1);
    put(VATOS_CTRL, 1);
    reset();
    EXPECT_EQ(get(at::GATOS_CTRL), 0u);
    EXPECT_EQ(get(VATOS_CTRL), 0u);
}

}  // namespace
}  // namespace smmu::test
