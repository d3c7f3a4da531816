// The SMMU's own accesses as transactions on socket `ptw`.  May wait() if the memory behind it waits.
#include "smmuv3/table_port.h"

#include <cstring>

namespace smmu {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
              "records are little-endian in memory and 64-bit words here: a big-endian host needs "
              "a swap in this file");

using core::MemoryAccess;
using core::MemoryResult;

TablePort::TablePort(const Params& params)
    : clock_(params.clock),
      access_cost_(params.cycles.table_read * params.clock),
      bytes_per_cycle_(params.ptw_bytes_per_cycle),
      by_pointer_(params.walk_by_dmi) {}

bool TablePort::read_by_pointer(Transaction& transaction, const MemoryAccess& access,
                                uint64_t* words, Timeline& time) {
    if (!by_pointer_) return false;
    auto& p = transaction.prepare(access, tlm::TLM_READ_COMMAND, words);
    const TablePointers::Found found = pointers_.find(access, p, *memory_);
    if (!found.data) return false;
    time.spend(part_of(access.purpose), access_cost_ + found.latency);
    std::memcpy(words, found.data, access.size);
    return true;
}

void TablePort::wait_for_turn(Timeline& time, Part part, uint32_t size) {
    time.spend(part, access_cost_);
    if (bytes_per_cycle_ == 0) return;
    const unsigned beats = (size + bytes_per_cycle_ - 1) / bytes_per_cycle_;
    time.spend_until(Part::Queue, wires_.reserve(time.now(), beats * clock_));
}

TablePort::Transaction TablePort::take() {
    if (free_.empty()) {
        slots_.push_back(std::make_unique<Slot>(*this));
        free_.push_back(slots_.back().get());
    }
    Slot& slot = *free_.back();
    free_.pop_back();
    return Transaction(slot);
}

tlm::tlm_generic_payload& TablePort::Transaction::prepare(const MemoryAccess& access,
                                                          tlm::tlm_command command, void* data) {
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
    slot_.stream.out.mpam = access.mpam;
    return p;
}

void TablePort::send(Transaction& transaction, Style style, sc_core::sc_time& delay) {
    if (style == Style::LooselyTimed) return memory_->b_transport(transaction.slot_.payload, delay);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    send_and_wait(transaction.slot_);
}

void TimedMemory::count(const MemoryAccess& access) {
    ++total_;
    ++fetches_.of[static_cast<unsigned>(access.purpose)];
    if (access.purpose == core::Purpose::Stage1Table) ++fetches_.stage1[access.level];
    if (access.purpose == core::Purpose::Stage2Table) ++fetches_.stage2[access.level];
}

MemoryResult TimedMemory::transport(const MemoryAccess& access, tlm::tlm_command command,
                                    void* data) {
    count(access);
    return send(transaction_.prepare(access, command, data), access,
                command == tlm::TLM_WRITE_COMMAND);
}

MemoryResult TimedMemory::send(tlm::tlm_generic_payload& p, const MemoryAccess& access,
                               bool write) {
    const Part part = part_of(access.purpose);
    if (slot_) slot_->begin();
    port_.wait_for_turn(time_, part, access.size);
    if (style_ == Style::ApproximatelyTimed && !probes_.empty()) {
        time_.synchronise();
        probes_.tell(&Probe::fetch_begin, Probe::FetchBegin{access, walk_});
    }
    const sc_core::sc_time begin = time_.now();
    time_.spend_in(part, [&](sc_core::sc_time& t) { port_.send(transaction_, style_, t); });
    const bool done = p.is_response_ok();
    if (!probes_.empty())
        probes_.tell(&Probe::fetch, Probe::Fetch{access, walk_, write, !done, begin, time_.now()});
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address, {}};
}

MemoryResult TimedMemory::read(const MemoryAccess& access, uint64_t* words) {
    if (slot_) slot_->begin();
    const sc_core::sc_time begin = time_.now();
    if (!port_.read_by_pointer(transaction_, access, words, time_))
        return transport(access, tlm::TLM_READ_COMMAND, words);
    count(access);
    if (!probes_.empty())
        probes_.tell(&Probe::fetch, Probe::Fetch{access, walk_, false, false, begin, time_.now()});
    return {MemoryResult::Status::Done, access.address, {}};
}

MemoryResult TimedMemory::write(const MemoryAccess& access, const uint64_t* words) {
    return transport(access, tlm::TLM_WRITE_COMMAND, const_cast<uint64_t*>(words));
}

MemoryResult TimedMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    AtomicExtension atomic;
    atomic.expected = expected;
    auto& p = transaction_.prepare(access, tlm::TLM_IGNORE_COMMAND, &desired);
    p.set_extension(&atomic);
    MemoryResult result = send(p, access, true);
    p.clear_extension(&atomic);
    if (!atomic.handled) result.status = MemoryResult::Status::Abort;
    found = atomic.found;
    return result;
}

MemoryResult PeekMemory::read(const MemoryAccess& access, uint64_t* words) {
    tlm::tlm_generic_payload& p = transaction_.prepare(access, tlm::TLM_READ_COMMAND, words);
    const bool done = port_.memory().transport_dbg(p) == access.size;
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address, {}};
}

MemoryResult PeekMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t,
                                          uint64_t& found) {
    found = expected;
    return {MemoryResult::Status::Done, access.address, {}};
}

}  // namespace smmu
