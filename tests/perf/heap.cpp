// Counts by replacing operator new, and asks the C library and the kernel.
#include "tests/perf/heap.h"

#include <malloc.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <new>

namespace {
uint64_t calls = 0;
}

void* operator new(std::size_t bytes) {
    ++calls;
    if (void* const p = std::malloc(bytes ? bytes : 1)) return p;
    throw std::bad_alloc();
}
void operator delete(void* p) noexcept { std::free(p); }
void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace smmu::perf {

uint64_t allocations() { return calls; }

uint64_t allocated_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return info.uordblks + info.hblkhd;
}

uint64_t resident_bytes() {
    malloc_trim(0);
    uint64_t all = 0, resident = 0;
    std::ifstream("/proc/self/statm") >> all >> resident;
    return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace smmu::perf
