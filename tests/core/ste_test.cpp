// What an STE configures, and every way it can be ILLEGAL.  Arm IHI 0070 G.b, 5.2 and 5.5; names carry
// the rule of the check list.
#include "tests/core/ste_bench.h"

namespace smmu::test {
namespace {

class SteTest : public SteBench {};

TEST_F(SteTest, STE_01_ClearValidBit) {
    for (unsigned config = 0; config < 8; ++config) {
        put(stream, Ste{}.set(Ste::Config, static_cast<SteConfig>(config)));
        expect_aborted(read(va), EventId::C_BAD_STE);
    }
}

TEST_F(SteTest, ST_18_ST_19_ConfigWithoutBit2AbortsSilently) {
    for (unsigned config = 0; config < 4; ++config) {
        Ste ste{};
        for (uint64_t& w : ste.word) w = ~uint64_t{0};  // nothing else is looked at
        put(stream, ste.set(Ste::Config, static_cast<SteConfig>(config)));
        expect_aborted_silently(read(va));
        expect_aborted_silently(cold(substream(access(va), 1)));
    }
}

TEST_F(SteTest, ST_21_EachTranslatingConfigUsesItsStages) {
    struct Row {
        unsigned config;
        unsigned cds, stage1_tables, stage2_tables;
    };
    // Nested: four descriptors of stage 2 for the CD, for each table of stage 1, and for the page.
    for (const Row& r : {Row{0b101, 1, 4, 0}, Row{0b110, 0, 0, 4}, Row{0b111, 1, 4, 24}}) {
        expect_good(static_cast<SteConfig>(r.config), {"as built", [](Ste&) {}});
        EXPECT_EQ(memory.count(Purpose::Cd), r.cds);
        EXPECT_EQ(memory.count(Purpose::Stage1Table), r.stage1_tables);
        EXPECT_EQ(memory.count(Purpose::Stage2Table), r.stage2_tables);
    }
}

TEST_F(SteTest, ST_20_BypassIgnoresTheFieldsOfBothStages) {
    Ste ste{};
    for (uint64_t& w : ste.word) w = ~uint64_t{0};
    ste.word[1] = 0;
    put(stream, ste.set(Ste::Config, SteConfig::Bypass).set(Ste::SHCFG, 0b01));
    expect_forwarded(read(va), va);
}

TEST_F(SteTest, STE_02_Stage1WhereThereIsNone) {
    features.stage1 = false;
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2})
        expect_bad(config, {"S1P = 0", [](Ste&) {}});
    expect_good(SteConfig::S2, {"stage 2 alone", [](Ste&) {}});
}

TEST_F(SteTest, STE_03_Stage2WhereThereIsNone) {
    features.stage2 = false;
    for (const SteConfig config : with_stage2) expect_bad(config, {"S2P = 0", [](Ste&) {}});
    expect_good(SteConfig::S1, {"stage 1 alone", [](Ste&) {}});
}

TEST_F(SteTest, STE_06_STE_08_SubstreamFieldsAreIgnoredWithoutSubstreams) {
    features.substream_id_bits = 0;
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2})
        expect_good(config, {"S1CDMax, S1Fmt, S1DSS with SSIDSIZE = 0", [](Ste& s) {
                                 s.set(Ste::S1CDMax, 31)
                                     .set(Ste::S1Fmt, arch::S1Format::TwoLevel64K)
                                     .set(Ste::S1DSS, arch::S1Default::Bypass);
                             }});
}

TEST_F(SteTest, STE_09_ContextPointerBeyondOas) {
    expect_bad(SteConfig::S1,
               {"bit 44", [](Ste& s) { s.set(Ste::S1ContextPtr, uint64_t{1} << 44); }});
    expect_bad(SteConfig::S1,
               {"bit 55", [](Ste& s) { s.set(Ste::S1ContextPtr, uint64_t{1} << 55); }});
}

TEST_F(SteTest, STE_10_ContextPointerBeyondIas) {
    const Outcome o =
        with(SteConfig::S1S2, [](Ste& s) { s.set(Ste::S1ContextPtr, uint64_t{1} << 44 | 0x5000); });
    EXPECT_EQ(o.action, Action::Abort);
    const arch::Event e = event();
    if (o.event == EventId::C_BAD_STE) return;  // the other outcome that the architecture allows
    EXPECT_EQ(o.event, EventId::F_TRANSLATION);
    EXPECT_EQ(e[arch::Event::Class], arch::FaultClass::Cd);
    EXPECT_TRUE(e[arch::Event::S2]);
}

