// StreamWorlds: which one a stream has, and what of STE and CD counts in it.
// Arm IHI 0070 G.b, 3.3.3, 5.2 (STRW), 5.4.1, 6.3.12; names carry the rule of the check list.
#include "tests/core/stream_world_bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;

class Worlds : public WorldBench {
protected:
    Worlds() { context.stage1.map(va, pa, stage1_leaf()); }
    struct Case {
        const char* why;
        void (*change)(Cd&);
    };
    EventId with(const Case& c) {
        Cd cd = context.cd;
        c.change(cd);
        memory.put(context.cd_place.physical, cd);
        return read(va).event;
    }

    Context context{memory, SteConfig::S1};
};

// --- STRW ----------------------------------------------------------------------------------------

TEST_F(Worlds, STE_19_OddStrwIsIllegalWhereItIsUsed) {
    for (const bool e2h : {false, true}) {
        set_e2h(e2h);
        for (const uint8_t strw : {uint8_t{0b01}, uint8_t{0b11}}) {
            context.ste.set(Ste::STRW, strw);
            attach(context);
            expect_aborted(read(va), EventId::C_BAD_STE);
            EXPECT_EQ(memory.log.size(), 1u);
        }
        for (const uint8_t strw : {uint8_t{0b00}, uint8_t{0b10}}) {
            context.ste.set(Ste::STRW, strw);
            attach(context);
            expect_forwarded(read(va), pa);
        }
    }
}

// Ignored with stage 2, in a bypass, and without Hyp: the world is EL1.
TEST_F(Worlds, STE_20_StrwIsIgnoredElsewhere) {
    set_e2h(true);
    for (uint8_t strw = 0; strw < 4; ++strw) {
        for (const SteConfig config : {SteConfig::S2, SteConfig::S1S2}) {
            Context c(memory, config, 0x8000'0000);
            c.stage1.map(va, 0x5000, stage1_leaf().set(Stage1Leaf::AP, 0b00));
            c.stage2.map(config == SteConfig::S2 ? va : 0x5000, pa, stage2_leaf());
            c.ste.set(Ste::STRW, strw);
            attach(c);
            expect_forwarded(cold(privileged(access(va))), pa);
            ASSERT_EQ(recorded.translations.size(), 1u);
            EXPECT_EQ(recorded.translations[0].tag.world, StreamWorld::El1);
            EXPECT_EQ(recorded.translations[0].tag.vmid.value, 0x0A0B);
            EXPECT_EQ(read(va).event, config == SteConfig::S2 ? EventId{} : EventId::F_PERMISSION);
        }
        put(stream,
            Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass).set(Ste::STRW, strw));
        expect_forwarded(read(va), va);
        features.el2 = false;
        context.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::AP, 0b00));
        context.ste.set(Ste::STRW, strw);
        attach(context);
        expect_aborted(read(va), EventId::F_PERMISSION);
        expect_forwarded(cold(privileged(access(va))), pa);
        features.el2 = true;
    }
}

TEST_F(Worlds, STE_22_E2hChoosesBetweenTheTwo) {
    context.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::AP, 0b00));
    use(context, StreamWorld::El2);
    expect_forwarded(read(va), pa);  // no privilege
    EXPECT_EQ(recorded.translations.at(0).tag.world, StreamWorld::El2);
    use(context, StreamWorld::El2E2h);
    expect_aborted(read(va), EventId::F_PERMISSION);
    expect_forwarded(cold(privileged(access(va))), pa);
    EXPECT_EQ(recorded.translations.at(0).tag.world, StreamWorld::El2E2h);
    // E2H means nothing to EL1.
    context.ste.set(Ste::STRW, 0b00);
    attach(context);
    expect_forwarded(cold(privileged(access(va))), pa);
    EXPECT_EQ(recorded.translations.at(0).tag.world, StreamWorld::El1);
}

// --- ASID and VMID -------------------------------------------------------------------------------

TEST_F(Worlds, STE_44_E2H_04_VmidIsIgnoredInEl2) {
    features.wide_vmid = false;
    for (const StreamWorld world : worlds) {
        context.ste.set(Ste::S2VMID, 0x0A0B);
        use(context, world);
        if (world == StreamWorld::El1) {
            expect_aborted(read(va), EventId::C_BAD_STE);
        } else {
            expect_forwarded(read(va), pa);
            EXPECT_EQ(recorded.translations.at(0).tag.vmid.value, 0);
        }
    }
}

TEST_F(Worlds, CD_27_E2H_04_AsidIsIgnoredInEl2Only) {
    features.wide_asid = false;
    for (const StreamWorld world : worlds) {
        context.cd.set(Cd::ASID, 0x0C0D);
        use(context, world);
        if (world != StreamWorld::El2)
            expect_aborted(read(va), EventId::C_BAD_CD);
        else
            expect_forwarded(read(va), pa);
        context.cd.set(Cd::ASID, 0x0D);
        use(context, world);
        expect_forwarded(read(va), pa);
    }
}

// --- One table or two ----------------------------------------------------------------------------

