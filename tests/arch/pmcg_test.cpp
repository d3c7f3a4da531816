// Registers of counter groups against Arm IHI 0070 G.b, 10.3, 10.5.
#include "smmuv3/arch/pmcg.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_register;
using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

TEST(Pmcg, PMCG_18_EvtyperHasTheFieldsOfSection10_5_2_2) {
    const Rows rows = {
        field("EVENT", PmcgEvtyper::EVENT, 15, 0),
        field("FILTER_PARTID", PmcgEvtyper::FILTER_PARTID, 16),
        field("FILTER_PMG", PmcgEvtyper::FILTER_PMG, 17),
        field("FILTER_MPAM_SP", PmcgEvtyper::FILTER_MPAM_SP, 19, 18),
        reserved(27, 20),
        field("FILTER_REALM_SID", PmcgEvtyper::FILTER_REALM_SID, 28),
        field("FILTER_SID_SPAN", PmcgEvtyper::FILTER_SID_SPAN, 29),
        field("FILTER_SEC_SID", PmcgEvtyper::FILTER_SEC_SID, 30),
        field("OVFCAP", PmcgEvtyper::OVFCAP, 31),
    };
    expect_register<PmcgEvtyper>(0x400, 32, rows);
    expect_register<PmcgSmr>(0xA00, 32, {field("STREAMID", PmcgSmr::STREAMID, 31, 0)});
}

TEST(Pmcg, EventsHaveTheNumbersOfSection10_3) {
    EXPECT_EQ(static_cast<int>(PmcgEvent::ClockCycle), 0);
    EXPECT_EQ(static_cast<int>(PmcgEvent::Transaction), 1);
    EXPECT_EQ(static_cast<int>(PmcgEvent::TlbMiss), 2);
    EXPECT_EQ(static_cast<int>(PmcgEvent::ConfigMiss), 3);
    EXPECT_EQ(static_cast<int>(PmcgEvent::WalkAccess), 4);
    EXPECT_EQ(static_cast<int>(PmcgEvent::ConfigAccess), 5);
    EXPECT_EQ(static_cast<int>(PmcgEvent::TranslationRequest), 6);
    EXPECT_EQ(static_cast<int>(PmcgEvent::TranslatedTransaction), 7);
    EXPECT_EQ(pmcg_events, 8u);
    EXPECT_FALSE(has_stream(PmcgEvent::ClockCycle));
    EXPECT_TRUE(has_stream(PmcgEvent::Transaction));
    EXPECT_TRUE(has_stream(PmcgEvent::TranslatedTransaction));
}

TEST(Pmcg, CfgrHasTheFieldsOfSection10_5_2_13) {
    const Rows rows = {
        field("NCTR", PmcgCfgr::NCTR, 5, 0),
        reserved(7, 6),
        field("SIZE", PmcgCfgr::SIZE, 13, 8),
        reserved(19, 14),
        field("RELOC_CTRS", PmcgCfgr::RELOC_CTRS, 20),
        field("MSI", PmcgCfgr::MSI, 21),
        field("CAPTURE", PmcgCfgr::CAPTURE, 22),
        field("SID_FILTER_TYPE", PmcgCfgr::SID_FILTER_TYPE, 23),
        field("MPAM", PmcgCfgr::MPAM, 24),
        field("FILTER_PARTID_PMG", PmcgCfgr::FILTER_PARTID_PMG, 25),
        reserved(31, 26),
    };
    expect_register<PmcgCfgr>(0xE00, 32, rows);
}

TEST(Pmcg, OnlySomeSizesOfCountersAreThere) {
    for (unsigned bits = 0; bits <= 64; ++bits) {
        const bool valid =
            bits == 32 || bits == 36 || bits == 40 || bits == 44 || bits == 48 || bits == 64;
        EXPECT_EQ(is_pmcg_counter_size(bits), valid) << bits;
    }
    EXPECT_EQ(most_pmcg_counters, 64u);
}

