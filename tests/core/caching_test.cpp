// What translations leave in the TLB and in the configuration cache, and when it is used.
// Arm IHI 0070 G.b, 3.17, 3.21, 5.2.1, 5.4.1.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

class Caching : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000, elsewhere = 0xF000;

    void use(Context& c) {
        c.stage1.map(va, c.nested ? ipa : pa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        attach(c);
    }
    /// What a warm access gives, and that it read nothing.
    void expect_hit(const Access& a, uint64_t address) {
        expect_forwarded(warm(a), address);
        EXPECT_TRUE(memory.log.empty());
        EXPECT_EQ(recorded.tlb_lookups.hits, 1u);
        EXPECT_EQ(recorded.config_lookups.hits, 1u);
    }
    void expect_miss(const Access& a, uint64_t address) {
        expect_forwarded(warm(a), address);
        EXPECT_EQ(recorded.tlb_lookups.misses, 1u);
    }
    Access touch = access(va);
};

TEST_F(Caching, SecondAccessToAPageReadsNothing) {
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2}) {
        configs.invalidate_all();
        tlb.invalidate_all();
        Context c(memory, config);
        use(c);
        expect_miss(touch, pa);
        expect_hit(access(va + 0xABC), pa + 0xABC);
        expect_hit(writing(touch), pa);
    }
}

