// What A, R and S of a CD and S2R and S2S of an STE make of a fault: legality, responses, records.
// Arm IHI 0070 G.b, 5.4, 5.5, 7.3; names carry the rule of the check list.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Event;
using core::StallModel;

class FaultOutcome : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000;

    FaultOutcome() { features.stall_model = StallModel::StallAndTerminate; }

    /// The event of an access by a stage-1 stream with this CD.A and CD.S.
    EventId verdict(bool a, bool s, bool stalld = false) {
        Context c(memory, SteConfig::S1);
        c.stage1.map(va, pa, stage1_leaf());
        c.ste.set(Ste::S1STALLD, stalld);
        c.cd.set(Cd::A, a).set(Cd::S, s);
        attach(c);
        return read(va).event;
    }
};

TEST_F(FaultOutcome, CD_20_CD_49_StallsThatTheSteForbids) {
    for (const bool s : {false, true}) {
        EXPECT_EQ(verdict(true, s, false), EventId{});
        EXPECT_EQ(verdict(true, s, true), s ? EventId::C_BAD_CD : EventId{});
    }
}

TEST_F(FaultOutcome, CD_21_ReadAsZeroWhereThereIsNone) {
    for (const bool s : {false, true}) {
        features.always_abort = false;
        EXPECT_EQ(verdict(false, s), EventId{});
        features.always_abort = true;
        EXPECT_EQ(verdict(false, s), EventId::C_BAD_CD);
        EXPECT_EQ(verdict(true, s), EventId{});
    }
}

TEST_F(FaultOutcome, CD_22_SHasToFitTheStallModel) {
    struct Row {
        StallModel model;
        bool clear_is_legal, set_is_legal;
    };
    for (const Row& r :
         {Row{StallModel::StallAndTerminate, true, true}, Row{StallModel::Terminate, true, false},
          Row{StallModel::Stall, false, true}}) {
        features.stall_model = r.model;
        EXPECT_EQ(verdict(true, false) != EventId::C_BAD_CD, r.clear_is_legal);
        EXPECT_EQ(verdict(true, true) != EventId::C_BAD_CD, r.set_is_legal);
    }
}

// --- 5.5: what becomes of the transaction does not depend on its record ---------------------------

TEST_F(FaultOutcome, CD_40_EVT_15_WALK_49_EveryARAndSOfAStage1Fault) {
    struct Row {
        bool a, r, s;
        Action action;
        bool recorded;
    };
    const Row rows[] = {
        {false, false, false, Action::RazWi, false}, {false, true, false, Action::RazWi, true},
        {true, false, false, Action::Abort, false},  {true, true, false, Action::Abort, true},
        {false, false, true, Action::Stall, true},   {false, true, true, Action::Stall, true},
        {true, false, true, Action::Stall, true},    {true, true, true, Action::Stall, true},
    };
    Context c(memory, SteConfig::S1);
    const std::pair<EventId, arch::Stage1Leaf> faults[] = {
        {EventId::F_ACCESS, stage1_leaf().set(arch::Stage1Leaf::AF, false)},
        {EventId::F_PERMISSION, stage1_leaf().set(arch::Stage1Leaf::AP, 0b00)},
        {EventId::F_ADDR_SIZE, stage1_leaf()},
        {EventId::F_TRANSLATION, stage1_leaf()}};
    for (const auto& [id, leaf] : faults) {
        c.stage1.map(va, id == EventId::F_ADDR_SIZE ? uint64_t{1} << 44 : pa, leaf);
        if (id == EventId::F_TRANSLATION) c.stage1.unmap(va);
        for (const Row& r : rows) {
            c.cd.set(Cd::A, r.a).set(Cd::R, r.r).set(Cd::S, r.s);
            attach(c);
            const Outcome o = read(va);
            EXPECT_EQ(o.action, r.action) << "A " << r.a << " R " << r.r << " S " << r.s;
            EXPECT_EQ(o.event, id);
            ASSERT_EQ(recorded.events.size(), r.recorded ? 1u : 0u);
            if (!r.recorded) continue;
            EXPECT_EQ(event()[Event::Id], id);
            EXPECT_EQ(event()[Event::Stall], r.s);
        }
    }
}

