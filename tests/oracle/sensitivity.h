// Does a control bit decide anything in these worlds?  One bit of an STE or CD, or of a register,
// is turned over and the oracle is asked again.
#pragma once
#include "compare.h"
#include "statistics.h"

namespace smmu::differential {

/// Names of the bits that are tried, for tests that want all of them to have mattered.
std::vector<std::string> sensitive_bits();

/// Turns over one of the bits for this access; counts it under "decided by" if the outcome changes.
void try_one_bit(World& world, const oracle::Registers& registers, const oracle::Access& access,
                 const oracle::Result& expected, Statistics& statistics);

}  // namespace smmu::differential
