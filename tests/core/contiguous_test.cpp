// The Contiguous bit: one TLB entry serves a run of descriptors, and never more than the tables
// allow. Arm ARM D8.7.1, table D8-104; names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::Stage1Leaf;
using arch::Stage2Leaf;

struct JoinedRun {
    Granule granule;
    int level;
    unsigned entry, run;  ///< log2 of their bytes
};
constexpr JoinedRun runs[] = {{Granule::K4, 1, 30, 34},  {Granule::K4, 2, 21, 25},
                              {Granule::K4, 3, 12, 16},  {Granule::K16, 2, 25, 30},
                              {Granule::K16, 3, 14, 21}, {Granule::K64, 2, 29, 34},
                              {Granule::K64, 3, 16, 21}};

std::ostream& operator<<(std::ostream& out, const JoinedRun& r) {
    return out << name(r.granule) << " level " << r.level;
}

constexpr Stage1Leaf contiguous1 = stage1_leaf().set(Stage1Leaf::Contiguous, true);
constexpr Stage2Leaf contiguous2 = stage2_leaf().set(Stage2Leaf::Contiguous, true);

class Contiguous : public GranuleBench {
protected:
    // Aligned to the longest run, 16 GB.
    static constexpr uint64_t va = 0x0000'0804'0000'0000, ipa = 0x0000'0408'0000'0000,
                              pa = 0x0000'0A04'0000'0000;

    static Context::Shape shape(Granule stage1, Granule stage2) {
        Context::Shape s;
        s.t0sz = s.s2t0sz = 16;
        s.s2sl0 = 2;
        s.stage1 = format(stage1, false);
        s.stage2 = format(stage2, false);
        return s;
    }
    void expect_hit(uint64_t address, uint64_t output) {
        expect_forwarded(warm(access(address)), output);
        EXPECT_EQ(recorded.tlb_lookups.hits, 1u) << std::hex << address;
        EXPECT_TRUE(memory.log.empty());
    }
    void expect_miss(uint64_t address, uint64_t output) {
        expect_forwarded(warm(access(address)), output);
        EXPECT_EQ(recorded.tlb_lookups.misses, 1u) << std::hex << address;
    }
    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }
    static uint64_t bytes(unsigned shift) { return uint64_t{1} << shift; }
};

/// All descriptors of a run, and one behind it.
template <class Leaf>
void map_run(Tables& tables, uint64_t from, uint64_t to, Leaf leaf, const JoinedRun& r) {
    for (uint64_t at = 0; at <= uint64_t{1} << r.run; at += uint64_t{1} << r.entry)
        tables.map(from + at, to + at, leaf, r.level);
}

TEST_F(Contiguous, WALK_30_OneStage1EntryServesTheRun) {
    for (const JoinedRun& r : runs) {
        SCOPED_TRACE(::testing::Message() << r);
        forget();
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(r.granule, Granule::K4));
        map_run(c.stage1, va, pa, contiguous1, r);
        attach(c);
        const uint64_t middle = 5 * bytes(r.entry) + 0x123;
        expect_miss(va + middle, pa + middle);
        EXPECT_EQ(recorded.translations.at(0).shift, r.run);
        for (uint64_t at = 0; at < bytes(r.run); at += bytes(r.entry)) expect_hit(va + at, pa + at);
        expect_hit(va + bytes(r.run) - 1, pa + bytes(r.run) - 1);
        expect_miss(va + bytes(r.run), pa + bytes(r.run));
    }
}

TEST_F(Contiguous, WALK_30_OneStage2EntryServesTheRun) {
    for (const JoinedRun& r : runs) {
        SCOPED_TRACE(::testing::Message() << r);
        forget();
        Context c(memory, SteConfig::S2, 0x4000'0000, shape(Granule::K4, r.granule));
        map_run(c.stage2, ipa, pa, contiguous2, r);
        attach(c);
        expect_miss(ipa + 0x123, pa + 0x123);
        EXPECT_EQ(recorded.translations.at(0).shift, r.run);
        expect_hit(ipa + bytes(r.run) - 1, pa + bytes(r.run) - 1);
        expect_miss(ipa + bytes(r.run), pa + bytes(r.run));
    }
}

TEST_F(Contiguous, WALK_30_NestedEntriesHaveTheSmallerSize) {
    for (const JoinedRun& one : runs)
        for (const JoinedRun& two : runs) {
            SCOPED_TRACE(::testing::Message() << one << " over " << two);
            Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(one.granule, two.granule));
            c.stage1.map(va, ipa, contiguous1, one.level);
            c.stage2.map(ipa, pa, contiguous2, two.level);
            attach(c);
            expect_forwarded(read(va + 0x123), pa + 0x123);
            EXPECT_EQ(recorded.translations.at(0).shift, std::min(one.run, two.run));
            EXPECT_EQ(recorded.translations.at(0).leaf_shift, one.run);
            // A run over, or under, leaves that are not joined.
            c.stage2.map(ipa, pa, stage2_leaf(), two.level);
            read(va);
            EXPECT_EQ(recorded.translations.at(0).shift, std::min(one.run, two.entry));
            c.stage1.map(va, ipa, stage1_leaf(), one.level);
            c.stage2.map(ipa, pa, contiguous2, two.level);
            read(va);
            EXPECT_EQ(recorded.translations.at(0).shift, std::min(one.entry, two.run));
        }
}

