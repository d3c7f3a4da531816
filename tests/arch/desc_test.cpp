// VMSAv8-64 descriptors and the geometry of a walk against Arm ARM D8.3.
#include "smmuv3/arch/desc.h"

#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

// "reserved" here: RES0, IGNORED, for software, or told by another table of the same eight bytes.

TEST(Descriptor, HasWhatAllFormatsShare) {
    const Rows rows = {
        field("descriptor bit[0]", Descriptor::Valid, 0),
        field("descriptor bit[1]", Descriptor::TableOrPage, 1),
        reserved(11, 2),
        field("NLTA or OAB", Descriptor::Address, 47, 12),
        reserved(63, 48),
    };
    expect_tiled<Descriptor>(64, rows);
}

TEST(TableDescriptor, HasTheStageOneAttributesOfD8_3_1) {
    const Rows rows = {
        reserved(11, 0),
        field("NLTA", TableDescriptor::NextTable, 47, 12),
        reserved(58, 48),
        field("PXNTable", TableDescriptor::PXNTable, 59),
        field("UXNTable", TableDescriptor::UXNTable, 60),
        field("APTable", TableDescriptor::APTable, 62, 61),
        field("NSTable", TableDescriptor::NSTable, 63),
    };
    expect_tiled<TableDescriptor>(64, rows);
}

TEST(Stage1Leaf, HasTheAttributesOfD8_3_1) {
    const Rows rows = {
        reserved(1, 0),
        field("AttrIndx[2:0]", Stage1Leaf::AttrIndx, 4, 2),
        field("NS", Stage1Leaf::NS, 5),
        field("AP[2:1]", Stage1Leaf::AP, 7, 6),
        field("SH[1:0]", Stage1Leaf::SH, 9, 8),
        field("AF", Stage1Leaf::AF, 10),
        field("nG", Stage1Leaf::nG, 11),
        reserved(15, 12),
        field("nT", Stage1Leaf::nT, 16),
        reserved(50, 17),
        field("DBM", Stage1Leaf::DBM, 51),
        field("Contiguous", Stage1Leaf::Contiguous, 52),
        field("PXN", Stage1Leaf::PXN, 53),
        field("UXN", Stage1Leaf::UXN, 54),
        reserved(63, 55),
    };
    expect_tiled<Stage1Leaf>(64, rows);
}

TEST(Stage2Leaf, HasTheAttributesOfD8_3_1) {
    const Rows rows = {
        reserved(1, 0),
        field("MemAttr", Stage2Leaf::MemAttr, 5, 2),
        field("S2AP", Stage2Leaf::S2AP, 7, 6),
        field("SH[1:0]", Stage2Leaf::SH, 9, 8),
        field("AF", Stage2Leaf::AF, 10),
        reserved(15, 11),
        field("nT", Stage2Leaf::nT, 16),
        reserved(50, 17),
        field("DBM", Stage2Leaf::DBM, 51),
        field("Contiguous", Stage2Leaf::Contiguous, 52),
        field("XN[1:0]", Stage2Leaf::XN, 54, 53),
        reserved(63, 55),
    };
    expect_tiled<Stage2Leaf>(64, rows);
}

TEST(Descriptor, KindFollowsFromBitsOneAndZeroAndTheLevel) {
    using K = DescriptorKind;
    struct Row {
        uint64_t low_bits;
        K kind[4];  // at level 0, 1, 2, 3
    };
    for (const Row& row : {Row{0b00, {K::Invalid, K::Invalid, K::Invalid, K::Invalid}},
                           Row{0b01, {K::Invalid, K::Block, K::Block, K::Invalid}},
                           Row{0b10, {K::Invalid, K::Invalid, K::Invalid, K::Invalid}},
                           Row{0b11, {K::Table, K::Table, K::Table, K::Page}}}) {
        for (int level = 0; level <= 3; ++level) {
            for (uint64_t others : {uint64_t{0}, ~uint64_t{3}}) {
                const Descriptor descriptor{{{others | row.low_bits}}};
                EXPECT_EQ(kind(descriptor, level), row.kind[level])
                    << "bits " << row.low_bits << " level " << level;
            }
        }
    }
}

TEST(Descriptor, AsKeepsAllEightBytes) {
    const Descriptor raw{{{0x0060'0000'4020'1743}}};
    const auto leaf = as<Stage1Leaf>(raw);
    EXPECT_EQ(raw[Descriptor::Address], 0x4020'1000u);
    EXPECT_EQ(leaf[Stage1Leaf::AttrIndx], 0);
    EXPECT_EQ(leaf[Stage1Leaf::AP], 0b01);
    EXPECT_EQ(leaf[Stage1Leaf::SH], 0b11);
    EXPECT_TRUE(leaf[Stage1Leaf::AF]);
    EXPECT_TRUE(leaf[Stage1Leaf::PXN]);
    EXPECT_TRUE(leaf[Stage1Leaf::UXN]);
}

TEST(Geometry, EachLevelResolvesNineBits) {
    EXPECT_EQ(page_bytes, 0x1000u);
    EXPECT_EQ(table_entries, 512u);
    EXPECT_EQ(level_shift(3), 12u);
    EXPECT_EQ(level_shift(2), 21u);
    EXPECT_EQ(level_shift(1), 30u);
    EXPECT_EQ(level_shift(0), 39u);
    EXPECT_EQ(level_bytes(3), 0x1000u);
    EXPECT_EQ(level_bytes(2), 0x20'0000u);
    EXPECT_EQ(level_bytes(1), 0x4000'0000u);
    EXPECT_EQ(level_bytes(0), 0x80'0000'0000u);
    EXPECT_EQ(level_bytes(-1), 0x1'0000'0000'0000u);
}

}  // namespace
}  // namespace smmu::arch
