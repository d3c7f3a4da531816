// Commands sent in lists: each at most 63 long with a CMD_SYNC behind it.  An SMMU that needs a
// CMD_SYNC at least that often (Arm MMU-700, errata.h) is served as well.
#pragma once
#include "sw_stubs/driver/command_queue.h"

namespace smmu::sw {

class CommandBatch {
public:
    static constexpr unsigned most = 63;

    explicit CommandBatch(CommandQueue& queue) : queue_(queue) {}

    /// Sends what there is first when the list is full.
    void add(const arch::Command& command) {
        if (count_ == most) flush();
        list_[count_++] = command;
    }

    /// Sends what there is and waits until it is complete.  Nothing is sent when there is nothing.
    /// The worst result so far: what is left after a time-out is dropped.
    Completion flush() {
        if (count_ != 0 && result_ != Completion::TimedOut) {
            const Completion c = queue_.run(list_, count_);
            if (c != Completion::Done) result_ = c;
        }
        count_ = 0;
        return result_;
    }

    unsigned pending() const { return count_; }

private:
    CommandQueue& queue_;
    arch::Command list_[most]{};
    unsigned count_ = 0;
    Completion result_ = Completion::Done;
};

}  // namespace smmu::sw
