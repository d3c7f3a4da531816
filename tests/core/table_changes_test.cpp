// Tables that change under cached translations: sizes, overlaps, permissions.  Arm IHI 0070 G.b, 3.17,
// 3.20.1, 3.21.1; names carry the rule of the check list.
#include "tests/core/command_bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

class TableChanges : public CommandBench<Bench> {
protected:
    static constexpr uint64_t va = 0x20'0000, block = 0x4000'0000, pages = 0x6000'0000;
    static constexpr uint64_t tlbi_nh_all = 0x0000'0A0B'0000'0010;
    static constexpr uint64_t tlbi_s12_vmall = 0x0000'0A0B'0000'0028;

    /// Replaces the 2 MB block around `va` by a table of pages that go elsewhere.
    void split(Context& c) {
        c.stage1.unmap(va, 2);
        for (uint64_t i = 0; i < 0x20'0000; i += 0x1000)
            c.stage1.map(va + i, pages + i, stage1_leaf());
    }
};

TEST_F(TableChanges, WALK_31_NtIsNoFault) {
    for (const unsigned bbml : {1u, 2u}) {
        features.bbml = bbml;
        tlb.invalidate_all();
        Context c(memory);
        c.stage1.map(va, va, stage1_leaf().set(Stage1Leaf::nT, true), 2);
        c.stage2.map(va, block, stage2_leaf().set(Stage2Leaf::nT, true), 2);
        attach(c);
        for (const uint64_t offset : {0x0u, 0x1'2345u, 0x1F'FFFFu}) {
            expect_forwarded(warm(access(va + offset)), block + offset);
            expect_forwarded(warm(writing(access(va + offset))), block + offset);
        }
    }
}

// Without break-before-make: an access sees the block or its page, and nothing between the two.
TEST_F(TableChanges, WALK_31_ASizeChangeIsSeenAsTheOldOrTheNew) {
    for (const unsigned bbml : {1u, 2u}) {
        features.bbml = bbml;
        tlb.invalidate_all();
        Context c(memory, SteConfig::S1);
        c.stage1.map(va, block, stage1_leaf(), 2);
        attach(c);
        expect_forwarded(warm(access(va)), block);
        split(c);
        for (uint64_t offset = 0; offset < 0x20'0000; offset += 0x1'0123) {
            const Outcome o = warm(access(va + offset));
            EXPECT_EQ(o.action, Action::Forward);
            EXPECT_TRUE(o.address == block + offset || o.address == pages + offset);
        }
        run(tlbi_nh_all);
        for (uint64_t offset = 0; offset < 0x20'0000; offset += 0x1'0123)
            expect_forwarded(warm(access(va + offset)), pages + offset);
    }
}

// A conflict is not detected here (F_TLB_CONFLICT is allowed); one of the two entries is used, and
// nobody else's.
TEST_F(TableChanges, WALK_28_OverlappingEntriesReachNoOtherAddressSpace) {
    Context one(memory), two(memory, SteConfig::S1S2, 0x9000'0000);
    two.ste.set(Ste::S2VMID, 0x0A0C);
    constexpr uint64_t others = 0x1000'0000'0;
    for (uint64_t i = 0; i < 0x4000; i += 0x1000) {
        one.stage1.map(va + i, 0x100'0000 + i, stage1_leaf());
        two.stage1.map(va + i, 0x100'0000 + i, stage1_leaf());
        two.stage2.map(0x100'0000 + i, others + i, stage2_leaf());
    }
    one.stage2.map(0x100'0000, pages, stage2_leaf(), 2);
    one.stage2.map(0x200'0000, block, stage2_leaf(), 2);
    attach(one);
    two.write_cd();
    put(arch::StreamId{7}, two.ste);
    const auto of_two = [&](uint64_t address) {
        Access a = access(address);
        a.stream = arch::StreamId{7};
        return a;
    };
    for (uint64_t i = 0; i < 0x2000; i += 0x1000) expect_forwarded(warm(access(va + i)), pages + i);
    // The pages become a block under their entries.
    one.stage1.map(va, 0x200'0000, stage1_leaf(), 2);
    expect_forwarded(warm(access(va + 0x3000)), block + 0x3000);
    for (uint64_t i = 0; i < 0x4000; i += 0x123) {
        const Outcome o = warm(access(va + i));
        EXPECT_EQ(o.action, Action::Forward);
        EXPECT_TRUE(o.address == pages + i || o.address == block + i) << std::hex << o.address;
        expect_forwarded(warm(of_two(va + i)), others + i);
    }
}

TEST_F(TableChanges, WALK_40_APermissionGivenIsThereAfterTheInvalidation) {
    constexpr uint64_t ipa = 0x5000, pa = 0x9000;
    Context c(memory);
    const auto map = [&](uint8_t ap, uint8_t s2ap) {
        c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AP, ap));
        c.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::S2AP, s2ap));
    };
    attach(c);
    struct Row {
        uint8_t ap, s2ap;
        uint64_t command;
    };
    for (const Row& r : {Row{0b11, 0b11, tlbi_nh_all}, Row{0b01, 0b01, tlbi_s12_vmall}}) {
        tlb.invalidate_all();
        map(r.ap, r.s2ap);
        expect_forwarded(warm(access(va)), pa);
        expect_aborted(warm(writing(access(va))), EventId::F_PERMISSION);
        map(0b01, 0b11);
        const Outcome meanwhile = warm(writing(access(va)));  // the old permission, or the new one
        EXPECT_TRUE(meanwhile.event == EventId::F_PERMISSION || meanwhile.address == pa);
        run(r.command);
        expect_forwarded(warm(writing(access(va))), pa);
    }
}

// ASET spares an entry from broadcasts by PEs (of which there are none here), never from a command.
TEST_F(TableChanges, CD_36_EveryCommandReachesEntriesOfASharedAsid) {
    constexpr uint64_t pa = 0x9000, elsewhere = 0xB000;
    struct Row {
        const char* what;
        uint64_t word0, word1;
        bool reaches_globals;
    };
    const Row rows[] = {{"NH_ALL", 0x0000'0A0B'0000'0010, 0, true},
                        {"NH_ASID", 0x0C0D'0A0B'0000'0011, 0, false},
                        {"NH_VA", 0x0C0D'0A0B'0000'0012, va, true},
                        {"NH_VAA", 0x0000'0A0B'0000'0013, va, true},
                        {"S12_VMALL", 0x0000'0A0B'0000'0028, 0, true},
                        {"NSNH_ALL", 0x0000'0000'0000'0030, 0, true}};
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::ASET, true);
    attach(c);
    for (const Row& r : rows)
        for (const bool global : {false, true}) {
            if (global && !r.reaches_globals) continue;
            tlb.invalidate_all();
            const auto leaf = stage1_leaf().set(Stage1Leaf::nG, !global);
            c.stage1.map(va, pa, leaf);
            expect_forwarded(warm(access(va)), pa);
            c.stage1.map(va, elsewhere, leaf);
            expect_forwarded(warm(access(va)), pa);  // cached as any other
            run(r.word0, r.word1);
            expect_forwarded(warm(access(va)), elsewhere);
        }
}

}  // namespace
}  // namespace smmu::test
