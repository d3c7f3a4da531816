// What the driver needs from the machine below it.  port/aarch64 gives it on the modelled CPU,
// port/host natively.
#pragma once
#include <stdint.h>

namespace smmu::sw::port {

/// Device registers at a physical address: one access each, in program order.
uint32_t mmio_read32(uint64_t address);
uint64_t mmio_read64(uint64_t address);
void mmio_write32(uint64_t address, uint32_t value);
void mmio_write64(uint64_t address, uint64_t value);

/// Memory accesses before it are seen by devices before any access after it, registers included.
void dma_barrier();

/// Between two looks at something that a device will change: gives the device time.
void relax();

/// Until an interrupt is pending.
void wait_for_interrupt();

/// For a device that does not look into the CPU's caches: what was written reaches memory ...
void clean_cache(const volatile void* start, uint64_t size);
/// ... and what the device wrote is read from memory.
void invalidate_cache(const volatile void* start, uint64_t size);

}  // namespace smmu::sw::port
