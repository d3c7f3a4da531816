// What registers hold: identification, reset values, implemented bits, halves, offsets without a
// register.  Arm IHI 0070 G.b, 6.2 and 6.3; names carry the rule of the check list.
#include <iterator>
#include <set>

#include "tests/core/register_bench.h"

namespace smmu::test {
namespace {

class Registers : public RegisterBench {};

using namespace default_features;

struct Word {
    uint32_t offset, value;
};

// --- Identification ---------------------------------------------------------------------------

constexpr Word identification[] = {
    {at::IDR0, idr0},
    {at::IDR1, idr1},
    {at::IDR2, 0},
    {at::IDR3, idr3},
    {at::IDR4, 0},
    {at::IDR5, idr5},
    {at::IIDR, 0},
    {at::AIDR, 3},  // v3.3
    // 0xFD0: PIDR4 to 7, PIDR0 to 3 (JEDEC in PIDR2), CIDR0 to 3
    {0xFD0, 0},
    {0xFD4, 0},
    {0xFD8, 0},
    {0xFDC, 0},
    {0xFE0, 0},
    {0xFE4, 0},
    {0xFE8, 0x08},
    {0xFEC, 0},
    {0xFF0, 0x0D},
    {0xFF4, 0xF0},
    {0xFF8, 0x05},
    {0xFFC, 0xB1},
};

TEST_F(Registers, IdentificationOfTheDefaultFeatures) {
    for (const Word& w : identification)
        EXPECT_EQ(get(w.offset), w.value) << std::hex << "offset " << w.offset;
}

TEST_F(Registers, REG_07_IdentificationIsReadOnly) {
    for (const Word& w : identification) {
        EXPECT_EQ(put(w.offset, ~w.value), Effect::None);
        EXPECT_EQ(get(w.offset), w.value) << std::hex << "offset " << w.offset;
    }
}

// --- Reset values, implemented bits -----------------------------------------------------------

constexpr uint32_t cr0 = 0x0000'01CD;  // SMMUEN, EVENTQEN, CMDQEN, VMW 8:6 (6.3.9)
/// The other 32-bit words that software can write, and the bits that it then reads back: 6.3.11 to
/// 6.3.32, 6.3.95, 6.3.96.  MSIs come before IRQ_CTRL, which guards them.
constexpr Word writable[] = {
    {at::CR1, 0x0000'0FFF},                  // three fields for tables, three for queues
    {at::CR2, 0x0000'0003},                  // E2H, RECINVSID; PTM and REC_CFG_ATS are RES0
    {at::GERROR_IRQ_CFG0, 0xFFFF'FFFC},      // ADDR[31:2]
    {at::GERROR_IRQ_CFG0 + 4, 0x0000'0FFF},  // ADDR[43:32]: OAS is 44
    {at::GERROR_IRQ_CFG1, 0xFFFF'FFFF},      // DATA
    {at::GERROR_IRQ_CFG2, 0x0000'003F},      // SH, MemAttr
    {at::EVENTQ_IRQ_CFG0, 0xFFFF'FFFC},
    {at::EVENTQ_IRQ_CFG0 + 4, 0x0000'0FFF},
    {at::EVENTQ_IRQ_CFG1, 0xFFFF'FFFF},
    {at::EVENTQ_IRQ_CFG2, 0x0000'003F},
    {at::IRQ_CTRL, 0x0000'0005},  // GERROR_IRQEN, EVENTQ_IRQEN
    // CMDQ_ERR 0, EVENTQ_ABT_ERR 2, MSI_CMDQ_, MSI_EVENTQ_, MSI_GERROR_ABT_ERR 4, 5, 7, SFM_ERR 8
    {at::GERRORN, 0x0000'01B5},
    {at::STRTAB_BASE, 0xFFFF'FFC0},      // ADDR[31:6]
    {at::STRTAB_BASE + 4, 0x4000'0FFF},  // RA, ADDR[43:32]
    {at::STRTAB_BASE_CFG, 0x0003'07FF},  // FMT, SPLIT, LOG2SIZE
    {at::CMDQ_BASE, 0xFFFF'FFFF},        // ADDR[31:5], LOG2SIZE
    {at::CMDQ_BASE + 4, 0x4000'0FFF},
    {at::CMDQ_PROD, 0x000F'FFFF},
    {at::CMDQ_CONS, 0x7F0F'FFFF},  // ERR, RD
    {at::EVENTQ_BASE, 0xFFFF'FFFF},
    {at::EVENTQ_BASE + 4, 0x4000'0FFF},
    {at::EVENTQ_PROD, 0x800F'FFFF},  // OVFLG, WR
    {at::EVENTQ_CONS, 0x800F'FFFF},  // OVACKFLG, RD
};
constexpr uint32_t read_only[] = {at::CR0ACK, at::IRQ_CTRLACK, at::GERROR};

void fill(core::RegisterFile& registers) {
    for (const Word& w : writable) registers.write(w.offset, 4, 0xFFFF'FFFF);
}

TEST_F(Registers, ReservedBitsReadAsZero) {
    fill(registers);
    for (const Word& w : writable)
        EXPECT_EQ(get(w.offset), w.value) << std::hex << "offset " << w.offset;
    EXPECT_EQ(put(at::CR0, 0xFFFF'FFFF), Effect::Control);
    EXPECT_EQ(get(at::CR0), cr0);
    EXPECT_EQ(put(at::GBPA, 0xFFFF'FFFF), Effect::Control);
    EXPECT_EQ(get(at::GBPA), 0x801F'3F1Fu);
}

TEST_F(Registers, AddressBitsAboveTheOutputAddressSizeReadAsZero) {
    struct Row {
        unsigned oas;
        uint32_t high;
    };
    const Row rows[] = {{32, 0}, {36, 0xF}, {40, 0xFF}, {42, 0x3FF}, {48, 0xFFFF}, {52, 0xF'FFFF}};
    for (const Row& r : rows) {
        features.output_address_bits = r.oas;
        reset();
        for (const uint32_t base : {at::STRTAB_BASE, at::CMDQ_BASE, at::EVENTQ_BASE,
                                    at::GERROR_IRQ_CFG0, at::EVENTQ_IRQ_CFG0}) {
            const bool is_msi = base == at::GERROR_IRQ_CFG0 || base == at::EVENTQ_IRQ_CFG0;
            const uint32_t hint = is_msi ? 0 : 0x4000'0000;  // RA, WA
            put(base + 4, 0xFFFF'FFFF);
            EXPECT_EQ(get(base + 4), hint | r.high) << std::hex << base;
            EXPECT_EQ(get(base), 0u);
        }
    }
}

TEST_F(Registers, MSI_03_MsiRegistersAreReservedWithoutMsi) {
    features.msi = false;
    fill(registers);
    for (const Word& w : writable) {
        const bool is_msi = (w.offset >= 0x68 && w.offset < 0x78) ||  // GERROR_IRQ_CFG0 to 2
                            (w.offset >= 0xB0 && w.offset < 0xC0);    // EVENTQ_IRQ_CFG0 to 2
        const uint32_t value = is_msi ? 0 : w.offset == at::GERRORN ? 0x105 : w.value;
        EXPECT_EQ(get(w.offset), value) << std::hex << "offset " << w.offset;
    }
}

TEST_F(Registers, VmwAndE2hAreReservedWithoutTheirFeature) {
    features.vmid_wildcard = false;
    put(at::CR0, 0xFFFF'FFFF);
    EXPECT_EQ(get(at::CR0), 0x0Du);
    be_smmu_v3_1(features);
    reset();
    put(at::CR2, 0xFFFF'FFFF);
    EXPECT_EQ(get(at::CR2), 0b10u);
}

TEST_F(Registers, StreamTableFormatIsReservedWithoutTwoLevels) {
    features.stream_id_bits = 6;
    features.two_level_stream_table = false;
    put(at::STRTAB_BASE_CFG, 0xFFFF'FFFF);
    EXPECT_EQ(get(at::STRTAB_BASE_CFG), 0x0000'003Fu);
}

TEST_F(Registers, REG_08_ResetValues) {
    const auto expect_reset = [&] {
        EXPECT_EQ(get(at::CR0), 0u);
        for (const Word& w : writable) EXPECT_EQ(get(w.offset), 0u) << std::hex << w.offset;
        for (const uint32_t offset : read_only) EXPECT_EQ(get(offset), 0u) << std::hex << offset;
        EXPECT_EQ(get(at::GBPA), 0x0000'1000u);  // SHCFG: use incoming; no abort
        EXPECT_EQ(registers.gbpa().raw(), 0x0000'1000u);
        EXPECT_FALSE(registers.smmu_enabled() || registers.command_queue_enabled() ||
                     registers.event_queue_enabled());
        EXPECT_FALSE(registers.command_error_active() || registers.event_abort_active());
    };
    expect_reset();
    fill(registers);
    put(at::GBPA, 0x8010'0000);
    put(at::GERRORN, 0);
    put(at::CR0, cr0);
    registers.raise_command_error(arch::CommandError::Abort);
    registers.raise_event_abort();
    acknowledge();
    reset();
    expect_reset();
}

TEST_F(Registers, AcknowledgeRegistersAndGerrorIgnoreWrites) {
    control(SMMUEN | CMDQEN);
    put(at::IRQ_CTRL, 0b101);
    acknowledge();
    registers.raise_event_abort();
    const Word now[] = {{at::CR0ACK, 0b1001}, {at::IRQ_CTRLACK, 0b101}, {at::GERROR, 0b100}};
    for (const Word& w : now)
        for (const uint32_t value : {0u, 0xFFFF'FFFFu}) {
            EXPECT_EQ(put(w.offset, value), Effect::None);
            EXPECT_EQ(get(w.offset), w.value) << std::hex << w.offset;
        }
}

// --- Offsets without a register -----------------------------------------------------------------

TEST_F(Registers, REG_02_REG_04_OffsetsWithoutARegisterAreRazWi) {
    std::set<uint32_t> registers_at{at::CR0, at::GBPA};
    for (const Word& w : identification) registers_at.insert(w.offset);
    for (const Word& w : writable) registers_at.insert(w.offset);
    registers_at.insert(std::begin(read_only), std::end(read_only));

    fill(registers);
    for (uint32_t offset = 0; offset < 0x2'0000; offset += 4) {
        if (registers_at.count(offset)) continue;
        ASSERT_EQ(put(offset, 0xFFFF'FFFF), Effect::None) << std::hex << offset;
        ASSERT_EQ(get(offset), 0u) << std::hex << offset;
    }
    for (const Word& w : writable) EXPECT_EQ(get(w.offset), w.value) << std::hex << w.offset;
    for (const uint32_t beyond : {0x2'0000u, 0x8000'0020u, 0xFFFF'FFF8u, 0xFFFF'FFFCu}) {
        EXPECT_EQ(put(beyond, 0xFFFF'FFFF), Effect::None);
        EXPECT_EQ(get(beyond), 0u);
    }
}

// --- Sizes ---------------------------------------------------------------------------------------

TEST_F(Registers, REG_05_TheHalvesOfA64BitRegisterAreSeparate) {
    for (const uint32_t base : {at::STRTAB_BASE, at::CMDQ_BASE, at::EVENTQ_BASE}) {
        put64(base, 0x4000'0123'4567'89C0);
        EXPECT_EQ(get64(base), 0x4000'0123'4567'89C0u);
        EXPECT_EQ(get(base), 0x4567'89C0u);
        EXPECT_EQ(get(base + 4), 0x4000'0123u);
        put(base, 0xFEDC'BA80);
        EXPECT_EQ(get64(base), 0x4000'0123'FEDC'BA80u);
        put(base + 4, 0x0000'0ABC);
        EXPECT_EQ(get64(base), 0x0000'0ABC'FEDC'BA80u);
    }
    for (const uint32_t base : {at::GERROR_IRQ_CFG0, at::EVENTQ_IRQ_CFG0}) {
        put64(base, 0xFFFF'F123'4567'89AB);
        EXPECT_EQ(get64(base), 0x0000'0123'4567'89A8u);
        put(base, 0xFEDC'BA84);
        EXPECT_EQ(get64(base), 0x0000'0123'FEDC'BA84u);
        put(base + 4, 0x0000'0ABC);
        EXPECT_EQ(get64(base), 0x0000'0ABC'FEDC'BA84u);
    }
}

// The specification leaves several outcomes open; this one is the most useful to a driver.
TEST_F(Registers, REG_39_A64BitAccessReachesBothOfTwo32BitRegisters) {
    EXPECT_EQ(get64(at::IDR0), uint64_t{idr1} << 32 | idr0);
    put64(at::CR1, 0x0000'0002'0000'0D75);
    EXPECT_EQ(get(at::CR1), 0xD75u);
    EXPECT_EQ(get(at::CR2), 0b10u);
    EXPECT_EQ(put64(at::CMDQ_PROD, 0x0000'0003'0000'0005), Effect::Command);
    EXPECT_EQ(put64(at::EVENTQ_PROD, 0x8000'0004'0000'0006), Effect::EventSpace);
    put64(at::CMDQ_BASE, 19);
    put64(at::EVENTQ_BASE, 19);
    EXPECT_EQ(get64(at::CMDQ_PROD), 0x0000'0003'0000'0005u);
    EXPECT_EQ(get64(at::EVENTQ_PROD), 0x8000'0004'0000'0006u);
}

TEST_F(Registers, REG_06_UnalignedAndOddSizesAreRazWi) {
    fill(registers);
    for (const unsigned bytes : {0u, 1u, 2u, 3u, 5u, 6u, 7u, 12u, 16u, 64u})
        for (const uint32_t offset : {at::CR0, at::STRTAB_BASE, at::CMDQ_PROD, at::EVENTQ_CONS}) {
            EXPECT_EQ(registers.read(offset, bytes), 0u) << bytes;
            for (const uint64_t value : {uint64_t{0}, ~uint64_t{0}})
                EXPECT_EQ(registers.write(offset, bytes, value), Effect::None) << bytes;
        }
    for (const uint32_t off : {1u, 2u, 3u}) {
        EXPECT_EQ(registers.read(at::CR0 + off, 4), 0u);
        EXPECT_EQ(registers.write(at::CR0 + off, 4, ~0u), Effect::None);
    }
    for (const uint32_t off : {1u, 2u, 3u, 4u, 5u, 6u, 7u}) {
        EXPECT_EQ(registers.read(at::CMDQ_BASE + off, 8), 0u);
        EXPECT_EQ(registers.write(at::CMDQ_BASE + off, 8, 0), Effect::None);
    }
    EXPECT_EQ(get(at::CR0), 0u);
    for (const Word& w : writable) EXPECT_EQ(get(w.offset), w.value) << std::hex << w.offset;
}

}  // namespace
}  // namespace smmu::test
