// Permissions of a Translation Completion, and what hardware updates do for them.  Arm IHI 0070 G.b,
// 13.7, 13.7.1, 3.13.7.1.
#include "tests/core/ats_bench.h"
#include "tests/core/httu_bench.h"

namespace smmu::test {
namespace {

class AtsPermissions : public AtsBench {
protected:
    // AP and XN of stage 1.
    void page(uint8_t ap, bool uxn, bool pxn = false) {
        context().stage1.map(va, ipa,
                             stage1_leaf()
                                 .set(Stage1Leaf::AP, ap)
                                 .set(Stage1Leaf::UXN, uxn)
                                 .set(Stage1Leaf::PXN, pxn));
    }
    Context& context() {
        if (!context_) {
            context_ = &use(SteConfig::S1S2, full_ats);
            context_->ste.set(Ste::S1CDMax, 1);  // PASID 0 and 1: the CDs are alike
            context_->ste.set(Ste::S1DSS, arch::S1Default::Substream0);
            put(stream, context_->ste);
            for (uint64_t n = 0; n < 2; ++n)
                memory.put(context_->cd_place.physical + 64 * n, context_->cd);
        }
        return *context_;
    }
    /// STE.INSTCFG, STE.PRIVCFG.
    void override_with(uint8_t instcfg, uint8_t privcfg) {
        put(stream, Ste{context().ste}.set(Ste::INSTCFG, instcfg).set(Ste::PRIVCFG, privcfg));
    }
    static TranslationRequest pasid(TranslationRequest r = request()) { return with_pasid(1, r); }

    static constexpr uint8_t priv_rw_user_none = 0b00, all_rw = 0b01, priv_ro = 0b10, all_ro = 0b11;
    static constexpr uint8_t as_data = 0b10, as_instruction = 0b11;
    static constexpr uint8_t as_unprivileged = 0b10, as_privileged = 0b11;

private:
    Context* context_ = nullptr;
};

TEST_F(AtsPermissions, ATS_21_WithoutPasidItIsUnprivilegedData) {
    page(priv_rw_user_none, false);
    expect_no_access(ask(privileged(executing(request()))));
    page(all_ro, false);
    expect_entry(ask(privileged(executing(request()))), pa | R);
}

TEST_F(AtsPermissions, ATS_22_PrivComesBackAsItWasAsked) {
    page(all_rw, true, true);
    expect_entry(ask(pasid(privileged(request()))), pa | R | W | Priv);
    expect_entry(ask(pasid()), pa | R | W);
    override_with(0, as_unprivileged);
    expect_entry(ask(pasid(privileged(request()))), pa | R | W | Priv);
    override_with(0, as_privileged);
    expect_entry(ask(pasid()), pa | R | W);
}

TEST_F(AtsPermissions, ATS_22_ATS_40_PrivcfgDecidesWhosePermissionsCount) {
    page(priv_rw_user_none, true, true);
    expect_no_access(ask(pasid()));
    override_with(0, as_privileged);
    expect_entry(ask(pasid()), pa | R | W);
    expect_entry(ask(request()), pa | R | W);
    override_with(0, as_unprivileged);
    // Nothing is granted; Priv comes back all the same.
    expect_entry(ask(pasid(privileged(request()))), Priv);
}

TEST_F(AtsPermissions, ATS_23_ATS_34_ExecuteOnlyPageIsNoAccessUnlessReadsAreInstructions) {
    page(priv_rw_user_none, false);  // unprivileged: execute only
    expect_no_access(ask(pasid(executing(request()))));
    override_with(as_instruction, 0);
    expect_entry(ask(pasid(executing(request()))), pa | R | Exe);
    expect_entry(ask(pasid()), pa | R);
    override_with(as_data, 0);
    expect_no_access(ask(pasid(executing(request()))));
}

TEST_F(AtsPermissions, ATS_23_DataMakesReadableExecutable) {
    page(all_rw, true, true);
    expect_entry(ask(pasid(executing(request()))), pa | R | W);
    override_with(as_data, 0);
    expect_entry(ask(pasid(executing(request()))), pa | R | W | Exe);
    expect_entry(ask(pasid()), pa | R | W);
    override_with(as_instruction, 0);
    expect_entry(ask(pasid(executing(request()))), pa | W);
}

TEST_F(AtsPermissions, ATS_34_Examples) {
    // The model's tables say all of "User-RO, Priv-RW" by stage 2, which knows no privilege; the rows
    // that need it have privileged pages instead.
    page(all_ro, false);
    expect_entry(ask(request()), pa | R);
    page(priv_rw_user_none, false);
    expect_entry(ask(pasid(privileged(request()))), pa | R | W | Priv);
    override_with(0, as_unprivileged);
    expect_entry(ask(pasid(privileged(request()))), Priv);
    override_with(0, 0);
    page(all_rw, false, true);
    expect_entry(ask(pasid(executing(request()))), pa | R | W | Exe);
    expect_entry(ask(pasid(executing(privileged(request())))), pa | R | W | Priv);
    context().stage1.unmap(va);
    expect_entry(ask(pasid(executing(privileged(request())))), Priv);
}

TEST_F(AtsPermissions, ATS_07_WhatIsAllowedIsGranted) {
    context();
    for (uint8_t s2ap = 0; s2ap < 4; ++s2ap) {
        page(all_rw, true, true);
        context().stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::S2AP, s2ap));
        const uint64_t granted = (s2ap & 0b01 ? R : 0) | (s2ap & 0b10 ? W : 0);
        expect_entry(ask(request()), granted ? pa | granted : 0);
        page(all_ro, true, true);
        expect_entry(ask(request()), granted & R ? pa | R : 0);
    }
}

