// GICv3: shared interrupts to this CPU, taken by asking.  Arm IHI 0069.
//
// The program runs with interrupts masked.  A pending one ends wait_for_interrupt() and, from a guest, leads back to its
// host; take_pending() then calls whoever registered for it.  So a handler never runs in the middle of anything.
// For a host at EL2 (gic_el2.cpp) and for a guest at EL1 (gic_el1.cpp), whose interrupts and timer are virtual.
#pragma once
#include <stdint.h>

namespace smmu::sw::aarch64::gic {

/// Called once, by the start-up code of a host, or by a guest: distributor, redistributor and CPU interface forward group 1.
void enable();

enum class Trigger : uint8_t { Level, Edge };

struct Handler {
    void (*call)(void* context) = nullptr;
    void* context = nullptr;
};

/// Who deactivates an interrupt that was taken: take_pending(), or the guest that it is handed on to.
enum class EndedBy : uint8_t { Host, Guest };

/// Delivers interrupt `intid` (16..1019) to `handler`, which may be empty.  False for any other, and when 8 are
/// connected already.
bool connect(uint32_t intid, Trigger trigger, Handler handler, EndedBy ended_by = EndedBy::Host);

/// Makes a PPI active or inactive: active, it waits for the end of the last one.
void set_active(uint32_t ppi, bool active);

/// Handles every pending interrupt and returns how many there were.  Nobody's interrupts are counted, too.
unsigned take_pending();

/// The CPU is interrupted at this count of the system counter, a guest of its virtual one.  There is one alarm: the last call counts.
void set_alarm(uint64_t count);
/// Sleeps until an interrupt comes or the counter is there, and handles interrupts.
void sleep_until(uint64_t count);
/// Sleeps until `done(context)`, handling interrupts; false when `microseconds` pass first.
bool wait(bool (*done)(const void* context), const void* context, uint64_t microseconds);

}  // namespace smmu::sw::aarch64::gic
