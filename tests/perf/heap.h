// What a program takes from the heap.
#pragma once
#include <cstdint>

namespace smmu::perf {

/// Calls of operator new since the start.
uint64_t allocations();
/// Bytes that are allocated now, whoever did it and however.
uint64_t allocated_bytes();
/// Bytes of this process that are in the host's memory; what is free is given back first.
uint64_t resident_bytes();

}  // namespace smmu::perf
