// What other walk caches would make of the same traffic: their parameters, and what comes back.
#include "platform/analyze/variant.h"

#include <algorithm>
#include <boost/json.hpp>

namespace smmu::platform::analyze {
namespace {

namespace json = boost::json;

constexpr core::Geometry usual{64, 4};  // where the parameters have no walk cache

template <class Change>
Params changed(Params params, Change&& change) {
    core::WalkGeometry& w = params.walk_caches;
    for (core::Geometry* cache : {&w.unified, &w.stage1.level0, &w.stage1.level1, &w.stage1.level2,
                                  &w.stage2.level0, &w.stage2.level1, &w.stage2.level2, &w.ipa})
        change(*cache);
    return params;
}

Params without(const Params& given) {
    return changed(given, [](core::Geometry& g) { g = core::no_cache; });
}

/// The number of sets grows, ways and replacement stay.
Params times(const Params& given, unsigned factor) {
    Params base = given;
    if (walk_cache_entries(given) == 0) base.walk_caches = core::by_stage(usual, usual, usual);
    return changed(base, [factor](core::Geometry& g) {
        g.entries = std::min(g.entries * factor, g.ways * core::Geometry::most_sets);
    });
}

uint64_t number(const json::value& stats, const std::string& pointer) {
    return stats.at_pointer(pointer).to_number<uint64_t>();
}

}  // namespace

uint64_t walk_cache_entries(const Params& params) {
    uint64_t entries = 0;
    changed(params, [&entries](const core::Geometry& g) { entries += g.entries; });
    return entries;
}

std::vector<Variant> walk_cache_variants(const Params& given) {
    if (walk_cache_entries(given) == 0)
        return {{"as given: none", given, true},
                {"64 entries a cache", times(given, 1), false},
                {"256 entries a cache", times(given, 4), false},
                {"1024 entries a cache", times(given, 16), false},
                {"4096 entries a cache", times(given, 64), false}};
    return {{"none", without(given), false},
            {"as given", given, true},
            {"2 times as large", times(given, 2), false},
            {"4 times as large", times(given, 4), false},
            {"8 times as large", times(given, 8), false}};
}

VariantResult read_stats(const Variant& variant, std::string_view stats_json) {
    const json::value stats = json::parse({stats_json.data(), stats_json.size()});
    VariantResult r{
        variant.name, variant.is_given, walk_cache_entries(variant.params), 0, 0, 0, {}, 0, 0};
    r.mean = number(stats, "/latency/all/mean_ps");
    r.p50 = number(stats, "/latency/all/p50_ps");
    r.p99 = number(stats, "/latency/all/p99_ps");
    const auto count =
        static_cast<double>(std::max<uint64_t>(1, number(stats, "/latency/all/count")));
    for (size_t p = 0; p < part_count; ++p)
        for (size_t b = 0; b < answers; ++b)
            r.spent[p] +=
                static_cast<double>(number(stats, std::string("/time_in/") +
                                                      name_of(static_cast<AnsweredBy>(b)) + '/' +
                                                      name_of(static_cast<Part>(p)) + "_ps")) /
                count;
    r.walks = number(stats, "/walks/count");
    for (const char* kind : {"l1std", "ste", "l1cd", "cd", "stage1_table", "stage2_table"})
        r.reads += number(stats, std::string("/memory/") + kind + "/reads");
    return r;
}

}  // namespace smmu::platform::analyze
