// Stream table: L1STD and STE against Arm IHI 0070 G.b, 5.1 and 5.2.
#include "smmuv3/arch/ste.h"

#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

TEST(L1Std, HasTheFieldsOfSection5_1) {
    const Rows rows = {
        field("Span", L1Std::Span, 4, 0),
        reserved(5),
        field("L2Ptr", L1Std::L2Ptr, 55, 6),
        reserved(63, 56),
    };
    expect_tiled<L1Std>(64, rows);
}

TEST(Ste, STE_60_STE_61_STE_66_HasTheFieldsOfSection5_2) {
    const Rows rows = {
        field("V", Ste::V, 0),
        field("Config", Ste::Config, 3, 1),
        field("S1Fmt", Ste::S1Fmt, 5, 4),
        field("S1ContextPtr", Ste::S1ContextPtr, 55, 6),
        reserved(58, 56),
        field("S1CDMax", Ste::S1CDMax, 63, 59),

        field("S1DSS", Ste::S1DSS, 65, 64),
        field("S1CIR", Ste::S1CIR, 67, 66),
        field("S1COR", Ste::S1COR, 69, 68),
        field("S1CSH", Ste::S1CSH, 71, 70),
        field("S2HWU59", Ste::S2HWU59, 72),
        field("S2HWU60", Ste::S2HWU60, 73),
        field("S2HWU61", Ste::S2HWU61, 74),
        field("S2HWU62", Ste::S2HWU62, 75),
        field("DRE", Ste::DRE, 76),
        field("CONT", Ste::CONT, 80, 77),
        field("DCP", Ste::DCP, 81),
        field("PPAR", Ste::PPAR, 82),
        field("MEV", Ste::MEV, 83),
        field("SW_RESERVED", Ste::SW_RESERVED, 87, 84),
        field("S1PIE", Ste::S1PIE, 88),
        field("S2FWB", Ste::S2FWB, 89),
        field("S1MPAM", Ste::S1MPAM, 90),
        field("S1STALLD", Ste::S1STALLD, 91),
        field("EATS", Ste::EATS, 93, 92),
        field("STRW", Ste::STRW, 95, 94),
        field("MemAttr", Ste::MemAttr, 99, 96),
        field("MTCFG", Ste::MTCFG, 100),
        field("ALLOCCFG", Ste::ALLOCCFG, 104, 101),
        reserved(107, 105),
        field("SHCFG", Ste::SHCFG, 109, 108),
        field("NSCFG", Ste::NSCFG, 111, 110),
        field("PRIVCFG", Ste::PRIVCFG, 113, 112),
        field("INSTCFG", Ste::INSTCFG, 115, 114),
        reserved(127, 116),

        field("S2VMID", Ste::S2VMID, 143, 128),
        reserved(159, 144),
        field("S2T0SZ", Ste::S2T0SZ, 165, 160),
        field("S2SL0", Ste::S2SL0, 167, 166),
        field("S2IR0", Ste::S2IR0, 169, 168),
        field("S2OR0", Ste::S2OR0, 171, 170),
        field("S2SH0", Ste::S2SH0, 173, 172),
        field("S2TG", Ste::S2TG, 175, 174),
        field("S2PS", Ste::S2PS, 178, 176),
        field("S2AA64", Ste::S2AA64, 179),
        field("S2ENDI", Ste::S2ENDI, 180),
        field("S2AFFD", Ste::S2AFFD, 181),
        field("S2PTW", Ste::S2PTW, 182),
        field("S2HD", Ste::S2HD, 183),
        field("S2HA", Ste::S2HA, 184),
        field("S2S", Ste::S2S, 185),
        field("S2R", Ste::S2R, 186),
        field("S2HAFT", Ste::S2HAFT, 187),
        field("S2PIE", Ste::S2PIE, 188),
        field("S2POE", Ste::S2POE, 189),
        field("DPT_VMATCH", Ste::DPT_VMATCH, 191, 190),

        field("S2NSW", Ste::S2NSW, 192),
        field("S2NSA", Ste::S2NSA, 193),
        field("S2SL0_2", Ste::S2SL0_2, 194),
        field("S2DS", Ste::S2DS, 195),
        field("S2TTB", Ste::S2TTB, 247, 196),
        reserved(252, 248),
        field("S2SKL", Ste::S2SKL, 254, 253),
        reserved(255),

        reserved(271, 256),
        field("PARTID", Ste::PARTID, 287, 272),
        field("S_S2T0SZ", Ste::S_S2T0SZ, 293, 288),
        field("S_S2SL0", Ste::S_S2SL0, 295, 294),
        reserved(301, 296),
        field("S_S2TG", Ste::S_S2TG, 303, 302),
        field("MECID", Ste::MECID, 319, 304),

        field("PMG", Ste::PMG, 327, 320),
        field("MPAM_NS", Ste::MPAM_NS, 328),
        field("AssuredOnly", Ste::AssuredOnly, 329),
        field("TL0", Ste::TL0, 330),
        field("TL1", Ste::TL1, 331),
        field("VMSPtr", Ste::VMSPtr, 375, 332),
        reserved(383, 376),

        field("S2SW", Ste::S2SW, 384),
        field("S2SA", Ste::S2SA, 385),
        field("S_S2SL0_2", Ste::S_S2SL0_2, 386),
        reserved(387),
        field("S_S2TTB", Ste::S_S2TTB, 439, 388),
        reserved(444, 440),
        field("S_S2SKL", Ste::S_S2SKL, 446, 445),
        reserved(447),

        field("S2POI", Ste::S2POI, 511, 448),
    };
    expect_tiled<Ste>(512, rows);
}

