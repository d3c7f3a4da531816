// Which streams share a translation: VMID, ASID, ASET, stages.  Arm IHI 0070 G.b, 3.17.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;

class Sharing : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000, elsewhere = 0xF000;

    /// A second stream with its own context, mapping the same VA elsewhere.
    void both(Context& one, Context& two, bool global) {
        const auto leaf = stage1_leaf().set(Stage1Leaf::nG, !global);
        one.stage1.map(va, one.nested ? ipa : pa, leaf);
        one.stage2.map(ipa, pa, stage2_leaf());
        two.stage1.map(va, two.nested ? ipa : elsewhere, leaf);
        two.stage2.map(ipa, elsewhere, stage2_leaf());
        attach(one);
        two.write_cd();
        put(arch::StreamId{7}, two.ste);
    }
    /// After an access by the first stream, does the second use its translation?
    bool second_hits() {
        warm(touch);
        Access other = touch;
        other.stream = arch::StreamId{7};
        const Outcome o = warm(other);
        EXPECT_EQ(o.address, recorded.tlb_lookups.hits ? pa : elsewhere);
        return recorded.tlb_lookups.hits == 1;
    }
    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }

    Access touch = access(va);
};

TEST_F(Sharing, SameVmidAndAsidShare) {
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2}) {
        forget();
        Context one(memory, config), two(memory, config, 0x6000'0000);
        both(one, two, false);
        EXPECT_TRUE(second_hits());
    }
}

TEST_F(Sharing, STE_46_DifferentVmidsNeverShare) {
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2, SteConfig::S1S2})
        for (const bool global : {false, true}) {
            forget();
            Context one(memory, config), two(memory, config, 0x6000'0000);
            two.ste.set(Ste::S2VMID, 0x0A0C);
            both(one, two, global);
            one.stage2.map(va, pa, stage2_leaf());
            two.stage2.map(va, elsewhere, stage2_leaf());
            EXPECT_FALSE(second_hits());
        }
}

TEST_F(Sharing, WALK_32_DifferentAsidsShareGlobalsOfTheSameAset) {
    struct Row {
        bool global, aset1, aset2, share;
    };
    const Row rows[] = {{false, false, false, false}, {false, true, true, false},
                        {true, false, false, true},   {true, true, true, true},
                        {true, false, true, false},   {true, true, false, false}};
    for (const Row& r : rows) {
        forget();
        Context one(memory), two(memory, SteConfig::S1S2, 0x6000'0000);
        one.cd.set(Cd::ASET, r.aset1);
        two.cd.set(Cd::ASET, r.aset2).set(Cd::ASID, 0x0C0E);
        both(one, two, r.global);
        EXPECT_EQ(second_hits(), r.share);
    }
}

TEST_F(Sharing, WALK_32_AsetDoesNotMatterForNonGlobalPages) {
    Context one(memory), two(memory, SteConfig::S1S2, 0x6000'0000);
    one.cd.set(Cd::ASET, true);
    both(one, two, false);
    EXPECT_TRUE(second_hits());
}

TEST_F(Sharing, StreamsOfDifferentStagesDoNotShare) {
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S1S2, 0x6000'0000);
    both(one, two, true);
    EXPECT_FALSE(second_hits());
}

// --- Hypervisors: CR2.E2H and STE.STRW say which kind (3.17, 5.2)

TEST_F(Sharing, TLB_14_TLB_17_El2HasNeitherVmidNorAsidAndOneAddressSpace) {
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S1, 0x6000'0000);
    one.ste.set(Ste::STRW, 0b10);
    two.ste.set(Ste::STRW, 0b10).set(Ste::S2VMID, 0x0A0C);
    two.cd.set(Cd::ASID, 0x0C0E).set(Cd::ASET, true);
    for (const bool global : {false, true}) {
        forget();
        both(one, two, global);
        EXPECT_TRUE(second_hits());
    }
}

TEST_F(Sharing, TLB_14_El2E2hHasAsidsAndNoVmid) {
    while_disabled(arch::Cr2::offset, 0b11);
    struct Row {
        bool global, other_asid, other_aset, share;
    };
    const Row rows[] = {{false, false, false, true},
                        {false, true, false, false},
                        {false, false, true, true},
                        {true, true, false, true},
                        {true, true, true, false}};
    for (const Row& r : rows) {
        forget();
        Context one(memory, SteConfig::S1), two(memory, SteConfig::S1, 0x6000'0000);
        one.ste.set(Ste::STRW, 0b10);
        two.ste.set(Ste::STRW, 0b10).set(Ste::S2VMID, 0x0A0C);
        if (r.other_asid) two.cd.set(Cd::ASID, 0x0C0E);
        two.cd.set(Cd::ASET, r.other_aset);
        both(one, two, r.global);
        EXPECT_EQ(second_hits(), r.share) << &r - rows;
    }
}

TEST_F(Sharing, TLB_03_TLB_14_StreamWorldsNeverShare) {
    for (const uint64_t cr2 : {0b10, 0b11}) {  // EL2, EL2-E2H
        while_disabled(arch::Cr2::offset, cr2);
        for (const bool global : {false, true}) {
            forget();
            Context one(memory, SteConfig::S1), two(memory, SteConfig::S1, 0x6000'0000);
            one.ste.set(Ste::S2VMID, 0);
            two.ste.set(Ste::S2VMID, 0).set(Ste::STRW, 0b10);
            if (cr2 == 0b10) one.cd.set(Cd::ASID, 0);
            both(one, two, global);
            EXPECT_FALSE(second_hits());
        }
    }
}

TEST_F(Sharing, SubstreamsWithOneAsidShare) {
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S1, 0x6000'0000);
    one.ste.set(Ste::S1CDMax, 1).set(Ste::S1DSS, arch::S1Default::Substream0);
    both(one, two, false);
    for (const bool other_asid : {false, true}) {
        forget();
        if (other_asid) two.cd.set(Cd::ASID, 0x0C0E);
        memory.put(one.cd_place.physical + 64, two.cd);  // of substream 1
        warm(access(va));
        const Outcome o = warm(substream(access(va), 1));
        EXPECT_EQ(recorded.tlb_lookups.hits, other_asid ? 0u : 1u);
        EXPECT_EQ(o.address, other_asid ? elsewhere : pa);
    }
}

TEST_F(Sharing, VmidCountsForNothingWithoutStage2) {
    features.stage2 = false;
    features.forced_write_back = false;
    Context one(memory, SteConfig::S1), two(memory, SteConfig::S1, 0x6000'0000);
    two.ste.set(Ste::S2VMID, 0x0A0C);
    both(one, two, false);
    EXPECT_TRUE(second_hits());
}

}  // namespace
}  // namespace smmu::test
