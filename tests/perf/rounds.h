// Timing of small operations against each other: all of them take turns in short rounds, and the
// figure is the median over rounds of the ratio to the first of them in the same round.
//
// A machine whose speed changes from second to second moves numerator and denominator together.
#pragma once
#include <functional>
#include <string>
#include <vector>

namespace smmu::perf {

struct Operation {
    std::string name;
    std::string what;
    std::function<void(unsigned times)> run;
    double target = 0;  ///< largest ratio aimed at; 0: none
};

struct Figure {
    double ns;     ///< median over the rounds, of one operation
    double ratio;  ///< median over the rounds of time / time of the first operation
};

/// One figure for each operation.  The first operation is what the ratios are to.
std::vector<Figure> measure(const std::vector<Operation>& operations, unsigned rounds);

}  // namespace smmu::perf
