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
    has_windows_ = by_pointer_;
    if (!by_pointer_) return;
    windows_ = port_.windows().windows;
    window_cost_ = port_.windows().latency;
}

MemoryResult PlainMemory::read(const MemoryAccess& access, uint64_t* words) {
    auto& p = transaction().prepare(access, tlm::TLM_READ_COMMAND, words);
    is_for_descriptors_ = false;
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
const uint64_t* PlainMemory::read_descriptor(const core::TableReads& reads, uint64_t address,
                                             int level) {
    if (!is_for_descriptors_) return read_first_descriptor(reads, address, level);
    auto& p = transaction_->prepare_again(address, reads.attributes);
    send(p);
    if (p.is_response_ok()) return &descriptor_;
    refusal_ = core::walk_abort(address);
    return nullptr;
}

/// By pointer each is the first.
const uint64_t* PlainMemory::read_first_descriptor(const core::TableReads& reads, uint64_t address,
                                                   int level) {
    if (by_pointer_) return find_descriptor(reads, address, level);
    transaction().prepare(reads.at(address, level), tlm::TLM_READ_COMMAND, &descriptor_);
    is_for_descriptors_ = true;
    return read_descriptor(reads, address, level);
}

/// The window was not looked at, if it reaches further than such tables may.
const uint64_t* PlainMemory::find_descriptor(const core::TableReads& reads, uint64_t address,
                                             int level) {
    const core::Window& open = window(reads.purpose == core::Purpose::Stage2Table);
    if (open.attributes == reads.attributes && read_in_place(open, address, descriptor_))
        return &descriptor_;
    return Memory::read_descriptor(reads, address, level);
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
    take_window(access.purpose == core::Purpose::Stage2Table);
    return place.data + (access.address - place.first);
}

/// The other one stays as it is, since who reads through it has looked at it; but memory may have taken
/// its pointer back when it was asked for this one.
void PlainMemory::take_window(bool of_stage2) {
    const TablePointers::Open& open = port_.windows();
    if (open.latency != window_cost_ || open.windows.of[!of_stage2].is_closed()) windows_.close();
    windows_.of[of_stage2] = open.windows.of[of_stage2];
    window_cost_ = open.latency;
}

MemoryResult PlainMemory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                           uint64_t desired, uint64_t& found) {
    settle();
    windows_.close();
    is_for_descriptors_ = false;
    delay_ += access_cost_;
    return port_.compare_and_swap(transaction(), access, expected, desired, found,
                                  [&](tlm::tlm_generic_payload& p) {
                                      memory_.b_transport(p, delay_);
                                      return p.is_response_ok();
                                  });
}

}  // namespace smmu
