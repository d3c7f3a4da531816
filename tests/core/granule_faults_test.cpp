// Faults at leaves and tables of every size: their order, their records, what tables take away.
// Arm ARM D8.3, D8.4; Arm IHI 0070 G.b, 7.3; names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::FaultClass;
using arch::Stage1Leaf;
using arch::Stage2Leaf;
using arch::TableDescriptor;

class GranuleFaults : public GranuleBench {
protected:
    static constexpr uint64_t in = 0x0000'0800'0000'0000, pa = 0x0000'0400'0000'0000;
    static constexpr uint64_t too_large = uint64_t{1} << 47, af = 1 << 10;

    /// Output addresses have 44 bits at both stages.
    static Context::Shape shape(DescriptorFormat f) {
        Context::Shape s;
        s.t0sz = s.s2t0sz = 16;
        s.s2sl0 = 2;
        s.stage1 = s.stage2 = f;
        return s;
    }
    void expect_fault(EventId id, bool stage2, FaultClass why) {
        expect_aborted(write_to(in | 0x5678), id);
        EXPECT_EQ(event()[Event::S2], stage2);
        EXPECT_EQ(event()[Event::Class], why);
        EXPECT_EQ(event()[Event::InputAddr], in | 0x5678);
        if (stage2 && id != EventId::F_WALK_EABT) {
            EXPECT_EQ(event()[Event::IPA], in | 0x5000) << "4KB, whatever the granule";
        }
    }
    /// Breaks the leaf in every way, then repairs it way by way.
    void climb(uint64_t at, uint64_t no_access, bool stage2) {
        const FaultClass in_class = FaultClass::In;
        const uint64_t good = memory.word(at);
        uint64_t leaf = ((good | too_large) & ~af & ~uint64_t{1}) ^ no_access;
        memory.poke(at, leaf);
        memory.abort_at(at);
        expect_fault(EventId::F_WALK_EABT, stage2, stage2 ? in_class : FaultClass::Tt);
        memory.repair(at);
        expect_fault(EventId::F_TRANSLATION, stage2, in_class);
        memory.poke(at, leaf |= 1);
        expect_fault(EventId::F_ADDR_SIZE, stage2, in_class);
        memory.poke(at, leaf &= ~too_large);
        expect_fault(EventId::F_ACCESS, stage2, in_class);
        memory.poke(at, leaf |= af);
        expect_fault(EventId::F_PERMISSION, stage2, in_class);
        memory.poke(at, good);
        expect_forwarded(write_to(in | 0x5678), pa | 0x5678);
    }
};

TEST_F(GranuleFaults, WALK_11_WALK_12_WALK_22_WALK_23_Stage1LeavesOfEverySize) {
    for (const LeafSize& l : leaf_sizes) {
        SCOPED_TRACE(::testing::Message() << l);
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(format(l.granule, l.wide)));
        c.cd.set(Cd::IPS, 0b100);
        c.stage1.map(in | 0x5678, pa | 0x5678, stage1_leaf(), l.level);
        attach(c);
        climb(c.stage1.slot(in | 0x5678, l.level), 1 << 7, false);  // AP[2]
        c.cd.set(Cd::AFFD, true);
        c.stage1.map(in | 0x5678, pa | 0x5678, stage1_leaf().set(Stage1Leaf::AF, false), l.level);
        attach(c);
        expect_forwarded(write_to(in | 0x5678), pa | 0x5678);
    }
}

