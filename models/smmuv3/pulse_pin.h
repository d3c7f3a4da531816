// An interrupt output: a pulse of one clock, wired or left open.
#pragma once
#include <systemc>

namespace smmu {

class PulsePin : public sc_core::sc_module {
public:
    /// Bind to an sc_signal<bool>, or leave unbound.
    sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> out{
        "out"};

    PulsePin(sc_core::sc_module_name name, sc_core::sc_time width)
        : sc_module(name), width_(width) {
        using SC_CURRENT_USER_MODULE = PulsePin;
        SC_METHOD(drive);
        sensitive << next_;
        dont_initialize();
    }

    /// Raises one pulse.  While one is up, the next follows it after a gap of the same width.
    void fire() {
        ++pending_;
        if (!busy_) {
            busy_ = true;
            next_.notify(sc_core::SC_ZERO_TIME);
        }
    }

    /// Forgets the pulses still to come; one that is up ends as usual.
    void drop() { pending_ = 0; }

private:
    void drive() {
        if (up_) {
            set(false);
            busy_ = pending_ != 0;
            if (busy_) next_.notify(width_);
        } else if (pending_ != 0) {
            --pending_;
            set(true);
            next_.notify(width_);
        } else {
            busy_ = false;  // dropped since the last one ended
        }
    }
    void set(bool level) {
        up_ = level;
        if (out.size() != 0) out->write(level);
    }

    sc_core::sc_time width_;
    sc_core::sc_event next_;
    unsigned pending_ = 0;
    bool up_ = false;
    bool busy_ = false;
};

}  // namespace smmu
