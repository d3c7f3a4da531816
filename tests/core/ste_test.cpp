// What an STE configures, and every way it can be ILLEGAL.  Arm IHI 0070 G.b, 5.2 and 5.5; names carry
// the rule of the check list.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

class SteTest : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, ipa = 0x2345'6000, pa = 0x3456'7000;

    struct Case {
        const char* why;
        void (*change)(Ste&);
    };

    /// A stream with that configuration that translates `va` to `pa`.
    Context& make(SteConfig config) {
        const uint64_t area = 0x4000'0000 + 0x0800'0000 * contexts_.size();
        contexts_.push_back(std::make_unique<Context>(memory, config, area));
        Context& c = *contexts_.back();
        const bool s1 = has_stage1(config), s2 = has_stage2(config);
        c.stage1.map(va, s2 ? ipa : pa, stage1_leaf());
        c.stage2.map(s1 ? ipa : va, pa, stage2_leaf());
        return c;
    }
    Outcome with(SteConfig config, void (*change)(Ste&)) {
        Context& c = make(config);
        change(c.ste);
        attach(c);
        return read(va);
    }
    void expect_bad(SteConfig config, const Case& bad) {
        SCOPED_TRACE(bad.why);
        expect_aborted(with(config, bad.change), EventId::C_BAD_STE);
        EXPECT_EQ(memory.log.size(), 1u) << "nothing is read beyond the STE";
        EXPECT_TRUE(recorded.configurations.empty()) << "an ILLEGAL STE is not cached";
    }
    void expect_good(SteConfig config, const Case& good) {
        SCOPED_TRACE(good.why);
        expect_forwarded(with(config, good.change),
                         config == SteConfig::Bypass ? uint64_t{va} : uint64_t{pa});
    }

private:
    std::vector<std::unique_ptr<Context>> contexts_;
};

constexpr SteConfig translating[] = {SteConfig::S1, SteConfig::S2, SteConfig::S1S2};
constexpr SteConfig with_stage2[] = {SteConfig::S2, SteConfig::S1S2};

TEST_F(SteTest, STE_01_ClearValidBit) {
    for (unsigned config = 0; config < 8; ++config) {
        put(stream, Ste{}.set(Ste::Config, static_cast<SteConfig>(config)));
        expect_aborted(read(va), EventId::C_BAD_STE);
    }
}

TEST_F(SteTest, ST_18_ConfigWithoutBit2AbortsSilently) {
    for (unsigned config = 0; config < 4; ++config) {
        Ste ste{};
        for (uint64_t& w : ste.word) w = ~uint64_t{0};  // nothing else is looked at
        put(stream, ste.set(Ste::Config, static_cast<SteConfig>(config)));
        expect_aborted_silently(read(va));
        expect_aborted_silently(cold(substream(access(va), 1)));
    }
}

TEST_F(SteTest, EveryTranslatingConfigTranslates) {
    for (const SteConfig config : translating) expect_good(config, {"as built", [](Ste&) {}});
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

TEST_F(SteTest, STE_11_S1StalldWithTheTerminateModel) {
    const auto stalld = [](Ste& s) { s.set(Ste::S1STALLD, true); };
    expect_bad(SteConfig::S1, {"S1STALLD", stalld});
    expect_bad(SteConfig::S1S2, {"S1STALLD", stalld});
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

TEST_F(SteTest, Stage2ThatIsIllegal) {
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
        expect_good(SteConfig::S1, c);  // STE_47: no stage-2 field matters without stage 2
        expect_good(SteConfig::Bypass, c);
    }
}

TEST_F(SteTest, STE_32_GranulesThatAreBuiltAreLegal) {
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

TEST_F(SteTest, STE_35_STE_36_STE_37_StartLevelsThatFitTheirInputSize) {
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

TEST_F(SteTest, STE_38_LowBitsOfS2ttbAreIgnored) {
    for (const SteConfig config : with_stage2)
        expect_good(config, {"below the table's size",
                             [](Ste& s) { s.set(Ste::S2TTB, s[Ste::S2TTB] | 0x70); }});
}

TEST_F(SteTest, STE_39_S2psIsCappedAtOas) {
    for (const SteConfig config : with_stage2)
        for (const auto change :
             {+[](Ste& s) { s.set(Ste::S2PS, 0b110); }, +[](Ste& s) { s.set(Ste::S2PS, 0b111); }})
            expect_good(config, {"larger than OAS", change});
}

TEST_F(SteTest, STE_41_S2fwbIsIgnoredWhereItDoesNotExist) {
    features.forced_write_back = false;
    with(SteConfig::S2, [](Ste& s) { s.set(Ste::S2FWB, true); });
    // 0b1111 is "as stage 1" with S2FWB and write-back without: the same; 0b0110 is not.
    Context& c = make(SteConfig::S2);
    c.ste.set(Ste::S2FWB, true);
    c.stage2.map(va, pa, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0110));
    attach(c);
    EXPECT_EQ(read(va).attributes.inner.policy, arch::Cacheability::WriteThrough);
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
