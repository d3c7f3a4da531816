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
    : access_cost_(params.cycles.table_read * params.clock),
      by_pointer_(params.walk_by_dmi),
      wires_(params.ptw_bytes_per_cycle, params.clock) {}

TablePort::Slot& TablePort::take() {
    if (free_.empty()) {
        slots_.push_back(std::make_unique<Slot>(*this));
        free_.push_back(slots_.back().get());
    }
    Slot& slot = *free_.back();
    free_.pop_back();
    return slot;
}

TablePointers::Found TablePort::find_pointer(Transaction& transaction, const MemoryAccess& access) {
    TablePointers::Found found = pointers_.find(access, payload_of(transaction), *memory_);
    found.latency += access_cost_;
    return found;
}

void TimedMemory::count(const MemoryAccess& access) {
    ++total_;
    if (!is_observed()) return;
    ++fetches_.of[static_cast<unsigned>(access.purpose)];
    if (access.purpose == core::Purpose::Stage1Table) ++fetches_.stage1[access.level];
    if (access.purpose == core::Purpose::Stage2Table) ++fetches_.stage2[access.level];
}

/// By transaction.
MemoryResult TimedMemory::send(tlm::tlm_generic_payload& p, const MemoryAccess& access,
                               bool write) {
    const Part part = part_of(access.purpose);
    if (slot_) slot_->begin();
    port_.wait_for_turn(time_, part, access.size);
    if (style_ == Style::ApproximatelyTimed && is_observed()) {
        time_.synchronise();
        probes_.tell(&Probe::fetch_begin, Probe::FetchBegin{access, walk_});
    }
    const sc_core::sc_time begin = is_observed() ? time_.now() : sc_core::SC_ZERO_TIME;
    time_.spend_in(part, [&](sc_core::sc_time& delay) {
        if (style_ == Style::LooselyTimed) return port_.send(transaction_, delay);
        time_.synchronise();
        port_.send_and_wait(transaction_);
    });
    const bool done = p.is_response_ok();
    if (is_observed())
        probes_.tell(&Probe::fetch, Probe::Fetch{access, walk_, write, !done, begin, time_.now()});
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address};
}

MemoryResult TimedMemory::read(const MemoryAccess& access, uint64_t* words) {
    auto& p = transaction_.prepare(access, tlm::TLM_READ_COMMAND, words);
    if (port_.reads_by_pointer()) {
        const TablePointers::Found place = port_.find_pointer(transaction_, access);
        if (place.data) return read_at(place, access, words);
    }
    count(access);
    return send(p, access, false);
}

/// By pointer.
MemoryResult TimedMemory::read_at(const TablePointers::Found& place, const MemoryAccess& access,
                                  uint64_t* words) {
    count(access);
    if (slot_) slot_->begin();
    const sc_core::sc_time begin = is_observed() ? time_.now() : sc_core::SC_ZERO_TIME;
    time_.spend(part_of(access.purpose), place.latency);
    std::memcpy(words, place.data + (access.address - place.first), access.size);
    if (is_observed())
        probes_.tell(&Probe::fetch, Probe::Fetch{access, walk_, false, false, begin, time_.now()});
    return {MemoryResult::Status::Done, access.address};
}

MemoryResult TimedMemory::write(const MemoryAccess& access, const uint64_t* words) {
    count(access);
    return send(transaction_.prepare(access, tlm::TLM_WRITE_COMMAND, const_cast<uint64_t*>(words)),
                access, true);
}

MemoryResult TimedMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    return port_.compare_and_swap(
        transaction_, access, expected, desired, found,
        [&](tlm::tlm_generic_payload& p) { return send(p, access, true).done(); });
}

MemoryResult PeekMemory::read(const MemoryAccess& access, uint64_t* words) {
    tlm::tlm_generic_payload& p = transaction_.prepare(access, tlm::TLM_READ_COMMAND, words);
    const bool done = port_.memory().transport_dbg(p) == access.size;
    return {done ? MemoryResult::Status::Done : MemoryResult::Status::Abort, access.address};
}

MemoryResult PeekMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected, uint64_t,
                                          uint64_t& found) {
    found = expected;
    return {MemoryResult::Status::Done, access.address};
}

}  // namespace smmu
