// What a CD configures, and every way it can be ILLEGAL.  Arm IHI 0070 G.b, 5.4 and 5.5; names carry
// the rule of the check list.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

class CdTest : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, pa = 0x3456'7000;

    CdTest() {
        context.stage1.map(va, pa, stage1_leaf());
        attach(context);
    }
    struct Case {
        const char* why;
        void (*change)(Cd&);
    };
    Outcome with(void (*change)(Cd&)) {
        Cd cd = context.cd;
        change(cd);
        memory.put(context.cd_place.physical, cd);
        return read(va);
    }
    void expect_bad(const Case& c) {
        SCOPED_TRACE(c.why);
        expect_aborted(with(c.change), EventId::C_BAD_CD);
        EXPECT_EQ(memory.log.size(), 2u) << "nothing is read beyond the CD";
        EXPECT_TRUE(recorded.configurations.empty()) << "an ILLEGAL CD is not cached";
    }
    void expect_good(const Case& c) {
        SCOPED_TRACE(c.why);
        expect_forwarded(with(c.change), pa);
    }
    /// Enables TTB1 beside TTB0.
    void use_ttb1() { context.use_ttb1(); }

    Context context{memory, SteConfig::S1};
};

TEST_F(CdTest, AlwaysIllegal) {
    const Case bad[] = {
        {"CD_19 V = 0", [](Cd& c) { c.set(Cd::V, false); }},
        {"CD_19 all zero", [](Cd& c) { c = Cd{}; }},
        {"CD_22 S with the terminate model", [](Cd& c) { c.set(Cd::S, true); }},
        {"CD_23 big-endian tables", [](Cd& c) { c.set(Cd::ENDI, true); }},
        {"CD_24 VMSAv8-32 tables", [](Cd& c) { c.set(Cd::AA64, false); }},
        {"CD_26 HA without HTTU", [](Cd& c) { c.set(Cd::HA, true); }},
        {"CD_26 HD without HTTU", [](Cd& c) { c.set(Cd::HD, true); }},
    };
    for (const Case& c : bad) expect_bad(c);
}

TEST_F(CdTest, CD_28_CD_29_CD_30_CD_31_HalvesThatAreIllegal) {
    features.granule_16k = features.granule_64k = false;
    use_ttb1();
    const Case low[] = {
        {"CD_28 T0SZ of 15", [](Cd& c) { c.set(Cd::T0SZ, 15); }},
        {"CD_28 T0SZ of 40", [](Cd& c) { c.set(Cd::T0SZ, 40); }},
        {"CD_29 TG0 64K", [](Cd& c) { c.set(Cd::TG0, 0b01); }},
        {"CD_29 TG0 16K", [](Cd& c) { c.set(Cd::TG0, 0b10); }},
        {"CD_29 TG0 reserved", [](Cd& c) { c.set(Cd::TG0, 0b11); }},
        {"CD_30 TTB0 beyond IPS", [](Cd& c) { c.set(Cd::IPS, 0).set(Cd::TTB0, 1ull << 32); }},
        {"CD_30 TTB0 beyond OAS", [](Cd& c) { c.set(Cd::TTB0, 1ull << 44); }},
    };
    const Case high[] = {
        {"CD_28 T1SZ of 15", [](Cd& c) { c.set(Cd::T1SZ, 15); }},
        {"CD_28 T1SZ of 40", [](Cd& c) { c.set(Cd::T1SZ, 40); }},
        {"CD_29 TG1 reserved", [](Cd& c) { c.set(Cd::TG1, 0b00); }},
        {"CD_29 TG1 16K", [](Cd& c) { c.set(Cd::TG1, 0b01); }},
        {"CD_29 TG1 64K", [](Cd& c) { c.set(Cd::TG1, 0b11); }},
        {"CD_30 TTB1 beyond IPS", [](Cd& c) { c.set(Cd::IPS, 0).set(Cd::TTB1, 1ull << 32); }},
        {"CD_30 TTB1 beyond OAS", [](Cd& c) { c.set(Cd::TTB1, 1ull << 44); }},
    };
    expect_good({"as built", [](Cd&) {}});
    for (const Case& c : low) expect_bad(c);
    for (const Case& c : high) expect_bad(c);  // whichever half the access uses

    context.cd.set(Cd::EPD1, true);  // CD_31: a disabled half is not looked at
    for (const Case& c : high) expect_good(c);
    context.cd.set(Cd::EPD0, true).set(Cd::EPD1, false);
    for (const Case& c : low) {
        SCOPED_TRACE(c.why);
        expect_aborted(with(c.change), EventId::F_TRANSLATION);
    }
}

