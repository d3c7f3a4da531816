// Counts the heap allocations of the program it is linked into.
#pragma once
#include <cstdint>

namespace smmu::test {

/// Calls of operator new since the start.
uint64_t allocations();

}  // namespace smmu::test
