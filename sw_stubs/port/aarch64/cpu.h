// What a program asks of its CPU: barriers, sleep, time.
#pragma once
#include "sw_stubs/port/aarch64/system_register.h"

namespace smmu::sw::aarch64 {

/// Later instructions see what was written to system registers and translation tables.
inline void isb() { asm volatile("isb" ::: "memory"); }
/// Every earlier access is complete before anything later begins.
inline void dsb() { asm volatile("dsb sy" ::: "memory"); }

/// Sleeps until an interrupt is pending; one that is masked wakes it too.
inline void wait_for_interrupt() { asm volatile("wfi" ::: "memory"); }

/// Instructions that were written are fetched anew; clean them to memory first.
inline void invalidate_instructions() { asm volatile("ic iallu; dsb sy; isb" ::: "memory"); }

/// Forgets every stage-1 translation of EL2.
inline void invalidate_el2_tlb() { asm volatile("dsb sy; tlbi alle2; dsb sy; isb" ::: "memory"); }
/// Forgets every translation of both stages of the current VM.
inline void invalidate_vm_tlb() {
    asm volatile("dsb sy; tlbi vmalls12e1; dsb sy; isb" ::: "memory");
}

/// Ticks of the system counter, and how many make up a time.
inline uint64_t now() {
    isb();  // or the counter is read too early
    return CNTPCT_EL0::read();
}
inline uint64_t ticks(uint64_t microseconds) {
    return CNTFRQ_EL0::read() * microseconds / 1'000'000;
}

}  // namespace smmu::sw::aarch64
