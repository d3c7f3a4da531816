// The SMMU's own way to memory (socket `ptw`): structures, tables and queues, for timed and for
// debug accesses.
//
// LT: reads go out by b_transport and their time is added to the delay of whoever needs them.  May
// wait() if the memory behind the socket waits.  AT: reads go out by nb_transport, and the thread of
// the walk waits for each.
#pragma once
#include <memory>
#include <tlm>
#include <vector>

#include "smmuv3/core/memory.h"
#include "smmuv3/probe_list.h"
#include "smmuv3/table_pointers.h"
#include "smmuv3/walk_slots.h"
#include "smmuv3/wires.h"
#include "tlm_sockets/atomic_extension.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu {

/// How an access goes out.
enum class Style : uint8_t { LooselyTimed, ApproximatelyTimed };

/// Payloads with their identity, reused: making one per access would cost more than the access.
class TablePort final : public tlm::tlm_mm_interface {
public:
    explicit TablePort(const Params& params);

    void bind(tlm::tlm_fw_transport_if<>& memory) { memory_ = &memory; }
    tlm::tlm_fw_transport_if<>& memory() const { return *memory_; }

    /// Before an access of that many bytes: its fixed cost, and its turn on the wires.
    void wait_for_turn(Timeline& time, Part part, uint32_t size) {
        time.spend(part, access_cost_);
        wires_.wait_for_turn(size, time);
    }

    class Transaction;
    /// LT
    void send(Transaction& transaction, sc_core::sc_time& delay) {
        memory_->b_transport(payload_of(transaction), delay);
    }
    /// AT; waits for the response.
    void send_and_wait(Transaction& transaction);

    /// An atomic exchange; `send(payload)` lets it happen, and is true if memory accepts it.
    template <class Send>
    core::MemoryResult compare_and_swap(Transaction& transaction, const core::MemoryAccess& access,
                                        uint64_t expected, uint64_t desired, uint64_t& found,
                                        Send&& send);

    bool reads_by_pointer() const { return by_pointer_; }
    const sc_core::sc_time& access_cost() const { return access_cost_; }
    bool has_wires() const { return wires_.is_limited(); }
    /// Where the access may read by itself; its latency is the whole cost of a read.
    TablePointers::Found find_pointer(Transaction& transaction, const core::MemoryAccess& access);
    /// Windows for the reads that follow; open_window() adds one.
    const TablePointers::Open& windows() const { return pointers_.open(); }
    void open_window(const TablePointers::Found& found, const core::MemoryAccess& access) {
        pointers_.add(found, access);
    }
    void withdraw_pointers(uint64_t first, uint64_t last) { pointers_.withdraw(first, last); }

    /// What memory calls back (AT).
    tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay);

private:
    struct Slot;
    Slot& take();
    /// Sits on its own payload, so that a callback finds it.
    struct Slot final : tlm::tlm_extension<Slot> {
        explicit Slot(tlm::tlm_mm_interface& owner) : payload(&owner) {
            payload.set_extension(this);
            payload.set_extension(&stream);
        }
        ~Slot() override {
            payload.clear_extension(this);
            payload.clear_extension(&stream);
        }
        tlm::tlm_extension_base* clone() const override { return nullptr; }  // nobody else's
        void copy_from(const tlm::tlm_extension_base&) override {}

        tlm::tlm_generic_payload payload;
        StreamExtension stream;
        bool requesting = false, responded = false;
        sc_core::sc_time response_at;
        sc_core::sc_event response;
    };

    void free(tlm::tlm_generic_payload* payload) override {
        free_.push_back(payload->get_extension<Slot>());
    }
    static tlm::tlm_generic_payload& payload_of(Transaction& transaction);
    void end_request(Slot& slot, const sc_core::sc_time& delay);
    static void take_response(Slot& slot, const sc_core::sc_time& delay);

    tlm::tlm_fw_transport_if<>* memory_ = nullptr;
    const sc_core::sc_time access_cost_;
    const bool by_pointer_;
    Wires wires_;
    TablePointers pointers_;
    std::vector<std::unique_ptr<Slot>> slots_;
    std::vector<Slot*> free_;
    sc_core::sc_time request_free_at_;  ///< AT: one BEGIN_REQ at a time
    sc_core::sc_event request_free_;
};