TEST_F(CdTest, CD_29_GranulesThatAreBuiltAreLegal) {
    use_ttb1();
    struct Row {
        uint8_t tg0, tg1;
        bool core::Features::*granule;
    };
    using F = core::Features;
    for (const Row& r : {Row{0b00, 0b10, &F::granule_4k}, Row{0b01, 0b11, &F::granule_64k},
                         Row{0b10, 0b01, &F::granule_16k}}) {
        const Cd low = Cd{context.cd}.set(Cd::TG0, r.tg0).set(Cd::EPD1, true);
        const Cd high = Cd{context.cd}.set(Cd::TG1, r.tg1).set(Cd::EPD0, true);
        for (const Cd& cd : {low, high}) {
            memory.put(context.cd_place.physical, cd);
            EXPECT_NE(read(va).event, EventId::C_BAD_CD) << int(r.tg0);
            features.*r.granule = false;
            expect_aborted(read(va), EventId::C_BAD_CD);
            features.*r.granule = true;
        }
    }
}

TEST_F(CdTest, CD_23_EndiDoesNotMatterWhenNothingIsWalked) {
    expect_aborted(with([](Cd& c) { c.set(Cd::ENDI, true).set(Cd::EPD0, true); }),
                   EventId::F_TRANSLATION);
    use_ttb1();
    context.cd.set(Cd::EPD0, true);
    expect_bad({"TTB1 is walked", [](Cd& c) { c.set(Cd::ENDI, true); }});
}

TEST_F(CdTest, CD_27_AsidBeyondEightBits) {
    features.wide_asid = false;
    expect_bad({"ASID16 = 0", [](Cd& c) { c.set(Cd::ASID, 0x0100); }});
    expect_good({"eight bits", [](Cd& c) { c.set(Cd::ASID, 0xFF); }});
}

TEST_F(CdTest, FieldsOfAbsentFeaturesAreIgnored) {
    features.e0pd = features.epan = false;
    const Case ignored[] = {
        {"HAFT", [](Cd& c) { c.set(Cd::HAFT, true); }},
        {"E0PD0", [](Cd& c) { c.set(Cd::E0PD0, true); }},
        {"EPAN", [](Cd& c) { c.set(Cd::EPAN, true).set(Cd::PAN, true); }},
        {"HWU", [](Cd& c) { c.set(Cd::HWU0, 15).set(Cd::HAD0, true); }},
        {"NSCFG", [](Cd& c) { c.set(Cd::NSCFG0, true).set(Cd::NSCFG1, true); }},
        {"UWXN in VMSAv8-64", [](Cd& c) { c.set(Cd::UWXN, true); }},
        {"AMAIR", [](Cd& c) { c.set(Cd::AMAIR, ~uint64_t{0}); }},
    };
    for (const Case& c : ignored) expect_good(c);
    // EPAN: the page lets nobody unprivileged read or write, but execute.
    context.stage1.map(va, pa, stage1_leaf().set(arch::Stage1Leaf::AP, 0b00));
    context.cd.set(Cd::EPAN, true).set(Cd::PAN, true);
    attach(context);
    expect_forwarded(cold(privileged(access(va))), pa);
}

TEST_F(CdTest, CD_33_IpsIsCappedAtOas) {
    for (const auto change :
         {+[](Cd& c) { c.set(Cd::IPS, 0b110); }, +[](Cd& c) { c.set(Cd::IPS, 0b111); }}) {
        context.stage1.map(va, pa, stage1_leaf());
        expect_good({"larger than OAS", change});
        context.stage1.map(va, 1ull << 44, stage1_leaf());  // ADDR_11
        expect_aborted(with(change), EventId::F_ADDR_SIZE);
    }
}

TEST_F(CdTest, CD_47_LowBitsOfTtbAreIgnored) {
    expect_good({"below the table's size", [](Cd& c) { c.set(Cd::TTB0, c[Cd::TTB0] | 0xFF0); }});
}

