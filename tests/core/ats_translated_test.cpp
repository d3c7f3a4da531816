// Translated transactions: forbidden, passed, or translated by stage 2.  Arm IHI 0070 G.b, 3.9.1.1,
// 3.9.1.3.
#include "tests/core/ats_bench.h"

namespace smmu::test {
namespace {

class Translated : public AtsBench {
protected:
    void check() { write(arch::Cr0::offset, checking); }
    Outcome pass(uint64_t address) { return cold(translated(address)); }
};

TEST_F(Translated, ATS_11_EVT_17_ForbiddenWhileTheSmmuIsDisabled) {
    use(SteConfig::S1S2, full_ats);
    disable();
    EXPECT_EQ(pass(pa + 0x123).action, Action::Abort);
    // StreamID; RnW is bit 35 of word 1; the whole address.
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0007, 0x8'0000'0000, pa + 0x123, 0}}));
    EXPECT_EQ(cold(substream(writing(translated(pa)), 5)).action, Action::Abort);
    EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0007, 0, pa, 0}}));
}

TEST_F(Translated, ATS_12_WithoutAtschkNothingIsLookedUp) {
    put(stream, Ste{});
    expect_forwarded(pass(pa + 0x123), pa + 0x123);
    EXPECT_TRUE(memory.log.empty());
    expect_aborted_silently(pass(uint64_t{1} << 44));
}

TEST_F(Translated, ATS_13_TheSteForbids) {
    check();
    use(SteConfig::Abort, full_ats);
    expect_aborted_silently(pass(pa));
    use(SteConfig::Bypass, full_ats);
    expect_aborted(pass(pa), EventId::F_TRANSL_FORBIDDEN);
    for (const uint8_t eats : {no_ats, with_dpt}) {
        use(SteConfig::S1S2, eats);
        expect_aborted(pass(pa), EventId::F_TRANSL_FORBIDDEN);
    }
}

TEST_F(Translated, ATS_14_ATS_31_ConfigurationErrorsAreRecordedWithRecCfgAtsOnly) {
    use(SteConfig::S1S2, full_ats);
    check();
    Access stranger = translated(pa);
    stranger.stream = arch::StreamId{0x123};
    memory.abort_at(ste_address(stream));
    expect_aborted(pass(pa), EventId::F_STE_FETCH);
    while_disabled(arch::Cr2::offset, 0b1000);  // RECINVSID does not count
    check();
    expect_aborted(cold(stranger), EventId::C_BAD_STREAMID);
    while_disabled(arch::Cr2::offset, 0b0010);
    check();
    expect_aborted_silently(pass(pa));
    expect_aborted_silently(cold(stranger));
    memory.repair(ste_address(stream));
    put(stream, Ste{});
    expect_aborted_silently(pass(pa));
}

TEST_F(Translated, ATS_31_AnIllegalSteComesBeforeForbidden) {
    Context& c = use(SteConfig::S1S2, no_ats);
    check();
    put(stream, Ste{c.ste}.set(Ste::S2AA64, false));
    expect_aborted(pass(pa), EventId::C_BAD_STE);
}

TEST_F(Translated, ATS_15_FullAtsPassesThePa) {
    check();
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2, SteConfig::S1S2}) {
        use(config, full_ats);
        expect_forwarded(pass(pa + 0x123), pa + 0x123);
        EXPECT_EQ(memory.log.size(), 1u) << "the STE";
        expect_aborted_silently(pass(uint64_t{1} << 44));
    }
}

TEST_F(Translated, ATS_15_TheSteIsCached) {
    use(SteConfig::S1S2, full_ats);
    check();
    expect_forwarded(warm(translated(pa)), pa);
    expect_forwarded(warm(translated(pa)), pa);
    EXPECT_TRUE(memory.log.empty());
    configs.invalidate(stream, stream);
    warm(translated(pa));
    EXPECT_EQ(memory.count(Purpose::Ste), 1u);
}

