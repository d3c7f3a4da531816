// Rounds of about ten milliseconds for each operation, its number of repetitions found beforehand.
#include "tests/perf/rounds.h"

#include <algorithm>
#include <chrono>
#include <map>

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

/// By the name of the row: ns of one operation in each round.
using Times = std::map<std::string, std::vector<double>>;

Figure figure(const Operation& operation, const Times& times) {
    if (operation.count) return {std::nullopt, operation.count()};
    const auto& ns = times.at(operation.of.empty() ? operation.name : operation.of);
    const auto& base = times.at(operation.base);
    std::vector<double> ratios;
    for (size_t round = 0; round < ns.size(); ++round) ratios.push_back(ns[round] / base[round]);
    return {median(ns), median(ratios)};
}

}  // namespace

std::vector<Figure> measure(const std::vector<Operation>& operations, unsigned rounds) {
    std::vector<std::pair<const Operation*, unsigned>> timed;
    for (const Operation& operation : operations)
        if (operation.run) timed.emplace_back(&operation, repetitions(operation));

    Times times;
    for (unsigned round = 0; round < rounds; ++round)
        for (const auto& [operation, n] : timed)
            times[operation->name].push_back(time_ns(*operation, n) / n);

    std::vector<Figure> figures;
    for (const Operation& operation : operations) figures.push_back(figure(operation, times));
    return figures;
}

double repeat(const Operation& operation, double seconds) {
    const unsigned times = repetitions(operation);
    const auto begin = Clock::now();
    uint64_t done = 0;
    for (;;) {
        operation.run(times);
        done += times;
        const std::chrono::duration<double> passed = Clock::now() - begin;
        if (passed.count() >= seconds) return passed.count() * 1e9 / static_cast<double>(done);
    }
}

}  // namespace smmu::perf
