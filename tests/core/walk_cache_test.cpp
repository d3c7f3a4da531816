// Walk caches by stage and level, and the cache of IPAs: what a warm walk still reads, and what each
// invalidation takes away.  Arm IHI 0070 G.b, 3.21.1, 4.4.
#include "smmuv3/core/commands.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using core::Geometry;
using core::WalkCaches;

constexpr Geometry on{64, 4}, off = core::no_cache;

/// Keeps nothing but intermediate steps: every access walks.
class StepsOnly final : public core::Recorder {
public:
    explicit StepsOnly(WalkCaches& caches) : caches_(caches) {}
    void event(const arch::Event& e) override { events.push_back(e); }
    void fill(const core::ConfigKey&, const core::StreamConfig&) override {}
    void fill(const core::Translation&) override {}
    void looked_up(core::CacheKind, bool) override {}
    void keep(const core::WalkStep& s) override { caches_.keep(s); }
    void keep_ipa(const core::Translation& t) override { caches_.keep_ipa(t); }
    std::vector<arch::Event> events;

private:
    WalkCaches& caches_;
};

class WalkCache : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5678'9000, ipa = 0xAB'CDEF'0000, pa = 0x56'789A'B000;

    WalkCache() {
        for (uint64_t offset = 0; offset < 4 * arch::page_bytes; offset += arch::page_bytes) {
            context.stage1.map(va + offset, ipa + offset, stage1_leaf());
            context.stage2.map(ipa + offset, pa + offset, stage2_leaf());
        }
        attach(context);
    }
    void use(Geometry stage1, Geometry stage2, Geometry ipas) {
        caches = std::make_unique<WalkCaches>(core::by_stage(stage1, stage2, ipas));
    }
    /// Table reads of stage 1 and of stage 2 for the walk of one page, the CD's not counted.
    std::pair<unsigned, unsigned> walk(unsigned page, bool write = false) {
        memory.log.clear();
        StepsOnly recorder(*caches);
        core::View v = view();
        v.walk_caches = caches.get();
        const uint64_t address = va + page * arch::page_bytes;
        const Outcome o = core::translate(v, write ? writing(access(address)) : access(address),
                                          memory, recorder);
        last = o;
        unsigned for_cd = 0;
        for (const auto& s : memory.log)
            for_cd += s.purpose == Purpose::Stage2Table && s.on_behalf == arch::FaultClass::Cd;
        return {memory.count(Purpose::Stage1Table), memory.count(Purpose::Stage2Table) - for_cd};
    }
    void invalidate(uint64_t word0, uint64_t word1 = 0) {
        struct Target final : core::CommandTarget {
            explicit Target(WalkCaches& c) : caches(c) {}
            void invalidate_config(arch::StreamId, arch::StreamId) override {}
            void invalidate_context(arch::StreamId, arch::SubstreamId) override {}
            void invalidate_tlb(const core::TlbScope& s) override { caches.invalidate(s); }
            void resume(arch::StreamId, uint16_t, core::StallEnd) override {}
            void terminate_stalls(arch::StreamId) override {}
            WalkCaches& caches;
        } target{*caches};
        EXPECT_EQ(core::execute({{{word0, word1}}}, features, {}, target),
                  arch::CommandError::None);
    }
    using Reads = std::pair<unsigned, unsigned>;

    Context context{memory};  // VMID 0x0A0B, ASID 0x0C0D
    std::unique_ptr<WalkCaches> caches;
    Outcome last;
};

TEST_F(WalkCache, AColdWalkReadsTwentyFourAndAWarmOneWhatItsCachesDoNotHave) {
    const struct {
        Geometry stage1, stage2, ipas;
        Reads warm;  // of the next page
    } rows[] = {
        {off, off, off, {4, 20}}, {on, off, off, {1, 8}},  // the last table, its four of stage 2, four for the page
        {off, on, off, {4, 5}},                            // one of stage 2 for each
        {off, off, on, {4, 4}},                            // only the page's IPA is new
        {on, on, off, {1, 2}},    {on, off, on, {1, 4}},  {off, on, on, {4, 1}},
        {on, on, on, {1, 1}},
    };
    for (const auto& r : rows) {
        use(r.stage1, r.stage2, r.ipas);
        const Reads cold = walk(0);
        EXPECT_EQ(cold.first, 4u);
        if (r.stage2.entries == 0 && r.ipas.entries == 0) {
            EXPECT_EQ(cold.second, 20u);
        }
        EXPECT_EQ(walk(1), r.warm);
        expect_forwarded(last, pa + arch::page_bytes);
    }
}

TEST_F(WalkCache, WhatTablesTakeAwayIsRememberedWithThem) {
    use(on, off, off);
    context.stage1.add_bits(va, 1, uint64_t{0b10} << 61);  // APTable: no write below
    EXPECT_EQ(walk(0, true).first, 4u);
    EXPECT_EQ(last.event, EventId::F_PERMISSION);
    EXPECT_EQ(walk(1, true).first, 1u);
    EXPECT_EQ(last.event, EventId::F_PERMISSION);
}

