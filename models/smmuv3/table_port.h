// The SMMU's own way to memory (socket `ptw`): structures, tables and queues, for timed and for
// debug accesses.
//
// LT: reads go out by b_transport and their time is added to the delay of whoever needs them.  May
// wait() if the memory behind the socket waits.
#pragma once
#include <memory>
#include <tlm>
#include <vector>

#include "smmuv3/core/memory.h"
#include "smmuv3/probe_list.h"
#include "tlm_sockets/atomic_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// Payloads with their identity, reused: making one per access would cost more than the access.
class TablePort {
public:
    void bind(tlm::tlm_fw_transport_if<>& memory) { memory_ = &memory; }
    tlm::tlm_fw_transport_if<>& memory() const { return *memory_; }

    class Transaction;
    /// A free payload; returned to the pool when the handle goes.
    Transaction take();

private:
    struct Slot {
        tlm::tlm_generic_payload payload;
        StreamExtension extension;
        Slot() { payload.set_extension(&extension); }
        ~Slot() { payload.clear_extension(&extension); }
    };
    tlm::tlm_fw_transport_if<>* memory_ = nullptr;
    std::vector<std::unique_ptr<Slot>> free_;
};

class TablePort::Transaction {
public:
    Transaction(TablePort& port, std::unique_ptr<Slot> slot)
        : port_(port), slot_(std::move(slot)) {}
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() { port_.free_.push_back(std::move(slot_)); }

    /// The payload, set up for an access.
    tlm::tlm_generic_payload& prepare(const core::MemoryAccess& access, tlm::tlm_command command,
                                      void* data);

private:
    TablePort& port_;
    std::unique_ptr<Slot> slot_;
};

/// Memory of an LT access: time is added to `delay`.
class TimedMemory final : public core::Memory {
public:
    TimedMemory(TablePort& port, const ProbeList& probes, sc_core::sc_time& delay)
        : port_(port), transaction_(port.take()), probes_(probes), delay_(delay) {}

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult write(const core::MemoryAccess& access, const uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;

    const Probe::Fetches& fetches() const { return fetches_; }

private:
    core::MemoryResult transport(const core::MemoryAccess& access, tlm::tlm_command command,
                                 void* data);
    core::MemoryResult send(tlm::tlm_generic_payload& p, const core::MemoryAccess& access,
                            bool write);

    TablePort& port_;
    TablePort::Transaction transaction_;
    const ProbeList& probes_;
    sc_core::sc_time& delay_;
    Probe::Fetches fetches_{};
};

/// Memory of a debug access: peeks, and never writes; a descriptor update seems to succeed.
class PeekMemory final : public core::Memory {
public:
    explicit PeekMemory(TablePort& port) : port_(port), transaction_(port.take()) {}

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;

private:
    TablePort& port_;
    TablePort::Transaction transaction_;
};

}  // namespace smmu
