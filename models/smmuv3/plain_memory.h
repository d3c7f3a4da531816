// The hot path of walks: memory of a translation while nobody watches, nothing is limited and the walk
// is loosely timed.  It reads as TimedMemory does, in the same time, and keeps no account but the
// number of its accesses.
#pragma once
#include <optional>

#include "smmuv3/table_port.h"

namespace smmu {

class PlainMemory final : public core::Memory {
public:
    /// `delay` is that of the transaction that needs the walk.
    PlainMemory(TablePort& port, sc_core::sc_time& delay);

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    const uint64_t* read_descriptor(const core::TableReads& reads, uint64_t address,
                                    int level) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;
    void settle() override {
        if (reads_in_place_ == 0) return;
        total_ += reads_in_place_;
        delay_ += reads_in_place_ * window_cost_;
        reads_in_place_ = 0;
    }

    void end_walk() { settle(); }
    unsigned total() const { return total_; }  ///< accesses, where settled

private:
    const uint64_t* read_first_descriptor(const core::TableReads& reads, uint64_t address,
                                          int level);
    const uint64_t* find_descriptor(const core::TableReads& reads, uint64_t address, int level);
    /// Bytes of the access whose payload is set up; nullptr: by transaction.
    const unsigned char* find_pointer(const core::MemoryAccess& access);
    void take_window(bool of_stage2);
    /// Taken from the pool by the first access that needs it.
    TablePort::Transaction& transaction() {
        return transaction_ ? *transaction_ : transaction_.emplace(port_);
    }
    void send(tlm::tlm_generic_payload& p) {
        ++total_;
        delay_ += access_cost_;
        memory_.b_transport(p, delay_);
    }

    TablePort& port_;
    tlm::tlm_blocking_transport_if<>& memory_;
    std::optional<TablePort::Transaction> transaction_;
    sc_core::sc_time& delay_;
    const sc_core::sc_time access_cost_;
    const bool by_pointer_;
    sc_core::sc_time window_cost_;  ///< of one read
    unsigned total_ = 0;
    bool is_for_descriptors_ = false;  ///< the payload is set up for them
};

}  // namespace smmu
