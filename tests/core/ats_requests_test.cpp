// Translation Requests: status, address and size of the answer, and what is recorded.  Arm IHI 0070
// G.b, 3.9.1.2, 13.6.2 to 13.6.5.
#include "tests/core/ats_bench.h"

namespace smmu::test {
namespace {

using arch::S1Default;

class AtsRequests : public AtsBench {};

TEST_F(AtsRequests, ATS_01_EVT_16_RefusedWhileTheSmmuIsDisabled) {
    use(SteConfig::S1S2, full_ats);
    disable();
    TranslationRequest r = with_pasid(0xABCDE, privileged(executing(request(va + 0x123))));
    r.units = 5;
    const TranslationCompletion c = ask(r);
    EXPECT_EQ(c.status, AtsStatus::UnsupportedRequest);
    // SSV, SubstreamID, StreamID 0x42; Span 5, PRIV 28, X 29, W 30, R 31; the page.
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'ABCD'E805, 0xF000'0005, va, 0}}));
    ask(read_only());
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0005, 0x8000'0001, va, 0}}));
}

TEST_F(AtsRequests, ATS_02_STE_16_RefusedWhereTheSteDoesNotEnableAts) {
    for (const uint8_t eats : {no_ats, with_dpt}) {
        use(SteConfig::S1S2, eats);
        EXPECT_EQ(ask(request()).status, AtsStatus::UnsupportedRequest);
        EXPECT_EQ(event()[arch::Event::Id], EventId::F_BAD_ATS_TREQ);
    }
    use(SteConfig::Bypass, full_ats);
    EXPECT_EQ(ask(request()).status, AtsStatus::UnsupportedRequest);
    EXPECT_EQ(event()[arch::Event::Id], EventId::F_BAD_ATS_TREQ);

    Context& illegal = use(SteConfig::S1S2, no_ats);
    put(stream, Ste{illegal.ste}.set(Ste::S2AA64, false));
    expect_aborted_with(ask(request()), EventId::C_BAD_STE);
}

TEST_F(AtsRequests, ATS_03_RefusedInSilenceByConfig000) {
    use(SteConfig::Abort, full_ats);
    expect_status(ask(request()), AtsStatus::UnsupportedRequest);
}

TEST_F(AtsRequests, ATS_04_ConfigurationErrorsAbortAndAreRecorded) {
    Context& c = use(SteConfig::S1S2, full_ats);
    memory.abort_at(ste_address(stream));
    expect_aborted_with(ask(request()), EventId::F_STE_FETCH);
    memory.repair(ste_address(stream));
    put(stream, Ste{});
    expect_aborted_with(ask(request()), EventId::C_BAD_STE);
    attach(c);
    expect_aborted_with(ask(with_pasid(1)), EventId::C_BAD_SUBSTREAMID);
    memory.abort_at(c.cd_place.physical);
    expect_aborted_with(ask(request()), EventId::F_CD_FETCH);
    memory.repair(c.cd_place.physical);
    memory.put(c.cd_place.physical, Cd{});
    expect_aborted_with(ask(request()), EventId::C_BAD_CD);
    attach(c);
    memory.abort_at(c.stage1.slot(va, 2));
    expect_aborted_with(ask(request()), EventId::F_WALK_EABT);
    memory.repair(c.stage1.slot(va, 2));
    put(stream, Ste{c.ste}.set(Ste::S1CDMax, 4));
    expect_aborted_with(ask(request()), EventId::F_STREAM_DISABLED);
}

TEST_F(AtsRequests, ATS_04_EVT_24_WithoutRecCfgAtsNothingIsRecorded) {
    Context& c = use(SteConfig::S1S2, full_ats);
    while_disabled(arch::Cr2::offset, 0b0010);
    put(stream, Ste{});
    expect_status(ask(request()), AtsStatus::CompleterAbort);
    attach(c);
    memory.abort_at(c.stage1.slot(va, 2));
    expect_status(ask(request()), AtsStatus::CompleterAbort);
}

TEST_F(AtsRequests, ATS_05_BadStreamIdNeedsBothBitsToBeRecorded) {
    use(SteConfig::S1S2, full_ats);
    TranslationRequest r = request();
    r.stream = arch::StreamId{0x123};
    expect_aborted_with(ask(r), EventId::C_BAD_STREAMID);
    for (const uint32_t cr2 : {0b1000u, 0b0010u, 0b0000u}) {
        while_disabled(arch::Cr2::offset, cr2);
        expect_status(ask(r), AtsStatus::CompleterAbort);
    }
}

TEST_F(AtsRequests, ATS_06_STALL_20_EVT_24_TranslationFaultsAreAnswersWithoutAccess) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.cd.set(Cd::S, true).set(Cd::A, true).set(Cd::R, true);  // S counts for transactions only
    features.stall_model = core::StallModel::StallAndTerminate;
    c.ste.set(Ste::S2R, true);
    attach(c);
    expect_no_access(ask(request(va + 0x1000)));  // F_TRANSLATION, stage 1
    c.stage1.map(va + 0x2000, ipa + 0x5000, stage1_leaf());
    expect_no_access(ask(request(va + 0x2000)));  // F_TRANSLATION, stage 2
    c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AF, false));
    expect_no_access(ask(request()));  // F_ACCESS, stage 1
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::AF, false));
    expect_no_access(ask(request()));  // F_ACCESS, stage 2
    c.stage2.map(ipa, pa, stage2_leaf());
    c.stage2.unmap(c.cd_place.address);
    expect_no_access(ask(request()));  // stage 2, for the CD
}

