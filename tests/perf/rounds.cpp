// Rounds of about ten milliseconds for each operation, its number of repetitions found beforehand.
#include "tests/perf/rounds.h"

#include <algorithm>
#include <chrono>

namespace smmu::perf {
namespace {

using Clock = std::chrono::steady_clock;
constexpr double round_ns = 1e7;

double time_ns(const Operation& operation, unsigned times) {
    const auto begin = Clock::now();
    operation.run(times);
    return std::chrono::duration<double, std::nano>(Clock::now() - begin).count();
}

/// How often the operation fits into one round; also warms it up.
unsigned repetitions(const Operation& operation) {
    unsigned times = 64;
    for (;;) {
        const double ns = time_ns(operation, times);
        if (ns > round_ns / 4) return std::max(1u, static_cast<unsigned>(times * round_ns / ns));
        times *= 2;
    }
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

}  // namespace

std::vector<Figure> measure(const std::vector<Operation>& operations, unsigned rounds) {
    std::vector<unsigned> times;
    for (const Operation& operation : operations) times.push_back(repetitions(operation));

    std::vector<std::vector<double>> ns(operations.size()), ratio(operations.size());
    for (unsigned round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < operations.size(); ++i) {
            ns[i].push_back(time_ns(operations[i], times[i]) / times[i]);
            ratio[i].push_back(ns[i].back() / ns[0].back());
        }
    }
    std::vector<Figure> figures;
    for (size_t i = 0; i < operations.size(); ++i)
        figures.push_back({median(ns[i]), median(ratio[i])});
    return figures;
}

}  // namespace smmu::perf
