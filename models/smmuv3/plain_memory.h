// The hot path of walks: memory of a translation while nobody watches, nothing is limited and the walk
// is loosely timed.  It reads as TimedMemory does, in the same time, and keeps no account but the
// number of its accesses.
#pragma once
#include "smmuv3/table_port.h"

namespace smmu {

class PlainMemory final : public core::Memory {
public:
    /// `delay` is that of the transaction that needs the walk.
    PlainMemory(TablePort& port, sc_core::sc_time& delay);

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;
    void settle() override;

    void end_walk() { settle(); }
    unsigned total() const { return total_; }  ///< accesses, where settled

private:
    bool open_window(const core::MemoryAccess& access);

    TablePort& port_;
    TablePort::Transaction transaction_;
    sc_core::sc_time& delay_;
    sc_core::sc_time window_cost_;  ///< of one read
    unsigned total_ = 0;
};

}  // namespace smmu