TEST_F(AtsRequests, ATS_06_AnswersWithoutAccessHaveTheSizeOfTheStu) {
    features.granule_4k = false;
    Context& c = use(SteConfig::S1, full_ats);
    c.ste.set(Ste::S1CDMax, 1).set(Ste::S1DSS, S1Default::Bypass);
    put(stream, c.ste);
    // S, and bit 12 of the address: 16 KiB.
    expect_entry(ask(request(uint64_t{1} << 44)), S | 0x1000);
}

TEST_F(AtsRequests, ATS_07_PermissionFaultOfAFetchIsAnAnswerWithoutAccess) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.stage2.map(c.cd_place.address, c.cd_place.physical,
                 stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b10));
    expect_no_access(ask(request()));
}

TEST_F(AtsRequests, ATS_08_SplitStageNeedsAtschk) {
    use(SteConfig::S1S2, split_stage);
    EXPECT_EQ(ask(request()).status, AtsStatus::UnsupportedRequest);
    EXPECT_EQ(event()[arch::Event::Id], EventId::F_BAD_ATS_TREQ);
    write(arch::Cr0::offset, checking);
    expect_entry(ask(request()), ipa | R | W);
    use(SteConfig::S1S2, full_ats);
    expect_entry(ask(request()), pa | R | W);
}

TEST_F(AtsRequests, ATS_09_ATS_25_FullAtsGivesThePaOfBothStages) {
    use(SteConfig::S1S2, full_ats);
    const TranslationCompletion c = ask(request());
    expect_entry(c, pa | R | W);
    EXPECT_EQ(c.entry.word[0] & (U | Global | N), 0u);
    use(SteConfig::S1, full_ats);
    expect_entry(ask(request()), pa | R | W);
    use(SteConfig::S2, full_ats);
    expect_entry(ask(request(ipa)), pa | R | W);
}

TEST_F(AtsRequests, ATS_09_ATS_26_SizeIsTheSmallerOfTheStages) {
    Context& c = use(SteConfig::S1S2, full_ats);
    constexpr uint64_t v = 0x4000'0000, i = 0x80'0000'0000, p = 0x20'0000'0000;
    c.stage1.map(v, i, stage1_leaf(), 2);
    c.stage2.map(i, p, stage2_leaf(), 1);
    // 2 MiB: ones in bits 12 to 19, a zero in bit 20.
    expect_entry(ask(request(v + 0x3000)), p | 0xF'F000 | S | R | W);
    c.stage1.map(2 * v, 2 * i, stage1_leaf(), 1);
    c.stage2.map(2 * i, 2 * p, stage2_leaf(), 1);
    // 1 GiB: ones in bits 12 to 28.
    expect_entry(ask(request(2 * v + 0x1234'5000)), 2 * p | 0x1FFF'F000 | S | R | W);
}

TEST_F(AtsRequests, ATS_10_SplitStageGivesTheIpaAndThePermissionsOfBothStages) {
    Context& c = use(SteConfig::S1S2, split_stage);
    write(arch::Cr0::offset, checking);
    expect_entry(ask_warm(request()), ipa | R | W);
    expect_entry(ask_warm(request()), ipa | R | W);  // whatever the TLB keeps by now
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b01));
    expect_entry(ask_warm(request()), ipa | R);
}

TEST_F(AtsRequests, ATS_18_SkippingBothStagesIsTheIdentity) {
    Context& c = use(SteConfig::S1, full_ats);
    c.ste.set(Ste::S1CDMax, 4).set(Ste::S1DSS, S1Default::Bypass);
    attach(c);
    for (const TranslationRequest& r : {request(0x1234'5000), read_only(request(0x1234'5000))}) {
        // All 2^44 bytes that the SMMU can put out: ones in bits 12 to 42.
        expect_entry(ask(r), 0x7FF'FFFF'F000 | S | R | W);
    }
    expect_no_access(ask(request(uint64_t{1} << 44)));
}

