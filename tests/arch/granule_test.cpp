// Descriptors and geometry of the 16KB and 64KB granules, 52-bit addresses, the Contiguous bit:
// against Arm ARM D8.2.8 to D8.2.10, tables D8-50 to D8-53 and D8-104.
#include <gtest/gtest.h>

#include "smmuv3/arch/desc.h"

namespace smmu::arch {
namespace {

constexpr DescriptorFormat plain(Granule g) { return {g, false, false}; }
constexpr DescriptorFormat k4_lpa2{Granule::K4, true, false};
constexpr DescriptorFormat k16_lpa2{Granule::K16, true, false};
constexpr DescriptorFormat k64_lpa{Granule::K64, false, true};

TEST(Granule, ValuesAreTheLogarithmsOfTheirBytes) {
    EXPECT_EQ(static_cast<int>(Granule::K4), 12);
    EXPECT_EQ(static_cast<int>(Granule::K16), 14);
    EXPECT_EQ(static_cast<int>(Granule::K64), 16);
    EXPECT_EQ(shift_of(Granule::K64), 16u);
}

TEST(Granule, WALK_01_LevelsResolveTheBitsOfTablesD8_25_D8_34_D8_42) {
    struct Row {
        Granule granule;
        unsigned bits, level3, level2, level1, level0;
    };
    for (const Row& r : {Row{Granule::K4, 9, 12, 21, 30, 39}, Row{Granule::K16, 11, 14, 25, 36, 47},
                         Row{Granule::K64, 13, 16, 29, 42, 55}}) {
        EXPECT_EQ(level_bits(r.granule), r.bits);
        EXPECT_EQ(level_shift(3, r.granule), r.level3);
        EXPECT_EQ(level_shift(2, r.granule), r.level2);
        EXPECT_EQ(level_shift(1, r.granule), r.level1);
        EXPECT_EQ(level_shift(0, r.granule), r.level0);
        EXPECT_EQ(level_bytes(2, r.granule), uint64_t{1} << r.level2);
    }
    EXPECT_EQ(level_shift(-1, Granule::K4), 48u);
}

TEST(Descriptor, WALK_03_BlocksExistAtTheLevelsOfTablesD8_52_And_D8_53) {
    struct Row {
        DescriptorFormat format;
        bool block[5];  // level -1 to 3
    };
    const Row rows[] = {
        {plain(Granule::K4), {false, false, true, true, false}},
        {plain(Granule::K16), {false, false, false, true, false}},
        {plain(Granule::K64), {false, false, false, true, false}},
        {k4_lpa2, {false, true, true, true, false}},
        {k16_lpa2, {false, false, true, true, false}},
        {k64_lpa, {false, false, true, true, false}},
    };
    for (const Row& r : rows)
        for (int level = -1; level <= 3; ++level) {
            SCOPED_TRACE(::testing::Message() << shift_of(r.format.granule) << " level " << level);
            const Descriptor block{{{0x4000'0001}}}, table_or_page{{{0x4000'0003}}};
            EXPECT_EQ(kind(block, level, r.format),
                      r.block[level + 1] ? DescriptorKind::Block : DescriptorKind::Invalid);
            EXPECT_EQ(kind(table_or_page, level, r.format),
                      level == 3 ? DescriptorKind::Page : DescriptorKind::Table);
            EXPECT_EQ(kind({{{0x4000'0002}}}, level, r.format), DescriptorKind::Invalid);
        }
}

// Every bit of the descriptor set: what is left is exactly the address field.
TEST(Descriptor, WALK_33_WALK_34_AddressBitsOfEveryFormat) {
    struct Row {
        DescriptorFormat format;
        unsigned shift;
        uint64_t address;
    };
    const Row rows[] = {
        {plain(Granule::K4), 12, 0x0000'FFFF'FFFF'F000},
        {plain(Granule::K4), 21, 0x0000'FFFF'FFE0'0000},
        {plain(Granule::K4), 30, 0x0000'FFFF'C000'0000},
        {plain(Granule::K16), 14, 0x0000'FFFF'FFFF'C000},
        {plain(Granule::K16), 25, 0x0000'FFFF'FE00'0000},
        {plain(Granule::K64), 16, 0x0000'FFFF'FFFF'0000},
        {plain(Granule::K64), 29, 0x0000'FFFF'E000'0000},
        {k4_lpa2, 12, 0x000F'FFFF'FFFF'F000},
        {k4_lpa2, 39, 0x000F'FF80'0000'0000},
        {k16_lpa2, 14, 0x000F'FFFF'FFFF'C000},
        {k16_lpa2, 36, 0x000F'FFF0'0000'0000},
        {k64_lpa, 16, 0x000F'FFFF'FFFF'0000},
        {k64_lpa, 29, 0x000F'FFFF'E000'0000},
        {k64_lpa, 42, 0x000F'FC00'0000'0000},
    };
    for (const Row& r : rows)
        EXPECT_EQ(address_of({{{~uint64_t{0}}}}, r.shift, r.format), r.address)
            << "row " << &r - rows;
}

TEST(Descriptor, WALK_33_WALK_34_HighAddressBitsComeFromTheirOwnPlaces) {
    const auto of_bit = [](unsigned bit, DescriptorFormat f) {
        return address_of({{{uint64_t{1} << bit}}}, shift_of(f.granule), f);
    };
    for (const DescriptorFormat f : {k4_lpa2, k16_lpa2}) {
        EXPECT_EQ(of_bit(8, f), uint64_t{1} << 50);
        EXPECT_EQ(of_bit(9, f), uint64_t{1} << 51);
        EXPECT_EQ(of_bit(48, f), uint64_t{1} << 48);
        EXPECT_EQ(of_bit(49, f), uint64_t{1} << 49);
        EXPECT_EQ(of_bit(50, f), 0u);
    }
    for (unsigned bit = 12; bit < 16; ++bit) {
        EXPECT_EQ(of_bit(bit, k64_lpa), uint64_t{1} << (bit + 36));
        EXPECT_EQ(of_bit(bit, plain(Granule::K64)), 0u);
    }
    for (const unsigned bit : {8u, 9u, 48u, 49u}) {
        EXPECT_EQ(of_bit(bit, k64_lpa), 0u);
        EXPECT_EQ(of_bit(bit, plain(Granule::K4)), 0u);
        EXPECT_EQ(of_bit(bit, plain(Granule::K16)), 0u);
    }
}

TEST(ContiguousBit, WALK_30_RunsAreThoseOfTableD8_104) {
    struct Row {
        Granule granule;
        int level;
        unsigned entries;
        uint64_t bytes;
    };
    const Row rows[] = {
        {Granule::K4, 1, 16, 0x4'0000'0000}, {Granule::K4, 2, 16, 0x200'0000},
        {Granule::K4, 3, 16, 0x1'0000},      {Granule::K16, 2, 32, 0x4000'0000},
        {Granule::K16, 3, 128, 0x20'0000},   {Granule::K64, 2, 32, 0x4'0000'0000},
        {Granule::K64, 3, 32, 0x20'0000},
    };
    for (const Row& r : rows) {
        EXPECT_TRUE(may_be_contiguous(r.level, r.granule));
        EXPECT_EQ(1u << contiguous_shift(r.level, r.granule), r.entries);
        EXPECT_EQ(level_bytes(r.level, r.granule) << contiguous_shift(r.level, r.granule), r.bytes);
    }
    EXPECT_FALSE(may_be_contiguous(0, Granule::K4));
    EXPECT_FALSE(may_be_contiguous(1, Granule::K16));
    EXPECT_FALSE(may_be_contiguous(1, Granule::K64));
}

}  // namespace
}  // namespace smmu::arch
