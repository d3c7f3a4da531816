// Registers of a counter group: where they are, what they keep.  Words typed from Arm IHI 0070 G.b, 10.5.
#include "tests/core/pmcg_bench.h"

namespace smmu::test {
namespace {

using namespace pmcg;

class PmcgRegisters : public PmcgBench {};

TEST_F(PmcgRegisters, PMCG_01_SmallCountersAreFourBytesApartOthersEight) {
    for (const unsigned bits : {32u, 36u}) {
        can.counter_bits = bits;
        can.counters = 64;
        build();
        for (unsigned n = 0; n < 64; ++n) set_counter(n, n + 1);
        for (unsigned n = 0; n < 64; ++n) {
            const uint32_t step = bits == 32 ? 4 : 8;
            EXPECT_EQ(get(EVCNTR + n * step), n + 1) << bits << ' ' << n;
        }
        EXPECT_EQ(get(EVCNTR + 64 * stride()), 0u);
        put(CAPR, 1);
        EXPECT_EQ(captured(63), 64u);
        EXPECT_EQ(get(SVR + (bits == 32 ? 0x0FC : 0x1F8)), 64u);
    }
}

TEST_F(PmcgRegisters, PMCG_01_ALargeCounterHasTwoHalves) {
    set_counter(2, 0x1122'3344'5566'7788);
    EXPECT_EQ(get(0x10), 0x5566'7788u);
    EXPECT_EQ(get(0x14), 0x1122'3344u);
    put(0x14, 0xAABB'CCDD);
    EXPECT_EQ(get64(0x10), 0xAABB'CCDD'5566'7788u);
    put(0x10, 0);
    EXPECT_EQ(get64(0x10), 0xAABB'CCDD'0000'0000u);
    can.counter_bits = 40;
    build();
    put(0x14, 0xFFFF'FFFF);
    EXPECT_EQ(get(0x14), 0xFFu);
}

TEST_F(PmcgRegisters, PMCG_01_EachCounterHasItsTypeAndItsStream) {
    can.counters = 64;
    build();
    for (unsigned n = 0; n < 64; ++n) {
        put(EVTYPER + 4 * n, n % 8);
        put(SMR + 4 * n, 0x100 + n);
    }
    for (unsigned n = 0; n < 64; ++n) {
        EXPECT_EQ(get(EVTYPER + 4 * n), n % 8);
        EXPECT_EQ(get(SMR + 4 * n), 0x100 + n);
    }
}

TEST_F(PmcgRegisters, PMCG_01_CountersThatAreNotThereAreReserved) {
    can.counters = 3;
    build();
    for (const uint32_t offset : {EVCNTR + 3 * 8, EVTYPER + 3 * 4, SMR + 3 * 4}) {
        put(offset, 0xFFFF'FFFF);
        EXPECT_EQ(get(offset), 0u) << std::hex << offset;
    }
    for (const uint32_t set : {CNTENSET0, INTENSET0, OVSSET0}) {
        put64(set, ~uint64_t{0});
        EXPECT_EQ(get64(set), 7u) << std::hex << set;
    }
}

TEST_F(PmcgRegisters, PMCG_02_CfgrSaysWhatIsThere) {
    // NCTR 15, SIZE 63, MSI 21, CAPTURE 22.
    EXPECT_EQ(get(CFGR), 0x0060'3F0Fu);
    can = {};
    build();
    EXPECT_EQ(get(CFGR), 0x0070'3F0Fu) << "with page 1";
    can.counters = 1;
    can.counter_bits = 32;
    can.msi = can.capture = false;
    can.one_filter = true;
    build();
    EXPECT_EQ(get(CFGR), 0x0090'1F00u);  // RELOC_CTRS 20, SID_FILTER_TYPE 23
    put(CFGR, 0xFFFF'FFFF);
    EXPECT_EQ(get(CFGR), 0x0090'1F00u);
}

TEST_F(PmcgRegisters, PMCG_03_SetAndClearAreTwoViewsOfOneRegister) {
    can.counters = 64;
    build();
    const uint32_t pairs[][2] = {
        {CNTENSET0, CNTENCLR0}, {INTENSET0, INTENCLR0}, {OVSSET0, OVSCLR0}};
    for (const auto& [set, clear] : pairs) {
        EXPECT_EQ(get64(set), 0u);
        put64(set, 0x8000'0001'0000'0003);
        put64(set, 0x10);
        EXPECT_EQ(get64(set), 0x8000'0001'0000'0013u);
        EXPECT_EQ(get64(clear), 0x8000'0001'0000'0013u);
        EXPECT_EQ(get(set + 4), 0x8000'0001u);
        put(clear + 4, 0x8000'0000);
        put(clear, 0x2);
        EXPECT_EQ(get64(clear), 0x0000'0001'0000'0011u);
        EXPECT_EQ(get64(set), 0x0000'0001'0000'0011u);
    }
}

TEST_F(PmcgRegisters, PMCG_18_FieldsOfWhatIsNotThereAreReserved) {
    put(EVTYPER, 0xFFFF'FFFF);
    EXPECT_EQ(get(EVTYPER), 0xA000'FFFFu);  // OVFCAP 31, FILTER_SID_SPAN 29, EVENT 15:0
    put(CR, 0xFFFF'FFFF);
    EXPECT_EQ(get(CR), 1u);
    put(IRQ_CTRL, 0xFFFF'FFFF);
    EXPECT_EQ(get(IRQ_CTRL), 1u);
}

TEST_F(PmcgRegisters, PMCG_18_ResetStopsCountersAndInterrupts) {
    set_up(0, 1, 8);
    enable();
    enable_interrupt(1);
    group->reset();
    EXPECT_EQ(get(CR), 0u);
    EXPECT_EQ(get(IRQ_CTRL), 0u);
    EXPECT_EQ(get(IRQ_CTRLACK), 0u);
    happens(1);
    EXPECT_EQ(counter(0), 0u);
}

TEST_F(PmcgRegisters, PMCG_24_TheStreamHasTheBitsOfTheSmmu) {
    for (const unsigned bits : {0u, 9u, 16u, 32u}) {
        features.stream_id_bits = bits;
        build();
        put(SMR, 0xFFFF'FFFF);
        EXPECT_EQ(get(SMR), (uint64_t{1} << bits) - 1) << bits;
    }
}

TEST_F(PmcgRegisters, PMCG_15_CountersMoveToPageOneAndNothingElseDoes) {
    can.counter_page = true;
    build();
    const struct {
        uint32_t offset, value;
        bool moves;
    } rows[] = {
        {EVCNTR, 5, true},     {EVCNTR + 0x78, 5, true}, {OVSSET0, 1, true},
        {EVTYPER, 5, false},   {SMR, 5, false},          {CNTENSET0, 1, false},
        {INTENSET0, 1, false}, {IRQ_CFG1, 5, false},     {IRQ_CTRL, 1, false},
    };
    for (const auto& row : rows) {
        const uint32_t here = row.offset + (row.moves ? page1 : 0);
        const uint32_t elsewhere = row.offset + (row.moves ? 0 : page1);
        put(elsewhere, row.value);
        EXPECT_EQ(get(here), 0u) << std::hex << row.offset;
        put(here, row.value);
        EXPECT_EQ(get(here), row.value) << std::hex << row.offset;
        EXPECT_EQ(get(elsewhere), 0u) << std::hex << row.offset;
    }
    EXPECT_EQ(get(page1 + OVSCLR0), 1u);
    EXPECT_EQ(get(OVSCLR0), 0u);
    put(CAPR, 1);
    EXPECT_EQ(get64(page1 + SVR), 0u) << "CAPR has moved";
    put(page1 + CAPR, 1);
    EXPECT_EQ(get64(page1 + SVR), 5u);
    EXPECT_EQ(get64(SVR), 0u);
    EXPECT_EQ(get(page1 + CFGR), 0u);
}

TEST_F(PmcgRegisters, PMCG_14_MessageRegistersAreGuardedByTheirEnable) {
    const auto write = [&](uint32_t x) {
        put64(IRQ_CFG0, 0xFFFF'0000'0000'0003 | uint64_t{x} << 4);
        put(IRQ_CFG1, x);
        put(IRQ_CFG2, 0xFFFF'FFC0 | x);
    };
    const auto expect = [&](uint32_t x, const char* when) {
        EXPECT_EQ(get64(IRQ_CFG0), uint64_t{x} << 4) << when;
        EXPECT_EQ(get(IRQ_CFG1), x) << when;
        EXPECT_EQ(get(IRQ_CFG2), x) << when;
    };
    write(0x15);
    expect(0x15, "at first");
    put(IRQ_CTRL, 1);
    write(0x16);
    expect(0x15, "IRQEN, not yet acknowledged");
    group->acknowledge_interrupt_enable();
    EXPECT_EQ(get(IRQ_CTRLACK), 1u);
    write(0x16);
    expect(0x15, "enabled");
    put(IRQ_CTRL, 0);
    EXPECT_EQ(get(IRQ_CTRLACK), 1u);
    write(0x16);
    expect(0x15, "not yet disabled");
    group->acknowledge_interrupt_enable();
    write(0x16);
    expect(0x16, "disabled");
}

TEST_F(PmcgRegisters, PMCG_14_WithoutMessagesTheirRegistersAreReserved) {
    can.msi = false;
    build();
    put64(IRQ_CFG0, 0x1000);
    put(IRQ_CFG1, 1);
    put(IRQ_CFG2, 1);
    EXPECT_EQ(get64(IRQ_CFG0), 0u);
    EXPECT_EQ(get(IRQ_CFG1), 0u);
    EXPECT_EQ(get(IRQ_CFG2), 0u);
    group->raise_msi_abort();
    EXPECT_EQ(get(IRQ_STATUS), 0u);
    EXPECT_FALSE(group->msi());
}

TEST_F(PmcgRegisters, PMCG_14_AMessageGoesWhereItIsSent) {
    EXPECT_FALSE(group->msi()) << "no address";
    put64(IRQ_CFG0, 0x0806'0040);
    put(IRQ_CFG1, 110);
    put(IRQ_CFG2, 0x3F);
    const core::Msi msi = group->msi();
    ASSERT_TRUE(msi);
    EXPECT_EQ(msi.address, 0x0806'0040u);
    EXPECT_EQ(msi.data, 110u);
    EXPECT_EQ(msi.attributes,
              arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner));
}

TEST_F(PmcgRegisters, PMCG_14_AnAbortStaysUntilInterruptsAreEnabledAgain) {
    enable_interrupt(1);
    group->raise_msi_abort();
    EXPECT_EQ(get(IRQ_STATUS), 1u);
    put(IRQ_STATUS, 0);
    EXPECT_EQ(get(IRQ_STATUS), 1u) << "read-only";
    put(IRQ_CTRL, 0);
    group->acknowledge_interrupt_enable();
    EXPECT_EQ(get(IRQ_STATUS), 1u);
    put(IRQ_CTRL, 1);
    EXPECT_EQ(get(IRQ_STATUS), 1u) << "before the Update";
    group->acknowledge_interrupt_enable();
    EXPECT_EQ(get(IRQ_STATUS), 0u);
}

TEST_F(PmcgRegisters, PMCG_16_ThereAreNoControlsOfSecureAndRealmState) {
    for (const uint32_t offset : {SCR, SCR_ALIAS, ROOTCR, GMPAM, MPAMIDR, S_MPAMIDR, IIDR}) {
        put(offset, 0xFFFF'FFFF);
        EXPECT_EQ(get(offset), 0u) << std::hex << offset;
    }
    put(EVTYPER, 1u << 30 | 1u << 28 | 1);  // FILTER_SEC_SID, FILTER_REALM_SID
    EXPECT_EQ(get(EVTYPER), 1u);
}

TEST_F(PmcgRegisters, PMCG_25_Identification) {
    EXPECT_EQ(get(0xFF0), 0x0Du);
    EXPECT_EQ(get(0xFF4), 0x90u);
    EXPECT_EQ(get(0xFF8), 0x05u);
    EXPECT_EQ(get(0xFFC), 0xB1u);
    EXPECT_EQ(get(0xFE8), 0x08u);
    EXPECT_EQ(get(0xFBC), 0x4770'2A56u);
    EXPECT_EQ(get(0xFCC), 0x56u);
    EXPECT_EQ(get64(CEID0) & 0x3F, 0x3Fu);
    EXPECT_EQ(get64(CEID1), 0u);
    for (unsigned minor = 1; minor <= 4; ++minor) {
        features.minor_revision = minor;
        EXPECT_EQ(get(AIDR), minor);
    }
}

TEST_F(PmcgRegisters, OtherAccessesReadAsZeroAndAreIgnored) {
    set_counter(0, 0x55);
    EXPECT_EQ(group->read(EVCNTR, 2), 0u);
    EXPECT_EQ(group->read(EVCNTR + 4, 8), 0u);
    group->write(EVCNTR, 2, 0);
    group->write(EVCNTR + 4, 8, 0);
    EXPECT_EQ(counter(0), 0x55u);
    for (const uint32_t offset : {0x200u, 0x500u, 0x800u, 0xB00u, 0xD00u, 0xE10u, 0xE80u, 0xF00u,
                                  0x1000u, 0xFFFCu, 0x1'1000u, 0x2'0000u}) {
        put(offset, 0xFFFF'FFFF);
        EXPECT_EQ(get(offset), 0u) << std::hex << offset;
    }
}

}  // namespace
}  // namespace smmu::test
