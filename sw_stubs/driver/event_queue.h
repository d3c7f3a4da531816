// The Event queue, the driver's side.  Arm IHI 0070 G.b, 3.5.1, 7.2.
#pragma once
#include "smmuv3/arch/event.h"
#include "smmuv3/arch/queue.h"
#include "sw_stubs/driver/memory.h"
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

class EventQueue {
public:
    EventQueue() = default;

    /// Takes memory for 2^log2size events.  False when the arena has no room.
    bool allocate(Arena& arena, Registers registers, unsigned log2size);

    /// What EVENTQ_BASE must hold; the queue itself writes EVENTQ_CONS only (and EVENTQ_PROD in
    /// reset()).
    arch::EventqBase base() const;
    /// Empties both indexes.  CR0.EVENTQEN must be 0.
    void reset();

    /// Moves the oldest event out of the queue into `event`.  False when there is none.
    bool take(arch::Event& event);

    /// True once after events were lost because the queue was full; acknowledges it to the SMMU.
    bool take_overflow();

private:
    arch::EventqCons cons() const;

    Registers registers_{};
    const Arena* arena_ = nullptr;
    Region memory_{};
    unsigned log2size_ = 0;
    arch::QueueIndex consumer_{0};
    bool overflow_acknowledged_ = false;  ///< EVENTQ_CONS.OVACKFLG: a toggle, not a state
};

}  // namespace smmu::sw
