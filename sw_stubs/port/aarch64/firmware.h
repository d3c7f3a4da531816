// How a program on this port begins and ends.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64 {

/// Given by the program.  Runs at EL2 on its own stack, caches and MMU on (every address is its own translation),
/// interrupts masked: they are taken where the program looks for them.  The result is the exit status of the machine.
int firmware_main(uint64_t rsdp, uint64_t acpi_end);

/// Ends the machine; 0 means success.
[[noreturn]] void exit(int status);

}  // namespace smmu::sw::aarch64
