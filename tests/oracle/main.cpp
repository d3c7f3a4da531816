// oracle_run: long runs of the comparison, and failures seen again.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "run.h"

namespace {

int usage() {
    std::fputs(
        "oracle_run [--seed N] [--accesses N] [--per-world N] [--warm]\n"
        "  --seed N       first world (default 0); alone: that world and no other\n"
        "  --accesses N   how many accesses in all, world after world\n"
        "  --per-world N  how many accesses in one world (default 300)\n"
        "  --warm         with caches and invalidations\n",
        stderr);
    return 2;
}

}  // namespace

int main(int argc, char** argv) {
    smmu::differential::Plan plan;
    plan.accesses = 0;
    for (int i = 1; i < argc; ++i) {
        const bool has_value = i + 1 < argc;
        if (std::strcmp(argv[i], "--warm") == 0)
            plan.kind = smmu::differential::Kind::Warm;
        else if (std::strcmp(argv[i], "--seed") == 0 && has_value)
            plan.seed = std::strtoull(argv[++i], nullptr, 0);
        else if (std::strcmp(argv[i], "--accesses") == 0 && has_value)
            plan.accesses = std::strtoull(argv[++i], nullptr, 0);
        else if (std::strcmp(argv[i], "--per-world") == 0 && has_value)
            plan.per_world = static_cast<unsigned>(std::strtoul(argv[++i], nullptr, 0));
        else
            return usage();
    }
    if (plan.accesses == 0) plan.accesses = plan.per_world;

    smmu::differential::Statistics statistics;
    const auto begin = std::chrono::steady_clock::now();
    smmu::differential::run(plan, statistics);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;

    statistics.print();
    std::printf("%.0f accesses a second\n",
                static_cast<double>(statistics.accesses) / took.count());
    for (const auto& failure : statistics.failures) std::printf("\n%s", failure.text.c_str());
    return statistics.failures.empty() ? 0 : 1;
}
