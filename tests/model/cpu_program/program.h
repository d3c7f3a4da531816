// Helpers of the CPU test program; the cases themselves are in cases.cpp.
#pragma once
#include <stdint.h>

#include "tests/model/cpu_program/mailbox.h"

namespace smmu::test {

/// Leaves a result for the test to look at.
void report(uint64_t value);

/// Runs `guest` at EL1 with both stages of translation on (mailbox.h has the map) until it returns.
void run_guest(void (*guest)());

/// Runs `guest` at EL1 with HCR_EL2 = RW only and the MMU off.
void run_without_translation(void (*guest)());

/// More bits for HCR_EL2 while run_guest() runs.
extern uint64_t guest_hcr;
/// A virtual interrupt without a number ends by this call to EL2, which clears HCR_EL2.VI.
constexpr uint16_t clear_vi = 0x10;

/// Interrupts acknowledged by on_exception() so far, and the last one.
extern volatile uint64_t interrupt_count;
extern volatile uint64_t last_interrupt;

/// Enables the test SPI (edge) and the PPIs 25 to 30 for EL2.
constexpr uint32_t test_spi = 40;
void set_up_gic();

constexpr uint64_t mask_irq = 1 << 7;  // DAIF.I

inline volatile uint64_t& mmio64(uint64_t address) {
    return *reinterpret_cast<volatile uint64_t*>(address);
}
inline volatile uint32_t& mmio32(uint64_t address) {
    return *reinterpret_cast<volatile uint32_t*>(address);
}

}  // namespace smmu::test

extern "C" {
void run_at_el1(void (*guest)());
uint64_t run_case(smmu::test::Case which, uint64_t argument);
bool on_exception(uint64_t vector, const uint64_t (&frame)[20]);
}