/// A free payload; returned to the pool when nobody holds it any more.
class TablePort::Transaction {
public:
    explicit Transaction(TablePort& port) : slot_(port.take()) { slot_.payload.acquire(); }
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    ~Transaction() { slot_.payload.release(); }

    /// The payload, set up for an access.
    tlm::tlm_generic_payload& prepare(const core::MemoryAccess& access, tlm::tlm_command command,
                                      void* data);

    /// The same for another such access elsewhere.
    tlm::tlm_generic_payload& prepare_again(uint64_t address,
                                            const arch::MemoryAttributes& attributes) {
        tlm::tlm_generic_payload& p = slot_.payload;
        p.set_address(address);
        p.set_dmi_allowed(false);
        p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
        slot_.stream.out.attributes = attributes;
        return p;
    }

private:
    friend class TablePort;
    Slot& slot_;
};

inline tlm::tlm_generic_payload& TablePort::Transaction::prepare(const core::MemoryAccess& access,
                                                                 tlm::tlm_command command,
                                                                 void* data) {
    tlm::tlm_generic_payload& p = slot_.payload;
    p.set_command(command);
    p.set_address(access.address);
    p.set_data_ptr(static_cast<unsigned char*>(data));
    p.set_data_length(access.size);
    p.set_streaming_width(access.size);
    p.set_byte_enable_ptr(nullptr);
    p.set_dmi_allowed(false);
    p.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    slot_.stream.in.stream = access.stream;
    slot_.stream.out.attributes = access.attributes;
    return p;
}

inline tlm::tlm_generic_payload& TablePort::payload_of(Transaction& transaction) {
    return transaction.slot_.payload;
}

template <class Send>
core::MemoryResult TablePort::compare_and_swap(Transaction& transaction,
                                               const core::MemoryAccess& access, uint64_t expected,
                                               uint64_t desired, uint64_t& found, Send&& send) {
    AtomicExtension atomic;
    atomic.expected = expected;
    auto& p = transaction.prepare(access, tlm::TLM_IGNORE_COMMAND, &desired);
    p.set_extension(&atomic);
    const bool done = send(p) && atomic.handled;
    p.clear_extension(&atomic);
    found = atomic.found;
    return {done ? core::MemoryResult::Status::Done : core::MemoryResult::Status::Abort,
            access.address};
}

/// Memory of a timed access: its time is spent in `time`.
class TimedMemory final : public core::Memory {
public:
    /// For queues and messages.
    TimedMemory(TablePort& port, const ProbeList& probes, Timeline& time)
        : port_(port), transaction_(port), probes_(probes), time_(time) {}
    /// For a walk, which has a number and needs a slot.
    TimedMemory(TablePort& port, const ProbeList& probes, Timeline& time, uint64_t walk,
                WalkSlots& slots, Style style)
        : TimedMemory(port, probes, time) {
        walk_ = walk;
        style_ = style;
        slot_.emplace(slots, time);
    }

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult write(const core::MemoryAccess& access, const uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;

    /// No more reads will come.
    void end_walk() { slot_->end(); }
    unsigned total() const { return total_; }  ///< accesses so far
    /// The same by their purpose; nothing while nobody watches.
    const Probe::Fetches& fetches() const { return fetches_; }

private:
    bool is_observed() const { return !probes_.empty(); }
    void count(const core::MemoryAccess& access);
    core::MemoryResult send(tlm::tlm_generic_payload& p, const core::MemoryAccess& access,
                            bool write);
    core::MemoryResult read_at(const TablePointers::Found& place, const core::MemoryAccess& access,
                               uint64_t* words);

    TablePort& port_;
    TablePort::Transaction transaction_;
    const ProbeList& probes_;
    Timeline& time_;
    uint64_t walk_ = 0;
    Style style_ = Style::LooselyTimed;
    std::optional<WalkSlots::Lease> slot_;
    Probe::Fetches fetches_{};
    unsigned total_ = 0;
};

/// Memory of a debug access: peeks, and never writes; a descriptor update seems to succeed.
class PeekMemory final : public core::Memory {
public:
    explicit PeekMemory(TablePort& port) : port_(port), transaction_(port) {}

    core::MemoryResult read(const core::MemoryAccess& access, uint64_t* words) override;
    core::MemoryResult compare_and_swap(const core::MemoryAccess& access, uint64_t expected,
                                        uint64_t desired, uint64_t& found) override;

private:
    TablePort& port_;
    TablePort::Transaction transaction_;
};

}  // namespace smmu
