// A wire end that acts the moment it is written, without a delta cycle.
//
// A temporally decoupled CPU reads ICC_IAR1 and must see its interrupt input fall before the next
// instruction; an sc_signal would change only when the CPU yields.  Any sc_out<bool> or
// sc_port<sc_signal_inout_if<bool>> binds to it.
#pragma once
#include <functional>
#include <systemc>
#include <utility>

namespace smmu {

class InterruptPin final : public sc_core::sc_signal_inout_if<bool> {
public:
    using OnChange = std::function<void(bool level)>;

    /// `on_change` is called by each write that changes the level; the wire starts low.
    explicit InterruptPin(OnChange on_change) : on_change_(std::move(on_change)) {}

    void write(const bool& level) override {
        if (level == level_) return;
        level_ = level;
        changed_.notify(sc_core::SC_ZERO_TIME);
        (level ? rose_ : fell_).notify(sc_core::SC_ZERO_TIME);
        on_change_(level);
    }
    const bool& read() const override { return level_; }
    const bool& get_data_ref() const override { return level_; }

    const sc_core::sc_event& default_event() const override { return changed_; }
    const sc_core::sc_event& value_changed_event() const override { return changed_; }
    const sc_core::sc_event& posedge_event() const override { return rose_; }
    const sc_core::sc_event& negedge_event() const override { return fell_; }
    bool event() const override { return changed_.triggered(); }
    bool posedge() const override { return rose_.triggered(); }
    bool negedge() const override { return fell_.triggered(); }

    /// Several drivers are allowed: the last write counts.
    sc_core::sc_writer_policy get_writer_policy() const override {
        return sc_core::SC_UNCHECKED_WRITERS;
    }

private:
    OnChange on_change_;
    bool level_ = false;
    sc_core::sc_event changed_, rose_, fell_;
};

/// Output of a device that may stay unconnected.
using OptionalInterruptOut =
    sc_core::sc_port<sc_core::sc_signal_inout_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND>;

/// Input of a device: bind a port or signal driver to it, or call write().
using InterruptIn = sc_core::sc_export<sc_core::sc_signal_inout_if<bool>>;

}  // namespace smmu
