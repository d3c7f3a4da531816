// What the SMMU reports by interrupt: events and global errors, kept until somebody asks.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/smmu.h"

namespace smmu::sw::demo {

class EventLog {
public:
    /// Connects the SMMU's interrupts, by the numbers that the IORT gives; 0 means that there is none.
    bool connect(Smmu& smmu, uint32_t event_intid, uint32_t gerror_intid);

    /// Waits for the next event: for the interrupt, at most a millisecond; without one, by looking.  False when none
    /// came.
    bool wait_for_event(arch::Event& event);

    /// How many events nobody has taken.
    unsigned pending() const { return count_; }
    unsigned errors() const { return errors_; }
    unsigned lost() const { return lost_; }

private:
    static void on_events(void* self);
    static void on_error(void* self);
    void take_events();

    static constexpr unsigned capacity = 16;

    Smmu* smmu_ = nullptr;
    bool by_interrupt_ = true;
    arch::Event events_[capacity]{};  ///< the first is the oldest
    unsigned count_ = 0;
    unsigned errors_ = 0;
    unsigned lost_ = 0;
};

}  // namespace smmu::sw::demo
