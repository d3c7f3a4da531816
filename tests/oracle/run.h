// Runs of many accesses in many worlds.
#pragma once
#include "statistics.h"

namespace smmu::differential {

struct Plan {
    Kind kind = Kind::Cold;
    uint64_t seed = 0;         ///< of the first world; the next has the next number
    uint64_t accesses = 1000;  ///< in all
    unsigned per_world = 300;
    unsigned give_up_after = 10;  ///< failures
};

/// Accesses with nothing cached, structures changing between them.
void run_cold(World& world, unsigned accesses, Statistics& statistics);
/// Accesses with caches, software changing structures and invalidating as it must.
void run_warm(World& world, unsigned accesses, Statistics& statistics);

void run(const Plan& plan, Statistics& statistics);

/// The text of a failure: what happened, what was expected, how to see it again.
std::string report(World& world, uint64_t number, const std::string& what,
                   const oracle::Access& access, const Observed& model,
                   const oracle::Result& expected, Kind kind);

}  // namespace smmu::differential