// The output of the run would have to begin at a multiple of its size.
TEST_F(Contiguous, WALK_30_AnInconsistentRunIsNotMerged) {
    for (const JoinedRun& r : runs) {
        SCOPED_TRACE(::testing::Message() << r);
        forget();
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(r.granule, Granule::K4));
        // Neighbours the other way round: the bit is set, the outputs do not go on.
        c.stage1.map(va, pa + bytes(r.entry), contiguous1, r.level);
        c.stage1.map(va + bytes(r.entry), pa, contiguous1, r.level);
        attach(c);
        expect_miss(va, pa + bytes(r.entry));
        EXPECT_EQ(recorded.translations.at(0).shift, r.entry);
        expect_miss(va + bytes(r.entry), pa);
        expect_hit(va + 0x123, pa + bytes(r.entry) + 0x123);
    }
}

TEST_F(Contiguous, WALK_30_WithoutTheBitNothingIsMerged) {
    for (const JoinedRun& r : runs) {
        forget();
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(r.granule, Granule::K4));
        map_run(c.stage1, va, pa, stage1_leaf(), r);
        attach(c);
        expect_miss(va, pa);
        expect_miss(va + bytes(r.entry), pa + bytes(r.entry));
    }
}

TEST_F(Contiguous, WALK_30_TheLargestBlocksOf52BitFormatsHaveNoSuchBit) {
    for (const LeafSize& l : leaf_sizes) {
        if (!l.wide) continue;
        SCOPED_TRACE(::testing::Message() << l);
        Context::Shape s = shape(l.granule, Granule::K4);
        s.stage1 = wide(l.granule);
        Context c(memory, SteConfig::S1, 0x4000'0000, s);
        c.stage1.map(0, 0, contiguous1, l.level);
        attach(c);
        expect_forwarded(read(0x123), 0x123);
        EXPECT_EQ(recorded.translations.at(0).shift, l.shift);
    }
}

TEST_F(Contiguous, TLB_18_AnyAddressOfTheRunRemovesIt) {
    for (const JoinedRun& r : runs) {
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(r.granule, Granule::K4));
        map_run(c.stage1, va, pa, contiguous1, r);
        attach(c);
        for (const uint64_t address : {va, va + bytes(r.run) - bytes(r.entry)}) {
            forget();
            expect_miss(va, pa);
            core::TlbScope scope;
            scope.vmid = arch::Vmid{0x0A0B};
            scope.by_address = true;
            scope.first = scope.last = va + bytes(r.run);
            tlb.invalidate(scope);
            expect_hit(va, pa);
            scope.first = scope.last = address;
            tlb.invalidate(scope);
            expect_miss(va, pa);
        }
    }
}

// --- A run that is larger than the tables' input or output (D8.7.1.2, D8.7.1.3) -----------------

TEST_F(Contiguous, WALK_30_ADDR_05_ARunDoesNotReachBeyondTheInputRange) {
    // 16KB, 26 bits: two blocks of level 2, where a run has 32.
    Context::Shape s;
    s.t0sz = s.s2t0sz = 38;
    s.s2sl0 = 1;
    s.stage1 = s.stage2 = narrow(Granule::K16);
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2}) {
        forget();
        Context c(memory, config, 0x4000'0000, s);
        c.stage1.map(0, pa, contiguous1, 2);
        c.stage2.map(0, pa, contiguous2, 2);
        attach(c);
        expect_miss(0x123, pa + 0x123);
        expect_aborted(warm(access(uint64_t{1} << 26)), EventId::F_TRANSLATION);
        EXPECT_EQ(event()[Event::S2], config == SteConfig::S2);
    }
}

TEST_F(Contiguous, WALK_30_ADDR_08_ADDR_10_ARunDoesNotReachBeyondTheOutputSize) {
    const JoinedRun gigabytes = runs[0];  // 16 GB, of which 32 bits of output hold four
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2}) {
        forget();
        Context c(memory, config, 0x4000'0000, shape(Granule::K4, Granule::K4));
        map_run(c.stage1, 0, 0, contiguous1, gigabytes);
        map_run(c.stage2, 0, 0, contiguous2, gigabytes);
        c.cd.set(Cd::IPS, 0b000);
        c.ste.set(Ste::S2PS, 0b000);
        attach(c);
        expect_miss(0x123, 0x123);
        expect_aborted(warm(access(0x1'0000'0000)), EventId::F_ADDR_SIZE);
        EXPECT_EQ(event()[Event::S2], config == SteConfig::S2);
        expect_forwarded(warm(access(0xFFFF'FFFF)), 0xFFFF'FFFF);
    }
}

}  // namespace
}  // namespace smmu::test
