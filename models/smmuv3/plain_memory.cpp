// Here: no probe, no slot, no report.  May wait() where the memory behind `ptw` does.
#include "smmuv3/plain_memory.h"

#include <cstring>

namespace smmu {

using core::MemoryAccess;
using core::MemoryResult;

PlainMemory::PlainMemory(TablePort& port, sc_core::sc_time& delay)
    : port_(port), transaction_(port.take()), delay_(delay) {}

MemoryResult PlainMemory::read(const MemoryAccess& access, uint64_t* words) {
    auto& p = transaction_.prepare(access, tlm::TLM_READ_COMMAND, words);
    if (port_.reads_by_pointer() && open_window(access)) {
        std::memcpy(words, window_.data + (access.address - window_.first), access.size);
        ++window_.reads;
        return {MemoryResult::Status::Done, access.address};
    }
    ++total_;
    delay_ += port_.access_cost();
    port_.memory().b_transport(p, delay_);
    return {p.is_response_ok() ? MemoryResult::Status::Done : MemoryResult::Status::Abort,
            access.address};
}

/// The reads that follow find their bytes by themselves.  A transaction may take the pointer away, so
/// it closes the window.
bool PlainMemory::open_window(const MemoryAccess& access) {
    settle();
    const TablePointers::Found place = port_.find_pointer(transaction_, access);
    window_ = {place.data, place.first, place.data ? place.size : 0, access.attributes, 0};
    window_cost_ = place.latency;
    return place.data != nullptr;
}

void PlainMemory::settle() {
    if (window_.reads == 0) return;
    total_ += window_.reads;
    delay_ += window_.reads * window_cost_;
    window_.reads = 0;
}

MemoryResult PlainMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    settle();
    window_.size = 0;
    delay_ += port_.access_cost();
    return port_.compare_and_swap(transaction_, access, expected, desired, found,
                                  [&](tlm::tlm_generic_payload& p) {
                                      port_.memory().b_transport(p, delay_);
                                      return p.is_response_ok();
                                  });
}

}  // namespace smmu
