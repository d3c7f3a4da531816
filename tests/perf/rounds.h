// Timing of small operations against each other: all of them take turns in short rounds, and the
// figure is the median over rounds of the ratio to its base in the same round.
//
// A machine whose speed changes from second to second moves numerator and denominator together; times
// are of the process's own CPU time.
#pragma once
#include <optional>

#include "tests/perf/row.h"

namespace smmu::perf {

struct Figure {
    std::optional<double> ns;  ///< median over the rounds, of one operation; none of a count
    double ratio;  ///< median over the rounds of time / time of the base; of a count: the count
};

/// One figure for each operation, bases among them.
std::vector<Figure> measure(const std::vector<Operation>& operations, unsigned rounds);

/// Nothing but that operation, again and again; returns the ns of one.
double repeat(const Operation& operation, double seconds);

}  // namespace smmu::perf
