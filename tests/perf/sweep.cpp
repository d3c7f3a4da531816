// A process for each variant, one after the other: they would take the host's caches from each other.
#include "tests/perf/sweep.h"

#include <algorithm>
#include <cstdio>

#include "tests/perf/bench.h"
#include "tests/perf/child.h"

namespace smmu::perf {
namespace {

constexpr unsigned most_rounds = 11;

std::vector<Variant> variants() {
    std::vector<Variant> all;
    for (const unsigned entries : {64u, 4096u, 65536u})
        for (const unsigned streams : {1u, 16u, 256u}) all.push_back({entries, streams, false});
    all.push_back({0, 1, true});
    return all;
}

std::string suffix(const Variant& v) {
    if (v.probe) return "/probe";
    return "/tlb=" + std::to_string(v.tlb_entries) + "/streams=" + std::to_string(v.streams);
}

void print_head(const Sweep& sweep) {
    std::printf("\nratios with that many main TLB entries\n%-22s", "");
    for (const auto& [variant, results] : sweep)
        std::printf(" %8s",
                    variant.probe ? "a probe" : std::to_string(variant.tlb_entries).c_str());
    std::printf("\n%-22s", "and streams");
    for (const auto& [variant, results] : sweep)
        std::printf(" %8s", variant.probe ? "" : std::to_string(variant.streams).c_str());
    std::printf("\n");
}

}  // namespace

Sweep run_sweep(const Options& options) {
    Options fewer = options;
    fewer.rounds = std::min(fewer.rounds, most_rounds);
    Sweep sweep;
    for (const Variant& variant : variants())
        sweep.push_back({variant, in_child([&] { return run_bench(fewer, variant); })});
    return sweep;
}

void print(const Sweep& sweep) {
    print_head(sweep);
    for (const Result& row : sweep.back().results) {
        std::printf("%-22s", row.row.name.c_str());
        for (const auto& [variant, results] : sweep) {
            const auto same = std::find_if(results.begin(), results.end(), [&](const Result& r) {
                return r.row.name == row.row.name;
            });
            if (same == results.end())
                std::printf(" %8s", "-");
            else
                std::printf(" %8.2f", same->figure.ratio);
        }
        std::printf("\n");
    }
}

Results as_rows(const Sweep& sweep) {
    Results rows;
    for (const auto& [variant, results] : sweep)
        for (Result result : results) {
            result.row.name += suffix(variant);
            if (result.row.base != "direct") result.row.base += suffix(variant);
            result.row.target = Operation::none;
            rows.push_back(std::move(result));
        }
    return rows;
}

}  // namespace smmu::perf
