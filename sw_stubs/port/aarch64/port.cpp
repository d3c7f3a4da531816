// The driver's port on this CPU, for the host and for a guest.
#include "sw_stubs/port/port.h"

#include "sw_stubs/port/aarch64/cache.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/mmio.h"

namespace smmu::sw::port {

uint32_t mmio_read32(uint64_t address) { return aarch64::load32(address); }
uint64_t mmio_read64(uint64_t address) { return aarch64::load64(address); }
void mmio_write32(uint64_t address, uint32_t value) { aarch64::store32(address, value); }
void mmio_write64(uint64_t address, uint64_t value) { aarch64::store64(address, value); }

void dma_barrier() { aarch64::dsb(); }
void relax() { asm volatile("yield"); }
void wait_for_interrupt() { aarch64::wait_for_interrupt(); }

void clean_cache(const volatile void* start, uint64_t size) {
    aarch64::clean(reinterpret_cast<uint64_t>(start), size);
}
/// Cleans too: the first and the last line may hold bytes of others.
void invalidate_cache(const volatile void* start, uint64_t size) {
    aarch64::clean_and_invalidate(reinterpret_cast<uint64_t>(start), size);
}

}  // namespace smmu::sw::port