TEST_F(Translated, ATS_16_SplitStageTranslatesTheIpa) {
    Context& c = use(SteConfig::S1S2, split_stage);
    check();
    expect_forwarded(pass(ipa + 0x123), pa + 0x123);
    EXPECT_EQ(memory.count(Purpose::Cd) + memory.count(Purpose::Stage1Table), 0u);

    while_disabled(arch::Cr2::offset, 0b0010);  // without REC_CFG_ATS
    check();
    c.ste.set(Ste::S2R, false);
    attach(c);
    EXPECT_EQ(pass(ipa + 0x1000).action, Action::Abort);
    EXPECT_TRUE(recorded.events.empty()) << "S2R = 0";
    c.ste.set(Ste::S2R, true);
    attach(c);
    EXPECT_EQ(pass(ipa + 0x1000).action, Action::Abort);
    // F_TRANSLATION; RnW, S2, CLASS = IN; the IPA twice.
    EXPECT_EQ(golden(event()),
              (Golden{{0x0000'0042'0000'0010, 0x0000'0288'0000'0000, ipa + 0x1000, ipa + 0x1000}}));
}

TEST_F(Translated, ATS_17_IpaBeyondIasAndBeyondTheTables) {
    Context& c = use(SteConfig::S1S2, split_stage);
    c.ste.set(Ste::S2R, true).set(Ste::S2T0SZ, 24).set(Ste::S2SL0, 1);  // 40 bits from level 1
    attach(c);
    check();
    EXPECT_EQ(pass(uint64_t{1} << 44).action, Action::Abort);
    EXPECT_EQ(event()[arch::Event::Id], EventId::F_ADDR_SIZE);
    EXPECT_FALSE(event()[arch::Event::S2]);
    EXPECT_EQ(pass(uint64_t{1} << 40).action, Action::Abort);
    EXPECT_EQ(event()[arch::Event::Id], EventId::F_TRANSLATION);
    EXPECT_TRUE(event()[arch::Event::S2]);
}

TEST_F(Translated, ATS_32_WithoutPasidUntilTheSteOverrides) {
    Context& c = use(SteConfig::S1S2, split_stage);
    check();
    using L = arch::Stage2Leaf;
    c.stage2.map(ipa, pa,
                 stage2_leaf().set(L::S2AP, 0b01).set(L::XN, 0b10));  // read, never execute
    Access a = substream(translated(ipa), 7);
    a.privileged = a.instruction = true;
    expect_forwarded(cold(a), pa);
    c.ste.set(Ste::INSTCFG, 0b11);
    attach(c);
    EXPECT_EQ(cold(a).event, EventId::F_PERMISSION);
}

TEST_F(Translated, ATTR_34_NoMemoryTypeOverride) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b0000).set(Ste::SHCFG, 0b10);
    attach(c);
    check();
    EXPECT_EQ(pass(pa).attributes, arch::default_attributes);
    c.ste.set(Ste::EATS, split_stage);
    attach(c);
    const arch::MemoryAttributes a = pass(ipa).attributes;
    EXPECT_FALSE(a.is_device());
    EXPECT_EQ(a.shareability, arch::Shareability::Inner) << "stage 2";
}

TEST_F(Translated, ATS_36_S1dssDoesNotForbid) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.ste.set(Ste::S1CDMax, 4).set(Ste::S1DSS, arch::S1Default::Terminate);
    attach(c);
    check();
    expect_forwarded(pass(pa), pa);  // one of the allowed outcomes while IDR3.PASIDTT is 0
}

TEST_F(Translated, ATS_08_SplitStageWithoutAtschkPassesThePa) {
    use(SteConfig::S1S2, split_stage);
    expect_forwarded(pass(pa), pa);
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(Translated, ATS_29_WithoutAtsrecerrRecCfgAtsIsRes0) {
    features.record_ats_errors = false;
    while_disabled(arch::Cr2::offset, 0b1010);
    EXPECT_EQ(registers.read(arch::Cr2::offset, 4), 0b0010u);
    check();
    put(stream, Ste{});
    expect_aborted_silently(pass(pa));
    expect_status(ask(request()), AtsStatus::CompleterAbort);
}

}  // namespace
}  // namespace smmu::test
