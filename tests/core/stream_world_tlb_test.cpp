// Which streams share translations: tags of EL1, EL2 and EL2-E2H.
// Arm IHI 0070 G.b, 3.3.3, 3.17, 5.4.1; names carry the rule of the check list.
#include "tests/core/command_bench.h"
#include "tests/core/stream_world_bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;

class WorldTlb : public CommandBench<WorldBench> {
protected:
    static constexpr uint64_t elsewhere = 0xF000;
    static constexpr arch::StreamId second{7};

    /// Two stage-1 streams that map `va` differently.
    WorldTlb() { map(false); }
    void map(bool global) {
        const auto leaf = stage1_leaf().set(Stage1Leaf::nG, !global);
        one.stage1.map(va, pa, leaf);
        two.stage1.map(va, elsewhere, leaf);
    }
    /// After an access by the first stream, does the second use its translation?
    bool share(StreamWorld first_world, StreamWorld second_world) {
        forget();
        set_e2h(first_world == StreamWorld::El2E2h || second_world == StreamWorld::El2E2h);
        put(stream, one.ste.set(Ste::STRW, first_world == StreamWorld::El1 ? 0b00 : 0b10));
        put(second, two.ste.set(Ste::STRW, second_world == StreamWorld::El1 ? 0b00 : 0b10));
        one.write_cd();
        two.write_cd();
        EXPECT_EQ(warm(access(va)).address, pa);
        const Outcome o = warm(by_second());
        const bool hit = recorded.tlb_lookups.hits == 1;
        EXPECT_EQ(o.address, hit ? pa : elsewhere);
        return hit;
    }
    static Access by_second() {
        Access a = access(va);
        a.stream = second;
        return a;
    }
    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }

    Context one{memory, SteConfig::S1}, two{memory, SteConfig::S1, 0x8000'0000};
};

struct ShareRow {
    StreamWorld world;
    bool same_vmid, same_asid, global, share;
};
constexpr StreamWorld EL1 = StreamWorld::El1, EL2 = StreamWorld::El2, E2H = StreamWorld::El2E2h;
constexpr ShareRow share_rows[] = {
    // EL1: VMID, and ASID unless global.
    {EL1, true, true, false, true},
    {EL1, true, false, false, false},
    {EL1, true, false, true, true},
    {EL1, false, true, false, false},
    {EL1, false, true, true, false},
    // EL2-E2H: ASID unless global, no VMID.
    {E2H, true, true, false, true},
    {E2H, true, false, false, false},
    {E2H, true, false, true, true},
    {E2H, false, true, false, true},
    {E2H, false, false, false, false},
    {E2H, false, false, true, true},
    // EL2: one address space.
    {EL2, true, true, false, true},
    {EL2, true, false, false, true},
    {EL2, false, false, false, true},
    {EL2, false, false, true, true},
};

TEST_F(WorldTlb, WALK_41_TLB_14_E2H_01_TagsOfEachWorld) {
    for (const ShareRow& r : share_rows) {
        SCOPED_TRACE(&r - share_rows);
        map(r.global);
        two.ste.set(Ste::S2VMID, r.same_vmid ? 0x0A0B : 0x0A0C);
        two.cd.set(Cd::ASID, r.same_asid ? 0x0C0D : 0x0C0E);
        EXPECT_EQ(share(r.world, r.world), r.share);
    }
}

TEST_F(WorldTlb, WALK_41_TLB_14_NothingIsSharedBetweenEl1AndEl2) {
    for (const bool global : {false, true}) {
        map(global);
        for (Context* c : {&one, &two}) {
            c->ste.set(Ste::S2VMID, 0);  // what an EL2 entry has in these fields
            c->cd.set(Cd::ASID, 0);
        }
        for (const StreamWorld other : {EL2, E2H}) {
            EXPECT_FALSE(share(EL1, other));
            EXPECT_FALSE(share(other, EL1));
        }
    }
}

TEST_F(WorldTlb, TLB_15_WALK_32_GlobalsOfE2hKeepToTheirAset) {
    two.cd.set(Cd::ASID, 0x0C0E);
    for (const bool global : {false, true})
        for (const bool aset1 : {false, true})
            for (const bool aset2 : {false, true}) {
                map(global);
                one.cd.set(Cd::ASET, aset1);
                two.cd.set(Cd::ASET, aset2);
                EXPECT_EQ(share(E2H, E2H), global && aset1 == aset2);
            }
}

