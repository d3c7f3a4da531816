// A data bus of the SMMU, which moves some bytes in each cycle: who comes while it is busy waits.
#pragma once
#include "smmuv3/reservations.h"
#include "smmuv3/timeline.h"

namespace smmu {

class Wires {
public:
    /// 0 bytes in a cycle: never busy.
    Wires(unsigned bytes_per_cycle, const sc_core::sc_time& clock)
        : bytes_per_cycle_(bytes_per_cycle), clock_(clock) {}

    bool is_limited() const { return bytes_per_cycle_ != 0; }

    /// Until so many bytes have their turn, which begins then.
    void wait_for_turn(unsigned bytes, Timeline& time) {
        if (is_limited()) time.spend_until(Part::Queue, next_turn(bytes, time.now()));
    }
    /// When their turn begins.  For wires that are limited.
    sc_core::sc_time next_turn(unsigned bytes, const sc_core::sc_time& at) {
        const unsigned beats = (bytes + bytes_per_cycle_ - 1) / bytes_per_cycle_;
        return busy_.reserve(at, beats * clock_);
    }

private:
    const unsigned bytes_per_cycle_;
    const sc_core::sc_time clock_;
    Reservations busy_{1};
};

}  // namespace smmu
