// The functions of port.h on the current machine.
#include "sw_stubs/port/host/machine.h"

#include "sw_stubs/port/port.h"

namespace smmu::sw {
namespace {

host::Machine*& only_place() {
    static host::Machine* machine = nullptr;
    return machine;
}

host::Place current = only_place;

}  // namespace

namespace host {

void keep_machine_in(Place place) { current = place; }

Running::Running(Machine& machine) : before_(current()) { current() = &machine; }
Running::~Running() { current() = before_; }

}  // namespace host

namespace port {

uint32_t mmio_read32(uint64_t address) { return current()->read32(address); }
uint64_t mmio_read64(uint64_t address) { return current()->read64(address); }
void mmio_write32(uint64_t address, uint32_t value) { current()->write32(address, value); }
void mmio_write64(uint64_t address, uint64_t value) { current()->write64(address, value); }
void dma_barrier() { current()->barrier(); }
void relax() { current()->relax(); }
void wait_for_interrupt() { current()->wait_for_interrupt(); }
void clean_cache(const volatile void* start, uint64_t size) { current()->clean(start, size); }
void invalidate_cache(const volatile void* start, uint64_t size) {
    current()->invalidate(start, size);
}

}  // namespace port
}  // namespace smmu::sw