TEST_F(CdTest, CD_47_SmallStartTablesAreAlignedToTheirSizeOnly) {
    // T0SZ 39: 25 bits, sixteen entries of level 2: 128 bytes.
    Context small(memory, SteConfig::S1, 0x5000'0000, {39, 20, 2});
    small.stage1.map(0x1234'5000 & 0x1FF'FFFF, pa, stage1_leaf());
    const uint64_t elsewhere = small.stage1.root() + 0x780;
    for (unsigned i = 0; i < 16; ++i)
        memory.poke(elsewhere + 8 * i, memory.word(small.stage1.root() + 8 * i));
    small.cd.set(Cd::TTB0, elsewhere | 0x70);
    attach(small);
    expect_forwarded(read(0x34'5000), pa);
}

TEST_F(CdTest, CD_38_CdIsReadWithTheAttributesOfTheSte) {
    context.ste.set(Ste::S1CIR, 0b10).set(Ste::S1COR, 0b11).set(Ste::S1CSH, 0b10);
    attach(context);
    read(va);
    EXPECT_EQ(memory.log.at(1).purpose, Purpose::Cd);
    EXPECT_EQ(memory.log.at(1).attributes, core::cd_attributes(0b10, 0b11, 0b10));
}

// --- A and R of the CD, R of the STE (5.5) ---------------------------------------------------

TEST_F(CdTest, CD_42_CD_43_E0pdAndEpanCountWhereTheyAreBuilt) {
    expect_aborted(with([](Cd& c) { c.set(Cd::E0PD0, true); }), EventId::F_TRANSLATION);
    context.stage1.map(va, pa, stage1_leaf().set(arch::Stage1Leaf::AP, 0b00));
    context.cd.set(Cd::EPAN, true).set(Cd::PAN, true);
    attach(context);
    expect_aborted(cold(privileged(access(va))), EventId::F_PERMISSION);
}

TEST_F(CdTest, STALL_01_STALL_02_STALL_03_STALL_04_AAndRGovernStage1Faults) {
    context.stage1.unmap(va);
    for (const bool a : {false, true})
        for (const bool r : {false, true}) {
            context.cd.set(Cd::A, a).set(Cd::R, r);
            attach(context);
            for (const Outcome& o : {read(va), write_to(va)}) {
                EXPECT_EQ(o.action, a ? Action::Abort : Action::RazWi);
                EXPECT_EQ(o.event, EventId::F_TRANSLATION);
                EXPECT_EQ(recorded.events.size(), r ? 1u : 0u);
                for (const arch::Event& e : recorded.events) EXPECT_FALSE(e[arch::Event::Stall]);
            }
        }
}

TEST_F(CdTest, STALL_07_AAndRGovernNoOtherEvent) {
    context.cd.set(Cd::A, false).set(Cd::R, false);
    attach(context);
    memory.abort_at(context.stage1.slot(va, 3));
    expect_aborted(read(va), EventId::F_WALK_EABT);
    context.cd.set(Cd::V, false);
    attach(context);
    expect_aborted(read(va), EventId::C_BAD_CD);
}

class Stage2Record : public Bench {};

TEST_F(Stage2Record, STALL_06_S2rGovernsStage2FaultsAndTheyAlwaysAbort) {
    for (const SteConfig config : {SteConfig::S2, SteConfig::S1S2})
        for (const bool s2r : {false, true}) {
            Context c(memory, config, config == SteConfig::S2 ? 0x4000'0000 : 0x5000'0000);
            c.cd.set(Cd::A, false).set(Cd::R, !s2r);  // not asked
            c.ste.set(Ste::S2R, s2r);
            c.stage1.map(0x1000, 0x1000, stage1_leaf());
            attach(c);
            const Outcome o = read(0x1000);
            EXPECT_EQ(o.action, Action::Abort);
            EXPECT_EQ(o.event, EventId::F_TRANSLATION);
            EXPECT_EQ(recorded.events.size(), s2r ? 1u : 0u);
        }
}

TEST_F(Stage2Record, S2rGovernsFaultsOfTheCdFetchToo) {
    Context c(memory);
    c.ste.set(Ste::S2R, false);
    attach(c);
    c.stage2.unmap(c.cd_place.address);
    expect_aborted_silently(read(0x1000));
}

TEST_F(Stage2Record, STALL_08_AnOversizedBypassAddressAbortsWithItsEventAlways) {
    Context c(memory, SteConfig::S2);
    c.ste.set(Ste::S2R, false);
    attach(c);
    expect_aborted(read(uint64_t{1} << 44), EventId::F_ADDR_SIZE);
    EXPECT_FALSE(event()[arch::Event::S2]);
    put(stream, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass));
    expect_aborted(read(uint64_t{1} << 44), EventId::F_ADDR_SIZE);
}

}  // namespace
}  // namespace smmu::test