TEST(Pmcg, ArraysAreWhereTheMapOfSection10_5_1Says) {
    EXPECT_EQ(pmcg_evcntr, 0x000u);
    EXPECT_EQ(pmcg_svr, 0x600u);
    EXPECT_EQ(pmcg_word_stride, 4u);
    EXPECT_EQ(pmcg_counter_stride(32), 4u);
    for (const unsigned bits : {36u, 40u, 44u, 48u, 64u}) EXPECT_EQ(pmcg_counter_stride(bits), 8u);
    EXPECT_EQ(pmcg_page_size, 0x1'0000u);
    EXPECT_EQ(pmcg_group_size, 0x2'0000u);
}

TEST(Pmcg, BitmapsHaveABitForEachCounter) {
    expect_register<PmcgCntenset>(0xC00, 64, {field("CNTEN", PmcgCntenset::CNTEN, 63, 0)});
    expect_register<PmcgCntenclr>(0xC20, 64, {field("CNTEN", PmcgCntenclr::CNTEN, 63, 0)});
    expect_register<PmcgIntenset>(0xC40, 64, {field("INTEN", PmcgIntenset::INTEN, 63, 0)});
    expect_register<PmcgIntenclr>(0xC60, 64, {field("INTEN", PmcgIntenclr::INTEN, 63, 0)});
    expect_register<PmcgOvsclr>(0xC80, 64, {field("OVS", PmcgOvsclr::OVS, 63, 0)});
    expect_register<PmcgOvsset>(0xCC0, 64, {field("OVS", PmcgOvsset::OVS, 63, 0)});
    expect_register<PmcgCeid0>(0xE20, 64, {field("N", PmcgCeid0::N, 63, 0)});
}

TEST(Pmcg, ControlHasTheFieldsOfSections10_5_2_11To10_5_2_20) {
    expect_register<PmcgCapr>(0xD88, 32, {field("CAPTURE", PmcgCapr::CAPTURE, 0), reserved(31, 1)});
    expect_register<PmcgCr>(0xE04, 32, {field("E", PmcgCr::E, 0), reserved(31, 1)});
    expect_register<PmcgIrqCtrl>(0xE50, 32,
                                 {field("IRQEN", PmcgIrqCtrl::IRQEN, 0), reserved(31, 1)});
    expect_register<PmcgIrqCtrlAck>(0xE54, 32,
                                    {field("IRQEN", PmcgIrqCtrlAck::IRQEN, 0), reserved(31, 1)});
}

TEST(Pmcg, MessagesHaveTheFieldsOfSections10_5_2_21To10_5_2_24) {
    expect_register<PmcgIrqCfg0>(
        0xE58, 64, {reserved(1, 0), field("ADDR", PmcgIrqCfg0::ADDR, 55, 2), reserved(63, 56)});
    expect_register<PmcgIrqCfg1>(0xE60, 32, {field("DATA", PmcgIrqCfg1::DATA, 31, 0)});
    expect_register<PmcgIrqCfg2>(0xE64, 32,
                                 {field("MEMATTR", PmcgIrqCfg2::MEMATTR, 3, 0),
                                  field("SH", PmcgIrqCfg2::SH, 5, 4), reserved(31, 6)});
    expect_register<PmcgIrqStatus>(0xE68, 32,
                                   {field("IRQ_ABT", PmcgIrqStatus::IRQ_ABT, 0), reserved(31, 1)});
}

TEST(Pmcg, IdentificationHasTheFieldsOfSections10_5_2_26And10_5_2_29) {
    expect_register<PmcgAidr>(
        0xE70, 32,
        {field("ArchMinorRev", PmcgAidr::ArchMinorRev, 3, 0),
         field("ArchMajorRev", PmcgAidr::ArchMajorRev, 7, 4), reserved(31, 8)});
    expect_register<PmcgPmdevarch>(0xFBC, 32,
                                   {field("ARCHID", PmcgPmdevarch::ARCHID, 15, 0),
                                    field("REVISION", PmcgPmdevarch::REVISION, 19, 16),
                                    field("PRESENT", PmcgPmdevarch::PRESENT, 20),
                                    field("ARCHITECT", PmcgPmdevarch::ARCHITECT, 31, 21)});
    expect_register<PmcgPmdevtype>(
        0xFCC, 32,
        {field("Class", PmcgPmdevtype::Class, 3, 0), field("SubType", PmcgPmdevtype::SubType, 7, 4),
         reserved(31, 8)});
}

}  // namespace
}  // namespace smmu::arch
