// What other walk caches would make of the same traffic.
#pragma once
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "smmuv3/params.h"
#include "waveforms/transactions.h"

namespace smmu::platform::analyze {

struct Variant {
    std::string name;  ///< "4 times as large"
    Params params;
    bool is_given = false;  ///< the one that is analysed
};

/// From none to eight times as large; two sizes to start from where there is none.
std::vector<Variant> walk_cache_variants(const Params& given);

/// Entries of all walk caches and of the IPA cache together.
uint64_t walk_cache_entries(const Params& params);

/// What a simulation of a variant said.
struct VariantResult {
    std::string name;
    bool is_given = false;
    uint64_t entries = 0;
    uint64_t mean = 0, p50 = 0, p99 = 0;     ///< ps
    std::array<double, part_count> spent{};  ///< mean of each part, ps
    uint64_t walks = 0, reads = 0;           ///< table and structure reads of these walks
};

/// From the text of a stats.json; `name`, `is_given` and `entries` are the variant's.
VariantResult read_stats(const Variant& variant, std::string_view stats_json);

/// Calls each job in a process of its own, as many at a time as there are processors; what it
/// returned, or nothing where the process failed.  Before SystemC is used in this one.  `ended` is
/// told how many have.
std::vector<std::string> in_processes(const std::vector<std::function<std::string()>>& jobs,
                                      const std::function<void(size_t)>& ended);

}  // namespace smmu::platform::analyze
