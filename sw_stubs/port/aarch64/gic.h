// GICv3: shared interrupts to this CPU, taken by asking.  Arm IHI 0069.
//
// The host runs with interrupts masked.  A pending one ends wait_for_interrupt() and, from a guest, leads back to the
// host; take_pending() then calls whoever registered for it.  So a handler never runs in the middle of anything.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64::gic {

/// Called once, by the start-up code: distributor, redistributor and CPU interface forward group 1.
void enable();

enum class Trigger : uint8_t { Level, Edge };

struct Handler {
    void (*call)(void* context) = nullptr;
    void* context = nullptr;
};

/// Delivers interrupt `intid` (16..1019) to `handler`.  False for any other, and when 8 are connected already.
bool connect(uint32_t intid, Trigger trigger, Handler handler);

/// Handles every pending interrupt and returns how many there were.  Nobody's interrupts are counted, too.
unsigned take_pending();

/// Sleeps until `done(context)`, handling interrupts; false when `microseconds` pass first.
bool wait(bool (*done)(const void* context), const void* context, uint64_t microseconds);

}  // namespace smmu::sw::aarch64::gic
