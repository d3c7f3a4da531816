// Here: no probe, no slot, no report.  May wait() where the memory behind `ptw` does.
#include "smmuv3/plain_memory.h"

#include <cstring>

namespace smmu {

using core::MemoryAccess;
using core::MemoryResult;

PlainMemory::PlainMemory(TablePort& port, sc_core::sc_time& delay)
    : port_(port),
      memory_(port.memory()),
      delay_(delay),
      access_cost_(port.access_cost()),
      by_pointer_(port.reads_by_pointer()) {
    if (by_pointer_) take_windows();
}

void PlainMemory::take_windows() {
    windows_ = port_.windows().windows;
    window_cost_ = port_.windows().latency;
}

MemoryResult PlainMemory::read(const MemoryAccess& access, uint64_t* words) {
    auto& p = transaction().prepare(access, tlm::TLM_READ_COMMAND, words);
    is_for_words_ = false;
    if (by_pointer_) {
        if (const unsigned char* const data = find_pointer(access)) {
            std::memcpy(words, data, access.size);
            ++reads_in_place_;
            return {MemoryResult::Status::Done, access.address};
        }
    }
    send(p);
    return {p.is_response_ok() ? MemoryResult::Status::Done : MemoryResult::Status::Abort,
            access.address};
}

/// One after another, mostly: of the payload only what differs is set again.
bool PlainMemory::read_descriptor(const core::TableReads& reads, uint64_t address, int level,
                                  uint64_t& word, core::Fault& why) {
    if (by_pointer_) return Memory::read_descriptor(reads, address, level, word, why);
    if (!is_for_words_) {
        transaction().prepare(reads.at(address, level), tlm::TLM_READ_COMMAND, &word_);
        is_for_words_ = true;
    }
    auto& p = transaction_->prepare_again(address, reads.attributes);
    send(p);
    word = word_;
    if (p.is_response_ok()) return true;
    why = core::walk_abort(address);
    return false;
}

/// The descriptor reads that follow find their bytes by themselves.
const unsigned char* PlainMemory::find_pointer(const MemoryAccess& access) {
    settle();
    const TablePointers::Found place = port_.find_pointer(transaction(), access);
    if (!place.data) {
        windows_.close();
        return nullptr;
    }
    port_.open_window(place, access);
    take_windows();
    return place.data + (access.address - place.first);
}

void PlainMemory::settle() {
    if (reads_in_place_ == 0) return;
    total_ += reads_in_place_;
    delay_ += reads_in_place_ * window_cost_;
    reads_in_place_ = 0;
}

MemoryResult PlainMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    settle();
    windows_.close();
    is_for_words_ = false;
    delay_ += access_cost_;
    return port_.compare_and_swap(transaction(), access, expected, desired, found,
                                  [&](tlm::tlm_generic_payload& p) {
                                      memory_.b_transport(p, delay_);
                                      return p.is_response_ok();
                                  });
}

}  // namespace smmu