TEST_F(AtsRequests, ATS_19_SkippingStage1LeavesStage2) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.ste.set(Ste::S1CDMax, 4).set(Ste::S1DSS, S1Default::Bypass);
    attach(c);
    expect_entry(ask(request(ipa)), pa | R | W);
}

TEST_F(AtsRequests, ATS_20_SplitStageSkippingStage1IsTheIdentityWithStage2Permissions) {
    Context& c = use(SteConfig::S1S2, split_stage);
    write(arch::Cr0::offset, checking);
    c.ste.set(Ste::S1CDMax, 4).set(Ste::S1DSS, S1Default::Bypass);
    c.stage2.map(0x80'0000'0000, 0, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b01), 2);
    attach(c);
    expect_entry(ask(request(ipa)), ipa | R | W);
    expect_entry(ask(request(0x80'0012'3000)), 0x80'0000'0000 | 0xF'F000 | S | R);
    expect_no_access(ask(request(0x90'0000'0000)));
}

TEST_F(AtsRequests, ATS_27_TheSmmuKeepsNothingOfTheEndpoint) {
    Context& c = use(SteConfig::S1S2, full_ats);
    expect_entry(ask_warm(request()), pa | R | W);
    put(stream, Ste{c.ste}.set(Ste::EATS, no_ats));
    expect_entry(ask_warm(request()), pa | R | W);  // the STE is cached
    configs.invalidate(stream, stream);             // CFGI_STE
    EXPECT_EQ(ask_warm(request()).status, AtsStatus::UnsupportedRequest);
}

TEST_F(AtsRequests, ATS_35_WithoutStage1PermissionStage2IsNotLookedAt) {
    for (const uint8_t eats : {full_ats, split_stage}) {
        Context& c = use(SteConfig::S1S2, eats);
        write(arch::Cr0::offset, checking);
        c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AP, 0b00));  // privileged only
        memory.abort_at(c.stage2.slot(ipa, 3));
        expect_no_access(ask(request()));
        memory.repair(c.stage2.slot(ipa, 3));
    }
}

TEST_F(AtsRequests, ATS_39_CxlIoSaysThatMemoryIsNotForCxlCache) {
    const auto from_cxl = [](TranslationRequest r) {
        r.source_cxl = true;
        return r;
    };
    Context& c = use(SteConfig::S1S2, full_ats);
    EXPECT_FALSE(ask(from_cxl(request())).cxl_io);
    EXPECT_FALSE(ask(request()).cxl_io);
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0101));  // Non-cacheable
    EXPECT_TRUE(ask(from_cxl(request())).cxl_io);
    EXPECT_FALSE(ask(request()).cxl_io);
    use(SteConfig::S1S2, split_stage);
    write(arch::Cr0::offset, checking);
    EXPECT_TRUE(ask(from_cxl(request())).cxl_io);

    Context& skips = use(SteConfig::S1, full_ats);
    skips.ste.set(Ste::S1CDMax, 4).set(Ste::S1DSS, S1Default::Bypass);
    attach(skips);
    EXPECT_FALSE(ask(from_cxl(request(pa))).cxl_io) << "nothing says what it is";
    skips.ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b0101).set(Ste::SHCFG, 0b11);
    attach(skips);
    EXPECT_TRUE(ask(from_cxl(request(pa))).cxl_io);
}

TEST_F(AtsRequests, STE_12_STE_13_STE_14_STE_15_IllegalCombinations) {
    const auto is_illegal = [&](SteConfig config, uint8_t eats, bool s2s) {
        Context& c = use(config, eats);
        put(stream, Ste{c.ste}.set(Ste::S2S, s2s));
        return cold(access(va)).event == EventId::C_BAD_STE;
    };
    features.stall_model = core::StallModel::StallAndTerminate;
    EXPECT_FALSE(is_illegal(SteConfig::S1S2, split_stage, false));
    EXPECT_TRUE(is_illegal(SteConfig::S1S2, split_stage, true));
    EXPECT_TRUE(is_illegal(SteConfig::S1, split_stage, false));
    EXPECT_TRUE(is_illegal(SteConfig::S2, split_stage, false));
    EXPECT_FALSE(is_illegal(SteConfig::Bypass, split_stage, false));
    EXPECT_TRUE(is_illegal(SteConfig::S1S2, full_ats, true));
    EXPECT_TRUE(is_illegal(SteConfig::S2, full_ats, true));
    EXPECT_FALSE(is_illegal(SteConfig::S1, full_ats, true));
    features.split_stage_ats = false;  // IDR0.NS1ATS = 1
    EXPECT_TRUE(is_illegal(SteConfig::S1S2, split_stage, false));
    features.ats = false;  // STE-18: the field is ignored
    EXPECT_FALSE(is_illegal(SteConfig::S1S2, split_stage, true));
}

}  // namespace
}  // namespace smmu::test
