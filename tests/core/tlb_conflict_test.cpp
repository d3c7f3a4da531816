// Several entries for one address: a leaf that changed its size without break-before-make.  Arm IHI
// 0070 G.b, 3.20.1, 3.21.1.3 (BBML 2).
#include <algorithm>

#include "tests/core/command_bench.h"

namespace smmu::test {
namespace {

class TlbConflict : public CommandBench<Bench> {
protected:
    static constexpr uint64_t block_bytes = 0x20'0000, va = 0x4020'0000, pa = 0x5640'0000,
                              elsewhere = 0x7860'0000;
    static constexpr SteConfig configs_of_streams[] = {SteConfig::S1, SteConfig::S2,
                                                       SteConfig::S1S2};

    /// The tables that map `va` on, and what a leaf of theirs is.
    struct Mapping {
        Tables& tables;
        bool stage2;
        void block(uint64_t to, bool read_only = false) const {
            if (stage2)
                tables.map(va, to, leaf2(read_only), 2);
            else
                tables.map(va, to, leaf1(read_only), 2);
        }
        /// Pages under a table of their own, which is linked last, as software does it.
        void pages(uint64_t to, bool read_only = false) const {
            tables.unmap(va, 2);
            for (uint64_t at = 0; at < block_bytes; at += 0x1000) {
                if (stage2)
                    tables.map(va + at, to + at, leaf2(read_only));
                else
                    tables.map(va + at, to + at, leaf1(read_only));
            }
        }
        static arch::Stage1Leaf leaf1(bool read_only) {
            return stage1_leaf().set(arch::Stage1Leaf::AP, read_only ? 0b11 : 0b01);
        }
        static arch::Stage2Leaf leaf2(bool read_only) {
            return stage2_leaf().set(arch::Stage2Leaf::S2AP, read_only ? 0b01 : 0b11);
        }
    };
    Mapping mapping(Context& c, SteConfig config) {
        attach(c);
        if (config == SteConfig::S1S2)  // stage 2 as it was, whatever the size of stage 1
            for (const uint64_t to : {pa, elsewhere}) c.stage2.map(to, to, stage2_leaf(), 2);
        return {config == SteConfig::S2 ? c.stage2 : c.stage1, config == SteConfig::S2};
    }
    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }
};

TEST_F(TlbConflict, TLB_22_ALeafThatChangesItsSizeNeverFaults) {
    for (const SteConfig config : configs_of_streams)
        for (const bool from_block : {false, true}) {
            forget();
            Context c(memory, config);
            const Mapping m = mapping(c, config);
            const auto use = [&](bool block) { block ? m.block(pa) : m.pages(pa); };
            for (unsigned change = 0; change < 4; ++change) {
                use((change % 2 == 0) == from_block);
                // Some addresses are in the cache by now, others are not.
                for (uint64_t at = change * 0x3000; at < block_bytes; at += 0x7000) {
                    const Access a = at / 0x1000 % 2 ? access(va + at) : writing(access(va + at));
                    expect_forwarded(warm(a), pa + at);
                }
                for (uint64_t at = 0; at < block_bytes; at += 0x1000)
                    expect_forwarded(warm(access(va + at)), pa + at);
            }
        }
}

// Software that changes more than the size breaks the rules; even then an access sees one entry, all
// of it.
TEST_F(TlbConflict, TLB_22_NoResultIsMadeOfTwoEntries) {
    for (const SteConfig config : configs_of_streams) {
        forget();
        Context c(memory, config);
        const Mapping m = mapping(c, config);
        m.block(pa, true);  // read-only
        expect_forwarded(warm(access(va)), pa);
        m.pages(elsewhere, false);
        for (uint64_t at = 0; at < 0x10'0000; at += 0x5000) {
            // A write does not fit the old entry, and finds the new leaf.
            if (at / 0x1000 % 2 == 0) {
                expect_forwarded(warm(writing(access(va + at))), elsewhere + at);
            }
            const Outcome o = warm(access(va + at));
            EXPECT_EQ(o.action, Action::Forward);
            EXPECT_TRUE(o.address == pa + at ? !o.writes : o.address == elsewhere + at && o.writes)
                << std::hex << o.address;
        }
    }
}

TEST_F(TlbConflict, TLB_22_AnInvalidationRemovesAllThatMatch) {
    const struct {
        SteConfig config;
        uint64_t word0;
    } rows[] = {{SteConfig::S1, 0x0C0D'0A0B'0000'0012},    // NH_VA
                {SteConfig::S1S2, 0x0000'0A0B'0000'0013},  // NH_VAA
                {SteConfig::S2, 0x0000'0A0B'0000'002A}};   // S2_IPA
    for (const auto& r : rows) {
        forget();
        Context c(memory, r.config);
        const Mapping m = mapping(c, r.config);
        m.pages(pa);
        expect_forwarded(warm(access(va + 0x5000)), pa + 0x5000);
        m.block(pa);
        expect_forwarded(warm(access(va + 0x6000)), pa + 0x6000);
        m.tables.unmap(va, 2);
        run(r.word0, va + 0x5000);
        for (const uint64_t at : {0x5000, 0x6000})
            expect_aborted(warm(access(va + at)), EventId::F_TRANSLATION);
    }
}

TEST_F(TlbConflict, TLB_22_OverlappingEntriesOfAnotherVmidAreNeverUsed) {
    Context one(memory, SteConfig::S1S2), two(memory, SteConfig::S1S2, 0x2'0000'0000);
    two.ste.set(Ste::S2VMID, 0x0A0C);
    const Mapping m1 = mapping(one, SteConfig::S1S2);
    m1.block(pa);
    two.stage2.map(elsewhere, elsewhere, stage2_leaf(), 2);
    const Mapping m2{two.stage1, false};
    m2.pages(elsewhere);
    two.write_cd();
    put(arch::StreamId{7}, two.ste);
    for (uint64_t at = 0; at < block_bytes; at += 0x9000) {
        Access other = access(va + at);
        other.stream = arch::StreamId{7};
        expect_forwarded(warm(access(va + at)), pa + at);
        expect_forwarded(warm(other), elsewhere + at);
        expect_forwarded(warm(access(va + at)), pa + at);
    }
}

}  // namespace
}  // namespace smmu::test
