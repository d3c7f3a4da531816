// Which of many faults is reported: everything is broken, and repaired one by one in the order of
// Arm IHI 0070 G.b, 7.3.22.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::FaultClass;
using arch::Stage1Leaf;
using arch::Stage2Leaf;

class Precedence : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x0000'0001'0000'9000, pa = 0xA000;
    static constexpr uint64_t too_large = uint64_t{1} << 44;

    void expect_event(EventId id) { expect_aborted(write_to(va), id); }
    void expect_fault(EventId id, bool stage2, FaultClass why) {
        expect_event(id);
        EXPECT_EQ(event()[Event::S2], stage2);
        EXPECT_EQ(event()[Event::Class], why);
    }

    /// Breaks the stage-2 leaf of an IPA in every way, then repairs it way by way.
    void climb_stage2(Context& c, uint64_t address, FaultClass why) {
        SCOPED_TRACE("stage-2 leaf");
        const uint64_t at = c.stage2.slot(address, 3);
        const Stage2Leaf good{{{memory.word(at)}}};
        Stage2Leaf leaf = good;
        leaf.set(Stage2Leaf::S2AP, 0).set(Stage2Leaf::AF, false);
        leaf.word[0] = (leaf.word[0] | too_large) & ~uint64_t{1};
        memory.put(at, leaf);
        memory.abort_at(at);
        expect_fault(EventId::F_WALK_EABT, true, why);
        memory.repair(at);
        expect_fault(EventId::F_TRANSLATION, true, why);
        leaf.word[0] |= 1;
        memory.put(at, leaf);
        expect_fault(EventId::F_ADDR_SIZE, true, why);
        leaf.word[0] &= ~too_large;
        memory.put(at, leaf);
        expect_fault(EventId::F_ACCESS, true, why);
        memory.put(at, leaf.set(Stage2Leaf::AF, true));
        expect_fault(EventId::F_PERMISSION, true, why);
        memory.put(at, good);
    }

    /// The same for a stage-1 descriptor, up to where it is read, valid and of good size.
    void climb_stage1(Context& c, int level) {
        SCOPED_TRACE("stage-1 descriptor of level " + std::to_string(level));
        const uint64_t at = c.stage1.slot(va, level), good = memory.word(at);
        memory.poke(at, (good | too_large) & ~uint64_t{1});
        memory.abort_at(at);
        expect_fault(EventId::F_WALK_EABT, false, FaultClass::Tt);
        memory.repair(at);
        expect_fault(EventId::F_TRANSLATION, false, FaultClass::In);
        memory.poke(at, good | too_large);
        expect_fault(EventId::F_ADDR_SIZE, false, FaultClass::In);
        memory.poke(at, good);
    }
};

// Every fault that is still to come stays in place while the earlier ones are met.
TEST_F(Precedence, STE_49_CD_45_WALK_22_WALK_24_WALK_25_NestedTranslation) {
    Context c(memory);
    const Stage1Leaf broken =
        stage1_leaf().set(Stage1Leaf::AF, false).set(Stage1Leaf::AP, 0b10);  // read-only
    c.stage1.map(va, ipa, broken);
    attach(c);
    // The CD is bad and aborts; the STE is bad, aborts, and lies beyond the table.
    memory.put(c.cd_place.physical, Cd{});
    memory.abort_at(c.cd_place.physical);
    put(stream, Ste{c.ste}.set(Ste::S1STALLD, true));
    memory.abort_at(ste_address(stream));
    while_disabled(arch::StrtabBaseCfg::offset, 2);

    expect_event(EventId::C_BAD_STREAMID);
    while_disabled(arch::StrtabBaseCfg::offset, 8);
    expect_event(EventId::F_STE_FETCH);
    memory.repair(ste_address(stream));
    expect_event(EventId::C_BAD_STE);
    put(stream, c.ste);
    expect_aborted(cold(substream(access(va), 0)), EventId::C_BAD_SUBSTREAMID);

    put(stream, Ste{c.ste}.set(Ste::S1ContextPtr, too_large));  // range of the stage-2 input
    expect_fault(EventId::F_TRANSLATION, true, FaultClass::Cd);
    put(stream, c.ste);
    climb_stage2(c, c.cd_place.address, FaultClass::Cd);
    expect_event(EventId::F_CD_FETCH);
    memory.repair(c.cd_place.physical);
    expect_event(EventId::C_BAD_CD);
    memory.put(c.cd_place.physical, Cd{c.cd}.set(Cd::EPD0, true));
    expect_fault(EventId::F_TRANSLATION, false, FaultClass::In);
    c.write_cd();

    climb_stage2(c, c.stage1.root(), FaultClass::Tt);
    for (int level = 0; level < 3; ++level) {
        climb_stage1(c, level);
        const uint64_t next = memory.word(c.stage1.slot(va, level)) & 0x0000'FFFF'FFFF'F000;
        climb_stage2(c, next, FaultClass::Tt);
    }
    climb_stage1(c, 3);
    expect_fault(EventId::F_ACCESS, false, FaultClass::In);
    c.stage1.map(va, ipa, Stage1Leaf{broken}.set(Stage1Leaf::AF, true));
    expect_fault(EventId::F_PERMISSION, false, FaultClass::In);  // WALK_25: before any of stage 2
    c.stage1.map(va, ipa, stage1_leaf());

    expect_fault(EventId::F_TRANSLATION, true, FaultClass::In);  // nothing mapped at all
    c.stage2.map(ipa, pa, stage2_leaf());
    climb_stage2(c, ipa, FaultClass::In);
    expect_forwarded(write_to(va), pa);
}

TEST_F(Precedence, WALK_24_RangeOfStage2ComesFirstForEachStage1Table) {
    Context c(memory, SteConfig::S1S2, 0x4000'0000, {16, 25, 1});  // 39 bits of IPA
    c.stage1.map(va, ipa, stage1_leaf());
    attach(c);
    const uint64_t beyond = uint64_t{1} << 39;
    for (int level = 0; level < 3; ++level) {
        const uint64_t at = c.stage1.slot(va, level), good = memory.word(at);
        memory.poke(at, good | beyond);
        expect_fault(EventId::F_TRANSLATION, true, FaultClass::Tt);
        EXPECT_EQ(event()[Event::IPA], (good & 0x0000'FFFF'FFFF'F000) | beyond);
        memory.poke(at, good);
    }
    c.stage1.map(va, ipa | beyond, stage1_leaf());
    expect_fault(EventId::F_TRANSLATION, true, FaultClass::In);
    EXPECT_EQ(event()[Event::IPA], ipa | beyond);
}

}  // namespace
}  // namespace smmu::test
