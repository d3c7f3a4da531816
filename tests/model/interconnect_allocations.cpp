// Counts heap allocations.  A file of its own: where the compiler sees both sides of a replaced
// operator it warns.
#include "tests/model/interconnect_allocations.h"

#include <cstdlib>
#include <new>

namespace {
uint64_t count = 0;
}

uint64_t smmu::test::allocations() { return count; }

void* operator new(size_t size) {
    ++count;
    if (void* const memory = std::malloc(size)) return memory;
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
