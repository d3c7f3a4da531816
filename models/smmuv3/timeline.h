// The local time of one transaction or walk: the kernel's time and the annotated delay beyond it, and
// what that delay went into, where somebody wants to know.
#pragma once
#include <algorithm>
#include <optional>
#include <systemc>

#include "smmuv3/parts.h"

namespace smmu {

class Timeline {
public:
    enum class Detail : uint8_t { Total, Parts };

    /// `delay` is that of the transaction, and grows with this.
    explicit Timeline(sc_core::sc_time& delay, Detail detail = Detail::Parts) : delay_(delay) {
        if (detail == Detail::Parts) parts_.emplace();
    }

    sc_core::sc_time now() const { return sc_core::sc_time_stamp() + delay_; }
    bool keeps_parts() const { return parts_.has_value(); }
    Parts parts() const { return parts_.value_or(Parts{}); }  ///< nothing, if none are kept

    void spend(Part part, const sc_core::sc_time& time) {
        delay_ += time;
        if (parts_) (*parts_)[part] += time;
    }
    /// What grows; for who keeps no parts.
    sc_core::sc_time& delay() { return delay_; }

    void spend_until(Part part, const sc_core::sc_time& then) {
        const sc_core::sc_time at = now();
        if (then > at) spend(part, then - at);
    }
    /// Lets `step(delay)` pass, which adds to the delay or waits.
    template <class Step>
    void spend_in(Part part, Step&& step) {
        if (!parts_) return step(delay_);
        const sc_core::sc_time begin = now();
        step(delay_);
        (*parts_)[part] += now() - begin;
    }
    /// Waits for the event; what is left of the delay stays a delay.
    void wait_for(Part part, const sc_core::sc_event& event) {
        const sc_core::sc_time at = now();
        sc_core::wait(event);
        const sc_core::sc_time here = sc_core::sc_time_stamp();
        delay_ = std::max(at, here) - here;
        if (parts_) (*parts_)[part] += now() - at;
    }
    /// Lets the kernel's time catch up.
    void synchronise() {
        if (delay_ > sc_core::SC_ZERO_TIME) sc_core::wait(delay_);
        delay_ = sc_core::SC_ZERO_TIME;
    }

private:
    sc_core::sc_time& delay_;
    std::optional<Parts> parts_;
};

}  // namespace smmu
