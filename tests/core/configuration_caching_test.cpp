// How long an old STE or L1STD may be used, and what CONT does not do.  Arm IHI 0070 G.b, 3.20.2,
// 3.21.3, 4.3, 5.2, 5.2.1; names carry the rule of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/command_bench.h"

namespace smmu::test {
namespace {

using arch::StreamId;

class ConfigurationCaching : public CommandBench<Bench> {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000, elsewhere = 0xB000;
    static constexpr uint64_t cfgi_ste = 0x0000'0042'0000'0003;
    static constexpr uint64_t tlbi_s12_vmall = 0x0000'0A0B'0000'0028;

    /// A bypass STE that shows which one it is.
    static Ste marked(uint8_t mem_attr) {
        return Ste{}
            .set(Ste::V, true)
            .set(Ste::Config, SteConfig::Bypass)
            .set(Ste::MTCFG, true)
            .set(Ste::MemAttr, mem_attr);
    }
    MemoryType type_of(uint32_t sid) {
        Access a = access(va);
        a.stream = StreamId{sid};
        const Outcome o = warm(a);
        EXPECT_EQ(o.action, Action::Forward) << "StreamID " << sid;
        return o.attributes.type;
    }
};

/// What makes a new STE, or a new L1STD, be used.
struct Command {
    const char* what;
    uint64_t word0, word1;
};

TEST_F(ConfigurationCaching, ST_22_ANewSteIsUsedAfterItsInvalidation) {
    const Command commands[] = {{"CFGI_STE", cfgi_ste, 0},
                                {"CFGI_STE, Leaf", cfgi_ste, 1},
                                {"CFGI_STE_RANGE", 0x0000'0043'0000'0004, 0},
                                {"CFGI_ALL", 4, 31}};
    for (const Command& c : commands) {
        put(stream, marked(0b0001));
        run(4, 31);
        EXPECT_EQ(type_of(0x42), nGnRE) << c.what;
        put(stream, marked(0b0010));
        const MemoryType meanwhile = type_of(0x42);
        EXPECT_TRUE(meanwhile == nGnRE || meanwhile == nGRE);
        run(c.word0, c.word1);
        EXPECT_EQ(type_of(0x42), nGRE) << c.what;
    }
}

TEST_F(ConfigurationCaching, ST_22_ANewL1stdIsUsedAfterItsInvalidation) {
    constexpr uint64_t old_table = 0x2000'0000, new_table = 0x3000'0000;
    disable();
    write(arch::StrtabBaseCfg::offset, 1 << 16 | 6 << 6 | 8);  // two levels, SPLIT 6
    enable();
    memory.put(old_table + 2 * 64, marked(0b0001));
    memory.put(new_table + 2 * 64, marked(0b0010));
    const Command commands[] = {{"CFGI_STE", cfgi_ste, 0},
                                {"CFGI_STE_RANGE", 0x0000'0043'0000'0004, 0},
                                {"CFGI_ALL", 4, 31}};
    for (const Command& c : commands) {
        memory.poke(stream_table + 8, old_table | 7);  // of StreamIDs 0x40 to 0x7F
        run(4, 31);
        EXPECT_EQ(type_of(0x42), nGnRE) << c.what;
        memory.poke(stream_table + 8, new_table | 7);
        const MemoryType meanwhile = type_of(0x42);
        EXPECT_TRUE(meanwhile == nGnRE || meanwhile == nGRE);
        run(c.word0, c.word1);
        EXPECT_EQ(type_of(0x42), nGRE) << c.what;
    }
}

// An implementation may cache an STE that is not valid; here it is read anew each time.
TEST_F(ConfigurationCaching, ST_23_AnSteThatBecomesValidIsUsedAfterItsInvalidation) {
    put(stream, Ste{});
    EXPECT_EQ(warm(access(va)).event, EventId::C_BAD_STE);
    put(stream, marked(0b0011));
    const Outcome meanwhile = warm(access(va));
    EXPECT_TRUE(meanwhile.event == EventId::C_BAD_STE || meanwhile.attributes.type == GRE);
    run(cfgi_ste, 1);
    EXPECT_EQ(type_of(0x42), GRE);
}

// --- Fields that no TLB holds --------------------------------------------------------------------

/// A field of an STE that is changed under a warm TLB, and what an access then shows.
struct Change {
    const char* what;
    void (*change)(Ste&);
    bool (*is_seen)(const Outcome&, const Recording&);
};
const Change changes[] = {
    {"Config 0b000", [](Ste& s) { s.set(Ste::Config, SteConfig::Abort); },
     [](const Outcome& o, const Recording& r) {
         return o.action == Action::Abort && r.events.empty();
     }},
    {"Config 0b100", [](Ste& s) { s.set(Ste::Config, SteConfig::Bypass); },
     [](const Outcome& o, const Recording&) { return o.address == 0x1000; }},
    {"MTCFG, MemAttr",
     [](Ste& s) { s.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b0001).set(Ste::SHCFG, 0b01); },
     [](const Outcome& o, const Recording&) { return o.attributes == dev(nGnRE); }},
    {"SHCFG", [](Ste& s) { s.set(Ste::SHCFG, 0b10); },
     [](const Outcome& o, const Recording&) { return o.attributes.shareability == OSH; }},
    {"ALLOCCFG",
     [](Ste& s) { s.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b1111).set(Ste::ALLOCCFG, 0b1010); },
     [](const Outcome& o, const Recording&) { return o.attributes.inner == wb(false, true); }},
    {"INSTCFG", [](Ste& s) { s.set(Ste::INSTCFG, 0b11).set(Ste::S2R, true); },
     [](const Outcome& o, const Recording& r) {
         return o.event == EventId::F_PERMISSION && r.events.at(0)[arch::Event::InD];
     }},
    {"S2R", [](Ste& s) { s.set(Ste::INSTCFG, 0b11).set(Ste::S2R, false); },
     [](const Outcome& o, const Recording& r) {
         return o.event == EventId::F_PERMISSION && r.events.empty();
     }},
    {"S2S", [](Ste& s) { s.set(Ste::INSTCFG, 0b11).set(Ste::S2S, true); },
     [](const Outcome& o, const Recording&) { return o.action == Action::Stall; }},
};

TEST_F(ConfigurationCaching, STE_67_WhatNoTlbHoldsChangesWithTheSteAlone) {
    features.stall_model = core::StallModel::StallAndTerminate;
    for (const Change& change : changes) {
        configs.invalidate_all();
        tlb.invalidate_all();
        Context c(memory, SteConfig::S2);
        c.stage2.map(va, pa,
                     stage2_leaf().set(arch::Stage2Leaf::XN, 0b10).set(arch::Stage2Leaf::SH, 0));
        attach(c);
        const auto is_seen = [&] {
            const Outcome o = warm(access(va));
            return change.is_seen(o, recorded);
        };
        EXPECT_FALSE(is_seen()) << change.what;
        put(stream, [&] {
            Ste ste = c.ste;
            change.change(ste);
            return ste;
        }());
        run(cfgi_ste, 1);
        EXPECT_TRUE(is_seen()) << change.what;
        // And back, with the translation that is still cached.
        put(stream, c.ste);
        run(cfgi_ste, 1);
        expect_forwarded(warm(access(va)), pa);
        EXPECT_EQ(memory.count(Purpose::Stage2Table), 0u) << change.what;
    }
}

TEST_F(ConfigurationCaching, STE_67_FaultFieldsOfACdChangeWithTheCdAlone) {
    features.stall_model = core::StallModel::StallAndTerminate;
    Context c(memory, SteConfig::S1);
    c.stage1.map(va, pa, stage1_leaf());
    attach(c);
    constexpr uint64_t cfgi_cd = 0x0000'0042'0000'0005;
    for (unsigned i = 0; i < 8; ++i) {
        const bool a = i & 1, r = i & 2, s = i & 4;
        c.cd.set(Cd::A, a).set(Cd::R, r).set(Cd::S, s);
        c.write_cd();
        run(cfgi_cd, 1);
        EXPECT_EQ(warm(access(va + 0x1000)).action, s   ? Action::Stall
                                                    : a ? Action::Abort
                                                        : Action::RazWi);
        EXPECT_EQ(recorded.events.size(), r || s ? 1u : 0u);
        expect_forwarded(warm(access(va)), pa);
    }
}

// --- Fields that a TLB may hold -----------------------------------------------------------------

TEST_F(ConfigurationCaching, STE_68_Stage2FieldsMayBeOldUntilTheTlbIsInvalidated) {
    Context one(memory, SteConfig::S2), two(memory, SteConfig::S2, 0x6000'0000);
    one.stage2.map(va, pa, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0110));
    two.stage2.map(va, elsewhere, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0110));
    attach(one);
    const Outcome before = warm(access(va));
    expect_forwarded(before, pa);
    EXPECT_EQ(before.attributes.inner, wt());

