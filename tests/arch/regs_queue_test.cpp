// Stream table and queue registers against Arm IHI 0070 G.b, 6.3.24 to 6.3.30, 6.3.95, 6.3.96
// and 7.1.
#include "smmuv3/arch/regs.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_register;
using test::field;
using test::reserved;
using test::Rows;

TEST(RegisterPages, AreTwoOf64KiB) {
    EXPECT_EQ(register_page_size, 0x1'0000u);
    EXPECT_EQ(register_pages_size, 0x2'0000u);
}

TEST(StrtabBase, HasTheFieldsOfSection6_3_24) {
    const Rows rows = {
        reserved(5, 0),   field("ADDR", StrtabBase::ADDR, 55, 6),
        reserved(61, 56), field("RA", StrtabBase::RA, 62),
        reserved(63),
    };
    expect_register<StrtabBase>(0x0080, 64, rows);
}

TEST(StrtabBaseCfg, HasTheFieldsOfSection6_3_25) {
    const Rows rows = {
        field("LOG2SIZE", StrtabBaseCfg::LOG2SIZE, 5, 0),
        field("SPLIT", StrtabBaseCfg::SPLIT, 10, 6),
        reserved(15, 11),
        field("FMT", StrtabBaseCfg::FMT, 17, 16),
        reserved(31, 18),
    };
    expect_register<StrtabBaseCfg>(0x0088, 32, rows);
    EXPECT_EQ(static_cast<int>(StreamTableFormat::Linear), 0b00);
    EXPECT_EQ(static_cast<int>(StreamTableFormat::TwoLevel), 0b01);
}

TEST(CmdqBase, HasTheFieldsOfSection6_3_26) {
    const Rows rows = {
        field("LOG2SIZE", CmdqBase::LOG2SIZE, 4, 0),
        field("ADDR", CmdqBase::ADDR, 55, 5),
        reserved(61, 56),
        field("RA", CmdqBase::RA, 62),
        reserved(63),
    };
    expect_register<CmdqBase>(0x0090, 64, rows);
}

TEST(CmdqProd, HasTheFieldsOfSection6_3_27) {
    const Rows rows = {
        field("WR", CmdqProd::WR, 19, 0),
        reserved(31, 20),
    };
    expect_register<CmdqProd>(0x0098, 32, rows);
}

TEST(CmdqCons, HasTheFieldsOfSection6_3_28) {
    const Rows rows = {
        field("RD", CmdqCons::RD, 19, 0),
        reserved(23, 20),
        field("ERR", CmdqCons::ERR, 30, 24),
        reserved(31),
    };
    expect_register<CmdqCons>(0x009C, 32, rows);
}

TEST(CommandError, ValuesAreThoseOfSection7_1) {
    EXPECT_EQ(static_cast<int>(CommandError::None), 0x00);
    EXPECT_EQ(static_cast<int>(CommandError::Illegal), 0x01);
    EXPECT_EQ(static_cast<int>(CommandError::Abort), 0x02);
    EXPECT_EQ(static_cast<int>(CommandError::AtcInvSync), 0x03);
}

TEST(EventqBase, HasTheFieldsOfSection6_3_29) {
    const Rows rows = {
        field("LOG2SIZE", EventqBase::LOG2SIZE, 4, 0),
        field("ADDR", EventqBase::ADDR, 55, 5),
        reserved(61, 56),
        field("WA", EventqBase::WA, 62),
        reserved(63),
    };
    expect_register<EventqBase>(0x00A0, 64, rows);
}

TEST(EventqIrqCfg0, HasTheFieldsOfSection6_3_30) {
    const Rows rows = {
        reserved(1, 0),
        field("ADDR", EventqIrqCfg0::ADDR, 55, 2),
        reserved(63, 56),
    };
    expect_register<EventqIrqCfg0>(0x00B0, 64, rows);
}

TEST(EventqIrqCfg1, HasTheFieldsOfSection6_3_31) {
    const Rows rows = {
        field("DATA", EventqIrqCfg1::DATA, 31, 0),
    };
    expect_register<EventqIrqCfg1>(0x00B8, 32, rows);
}

TEST(EventqIrqCfg2, HasTheFieldsOfSection6_3_32) {
    const Rows rows = {
        field("MemAttr", EventqIrqCfg2::MemAttr, 3, 0),
        field("SH", EventqIrqCfg2::SH, 5, 4),
        reserved(31, 6),
    };
    expect_register<EventqIrqCfg2>(0x00BC, 32, rows);
}

TEST(PriqBase, HasTheFieldsOfSection6_3_33) {
    const Rows rows = {
        field("LOG2SIZE", PriqBase::LOG2SIZE, 4, 0),
        field("ADDR", PriqBase::ADDR, 55, 5),
        reserved(61, 56),
        field("WA", PriqBase::WA, 62),
        reserved(63),
    };
    expect_register<PriqBase>(0x00C0, 64, rows);
}

TEST(PriqIrqCfg, HasTheFieldsOfSections6_3_34To6_3_36) {
    expect_register<PriqIrqCfg0>(
        0x00D0, 64, {reserved(1, 0), field("ADDR", PriqIrqCfg0::ADDR, 55, 2), reserved(63, 56)});
    expect_register<PriqIrqCfg1>(0x00D8, 32, {field("DATA", PriqIrqCfg1::DATA, 31, 0)});
    const Rows rows = {
        field("MemAttr", PriqIrqCfg2::MemAttr, 3, 0),
        field("SH", PriqIrqCfg2::SH, 5, 4),
        reserved(30, 6),
        field("LO", PriqIrqCfg2::LO, 31),
    };
    expect_register<PriqIrqCfg2>(0x00DC, 32, rows);
}

TEST(PriqProd, HasTheFieldsOfSections6_3_97And6_3_98) {
    expect_register<PriqProd>(
        0x1'00C8, 32,
        {field("WR", PriqProd::WR, 19, 0), reserved(30, 20), field("OVFLG", PriqProd::OVFLG, 31)});
    expect_register<PriqCons>(0x1'00CC, 32,
                              {field("RD", PriqCons::RD, 19, 0), reserved(30, 20),
                               field("OVACKFLG", PriqCons::OVACKFLG, 31)});
}

TEST(EventqProd, HasTheFieldsOfSection6_3_95) {
    const Rows rows = {
        field("WR", EventqProd::WR, 19, 0),
        reserved(30, 20),
        field("OVFLG", EventqProd::OVFLG, 31),
    };
    expect_register<EventqProd>(0x1'00A8, 32, rows);
}

TEST(EventqCons, HasTheFieldsOfSection6_3_96) {
    const Rows rows = {
        field("RD", EventqCons::RD, 19, 0),
        reserved(30, 20),
        field("OVACKFLG", EventqCons::OVACKFLG, 31),
    };
    expect_register<EventqCons>(0x1'00AC, 32, rows);
}

}  // namespace
}  // namespace smmu::arch
