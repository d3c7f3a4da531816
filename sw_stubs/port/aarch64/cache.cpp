// Data cache maintenance by address: the line size is the CPU's to tell.
#include "sw_stubs/port/aarch64/cache.h"

#include "sw_stubs/port/aarch64/cpu.h"

namespace smmu::sw::aarch64 {
namespace {

template <class Operation>
void for_each_line(uint64_t address, uint64_t size, Operation operation) {
    const uint64_t line = cache_line_bytes();
    dsb();  // what was written before is what gets cleaned
    for (uint64_t at = address & ~(line - 1); at < address + size; at += line) operation(at);
    dsb();
}

}  // namespace

uint64_t cache_line_bytes() { return uint64_t{4} << ((CTR_EL0::read() >> 16) & 0xF); }

void clean(uint64_t address, uint64_t size) {
    for_each_line(address, size, [](uint64_t at) {
        asm volatile("dc cvac, %0" ::"r"(at) : "memory");
    });
}
void invalidate(uint64_t address, uint64_t size) {
    for_each_line(address, size, [](uint64_t at) {
        asm volatile("dc ivac, %0" ::"r"(at) : "memory");
    });
}
void clean_and_invalidate(uint64_t address, uint64_t size) {
    for_each_line(address, size, [](uint64_t at) {
        asm volatile("dc civac, %0" ::"r"(at) : "memory");
    });
}

}  // namespace smmu::sw::aarch64
