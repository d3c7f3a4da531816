// Level 1 Context Descriptor and Context Descriptor against Arm IHI 0070 G.b, 5.3 and 5.4.
#include "smmuv3/arch/cd.h"

#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

TEST(L1Cd, HasTheFieldsOfSection5_3) {
    const Rows rows = {
        field("V", L1Cd::V, 0),
        reserved(11, 1),
        field("L2Ptr", L1Cd::L2Ptr, 55, 12),
        reserved(63, 56),
    };
    expect_tiled<L1Cd>(64, rows);
    EXPECT_EQ(L1Cd{}.set(L1Cd::V, true).set(L1Cd::L2Ptr, 0x0012'3456'789A'BCDE).word[0],
              0x0012'3456'789A'B001u);
}

// Some bits have two names, by the format of the tables: HAD0/DisCH0, HAD1/DisCH1, and SKL0, SKL1
// in the upper half of HWU0, HWU1.  The table holds the name of the 64-bit formats.
TEST(Cd, HasTheFieldsOfSection5_4) {
    const Rows rows = {
        field("T0SZ", Cd::T0SZ, 5, 0),
        field("TG0", Cd::TG0, 7, 6),
        field("IR0", Cd::IR0, 9, 8),
        field("OR0", Cd::OR0, 11, 10),
        field("SH0", Cd::SH0, 13, 12),
        field("EPD0", Cd::EPD0, 14),
        field("ENDI", Cd::ENDI, 15),
        field("T1SZ", Cd::T1SZ, 21, 16),
        field("TG1", Cd::TG1, 23, 22),
        field("IR1", Cd::IR1, 25, 24),
        field("OR1", Cd::OR1, 27, 26),
        field("SH1", Cd::SH1, 29, 28),
        field("EPD1", Cd::EPD1, 30),
        field("V", Cd::V, 31),
        field("IPS", Cd::IPS, 34, 32),
        field("AFFD", Cd::AFFD, 35),
        field("WXN", Cd::WXN, 36),
        field("UWXN", Cd::UWXN, 37),
        field("TBI0", Cd::TBI0, 38),
        field("TBI1", Cd::TBI1, 39),
        field("PAN", Cd::PAN, 40),
        field("AA64", Cd::AA64, 41),
        field("HD", Cd::HD, 42),
        field("HA", Cd::HA, 43),
        field("S", Cd::S, 44),
        field("R", Cd::R, 45),
        field("A", Cd::A, 46),
        field("ASET", Cd::ASET, 47),
        field("ASID", Cd::ASID, 63, 48),

        field("NSCFG0", Cd::NSCFG0, 64),
        field("HAD0", Cd::HAD0, 65),
        field("E0PD0", Cd::E0PD0, 66),
        field("HAFT", Cd::HAFT, 67),
        field("TTB0", Cd::TTB0, 119, 68),
        reserved(121, 120),
        field("PnCH", Cd::PnCH, 122),
        field("EPAN", Cd::EPAN, 123),
        field("HWU059 to HWU062", Cd::HWU0, 127, 124),

        field("NSCFG1", Cd::NSCFG1, 128),
        field("HAD1", Cd::HAD1, 129),
        field("E0PD1", Cd::E0PD1, 130),
        field("AIE", Cd::AIE, 131),
        field("TTB1", Cd::TTB1, 183, 132),
        reserved(185, 184),
        field("DS", Cd::DS, 186),
        field("PIE", Cd::PIE, 187),
        field("HWU159 to HWU162", Cd::HWU1, 191, 188),

        field("MAIR0 and MAIR1", Cd::MAIR, 255, 192),
        field("AMAIR0 and AMAIR1", Cd::AMAIR, 319, 256),

        reserved(351, 320),
        field("PARTID", Cd::PARTID, 367, 352),
        field("PMG", Cd::PMG, 375, 368),
        reserved(383, 376),

        field("PIIU", Cd::PIIU, 431, 384),
        reserved(447, 432),
        field("PIIP", Cd::PIIP, 495, 448),
        reserved(511, 496),
    };
    expect_tiled<Cd>(512, rows);
}

TEST(Cd, StageOneEntryHasTheseWords) {
    const Cd cd = Cd{}.set(Cd::T0SZ, 16)
                      .set(Cd::IR0, 1)
                      .set(Cd::OR0, 1)
                      .set(Cd::SH0, 3)
                      .set(Cd::EPD1, true)
                      .set(Cd::V, true)
                      .set(Cd::IPS, 5)
                      .set(Cd::AFFD, true)
                      .set(Cd::AA64, true)
                      .set(Cd::R, true)
                      .set(Cd::A, true)
                      .set(Cd::ASET, true)
                      .set(Cd::ASID, 0x1234)
                      .set(Cd::HAD0, true)
                      .set(Cd::TTB0, 0x0000'0000'4020'1000)
                      .set(Cd::MAIR, 0x0000'0000'0000'44FF);
    EXPECT_EQ(cd.word[0], 0x1234'E20D'C000'3510u);
    EXPECT_EQ(cd.word[1], 0x0000'0000'4020'1002u);
    EXPECT_EQ(cd.word[2], 0u);
    EXPECT_EQ(cd.word[3], 0x44FFu);
}

}  // namespace
}  // namespace smmu::arch
