// The local time of one transaction or walk: the kernel's time and the annotated delay beyond it, and
// what that delay went into.
#pragma once
#include <algorithm>
#include <systemc>

#include "smmuv3/parts.h"

namespace smmu {

class Timeline {
public:
    /// `delay` is that of the transaction, and grows with this.
    explicit Timeline(sc_core::sc_time& delay) : delay_(delay) {}

    sc_core::sc_time now() const { return sc_core::sc_time_stamp() + delay_; }
    const Parts& parts() const { return parts_; }

    void spend(Part part, const sc_core::sc_time& time) {
        delay_ += time;
        parts_[part] += time;
    }
    void spend_until(Part part, const sc_core::sc_time& then) {
        const sc_core::sc_time at = now();
        if (then > at) spend(part, then - at);
    }
    /// Lets `step(delay)` pass, which adds to the delay or waits.
    template <class Step>
    void spend_in(Part part, Step&& step) {
        const sc_core::sc_time begin = now();
        step(delay_);
        parts_[part] += now() - begin;
    }
    /// Waits for the event; what is left of the delay stays a delay.
    void wait_for(Part part, const sc_core::sc_event& event) {
        const sc_core::sc_time at = now();
        sc_core::wait(event);
        const sc_core::sc_time here = sc_core::sc_time_stamp();
        delay_ = std::max(at, here) - here;
        parts_[part] += now() - at;
    }
    /// Lets the kernel's time catch up.
    void synchronise() {
        if (delay_ > sc_core::SC_ZERO_TIME) sc_core::wait(delay_);
        delay_ = sc_core::SC_ZERO_TIME;
    }

private:
    sc_core::sc_time& delay_;
    Parts parts_{};
};

}  // namespace smmu