    put(stream, two.ste.set(Ste::S2FWB, true));
    run(cfgi_ste, 1);
    const Outcome meanwhile = warm(access(va));
    EXPECT_EQ(meanwhile.action, Action::Forward);
    EXPECT_TRUE(meanwhile.address == pa || meanwhile.address == elsewhere);
    run(tlbi_s12_vmall);
    const Outcome after = warm(access(va));
    expect_forwarded(after, elsewhere);
    EXPECT_EQ(after.attributes.inner, wb());
}

// --- CONT: a hint that is not taken -------------------------------------------------------------

// Where STEs of one span differ, the stream's own is used here; a neighbour's, or F_CFG_CONFLICT, is
// allowed too.
TEST_F(ConfigurationCaching, STE_52_WALK_29_EachStreamOfASpanUsesItsOwnSte) {
    const auto mark = [](uint32_t sid) { return static_cast<uint8_t>(sid & 3); };
    for (uint32_t sid = 0x40; sid < 0x50; ++sid)
        put(StreamId{sid}, marked(mark(sid)).set(Ste::CONT, 4));
    for (uint32_t sid = 0x40; sid < 0x50; ++sid)
        EXPECT_EQ(static_cast<uint8_t>(type_of(sid)), mark(sid)) << sid;
    // An invalidation names one stream, and is sure for that one.
    for (uint32_t sid = 0x40; sid < 0x50; ++sid) {
        put(StreamId{sid}, marked(mark(sid + 1)).set(Ste::CONT, 4));
        run(uint64_t{sid} << 32 | 3, 1);
        EXPECT_EQ(static_cast<uint8_t>(type_of(sid)), mark(sid + 1)) << sid;
    }
}

TEST_F(ConfigurationCaching, STE_52_ASpanEndsWithTheTable) {
    while_disabled(arch::StrtabBaseCfg::offset, 6);
    put(StreamId{0x3F}, marked(0b0011).set(Ste::CONT, 15));
    EXPECT_EQ(type_of(0x3F), GRE);
    for (const uint32_t sid : {0x40u, 0x7Fu, 0xFFFFu}) {
        Access a = access(va);
        a.stream = StreamId{sid};
        expect_aborted(warm(a), EventId::C_BAD_STREAMID);
        EXPECT_TRUE(memory.log.empty());
    }
}

}  // namespace
}  // namespace smmu::test
