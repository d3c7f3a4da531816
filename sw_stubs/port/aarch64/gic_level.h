// What of the interrupt controller differs between a host at EL2 and a guest at EL1: gic_el2.cpp and gic_el1.cpp, of which
// a program has one.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64::gic::level {

/// Before the CPU interface is used.
void prepare();

/// The timer behind set_alarm(): its PPI, its counter, and how to set and stop it.
uint32_t timer_ppi();
uint64_t counter();
void set_timer(uint64_t count);
void stop_timer(void*);

}  // namespace smmu::sw::aarch64::gic::level
