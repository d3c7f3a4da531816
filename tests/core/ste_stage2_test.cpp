// Stage-2 fields of an STE: which values are ILLEGAL, which are not looked at.  Arm IHI 0070 G.b,
// 5.2, 5.2.2; names carry the rule of the check list.
#include "tests/core/ste_bench.h"

namespace smmu::test {
namespace {

using arch::Stage2Leaf;

class SteStage2 : public SteBench {
protected:
    EventId verdict(SteConfig config, void (*change)(Ste&)) { return with(config, change).event; }
};

TEST_F(SteStage2, STE_47_WhatIsIllegalWithStage2DoesNotMatterWithoutIt) {
    features.granule_16k = features.granule_64k = false;
    const Case bad[] = {
        {"STE_23 S2S with the terminate model", [](Ste& s) { s.set(Ste::S2S, true); }},
        {"STE_25 VMSAv8-32 tables", [](Ste& s) { s.set(Ste::S2AA64, false); }},
        {"STE_27 S2HA without HTTU", [](Ste& s) { s.set(Ste::S2HA, true); }},
        {"STE_27 S2HD without HTTU", [](Ste& s) { s.set(Ste::S2HD, true); }},
        {"STE_32 64K granule", [](Ste& s) { s.set(Ste::S2TG, 0b01); }},
        {"STE_32 16K granule", [](Ste& s) { s.set(Ste::S2TG, 0b10); }},
        {"STE_32 reserved granule", [](Ste& s) { s.set(Ste::S2TG, 0b11); }},
        {"STE_33 S2T0SZ of 40", [](Ste& s) { s.set(Ste::S2T0SZ, 40).set(Ste::S2SL0, 0); }},
        {"STE_33 S2T0SZ of 63", [](Ste& s) { s.set(Ste::S2T0SZ, 63).set(Ste::S2SL0, 0); }},
        {"STE_34 more bits than IAS", [](Ste& s) { s.set(Ste::S2T0SZ, 19); }},
        {"STE_34 S2T0SZ of 0", [](Ste& s) { s.set(Ste::S2T0SZ, 0); }},
        {"STE_36 S2SL0 of 3 is level 3", [](Ste& s) { s.set(Ste::S2SL0, 3); }},
        {"STE_38 S2TTB beyond OAS", [](Ste& s) { s.set(Ste::S2TTB, uint64_t{1} << 44); }},
        {"STE_38 S2TTB beyond S2PS",
         [](Ste& s) { s.set(Ste::S2PS, 0).set(Ste::S2TTB, uint64_t{1} << 32); }},
        {"STE_40 big-endian tables", [](Ste& s) { s.set(Ste::S2ENDI, true); }},
    };
    for (const Case& c : bad) {
        for (const SteConfig config : with_stage2) expect_bad(config, c);
        expect_good(SteConfig::S1, c);
        expect_good(SteConfig::Bypass, c);
    }
}

TEST_F(SteStage2, STE_32_GranulesThatAreBuiltAreLegal) {
    struct Row {
        uint8_t tg, sl0;  ///< a start level for 44 bits
        bool core::Features::*granule;
    };
    using F = core::Features;
    for (const Row& r : {Row{0b00, 2, &F::granule_4k}, Row{0b01, 2, &F::granule_64k},
                         Row{0b10, 2, &F::granule_16k}})
        for (const SteConfig config : with_stage2) {
            Context& c = make(config);
            c.ste.set(Ste::S2TG, r.tg).set(Ste::S2SL0, r.sl0);
            attach(c);
            EXPECT_NE(read(va).event, EventId::C_BAD_STE) << int(r.tg);
            features.*r.granule = false;
            expect_aborted(read(va), EventId::C_BAD_STE);
            features.*r.granule = true;
        }
}

TEST_F(SteStage2, STE_35_STE_36_STE_37_StartLevelsThatFitTheirInputSize) {
    // 4KB granule: from two entries of one table up to sixteen concatenated tables.
    struct Range {
        uint8_t sl0;
        unsigned largest, smallest;  ///< S2T0SZ
    };
    features.output_address_bits = 48;
    for (const Range r : {Range{2, 24, 16}, Range{1, 33, 21}, Range{0, 39, 30}})
        for (uint8_t t0sz = 0; t0sz < 64; ++t0sz) {
            const Ste ste = Context(memory, SteConfig::S2).ste;
            put(stream, Ste{ste}.set(Ste::S2SL0, r.sl0).set(Ste::S2T0SZ, t0sz));
            const bool legal = t0sz >= r.smallest && t0sz <= r.largest;
            EXPECT_EQ(read(0).event != EventId::C_BAD_STE, legal)
                << "S2SL0 " << int(r.sl0) << " S2T0SZ " << int(t0sz);
        }
}

TEST_F(SteStage2, STE_38_LowBitsOfS2ttbAreIgnored) {
    for (const SteConfig config : with_stage2)
        expect_good(config, {"below the table's size",
                             [](Ste& s) { s.set(Ste::S2TTB, s[Ste::S2TTB] | 0x70); }});
}

TEST_F(SteStage2, STE_39_S2psIsCappedAtOas) {
    for (const SteConfig config : with_stage2)
        for (const auto change :
             {+[](Ste& s) { s.set(Ste::S2PS, 0b110); }, +[](Ste& s) { s.set(Ste::S2PS, 0b111); }})
            expect_good(config, {"larger than OAS", change});
}

TEST_F(SteStage2, STE_41_S2fwbIsIgnoredWhereItDoesNotExist) {
    features.forced_write_back = false;
    with(SteConfig::S2, [](Ste& s) { s.set(Ste::S2FWB, true); });
    // 0b1111 is "as stage 1" with S2FWB and write-back without: the same; 0b0110 is not.
    Context& c = make(SteConfig::S2);
    c.ste.set(Ste::S2FWB, true);
    c.stage2.map(va, pa, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0110));
    attach(c);
    EXPECT_EQ(read(va).attributes.inner.policy(), arch::Cacheability::WriteThrough);
}

// --- The stall model, HTTU, kinds of tables ---------------------------------------------------

TEST_F(SteStage2, STE_23_STE_24_S2sHasToFitTheStallModel) {
    using core::StallModel;
    struct Row {
        StallModel model;
        bool clear_is_legal, set_is_legal;
    };
    for (const Row& r :
         {Row{StallModel::StallAndTerminate, true, true}, Row{StallModel::Terminate, true, false},
          Row{StallModel::Stall, false, true}}) {
        features.stall_model = r.model;
        for (const SteConfig config : with_stage2) {
            EXPECT_EQ(verdict(config, [](Ste& s) { s.set(Ste::S2S, false); }) != EventId::C_BAD_STE,
                      r.clear_is_legal);
            EXPECT_EQ(verdict(config, [](Ste& s) { s.set(Ste::S2S, true); }) != EventId::C_BAD_STE,
                      r.set_is_legal);
        }
        for (const auto change :
             {+[](Ste& s) { s.set(Ste::S2S, false); }, +[](Ste& s) { s.set(Ste::S2S, true); }})
            EXPECT_NE(verdict(SteConfig::S1, change), EventId::C_BAD_STE) << "without stage 2";
    }
}

// IDR0.TTF is 0b10 and IDR5.D128 is 0: S2AA64 = 0 selects tables that are not there.
TEST_F(SteStage2, STE_25_STE_26_STE_29_STE_41_STE_63_TablesOtherThanVmsaV8_64) {
    EXPECT_EQ(core::idr0(features).raw() >> 2 & 0b11, 0b10u);
    const Case cases[] = {
        {"alone", [](Ste& s) { s.set(Ste::S2AA64, false); }},
        {"S2HA", [](Ste& s) { s.set(Ste::S2AA64, false).set(Ste::S2HA, true); }},
        {"S2HA, S2HD",
         [](Ste& s) { s.set(Ste::S2AA64, false).set(Ste::S2HA, true).set(Ste::S2HD, true); }},
        {"S2FWB", [](Ste& s) { s.set(Ste::S2AA64, false).set(Ste::S2FWB, true); }},
        {"S2PIE", [](Ste& s) { s.set(Ste::S2AA64, false).set(Ste::S2PIE, true); }},
        {"S2SKL", [](Ste& s) { s.set(Ste::S2AA64, false).set(Ste::S2SKL, 3); }},
    };
    for (features.httu = 0; features.httu <= 2; ++features.httu)
        for (const Case& c : cases)
            for (const SteConfig config : with_stage2) expect_bad(config, c);
}

// HTTU = 0b11 is not built, so S2HAFT is RES0.
TEST_F(SteStage2, STE_30_S2haftIsIgnored) {
    for (features.httu = 0; features.httu <= 2; ++features.httu)
        for (const SteConfig config : with_stage2)
            expect_good(config, {"S2HAFT", [](Ste& s) { s.set(Ste::S2HAFT, true); }});
    EXPECT_NE(core::refuse(features), nullptr) << "a Table descriptor has no access flag here";
}

TEST_F(SteStage2, STE_31_S2hdWithoutS2haDoesNothing) {
    features.httu = 2;
    Context& c = make(SteConfig::S2);
    c.ste.set(Ste::S2HD, true);
    attach(c);
    expect_forwarded(read(va), pa);
    const uint64_t at = c.stage2.slot(va, 3);
    for (const auto& [leaf, why] :
         {std::pair{stage2_leaf().set(Stage2Leaf::AF, false), EventId::F_ACCESS},
          std::pair{stage2_leaf().set(Stage2Leaf::S2AP, 0b01).set(Stage2Leaf::DBM, true),
                    EventId::F_PERMISSION}}) {
        c.stage2.map(va, pa, leaf);
        const uint64_t before = memory.word(at);
        expect_aborted(write_to(va), why);
        EXPECT_EQ(memory.word(at), before) << "no update by hardware";
    }
}

TEST_F(SteStage2, STE_40_EndiannessIsThatOfTtendian) {
    EXPECT_EQ(core::idr0(features).raw() >> 21 & 0b11, 0b10u) << "little-endian only";
    for (const SteConfig config : with_stage2) {
        expect_bad(config, {"S2ENDI", [](Ste& s) { s.set(Ste::S2ENDI, true); }});
        expect_good(config, {"S2ENDI = 0", [](Ste& s) { s.set(Ste::S2ENDI, false); }});
    }
    for (const SteConfig config : {SteConfig::S1, SteConfig::Bypass})
        expect_good(config, {"no stage 2", [](Ste& s) { s.set(Ste::S2ENDI, true); }});
}

// --- Fields that do not count -------------------------------------------------------------------

// IDR3.S2PI, IDR3.S2PO, IDR3.MPAM and IDR3.DPT are 0; the stream is Non-secure.
TEST_F(SteStage2, STE_42_STE_43_STE_45_STE_58_STE_64_FieldsOfAbsentFeatures) {
    const Case ignored[] = {
        {"STE_42 S2PIE", [](Ste& s) { s.set(Ste::S2PIE, true); }},
        {"STE_43 S2POE, S2POI, S2HWU",
         [](Ste& s) {
             s.set(Ste::S2POE, true).set(Ste::S2POI, 0x1515'1515'1515'1515);
             s.set(Ste::S2HWU59, true).set(Ste::S2HWU62, true);
         }},
        {"STE_45 S1MPAM, VMSPtr",
         [](Ste& s) { s.set(Ste::S1MPAM, true).set(Ste::VMSPtr, ~uint64_t{0}); }},
        {"STE_58 NSCFG Secure", [](Ste& s) { s.set(Ste::NSCFG, 0b10); }},
        {"STE_58 NSCFG Non-secure", [](Ste& s) { s.set(Ste::NSCFG, 0b11); }},
        {"STE_64 stage 2 of Secure IPAs",
         [](Ste& s) {
             s.set(Ste::S_S2T0SZ, 63).set(Ste::S_S2SL0, 3).set(Ste::S_S2SL0_2, true);
             s.set(Ste::S_S2TG, 3).set(Ste::S_S2TTB, ~uint64_t{0}).set(Ste::S2SW, true);
             s.set(Ste::S2SA, true).set(Ste::S2NSW, true).set(Ste::S2NSA, true);
         }},
    };
    for (const SteConfig config : translating)
        for (const Case& c : ignored) {
            expect_good(config, c);
            expect_forwarded(write_to(va), pa);
            expect_forwarded(cold(instruction(access(va))), pa);
        }
}

// --- Left open ------------------------------------------------------------------------------------

// A PE reserves a start at level 0 of 4KB tables where it has fewer than 44 bits of physical address;
// the SMMU's own check has no such input.  Here such an STE translates.
TEST_F(SteStage2, STE_65_AStartLevelThatAPeReservesForSmallAddressesMayBeIllegal) {
    features.output_address_bits = 40;
    Context c(memory, SteConfig::S2, 0x4000'0000, {16, 24, 2});
    c.stage2.map(va, pa, stage2_leaf());
    attach(c);
    const Outcome o = read(va);
    if (o.event == EventId::C_BAD_STE) return;  // the other outcome that the architecture allows
    expect_forwarded(o, pa);
}

}  // namespace
}  // namespace smmu::test