TEST_F(SteTest, STE_11_S1StalldNeedsTheModelThatDoesBoth) {
    using core::StallModel;
    const auto stalld = [](Ste& s) { s.set(Ste::S1STALLD, true).set(Ste::S2S, false); };
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2}) {
        features.stall_model = StallModel::Terminate;
        expect_bad(config, {"terminate", stalld});
        features.stall_model = StallModel::Stall;
        expect_bad(config, {"stall", stalld});
        features.stall_model = StallModel::StallAndTerminate;
        expect_good(config, {"both", stalld});
    }
    features.stall_model = StallModel::Terminate;
    expect_good(SteConfig::S2, {"ignored without stage 1", stalld});
    expect_good(SteConfig::Bypass, {"ignored without stage 1", stalld});
}

TEST_F(SteTest, STE_18_STE_20_FieldsOfAbsentFeaturesAreIgnored) {
    features.el2 = false;
    const Case ignored[] = {
        {"EATS without ATS", [](Ste& s) { s.set(Ste::EATS, 0b10); }},
        {"STRW without Hyp", [](Ste& s) { s.set(Ste::STRW, 0b11); }},
        {"S2PIE", [](Ste& s) { s.set(Ste::S2PIE, true); }},
        {"S2POE", [](Ste& s) { s.set(Ste::S2POE, true); }},
        {"S2HAFT", [](Ste& s) { s.set(Ste::S2HAFT, true); }},
        {"CONT, MEV, PPAR, DRE, DCP",
         [](Ste& s) {
             s.set(Ste::CONT, 15).set(Ste::MEV, true).set(Ste::PPAR, true);
             s.set(Ste::DRE, true).set(Ste::DCP, true);
         }},
    };
    for (const SteConfig config : translating)
        for (const Case& c : ignored) expect_good(config, c);
}

TEST_F(SteTest, STE_44_VmidBeyondEightBits) {
    features.wide_vmid = false;
    const auto vmid = [](Ste& s) { s.set(Ste::S2VMID, 0x0100); };
    for (const SteConfig config : translating) expect_bad(config, {"VMID16 = 0", vmid});
    for (const SteConfig config : translating)
        expect_good(config, {"eight bits", [](Ste& s) { s.set(Ste::S2VMID, 0xFF); }});
    expect_good(SteConfig::Bypass, {"ignored", vmid});
    features.stage2 = false;
    expect_good(SteConfig::S1, {"ignored without stage 2", vmid});
}

TEST_F(SteTest, STE_48_Stage1FieldsAreIgnoredWithoutStage1) {
    const Case garbage = {"stage-1 fields", [](Ste& s) {
                              s.set(Ste::S1ContextPtr, ~uint64_t{0})
                                  .set(Ste::S1Fmt, static_cast<arch::S1Format>(3))
                                  .set(Ste::S1CDMax, 31)
                                  .set(Ste::S1DSS, static_cast<arch::S1Default>(3))
                                  .set(Ste::S1STALLD, true);
                          }};
    expect_good(SteConfig::S2, garbage);
    expect_good(SteConfig::Bypass, garbage);
}

TEST_F(SteTest, CD_02_CD_04_NoStreamHasSubstreams) {
    features.substream_id_bits = 0;
    for (const SteConfig config :
         {SteConfig::Bypass, SteConfig::S1, SteConfig::S2, SteConfig::S1S2}) {
        attach(make(config));
        for (const uint32_t ssid : {0u, 1u, 0xF'FFFFu})
            expect_aborted(cold(substream(access(va), ssid)), EventId::C_BAD_SUBSTREAMID);
        EXPECT_EQ(memory.log.size(), 1u) << "no CD is read";
    }
}

TEST_F(SteTest, CD_02_SubstreamsFaultAlsoOnACachedStream) {
    attach(make(SteConfig::S1));
    warm(access(va));
    warm(substream(access(va), 0));
    EXPECT_EQ(event()[arch::Event::Id], EventId::C_BAD_SUBSTREAMID);
}

TEST_F(SteTest, STE_49_BadSteComesBeforeBadSubstreamAndBadCd) {
    Context& c = make(SteConfig::S1);
    c.cd = Cd{};
    c.ste.set(Ste::S1STALLD, true);
    attach(c);
    expect_aborted(cold(substream(access(va), 1)), EventId::C_BAD_STE);
}

}  // namespace
}  // namespace smmu::test
