// The way of a request between TBU and TCU, in time.
#pragma once
#include <algorithm>

#include "smmuv3/tcu.h"

namespace smmu {

inline void Tcu::cross_link(unsigned tbu, Timeline& time) {
    if (params_.cycles.link_interval != 0)
        time.spend_until(Part::Queue, links_[tbu].reserve(time.now(), params_.cycles.link_interval *
                                                                          params_.clock));
    time.spend(Part::Hop, link_cost_);
}

inline void Tcu::wait_for_bank(uint64_t address, Timeline& time) {
    if (params_.cycles.tlb_interval == 0) return;
    Reservations& bank = banks_[(address >> arch::page_shift) % banks_.size()];
    time.spend_until(Part::Queue,
                     bank.reserve(time.now(), params_.cycles.tlb_interval * params_.clock));
}

inline sc_core::sc_time Tcu::walked_until(const sc_core::sc_time& end) {
    latest_walk_end_ = std::max(latest_walk_end_, end);
    return end;
}

}  // namespace smmu