TEST_F(WalkCache, CMD_17_WithLeafTablesStayAndWithoutTheyGo) {
    use(on, off, off);
    walk(0);
    invalidate(0x0C0D'0A0B'0000'0012, va | 1);  // NH_VA, Leaf
    EXPECT_EQ(walk(0).first, 1u);
    invalidate(0x0C0D'0A0B'0000'0012, va);
    EXPECT_EQ(walk(0).first, 4u);
}

TEST_F(WalkCache, TLB_08_Stage1InvalidationsReachTheirTablesOnly) {
    const struct {
        uint64_t word0, word1;
        unsigned reads;
    } rows[] = {
        {0x0000'0A0B'0000'0010, 0, 4},                    // NH_ALL
        {0x0000'0A0C'0000'0010, 0, 1},                    // of another VMID
        {0x0C0D'0A0B'0000'0011, 0, 4},                    // NH_ASID
        {0x0C0E'0A0B'0000'0011, 0, 1},                    // of another ASID
        {0x0000'0A0B'0000'0013, va, 4},                   // NH_VAA
        {0x0000'0A0B'0000'0013, va + 0x80'0000'0000, 1},  // of another 512 GB
        {0x0000'0A0B'0000'0028, 0, 4},                    // S12_VMALL
        {0x0000'0A0B'0000'002A, ipa, 1},                  // S2_IPA
        {0x0000'0000'0000'0030, 0, 4},                    // NSNH_ALL
    };
    for (const auto& r : rows) {
        use(on, off, off);
        walk(0);
        invalidate(r.word0, r.word1);
        EXPECT_EQ(walk(0).first, r.reads) << std::hex << r.word0;
    }
}

TEST_F(WalkCache, TLB_11_Stage2InvalidationsReachIpasAndTables) {
    use(off, off, on);
    walk(0);
    EXPECT_EQ(walk(0).second, 0u);
    invalidate(0x0000'0A0B'0000'002A, ipa);  // S2_IPA: the page, not the tables of stage 1
    EXPECT_EQ(walk(0).second, 4u);
    invalidate(0x0000'0A0B'0000'002A, context.stage1.root());
    EXPECT_EQ(walk(0).second, 4u);
    invalidate(0x0000'0A0C'0000'002A, ipa);  // another VMID
    EXPECT_EQ(walk(0).second, 0u);
    invalidate(0x0000'0A0B'0000'0010);  // NH_ALL
    EXPECT_EQ(walk(0).second, 0u);
    invalidate(0x0000'0A0B'0000'0028);  // S12_VMALL
    EXPECT_EQ(walk(0).second, 20u);

    use(off, on, off);
    walk(0);
    EXPECT_EQ(walk(0).second, 5u);
    invalidate(0x0000'0A0B'0000'002A, ipa | 1);  // Leaf: tables stay
    EXPECT_EQ(walk(0).second, 5u);
    invalidate(0x0000'0A0B'0000'002A, ipa);
    EXPECT_EQ(walk(0).second, 4u + 4u) << "the page's way is new, the tables' is not";
}

TEST_F(WalkCache, TLB_18_AnyAddressOfACachedStage2BlockRemovesIt) {
    use(off, off, on);
    context.stage1.map(va, ipa, stage1_leaf());
    context.stage2.map(ipa, pa, stage2_leaf(), 2);  // 2 MB
    walk(0);
    EXPECT_EQ(walk(0).second, 0u);
    invalidate(0x0000'0A0B'0000'002A, (ipa & ~uint64_t{0x1F'FFFF}) + 0x5000);
    EXPECT_EQ(walk(0).second, 3u);
}

TEST_F(WalkCache, AnUnmappedPageIsSeenAfterItsInvalidation) {
    use(on, on, on);
    walk(0);
    context.stage2.unmap(ipa);
    walk(0);
    expect_forwarded(last, pa);  // the IPA is still cached
    invalidate(0x0000'0A0B'0000'002A, ipa);
    walk(0);
    EXPECT_EQ(last.event, EventId::F_TRANSLATION);
}

TEST_F(WalkCache, ContextsWithOtherAsidsOrStagesShareNothing) {
    use(on, on, on);
    walk(0);
    context.cd.set(Cd::ASID, 0x0D0D);
    attach(context);
    EXPECT_EQ(walk(0).first, 4u);
    Context alone(memory, SteConfig::S1, 0x8000'0000);
    alone.stage1.map(va, pa, stage1_leaf());
    attach(alone);
    EXPECT_EQ(walk(0), (Reads{4, 0}));
}

}  // namespace
}  // namespace smmu::test