TEST_F(FaultOutcome, EVT_15_WALK_49_EveryS2rAndS2sOfAStage2Fault) {
    using arch::Stage2Leaf;
    Context c(memory, SteConfig::S2);
    const std::pair<EventId, Stage2Leaf> faults[] = {
        {EventId::F_ACCESS, stage2_leaf().set(Stage2Leaf::AF, false)},
        {EventId::F_PERMISSION, stage2_leaf().set(Stage2Leaf::S2AP, 0b00)},
        {EventId::F_ADDR_SIZE, stage2_leaf()},
        {EventId::F_TRANSLATION, stage2_leaf()}};
    for (const auto& [id, leaf] : faults) {
        c.stage2.map(va, id == EventId::F_ADDR_SIZE ? uint64_t{1} << 44 : pa, leaf);
        if (id == EventId::F_TRANSLATION) c.stage2.unmap(va);
        for (const bool r : {false, true})
            for (const bool s : {false, true}) {
                c.ste.set(Ste::S2R, r).set(Ste::S2S, s);
                attach(c);
                const Outcome o = read(va);
                EXPECT_EQ(o.action, s ? Action::Stall : Action::Abort);
                EXPECT_EQ(o.event, id);
                EXPECT_EQ(recorded.events.size(), r || s ? 1u : 0u);
                // An address that is too large for stage 2 altogether: of stage 1, and aborted.
                expect_aborted(read(uint64_t{1} << 44), EventId::F_ADDR_SIZE);
                EXPECT_FALSE(event()[Event::S2] || event()[Event::Stall]);
            }
    }
}

TEST_F(FaultOutcome, CD_17_AStage2FaultOfTheCdFetchStallsByS2sAndARetryReadsTheCd) {
    Context c(memory);
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf());
    for (const bool cd_s : {false, true})
        for (const bool s2s : {false, true}) {
            configs.invalidate_all();
            c.ste.set(Ste::S2S, s2s).set(Ste::S2R, true);
            c.cd.set(Cd::S, cd_s);
            attach(c);
            c.stage2.unmap(c.cd_place.address);
            EXPECT_EQ(warm(access(va)).action, s2s ? Action::Stall : Action::Abort);
            EXPECT_EQ(event()[Event::Id], EventId::F_TRANSLATION);
            EXPECT_EQ(event()[Event::Stall], s2s) << "whatever CD.S says: nobody has read it";
            EXPECT_TRUE(event()[Event::S2]);
            EXPECT_EQ(event()[Event::Class], arch::FaultClass::Cd);
            c.stage2.map(c.cd_place.address, c.cd_place.physical, stage2_leaf());
            expect_forwarded(warm(access(va)), pa);
            EXPECT_EQ(memory.count(Purpose::Cd), 1u);
        }
}

// HD without HA is reserved: no update of either kind.
TEST_F(FaultOutcome, STE_31_CD_26_HdWithoutHaDoesNothing) {
    features.httu = 2;
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::HD, true);
    attach(c);
    const std::pair<EventId, arch::Stage1Leaf> faults[] = {
        {EventId::F_ACCESS, stage1_leaf().set(arch::Stage1Leaf::AF, false)},
        {EventId::F_PERMISSION,
         stage1_leaf().set(arch::Stage1Leaf::AP, 0b11).set(arch::Stage1Leaf::DBM, true)}};
    for (const auto& [id, leaf] : faults) {
        c.stage1.map(va, pa, leaf);
        const uint64_t at = c.stage1.slot(va, 3), before = memory.word(at);
        expect_aborted(write_to(va), id);
        EXPECT_EQ(memory.word(at), before);
    }
}

// --- Stage 2 under an update of a stage-1 descriptor ------------------------------------------------