// nG and ASET mean nothing in EL2: no result other than sharing, or a walk of the stream's own
// tables.
TEST_F(WorldTlb, TLB_17_WALK_32_El2HasOneAddressSpace) {
    for (const bool global : {false, true}) {
        map(global);
        share(EL2, EL2);
        ASSERT_FALSE(recorded.translations.size() > 1);
        EXPECT_EQ(execute(0x0000'0000'0000'0020), arch::CommandError::None);
        EXPECT_EQ(warm(by_second()).address, elsewhere);
    }
}

TEST_F(WorldTlb, TLB_14_SubstreamsOfEl2E2hHaveTheirAsids) {
    set_e2h(true);
    one.ste.set(Ste::STRW, 0b10).set(Ste::S1CDMax, 1);
    one.ste.set(Ste::S1ContextPtr, 0x9'0000'0000);
    put(stream, one.ste);
    memory.put(0x9'0000'0000, Cd{one.cd});
    memory.put(0x9'0000'0040, Cd{two.cd}.set(Cd::ASID, 0x0C0E));
    EXPECT_EQ(warm(substream(access(va), 0)).address, pa);
    EXPECT_EQ(warm(substream(access(va), 1)).address, elsewhere);
    EXPECT_EQ(warm(substream(access(va), 0)).address, pa);
    EXPECT_EQ(recorded.tlb_lookups.hits, 1u);
}

// --- What the commands make visible
// ----------------------------------------------------------------

struct Effect {
    StreamWorld world;
    uint64_t word0, word1;
    bool reaches;
};
// The entry: `va`, ASID 0x0C0D, and VMID 0x0A0B in EL1.
constexpr Effect effects[] = {
    {EL1, 0x0000'0A0B'0000'0010, 0, true},       // NH_ALL
    {EL1, 0x0000'0000'0000'0030, 0, true},       // NSNH_ALL
    {EL2, 0x0000'0000'0000'0020, 0, true},       // EL2_ALL
    {EL2, 0x0000'0000'0000'0022, 0x1000, true},  // EL2_VA
    {EL2, 0xFFFF'0000'0000'0022, 0x1000, true},
    {EL2, 0x0000'0000'0000'0023, 0x1000, true},  // EL2_VAA
    {EL2, 0x0000'0000'0000'1023, 0x0400, true},  // a range of two pages from 0
    {EL2, 0x0000'0000'0000'0030, 0, false},
    {EL2, 0x0000'0A0B'0000'0010, 0, false},
    {EL2, 0x0000'0A0B'0000'0028, 0, false},  // S12_VMALL
    {E2H, 0x0000'0000'0000'0020, 0, true},
    {E2H, 0x0C0D'0000'0000'0021, 0, true},  // EL2_ASID
    {E2H, 0x0C0D'0000'0000'0022, 0x1000, true},
    {E2H, 0x0000'0000'0000'0023, 0x1000, true},
    {E2H, 0x0C0E'0000'0000'0021, 0, false},
    {E2H, 0x0C0E'0000'0000'0022, 0x1000, false},
    {E2H, 0x0C0D'0A0B'0000'0012, 0x1000, false},  // NH_VA
    {E2H, 0x0000'0000'0000'0030, 0, false},
};

TEST_F(WorldTlb, CMD_18_CMD_21_E2H_03_TLB_08_ChangedLeavesAreSeen) {
    for (const Effect& e : effects) {
        SCOPED_TRACE(&e - effects);
        forget();
        one.stage1.map(va, pa, stage1_leaf());
        use(one, e.world);
        EXPECT_EQ(warm(access(va)).address, pa);
        one.stage1.map(va, elsewhere, stage1_leaf());
        run(e.word0, e.word1);
        EXPECT_EQ(warm(access(va)).address, e.reaches ? elsewhere : pa);
    }
}

// CR2.E2H may be cached: software drops configuration and translations with the change.
TEST_F(WorldTlb, TLB_07_AChangeOfE2hIsSeenAfterEl2AllAndCfgi) {
    one.stage1.map(va, pa, stage1_leaf().set(Stage1Leaf::AP, 0b00));
    use(one, EL2);
    EXPECT_EQ(warm(access(va)).address, pa);
    for (const bool e2h : {true, false}) {
        set_e2h(e2h);
        run(0x0000'0000'0000'0020);      // EL2_ALL
        run(0x0000'0000'0000'0004, 31);  // CFGI_ALL
        EXPECT_EQ(warm(access(va)).event, e2h ? EventId::F_PERMISSION : EventId{});
    }
}

}  // namespace
}  // namespace smmu::test