TEST_F(Caching, AllOfABlockHits) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x4000'0000, 0x8000'0000, stage1_leaf(), 1);
    attach(c);
    warm(access(0x4000'0000));
    expect_hit(access(0x7FFF'FFFF), 0xBFFF'FFFF);
    expect_hit(access(0x5555'5555), 0x9555'5555);
}

TEST_F(Caching, ABlockOverSmallerStage2PagesHitsPageByPage) {
    Context c(memory);
    c.stage1.map(0x20'0000, 0x60'0000, stage1_leaf(), 2);
    c.stage2.map(0x60'0000, 0x1'0000, stage2_leaf());
    c.stage2.map(0x60'1000, 0x9'0000, stage2_leaf());
    attach(c);
    expect_miss(access(0x20'0000), 0x1'0000);
    expect_miss(access(0x20'1000), 0x9'0000);
    expect_hit(access(0x20'0FFF), 0x1'0FFF);
    expect_hit(access(0x20'1FFF), 0x9'0FFF);
}

TEST_F(Caching, HitGivesTheAttributesOfTheWalk) {
    Context c(memory);
    c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AttrIndx, 4));
    c.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::SH, 0b10));
    attach(c);
    const auto walked = warm(touch).attributes;
    EXPECT_EQ(warm(touch).attributes, walked);
    // Hints of what comes in still count.
    Access quiet = touch;
    quiet.attributes.inner.set(arch::CacheAttributes::WriteAllocate, false);
    quiet.attributes.outer.set(arch::CacheAttributes::WriteAllocate, false);
    EXPECT_FALSE(warm(quiet).attributes.inner.write_allocate());
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(Caching, ATopByteThatIsIgnoredDoesNotMakeAnotherEntry) {
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::TBI0, true);
    use(c);
    warm(access(0xAB00'0000'0000'0000 | va));
    expect_hit(access(0xCD00'0000'0000'0123 | va), pa + 0x123);
    expect_hit(touch, pa);
}

// --- Permissions and faults -------------------------------------------------------------------

TEST_F(Caching, APermissionMissWalksAgainAndReports) {
    Context c(memory);
    use(c);
    c.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::S2AP, 0b01));
    expect_miss(touch, pa);
    const Outcome o = warm(writing(touch));
    expect_aborted(o, EventId::F_PERMISSION);
    EXPECT_EQ(event()[arch::Event::IPA], ipa) << "an entry keeps no IPA: the walk finds it";
    expect_hit(touch, pa);
}

TEST_F(Caching, APermissionGrantedInMemoryIsFoundByTheNextAccessThatNeedsIt) {
    Context c(memory);
    use(c);
    c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AP, 0b11));
    warm(touch);
    c.stage1.map(va, ipa, stage1_leaf());
    expect_miss(writing(touch), pa);
    expect_hit(writing(touch), pa);
    expect_hit(touch, pa);
}

TEST_F(Caching, WALK_39_AFaultIsNeverCached) {
    Context c(memory);
    use(c);
    const uint64_t s1 = c.stage1.slot(va, 3), s2 = c.stage2.slot(ipa, 3);
    for (const uint64_t at : {s1, s2}) {
        const uint64_t good = memory.word(at);
        const std::pair<EventId, uint64_t> broken[] = {
            {EventId::F_TRANSLATION, 0},
            {EventId::F_ADDR_SIZE, good | uint64_t{1} << 45},
            {EventId::F_ACCESS, good & ~(uint64_t{1} << 10)},
            {EventId::F_PERMISSION, at == s1 ? good | 1ull << 7 : good & ~(1ull << 7)}};
        for (const auto& [id, descriptor] : broken) {
            tlb.invalidate_all();
            memory.poke(at, descriptor);
            EXPECT_EQ(warm(writing(touch)).event, id);
            EXPECT_TRUE(recorded.translations.empty());
            memory.poke(at, good);
            expect_miss(writing(touch), pa);
        }
        tlb.invalidate_all();
        memory.abort_at(at);
        EXPECT_EQ(warm(touch).event, EventId::F_WALK_EABT);
        memory.repair(at);
        expect_miss(touch, pa);
    }
}

TEST_F(Caching, ST_26_AFailedFetchIsNeverCached) {
    Context c(memory);
    use(c);
    memory.abort_at(ste_address(stream));
    EXPECT_EQ(warm(touch).event, EventId::F_STE_FETCH);
    memory.repair(ste_address(stream));
    memory.abort_at(c.cd_place.physical);
    EXPECT_EQ(warm(touch).event, EventId::F_CD_FETCH);
    memory.repair(c.cd_place.physical);
    c.stage2.unmap(c.cd_place.address);
    EXPECT_EQ(warm(touch).event, EventId::F_TRANSLATION);
    c.stage2.map(c.cd_place.address, c.cd_place.physical, stage2_leaf());
    expect_miss(touch, pa);
}

TEST_F(Caching, ConfigurationIsKeptWhenTheTranslationFaults) {
    Context c(memory);
    use(c);
    c.stage1.unmap(va);
    warm(touch);
    EXPECT_EQ(recorded.configurations.size(), 1u);
    warm(touch);
    EXPECT_EQ(memory.count(Purpose::Ste) + memory.count(Purpose::Cd), 0u);
}

TEST_F(Caching, AbortAndBypassStesAreCachedToo) {
    for (const SteConfig config : {SteConfig::Abort, SteConfig::Bypass}) {
        configs.invalidate_all();
        put(stream, Ste{}.set(Ste::V, true).set(Ste::Config, config));
        warm(touch);
        const auto first = warm(touch);
        EXPECT_TRUE(memory.log.empty());
        EXPECT_EQ(first.action, config == SteConfig::Abort ? Action::Abort : Action::Forward);
        EXPECT_TRUE(recorded.translations.empty()) << "no TLB entry for a bypass";
    }
}

// --- Stale until invalidated --------------------------------------------------------------------

TEST_F(Caching, OldTablesAreUsedUntilTheTlbIsInvalidated) {
    Context c(memory);
    use(c);
    warm(touch);
    c.stage2.map(ipa, elsewhere, stage2_leaf());
    expect_hit(touch, pa);
    tlb.invalidate_all();
    expect_miss(touch, elsewhere);
}

TEST_F(Caching, STE_67_OverridesAndRecordingChangeWithTheConfigurationAlone) {
    Context c(memory, SteConfig::S1);
    use(c);
    warm(touch);
    c.ste.set(Ste::PRIVCFG, 0b11);
    c.cd.set(Cd::A, false).set(Cd::R, false);
    attach(c);
    expect_hit(touch, pa);
    configs.invalidate(stream, stream);
    // The TLB entry is still good, for privileged accesses now.
    expect_forwarded(warm(touch), pa);
    EXPECT_EQ(recorded.tlb_lookups.hits, 1u);
    const Outcome o = warm(access(va + 0x1000));
    EXPECT_EQ(o.action, Action::RazWi);
    EXPECT_TRUE(recorded.events.empty());
}

TEST_F(Caching, NothingIsLookedUpWhileDisabled) {
    Context c(memory);
    use(c);
    warm(touch);
    disable();
    expect_forwarded(warm(touch), va);
    EXPECT_EQ(recorded.config_lookups.hits + recorded.config_lookups.misses, 0u);
}

}  // namespace
}  // namespace smmu::test
