// Device registers, one load or store each.
//
// Inline assembly on purpose: a plain "ldr/str Xt, [Xn]" is what a hypervisor can emulate when it traps.  A pair or a
// write-back form, which a compiler may choose for volatile accesses, tells the hypervisor nothing (ESR_EL2.ISV = 0).
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64 {

inline uint32_t load32(uint64_t address) {
    uint32_t value;
    asm volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}
inline uint64_t load64(uint64_t address) {
    uint64_t value;
    asm volatile("ldr %x0, [%1]" : "=r"(value) : "r"(address) : "memory");
    return value;
}
inline void store32(uint64_t address, uint32_t value) {
    asm volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}
inline void store64(uint64_t address, uint64_t value) {
    asm volatile("str %x0, [%1]" : : "r"(value), "r"(address) : "memory");
}

}  // namespace smmu::sw::aarch64
