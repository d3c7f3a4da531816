// What is printed, and bench.json.
#pragma once
#include <filesystem>

#include "tests/perf/rounds.h"

namespace smmu::perf {

struct Result {
    Operation row;  ///< without what it runs
    Figure figure{};
};

void print(const std::vector<Result>& results);
void write_json(const std::vector<Result>& results, const std::filesystem::path& folder);
/// The first row beyond `limit` times its target, in a sentence; empty if there is none.
std::string beyond(const std::vector<Result>& results, double limit);

}  // namespace smmu::perf
