// Configuration space of a PCI function, register by register.  Words are typed from PCI Local Bus
// 3.0, chapter 6, and PCI Express Base 4.0, 7.5 and 7.7.
#include "pcie/function.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace smmu {
namespace {

/// PCI Express at 0x40, MSI at 0x80, MSI-X at 0xA0.
PciFunctionParams everything() {
    PciFunctionParams p;
    p.vendor = 0x13B5;
    p.device = 0xFF80;
    p.revision = 0x0A;
    p.class_code = 0x0C'0330;
    p.subsystem_vendor = 0x1234;
    p.subsystem = 0x5678;
    p.kind = PciKind::RootComplexEndpoint;
    p.bars = {{0, 0x2'0000, BarWidth::Bits64},
              {2, 0x1000},
              {3, 0x4'0000'0000, BarWidth::Bits64, true},
              {5, 16}};
    p.interrupt_pin = 2;
    p.msi_vectors = 8;
    p.msix = {65, 2, 0x800, 2, 0xFF0};
    return p;
}

/// What software reads back after it has written all ones.
uint32_t sized(PciFunction& f, unsigned offset) {
    f.write_config(offset, 4, 0xFFFF'FFFF);
    return f.read_config(offset, 4);
}

TEST(PciFunction, HeaderAtReset) {
    const PciFunction f(everything());
    EXPECT_EQ(f.read_config(0x00, 4), 0xFF80'13B5u);
    EXPECT_EQ(f.read_config(0x04, 4), 0x0010'0000u) << "capabilities list; nothing enabled";
    EXPECT_EQ(f.read_config(0x08, 4), 0x0C03'300Au);
    EXPECT_EQ(f.read_config(0x0C, 4), 0x0000'0000u) << "type 0";
    EXPECT_EQ(f.read_config(0x28, 4), 0u);
    EXPECT_EQ(f.read_config(0x2C, 4), 0x5678'1234u);
    EXPECT_EQ(f.read_config(0x30, 4), 0u) << "no expansion ROM";
    EXPECT_EQ(f.read_config(0x34, 4), 0x40u);
    EXPECT_EQ(f.read_config(0x38, 4), 0u);
    EXPECT_EQ(f.read_config(0x3C, 4), 0x0000'0200u) << "INTB";
}

TEST(PciFunction, CapabilitiesAtReset) {
    const PciFunction f(everything());
    EXPECT_EQ(f.read_config(0x40, 4), 0x0092'8010u) << "version 2, integrated endpoint";
    EXPECT_EQ(f.read_config(0x44, 4), 0x0000'8000u) << "role-based error reporting";
    EXPECT_EQ(f.read_config(0x48, 4), 0x0000'2810u);
    for (unsigned offset = 0x4C; offset < 0x80; offset += 4)
        EXPECT_EQ(f.read_config(offset, 4), 0u) << offset;
    EXPECT_EQ(f.read_config(0x80, 4), 0x0186'A005u) << "64 bits, masks, 8 vectors";
    for (unsigned offset = 0x84; offset < 0xA0; offset += 4)
        EXPECT_EQ(f.read_config(offset, 4), 0u) << offset;
    EXPECT_EQ(f.read_config(0xA0, 4), 0x0040'0011u) << "65 vectors; the last capability";
    EXPECT_EQ(f.read_config(0xA4, 4), 0x0000'0802u) << "table: BAR 2";
    EXPECT_EQ(f.read_config(0xA8, 4), 0x0000'0FF2u) << "pending bits: BAR 2";
}

TEST(PciFunction, WritableBits) {
    PciFunction f(everything());
    EXPECT_EQ(sized(f, 0x00), 0xFF80'13B5u);
    EXPECT_EQ(sized(f, 0x04), 0x0010'0547u);
    EXPECT_EQ(sized(f, 0x08), 0x0C03'300Au);
    EXPECT_EQ(sized(f, 0x0C), 0x0000'00FFu) << "cache line size";
    EXPECT_EQ(sized(f, 0x28), 0u);
    EXPECT_EQ(sized(f, 0x2C), 0x5678'1234u);
    EXPECT_EQ(sized(f, 0x30), 0u);
    EXPECT_EQ(sized(f, 0x34), 0x40u);
    EXPECT_EQ(sized(f, 0x3C), 0x0000'02FFu) << "interrupt line";
    EXPECT_EQ(sized(f, 0x40), 0x0092'8010u);
    EXPECT_EQ(sized(f, 0x44), 0x0000'8000u);
    EXPECT_EQ(sized(f, 0x48), 0x0000'781Fu);
    EXPECT_EQ(sized(f, 0x80), 0x01F7'A005u);
    EXPECT_EQ(sized(f, 0x84), 0xFFFF'FFFCu);
    EXPECT_EQ(sized(f, 0x88), 0xFFFF'FFFFu);
    EXPECT_EQ(sized(f, 0x8C), 0x0000'FFFFu);
    EXPECT_EQ(sized(f, 0x90), 0x0000'00FFu) << "a mask bit for each vector";
    EXPECT_EQ(sized(f, 0x94), 0u) << "pending bits are read-only";
    EXPECT_EQ(sized(f, 0xA0), 0xC040'0011u);
    EXPECT_EQ(sized(f, 0xA4), 0x0000'0802u);
    EXPECT_EQ(sized(f, 0xA8), 0x0000'0FF2u);
    for (const unsigned offset : {0xACu, 0xFCu, 0x100u, 0x104u, 0xFFCu})
        EXPECT_EQ(sized(f, offset), 0u) << offset;
}

TEST(PciFunction, BarSizing) {
    PciFunction f(everything());
    EXPECT_EQ(f.read_config(0x10, 4), 0x4u) << "64 bits";
    EXPECT_EQ(f.read_config(0x1C, 4), 0xCu) << "64 bits, prefetchable";
    EXPECT_EQ(sized(f, 0x10), 0xFFFE'0004u);
    EXPECT_EQ(sized(f, 0x14), 0xFFFF'FFFFu);
    EXPECT_EQ(sized(f, 0x18), 0xFFFF'F000u);
    EXPECT_EQ(sized(f, 0x1C), 0x0000'000Cu);
    EXPECT_EQ(sized(f, 0x20), 0xFFFF'FFFCu) << "16 GiB";
    EXPECT_EQ(sized(f, 0x24), 0xFFFF'FFF0u);
}

TEST(PciFunction, SmallAccessesReachTheirBytes) {
    PciFunction f(everything());
    EXPECT_EQ(f.read_config(0x00, 1), 0xB5u);
    EXPECT_EQ(f.read_config(0x03, 1), 0xFFu);
    EXPECT_EQ(f.read_config(0x02, 2), 0xFF80u);
    EXPECT_EQ(f.read_config(0x0B, 1), 0x0Cu) << "base class";
    f.write_config(0x04, 1, 0x06);
    f.write_config(0x05, 1, 0xFF);
    EXPECT_EQ(f.read_config(0x04, 2), 0x0506u);
    f.write_config(0x18, 4, 0xFFFF'FFFF);
    f.write_config(0x1A, 2, 0x1234);
    EXPECT_EQ(f.read_config(0x18, 4), 0x1234'F000u);
}

TEST(PciFunction, AConventionalFunctionMayHaveNoCapabilities) {
    PciFunctionParams p;
    p.vendor = 0x1B36;
    p.device = 0x0008;
    PciFunction f(p);
    EXPECT_EQ(f.read_config(0x04, 4), 0u);
    EXPECT_EQ(f.read_config(0x34, 4), 0u);
    for (unsigned offset = 0x10; offset < 0x28; offset += 4) EXPECT_EQ(sized(f, offset), 0u);
    EXPECT_FALSE(f.no_snoop_enabled());
    EXPECT_FALSE(f.signal(0));
}

TEST(PciFunction, BarsAnswerWhenMemoryIsEnabled) {
    PciFunction f(everything());
    f.place_bar(0, 0x12'3456'0000);
    f.place_bar(2, 0x1000'3000);
    f.place_bar(3, 0x20'0000'0000);  // at 0 it would answer too: its 16 GiB reach over BAR 2
    EXPECT_FALSE(f.decode(0x1000'3000, 4)) << "memory is not enabled";
    f.write_config(0x04, 2, 0x0002);
    ASSERT_TRUE(f.decode(0x1000'3FFC, 4));
    EXPECT_EQ(f.decode(0x1000'3FFC, 4)->bar, 2u);
    EXPECT_EQ(f.decode(0x1000'3FFC, 4)->offset, 0xFFCu);
    EXPECT_FALSE(f.decode(0x1000'3FFD, 4)) << "it runs over the end";
    EXPECT_FALSE(f.decode(0x1000'2FFF, 1));
    EXPECT_FALSE(f.decode(0x1000'4000, 1));
    ASSERT_TRUE(f.decode(0x12'3457'FFFF, 1));
    EXPECT_EQ(f.decode(0x12'3457'FFFF, 1)->bar, 0u);
    EXPECT_EQ(f.decode(0x12'3457'FFFF, 1)->offset, 0x1'FFFFu);
}

TEST(PciFunction, WhatCannotBeBuiltIsRefused) {
    const auto refused = [](auto change) {
        PciFunctionParams p = everything();
        change(p);
        EXPECT_THROW(PciFunction{p}, std::invalid_argument);
        return refuse(p);
    };
    EXPECT_EQ(refuse(everything()), "");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{6, 16}};
              }),
              "BAR 6 does not fit: a function has the base address registers 0 to 5");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{5, 16, BarWidth::Bits64}};
              }),
              "BAR 5 does not fit: a function has the base address registers 0 to 5");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{0, 0x3000}};
              }),
              "BAR 0 needs a size that is a power of two, and 16 bytes or more");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{1, 8}};
              }),
              "BAR 1 needs a size that is a power of two, and 16 bytes or more");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{1, 0x1'0000'0000}};
              }),
              "BAR 1 has more than 2 GiB: make it 64 bits wide");
    EXPECT_EQ(refused([](auto& p) {
                  p.bars = {{0, 16, BarWidth::Bits64}, {1, 16}};
              }),
              "BAR 1 lies over another: give each registers of its own");
    EXPECT_EQ(refused([](auto& p) { p.msi_vectors = 3; }),
              "MSI has 1, 2, 4, 8, 16 or 32 vectors, or 0 for none");
    EXPECT_EQ(refused([](auto& p) { p.interrupt_pin = 5; }),
              "an interrupt pin is 1 (INTA) to 4 (INTD), or 0 for none");
    EXPECT_EQ(refused([](auto& p) { p.class_code = 0x100'0000; }), "a class code has 24 bits");
    EXPECT_EQ(refused([](auto& p) { p.vendor = 0xFFFF; }),
              "vendor ffff means that there is no function");
    EXPECT_EQ(refused([](auto& p) { p.msix.vectors = 2049; }), "MSI-X has at most 2048 vectors");
    const char* const no_room =
        "the MSI-X table and its pending bits need room in a BAR, at a multiple of 8";
    EXPECT_EQ(refused([](auto& p) { p.msix.table_bar = 4; }), no_room);
    EXPECT_EQ(refused([](auto& p) { p.msix.table_offset = 0xC00; }), no_room);
    EXPECT_EQ(refused([](auto& p) { p.msix.pba_offset = 0xFEC; }), no_room);
    EXPECT_EQ(refused([](auto& p) { p.msix.pba_offset = 0xC08; }),
              "the MSI-X table and its pending bits overlap");
}

}  // namespace
}  // namespace smmu
