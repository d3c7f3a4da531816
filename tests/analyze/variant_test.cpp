// Other walk caches: their sizes, and what is read of their results.
#include "platform/analyze/variant.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "smmuv3/presets.h"
#include "waveforms/stats.h"

namespace smmu::platform::analyze {
namespace {

TEST(Variants, GrowFromWhatIsGiven) {
    Params params;
    params.walk_caches.stage1 = core::all_levels({16, 4, core::Replacement::Lru});
    params.walk_caches.stage2.level2 = {32, 8};
    const auto variants = walk_cache_variants(params);
    ASSERT_EQ(variants.size(), 5u);
    const uint64_t entries[] = {0, 80, 160, 320, 640};
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(walk_cache_entries(variants[i].params), entries[i]);
    EXPECT_TRUE(variants[1].is_given);
    const core::WalkGeometry& four_times = variants[3].params.walk_caches;
    EXPECT_EQ(four_times.stage1.level1.entries, 64u);
    EXPECT_EQ(four_times.stage1.level1.ways, 4u);
    EXPECT_EQ(four_times.stage1.level1.replacement, core::Replacement::Lru);
    EXPECT_EQ(four_times.stage2.level2.entries, 128u);
    EXPECT_EQ(four_times.ipa.entries, 0u);  // what is not there stays away
    for (const Variant& v : variants) EXPECT_EQ(refuse(v.params), nullptr) << v.name;
}

TEST(Variants, OfEveryPresetCanBeBuilt) {
    for (const std::string_view name : preset_names)
        for (const Variant& v : walk_cache_variants(*with_preset(name, Params{})))
            EXPECT_EQ(refuse(v.params), nullptr) << name << ": " << v.name;
}

TEST(Variants, WithoutWalkCachesThereAreSizesToTry) {
    const auto variants = walk_cache_variants(Params{});
    EXPECT_TRUE(variants[0].is_given);
    EXPECT_EQ(walk_cache_entries(variants[1].params), 7u * 64);
    EXPECT_EQ(walk_cache_entries(variants[4].params), 7u * 4096);
}

TEST(Variants, StayWithinWhatCanBeBuilt) {
    Params params;
    params.walk_caches.unified = {2 * 65536, 2};
    for (const Variant& v : walk_cache_variants(params)) EXPECT_EQ(refuse(v.params), nullptr);
}

TEST(Variants, ReadBackWhatStatisticsSay) {
    const auto ns = [](double t) { return sc_core::sc_time(t, sc_core::SC_NS); };
    Stats stats;
    Parts parts{};
    parts[Part::Stage2] = ns(300);
    parts[Part::Memory] = ns(100);
    stats.transaction(
        {1, 0, arch::StreamId{0}, 0, 64, false, true, AnsweredBy::Walk, parts, 3, ns(0), ns(400)});
    parts[Part::Stage2] = ns(0);
    stats.transaction({2, 0, arch::StreamId{0}, 0, 64, false, true, AnsweredBy::MainTlb, parts, 0,
                       ns(0), ns(100)});
    core::MemoryAccess access;
    access.purpose = core::Purpose::Stage2Table;
    for (unsigned i = 0; i < 3; ++i) stats.fetch({access, 1, false, false, ns(0), ns(1)});

    const VariantResult r = read_stats({"a", Params{}, true}, stats.json());
    EXPECT_EQ(r.name, "a");
    EXPECT_TRUE(r.is_given);
    EXPECT_EQ(r.mean, 250'000u);
    EXPECT_EQ(r.p50, 100'000u);
    EXPECT_EQ(r.p99, 400'000u);
    EXPECT_EQ(r.reads, 3u);
    EXPECT_EQ(r.spent[static_cast<size_t>(Part::Stage2)], 150'000);
    EXPECT_EQ(r.spent[static_cast<size_t>(Part::Memory)], 100'000);
}

TEST(Processes, EachJobHasItsOwnAndOneThatFailsSaysNothing) {
    int here = 1;
    size_t ended = 0;
    const auto results = in_processes(
        {[&here] { return std::to_string(++here); }, [&here] { return std::to_string(++here); },
         []() -> std::string { _exit(3); }, [] { return std::string(1 << 20, 'x'); }},
        [&ended](size_t n) { ended = n; });
    EXPECT_EQ(ended, 4u);
    ASSERT_EQ(results.size(), 4u);
    EXPECT_EQ(results[0], "2");
    EXPECT_EQ(results[1], "2");
    EXPECT_EQ(results[2], "");
    EXPECT_EQ(results[3].size(), size_t{1} << 20);
    EXPECT_EQ(here, 1);
}

}  // namespace
}  // namespace smmu::platform::analyze