class AtsUpdates : public AtsBench {
protected:
    AtsUpdates() { features.httu = 2; }
    uint64_t leaf1(Context& c) { return memory.word(c.stage1.slot(va, 3)); }
    uint64_t leaf2(Context& c) { return memory.word(c.stage2.slot(ipa, 3)); }
    static Stage1Leaf clean1() {
        return stage1_leaf().set(Stage1Leaf::AP, 0b11).set(Stage1Leaf::DBM, true);
    }
    static Stage2Leaf clean2() {
        return stage2_leaf().set(Stage2Leaf::S2AP, 0b01).set(Stage2Leaf::DBM, true);
    }
};

TEST_F(AtsUpdates, ATS_24_HTTU_17_OnlyARequestThatWritesMakesThePageDirty) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.cd.set(Cd::HA, true).set(Cd::HD, true);
    c.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    c.stage1.map(va, ipa, clean1().set(Stage1Leaf::AF, false));
    c.stage2.map(ipa, pa, clean2().set(Stage2Leaf::AF, false));
    attach(c);
    expect_entry(ask(read_only()), pa | R);
    EXPECT_EQ(leaf1(c) & (af | bit7), af | bit7) << "accessed, read-only still";
    EXPECT_EQ(leaf2(c) & (af | bit7), af);
    expect_entry(ask(request()), pa | R | W);
    EXPECT_EQ(leaf1(c) & bit7, 0u);
    EXPECT_EQ(leaf2(c) & bit7, bit7);
    expect_entry(ask(read_only()), pa | R | W);
}

TEST_F(AtsUpdates, ATS_24_WithoutHdACleanPageIsNotWritten) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.cd.set(Cd::HA, true);
    c.stage1.map(va, ipa, clean1());
    attach(c);
    expect_entry(ask(request()), pa | R);
    EXPECT_EQ(leaf1(c) & bit7, bit7);
}

TEST_F(AtsUpdates, ATS_24_WithoutAccessTheAccessFlagStays) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.cd.set(Cd::HA, true);
    c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AP, 0b00).set(Stage1Leaf::AF, false));
    attach(c);
    expect_no_access(ask(request()));
    EXPECT_EQ(leaf1(c) & af, 0u);
}

TEST_F(AtsUpdates, HTTU_18_Stage1ReadOnlyKeepsBothStagesClean) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.cd.set(Cd::HA, true).set(Cd::HD, true);
    c.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AP, 0b11));
    c.stage2.map(ipa, pa, clean2());
    attach(c);
    expect_entry(ask(request()), pa | R);
    EXPECT_EQ(leaf1(c) & bit7, bit7);
    EXPECT_EQ(leaf2(c) & bit7, 0u);
}

TEST_F(AtsUpdates, HTTU_19_WithoutHaAClearAccessFlagDeniesInSilence) {
    Context& c = use(SteConfig::S1S2, full_ats);
    c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AF, false));
    expect_no_access(ask(request()));
    EXPECT_EQ(leaf1(c) & af, 0u);
}

TEST_F(AtsUpdates, HTTU_20_SplitStageDirtiesByTheTranslatedWriteAtTheLatest) {
    Context& c = use(SteConfig::S1S2, split_stage);
    write(arch::Cr0::offset, checking);
    c.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    c.stage2.map(ipa, pa, clean2().set(Stage2Leaf::AF, false));
    attach(c);
    expect_entry(ask(request()), ipa | R | W);
    EXPECT_EQ(cold(writing(translated(ipa))).action, Action::Forward);
    EXPECT_EQ(leaf2(c) & (af | bit7), af | bit7);
}

}  // namespace
}  // namespace smmu::test