TEST(Ste, NestedEntryHasTheseWords) {
    const Ste ste = Ste{}
                        .set(Ste::V, true)
                        .set(Ste::Config, SteConfig::S1S2)
                        .set(Ste::S1Fmt, S1Format::TwoLevel64K)
                        .set(Ste::S1ContextPtr, 0x0000'0012'3456'7FC0)
                        .set(Ste::S1CDMax, 20)
                        .set(Ste::S1DSS, S1Default::Substream0)
                        .set(Ste::S1CIR, 1)
                        .set(Ste::S1COR, 1)
                        .set(Ste::S1CSH, 3)
                        .set(Ste::S2FWB, true)
                        .set(Ste::S1STALLD, true)
                        .set(Ste::SHCFG, 1)
                        .set(Ste::S2VMID, 0xBEEF)
                        .set(Ste::S2T0SZ, 24)
                        .set(Ste::S2SL0, 1)
                        .set(Ste::S2IR0, 1)
                        .set(Ste::S2OR0, 1)
                        .set(Ste::S2SH0, 3)
                        .set(Ste::S2PS, 5)
                        .set(Ste::S2AA64, true)
                        .set(Ste::S2PTW, true)
                        .set(Ste::S2R, true)
                        .set(Ste::S2TTB, 0x0000'0000'8765'4000);
    EXPECT_EQ(ste.word[0], 0xA000'0012'3456'7FEFu);
    EXPECT_EQ(ste.word[1], 0x0000'1000'0A00'00D6u);
    EXPECT_EQ(ste.word[2], 0x044D'3558'0000'BEEFu);
    EXPECT_EQ(ste.word[3], 0x0000'0000'8765'4000u);
}

TEST(SteConfig, ValuesAreThoseOfSection5_2) {
    EXPECT_EQ(static_cast<int>(SteConfig::Abort), 0b000);
    EXPECT_EQ(static_cast<int>(SteConfig::Bypass), 0b100);
    EXPECT_EQ(static_cast<int>(SteConfig::S1), 0b101);
    EXPECT_EQ(static_cast<int>(SteConfig::S2), 0b110);
    EXPECT_EQ(static_cast<int>(SteConfig::S1S2), 0b111);
    EXPECT_EQ(static_cast<int>(S1Format::Linear), 0b00);
    EXPECT_EQ(static_cast<int>(S1Format::TwoLevel4K), 0b01);
    EXPECT_EQ(static_cast<int>(S1Format::TwoLevel64K), 0b10);
    EXPECT_EQ(static_cast<int>(S1Default::Terminate), 0b00);
    EXPECT_EQ(static_cast<int>(S1Default::Bypass), 0b01);
    EXPECT_EQ(static_cast<int>(S1Default::Substream0), 0b10);
}

TEST(SteConfig, EachOfTheEightEncodingsAbortsOrNamesItsStages) {
    struct Row {
        unsigned config;
        bool aborts, stage1, stage2;
    };
    for (const Row& row : {Row{0b000, true, false, false}, Row{0b001, true, false, false},
                           Row{0b010, true, false, false}, Row{0b011, true, false, false},
                           Row{0b100, false, false, false}, Row{0b101, false, true, false},
                           Row{0b110, false, false, true}, Row{0b111, false, true, true}}) {
        const auto config = static_cast<SteConfig>(row.config);
        EXPECT_EQ(aborts(config), row.aborts) << row.config;
        EXPECT_EQ(has_stage1(config), row.stage1) << row.config;
        EXPECT_EQ(has_stage2(config), row.stage2) << row.config;
    }
}

// S1DSS 0b01: "as though STE.Config == 0b1x0".
TEST(SteConfig, WithoutStage1OnlyBit0IsCleared) {
    EXPECT_EQ(static_cast<int>(without_stage1(SteConfig::Bypass)), 0b100);
    EXPECT_EQ(static_cast<int>(without_stage1(SteConfig::S1)), 0b100);
    EXPECT_EQ(static_cast<int>(without_stage1(SteConfig::S2)), 0b110);
    EXPECT_EQ(static_cast<int>(without_stage1(SteConfig::S1S2)), 0b110);
}

}  // namespace
}  // namespace smmu::arch