TEST_F(Worlds, CD_32_E2H_01_FieldsOfTtb1AreIgnoredInEl2) {
    const Case bad_half[] = {
        {"T1SZ", [](Cd& c) { c.set(Cd::EPD1, false).set(Cd::T1SZ, 0).set(Cd::TG1, 0b10); }},
        {"TG1", [](Cd& c) { c.set(Cd::EPD1, false).set(Cd::T1SZ, 16).set(Cd::TG1, 0b00); }},
        {"TTB1", [](Cd& c) {
             c.set(Cd::EPD1, false).set(Cd::T1SZ, 16).set(Cd::TG1, 0b10);
             c.set(Cd::TTB1, uint64_t{1} << 51);
         }}};
    for (const Case& c : bad_half)
        for (const StreamWorld world : worlds) {
            SCOPED_TRACE(c.why);
            use(context, world);
            EXPECT_EQ(with(c), world == StreamWorld::El2 ? EventId{} : EventId::C_BAD_CD);
        }
    const Case unused[] = {
        {"PAN", [](Cd& c) { c.set(Cd::PAN, true).set(Cd::EPAN, true); }},
        {"E0PD", [](Cd& c) { c.set(Cd::E0PD0, true).set(Cd::E0PD1, true); }},
        {"IR1 and so on", [](Cd& c) {
             c.set(Cd::IR1, 3).set(Cd::OR1, 3).set(Cd::SH1, 3).set(Cd::TBI1, true);
             c.set(Cd::HAD1, true).set(Cd::NSCFG1, true);
         }}};
    use(context, StreamWorld::El2);
    for (const Case& c : unused) EXPECT_EQ(with(c), EventId{}) << c.why;
}

// One CD behind two STEs: it is judged for each of them, whichever comes first.
TEST_F(Worlds, CD_49_LegalityDependsOnTheStreamsWorld) {
    const arch::StreamId other{7};
    context.cd.set(Cd::EPD1, false).set(Cd::TG1, 0b00);
    context.write_cd();
    put(stream, context.ste);
    put(other, Ste{context.ste}.set(Ste::STRW, 0b10));
    Access el2 = access(va);
    el2.stream = other;
    for (unsigned round = 0; round < 2; ++round) {
        EXPECT_EQ(warm(access(va)).event, EventId::C_BAD_CD);
        EXPECT_EQ(warm(el2).address, pa);
    }
}

TEST_F(Worlds, CD_24_E2H_02_VmsaV8_32TablesAreIllegalInEveryWorld) {
    for (const StreamWorld world : worlds) {
        use(context, world);
        EXPECT_EQ(with({"AA64", [](Cd& c) { c.set(Cd::AA64, false); }}), EventId::C_BAD_CD);
    }
}

TEST_F(Worlds, CD_31_CD_32_E2H_01_EpdIsIgnoredInEl2) {
    for (const StreamWorld world : worlds) {
        use(context, world);
        EXPECT_EQ(with({"EPD0", [](Cd& c) { c.set(Cd::EPD0, true); }}),
                  world == StreamWorld::El2 ? EventId{} : EventId::F_TRANSLATION);
    }
}

TEST_F(Worlds, CD_23_EndiIsAlwaysCheckedInEl2) {
    const Case endi = {"", [](Cd& c) { c.set(Cd::ENDI, true).set(Cd::EPD0, true); }};
    for (const StreamWorld world : worlds) {
        use(context, world);
        EXPECT_EQ(with(endi),
                  world == StreamWorld::El2 ? EventId::C_BAD_CD : EventId::F_TRANSLATION);
    }
}

TEST_F(Worlds, ADDR_05_ADDR_18_E2H_01_El2HasOneRange) {
    context.use_ttb1();
    for (const StreamWorld world : worlds) {
        use(context, world);
        expect_forwarded(read(va), pa);
        const uint64_t high = 0xFFFF'0000'0000'1000;
        if (world != StreamWorld::El2) {
            expect_forwarded(read(high), pa);
        } else {
            expect_aborted(read(high), EventId::F_TRANSLATION);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), 0u);
        }
        for (const uint64_t outside : {0x0001'0000'0000'1000, 0x0080'0000'0000'1000})
            expect_aborted(read(outside), EventId::F_TRANSLATION);
    }
}

TEST_F(Worlds, ADDR_18_CD_39_TopByteInEl2) {
    context.cd.set(Cd::TBI0, true);
    use(context, StreamWorld::El2);
    for (const uint64_t top : {0x00, 0x5A, 0xFF}) expect_forwarded(read(top << 56 | va), pa);
    for (const uint64_t outside :
         {uint64_t{0xFF80'0000'0000'1000}, uint64_t{0x5A01'0000'0000'1000}})
        expect_aborted(read(outside), EventId::F_TRANSLATION);
    context.cd.set(Cd::TBI0, false).set(Cd::TBI1, true);
    use(context, StreamWorld::El2);
    expect_forwarded(read(va), pa);
    expect_aborted(read(uint64_t{0x5A} << 56 | va), EventId::F_TRANSLATION);
}

// --- Tables of all sizes, in each world ----------------------------------------------------------

TEST_F(Worlds, E2H_01_GranulesAndStartLevelsDoNotDependOnTheWorld) {
    using arch::Granule;
    for (const StreamWorld world : worlds)
        for (const Granule g : {Granule::K4, Granule::K16, Granule::K64}) {
            Context::Shape s;
            s.t0sz = 25;
            s.stage1 = {g, false, false};
            Context c(memory, SteConfig::S1, 0x8000'0000, s);
            c.stage1.map(0x7F'FFFF'0000, 0x56'789A'0000, stage1_leaf());
            use(c, world);
            expect_forwarded(read(0x7F'FFFF'0123), 0x56'789A'0123);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), g == Granule::K64 ? 2u : 3u);
        }
}

}  // namespace
}  // namespace smmu::test