TEST_F(GranuleFaults, WALK_05_WALK_11_WALK_22_EVT_06_Stage2LeavesOfEverySize) {
    for (const LeafSize& l : leaf_sizes) {
        SCOPED_TRACE(::testing::Message() << l);
        Context c(memory, SteConfig::S2, 0x4000'0000, shape(format(l.granule, l.wide)));
        c.ste.set(Ste::S2PS, 0b100);
        c.stage2.map(in | 0x5678, pa | 0x5678, stage2_leaf(), l.level);
        attach(c);
        climb(c.stage2.slot(in | 0x5678, l.level), 1 << 7, true);  // S2AP[1]
        c.ste.set(Ste::S2AFFD, true);
        c.stage2.map(in | 0x5678, pa | 0x5678, stage2_leaf().set(Stage2Leaf::AF, false), l.level);
        attach(c);
        expect_forwarded(write_to(in | 0x5678), pa | 0x5678);
    }
}

// A stage-1 table that is out of range, at every level above the last.
TEST_F(GranuleFaults, WALK_10_WALK_22_TablesOfEveryLevel) {
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64}) {
        Context::Shape s = shape(wide(g));
        s.t0sz = s.s2t0sz = 12;
        s.s2sl0 = g == Granule::K4 ? 0b100 : g == Granule::K16 ? 0b11 : 0b10;
        Context one(memory, SteConfig::S1, 0x4000'0000, s);
        Context two(memory, SteConfig::S2, 0x8000'0000, s);
        one.cd.set(Cd::IPS, 0b100);
        two.ste.set(Ste::S2PS, 0b100);
        for (Context* c : {&one, &two}) {
            Tables& tables = c == &one ? c->stage1 : c->stage2;
            tables.map(in | 0x5678, pa | 0x5678, stage1_leaf());
            attach(*c);
            for (int level = tables.layout().start_level; level < 3; ++level) {
                SCOPED_TRACE(::testing::Message() << name(g) << " level " << level);
                const uint64_t at = tables.slot(in | 0x5678, level), good = memory.word(at);
                memory.poke(at, good | too_large);
                expect_fault(EventId::F_ADDR_SIZE, c == &two, FaultClass::In);
                memory.poke(at, 0);
                expect_fault(EventId::F_TRANSLATION, c == &two, FaultClass::In);
                memory.poke(at, good);
            }
        }
    }
}

TEST_F(GranuleFaults, WALK_16_CD_44_TablesOfEveryLevelTakeAway) {
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64}) {
        Context::Shape s = shape(wide(g));
        s.t0sz = 12;
        Context c(memory, SteConfig::S1, 0x4000'0000, s);
        c.stage1.map(in, pa, stage1_leaf());
        for (int level = c.stage1.layout().start_level; level < 3; ++level) {
            SCOPED_TRACE(::testing::Message() << name(g) << " level " << level);
            const uint64_t at = c.stage1.slot(in, level), good = memory.word(at);
            const auto event_with = [&](uint64_t bits, const Access& a) {
                memory.poke(at, good | bits);
                const EventId id = cold(a).event;
                memory.poke(at, good);
                return id;
            };
            const Access a = access(in);
            for (const bool had : {false, true}) {
                c.cd.set(Cd::HAD0, had);
                attach(c);
                const EventId refused = had ? EventId{} : EventId::F_PERMISSION;
                EXPECT_EQ(event_with(uint64_t{1} << 62, writing(a)), refused);
                EXPECT_EQ(event_with(uint64_t{1} << 62, a), EventId{});
                EXPECT_EQ(event_with(uint64_t{1} << 61, a), refused);
                EXPECT_EQ(event_with(uint64_t{1} << 61, privileged(a)), EventId{});
                EXPECT_EQ(event_with(uint64_t{1} << 60, instruction(a)), refused);
                EXPECT_EQ(event_with(uint64_t{1} << 59, instruction(a)), EventId{});
            }
        }
    }
}

// Nested: the IPA in the record is that of the 4KB around the faulting address.
TEST_F(GranuleFaults, WALK_05_WALK_09_EVT_02_NestedRecords) {
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64}) {
        SCOPED_TRACE(name(g));
        Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(format(g, false)));
        const uint64_t ipa = 0x0000'0123'4567'0000;
        c.stage1.map(in, ipa, stage1_leaf());
        attach(c);
        read(in | 0x123);
        EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'0010, 0x0000'0288'0000'0000,
                                            0x0000'0800'0000'0123, 0x0000'0123'4567'0000}}));
        const uint64_t descriptor = c.stage2.slot(ipa, 3);
        memory.abort_at(descriptor);
        read(in | 0x123);
        EXPECT_EQ(golden(event()), (Golden{{0x0000'0042'0000'000B, 0x0000'0288'0000'0000,
                                            0x0000'0800'0000'0123, descriptor}}));
        memory.repair(descriptor);
    }
}

}  // namespace
}  // namespace smmu::test
