// Rounds of about ten milliseconds for each operation, its number of repetitions found beforehand.
#include "tests/perf/rounds.h"

#include <algorithm>
#include <ctime>
#include <map>

namespace smmu::perf {
namespace {

constexpr double round_ns = 1e7;

/// Of this process alone: a neighbour who gets the core for a while does not count.
double now_ns() {
    timespec t{};
    ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

double time_ns(const Operation& operation, unsigned times) {
    const double begin = now_ns();
    operation.run(times);
    return now_ns() - begin;
}

/// How often the operation fits into one round; also warms it up.
unsigned repetitions(const Operation& operation) {
    unsigned times = 64;
    for (;;) {
        const double ns = std::min(time_ns(operation, times), time_ns(operation, times));
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
    const double begin = now_ns();
    for (double done = times;; done += times) {
        operation.run(times);
        const double passed = now_ns() - begin;
        if (passed >= seconds * 1e9) return passed / done;
    }
}

}  // namespace smmu::perf