class UpdateThroughStage2 : public FaultOutcome {
protected:
    static constexpr uint64_t read_access = 0x0000'0008'0000'0000;
    static constexpr uint64_t s2_class_tt = 0x0000'0180'0000'0000;

    UpdateThroughStage2() {
        features.httu = 2;
        context.cd.set(Cd::HA, true).set(Cd::HD, true);
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        leaf_at = context.stage1.slot(va, 3);
        table = memory.word(context.stage1.slot(va, 2)) & 0x0000'FFFF'FFFF'F000;
        table_leaf_at = context.stage2.slot(table, 3);
        attach(context);
    }
    /// The stage-1 leaf needs an update, and stage 2 lets nobody write where it lies.
    void map(arch::Stage1Leaf leaf) {
        context.stage1.map(va, ipa, leaf);
        memory.poke(table_leaf_at, memory.word(table_leaf_at) & ~(uint64_t{0b10} << 6));
    }
    Context context{memory};
    uint64_t leaf_at, table, table_leaf_at;
};

TEST_F(UpdateThroughStage2, WALK_07_WALK_50_TheFaultIsThatOfStage2) {
    const auto unused = stage1_leaf().set(arch::Stage1Leaf::AF, false);
    const auto clean =
        stage1_leaf().set(arch::Stage1Leaf::AP, 0b11).set(arch::Stage1Leaf::DBM, true);
    const Golden of_read = {{0x0000'0042'0000'0013, read_access | s2_class_tt, va + 0x123, table}};
    const Golden of_write = {{0x0000'0042'0000'0013, s2_class_tt, va + 0x123, table}};
    map(unused);  // a read that sets the access flag: TTRnW says write, RnW is the client's
    const uint64_t before = memory.word(leaf_at);
    expect_aborted(read(va + 0x123), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()), of_read);
    expect_aborted(write_to(va + 0x123), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()), of_write);
    EXPECT_EQ(memory.word(leaf_at), before);
    map(clean);
    expect_forwarded(read(va + 0x123), pa + 0x123);  // needs no update
    expect_aborted(write_to(va + 0x123), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()), of_write);
}

TEST_F(UpdateThroughStage2, WALK_50_ItObeysS2rAndS2s) {
    map(stage1_leaf().set(arch::Stage1Leaf::AF, false));
    for (const bool r : {false, true})
        for (const bool s : {false, true}) {
            put(stream, context.ste.set(Ste::S2R, r).set(Ste::S2S, s));
            const Outcome o = read(va);
            EXPECT_EQ(o.action, s ? Action::Stall : Action::Abort);
            EXPECT_EQ(o.event, EventId::F_PERMISSION);
            EXPECT_EQ(recorded.events.size(), r || s ? 1u : 0u);
        }
}

// Base permission and S2PTW forbid it both.  Without S2PI, S2PO and S1PI no record says Overlay,
// AssuredOnly or DirtyBit.
TEST_F(UpdateThroughStage2, WALK_26_OneRecordForAllReasons) {
    put(stream, context.ste.set(Ste::S2PTW, true));
    const uint64_t good = memory.word(table_leaf_at);
    const uint64_t no_read = good & ~(uint64_t{0b01} << 6), device = good & ~uint64_t{0x3C};
    constexpr uint64_t tt_read = 0x0000'1000'0000'0000;
    for (const uint64_t bad : {no_read, device, no_read & device}) {
        memory.poke(table_leaf_at, bad);
        expect_aborted(read(va), EventId::F_PERMISSION);
        EXPECT_EQ(
            golden(event()),
            (Golden{{0x0000'0042'0000'0013, read_access | s2_class_tt | tt_read, va, table}}));
    }
    memory.poke(table_leaf_at, good);
    context.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b00));
    expect_aborted(read(va), EventId::F_PERMISSION);
    EXPECT_EQ(golden(event()),
              (Golden{{0x0000'0042'0000'0013, read_access | 0x0000'0280'0000'0000, va, ipa}}));
}

}  // namespace
}  // namespace smmu::test
