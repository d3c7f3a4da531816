// The tables of a nested stage 1: stage 2 judges the page of each by that page's own leaf, whatever it
// said of the one before.  Arm IHI 0070 G.b, 3.4, 7.3; Arm ARM D8.5.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::FaultClass;
using arch::Stage2Leaf;

constexpr uint64_t address_bits = 0x0000'FFFF'FFFF'F000;  // of a table descriptor: [47:12]
constexpr uint64_t access_flag = uint64_t{1} << 10;

class NestedTables : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000, ipa = 0xAB'C000, pa = 0x56'789A'B000;

    NestedTables() {
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        attach(context);
    }
    Outcome read_by(arch::StreamId who) {
        Access a = access(va);
        a.stream = who;
        return cold(a);
    }
    /// IPA of the stage-1 table whose descriptor is read at that level.
    uint64_t table(int level) {
        return level == 0 ? context.stage1.root()
                          : memory.word(context.stage1.slot(va, level - 1)) & address_bits;
    }
    uint64_t leaf_of_table(int level) { return memory.word(context.stage2.slot(table(level), 3)); }
    /// Its page lies where it lay, with another leaf.
    void map_table(int level, Stage2Leaf leaf) {
        context.stage2.map(table(level), leaf_of_table(level) & address_bits, leaf);
    }
    void expect_fault_at(int level, EventId id) {
        expect_aborted(read(va), id);
        EXPECT_TRUE(event()[arch::Event::S2]) << level;
        EXPECT_EQ(event()[arch::Event::Class], FaultClass::Tt) << level;
        EXPECT_EQ(event()[arch::Event::IPA], table(level)) << level;
    }

    /// A table of any level in a page like that stops the walk.
    void expect_fault_at_each(Stage2Leaf leaf, EventId id) {
        for (int level = 0; level < 4; ++level) {
            map_table(level, leaf);
            expect_fault_at(level, id);
            map_table(level, stage2_leaf());
        }
        expect_forwarded(read(va), pa);
    }

    static constexpr arch::StreamId another{0x43};
    Context context{memory};
};

TEST_F(NestedTables, OneThatMustNotBeReadStopsTheWalk) {
    expect_fault_at_each(stage2_leaf().set(Stage2Leaf::S2AP, 0b10), EventId::F_PERMISSION);
}

TEST_F(NestedTables, OneThatWasNotAccessedStopsTheWalk) {
    expect_fault_at_each(stage2_leaf().set(Stage2Leaf::AF, false), EventId::F_ACCESS);
}

TEST_F(NestedTables, OneOnADeviceStopsAProtectedWalk) {
    put(stream, context.ste.set(Ste::S2PTW, true));
    expect_fault_at_each(stage2_leaf().set(Stage2Leaf::MemAttr, 0b0001), EventId::F_PERMISSION);
}

// Streams that take turns on the same tables, by other rules of their STEs.

TEST_F(NestedTables, OneOnADeviceStopsTheProtectedWalksAlone) {
    put(another, Ste(context.ste).set(Ste::S2PTW, true));
    for (int level = 0; level < 4; ++level)
        map_table(level, stage2_leaf().set(Stage2Leaf::MemAttr, 0b0001));
    for (int turn = 0; turn < 2; ++turn) {
        expect_forwarded(read(va), pa);
        expect_aborted(read_by(another), EventId::F_PERMISSION);
        EXPECT_EQ(event()[arch::Event::IPA], table(0));
    }
}

TEST_F(NestedTables, OneThatWasNotAccessedStopsTheWalksThatCare) {
    put(another, Ste(context.ste).set(Ste::S2AFFD, true));
    for (int level = 0; level < 4; ++level)
        map_table(level, stage2_leaf().set(Stage2Leaf::AF, false));
    for (int turn = 0; turn < 2; ++turn) {
        expect_forwarded(read_by(another), pa);
        expect_aborted(read(va), EventId::F_ACCESS);
        EXPECT_EQ(event()[arch::Event::IPA], table(0));
    }
}

TEST_F(NestedTables, EachGetsItsAccessFlag) {
    features.httu = 1;
    put(stream, context.ste.set(Ste::S2HA, true));
    for (int level = 0; level < 4; ++level)
        map_table(level, stage2_leaf().set(Stage2Leaf::AF, false));
    expect_forwarded(read(va), pa);
    for (int level = 0; level < 4; ++level)
        EXPECT_EQ(leaf_of_table(level) & access_flag, access_flag) << level;
}

TEST_F(NestedTables, EachIsReadWithTheAttributesOfItsPage) {
    for (const int other : {1, 2}) {
        map_table(other, stage2_leaf().set(Stage2Leaf::MemAttr, 0b0101));  // iNC-oNC
        expect_forwarded(read(va), pa);
        for (const auto& seen : memory.log) {
            if (seen.purpose != Purpose::Stage1Table) continue;
            EXPECT_EQ(seen.attributes.inner.is_cacheable(), seen.level != other) << int{seen.level};
        }
        map_table(other, stage2_leaf());
    }
}

}  // namespace
}  // namespace smmu::test
