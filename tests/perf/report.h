// What is printed, and bench.json.
#pragma once
#include <boost/json/array.hpp>
#include <filesystem>

#include "tests/perf/rounds.h"

namespace smmu::perf {

struct Result {
    Operation row;  ///< without what it runs
    Figure figure{};
};

using Results = std::vector<Result>;

void print(const Results& results);
/// The first row beyond `limit` times its target, in a sentence; empty if there is none.
std::string beyond(const Results& results, double limit);

/// A list of {name, ns, ratio, target}; with base where that is not `direct`, with unit for counts.
void write_json(const Results& results, const std::filesystem::path& folder);
/// The same with everything that is printed, and back.
boost::json::array to_json(const Results& results);
Results from_json(const boost::json::value& list);

}  // namespace smmu::perf
