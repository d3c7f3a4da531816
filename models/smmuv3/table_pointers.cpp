// Asking for pointers, and giving them up.
#include "smmuv3/table_pointers.h"

#include <algorithm>

namespace smmu {

TablePointers::Found TablePointers::find(const core::MemoryAccess& access,
                                         tlm::tlm_generic_payload& p,
                                         tlm::tlm_fw_transport_if<>& memory) {
    if (latest_ < ranges_.size() && ranges_[latest_].holds(access)) return ranges_[latest_].found();
    const auto known = std::find_if(ranges_.begin(), ranges_.end(),
                                    [&](const Range& r) { return r.holds(access); });
    if (known != ranges_.end()) {
        latest_ = static_cast<size_t>(known - ranges_.begin());
        return known->found();
    }

    tlm::tlm_dmi dmi;
    const bool is_granted = memory.get_direct_mem_ptr(p, dmi) && dmi.is_read_allowed();
    Range range{dmi.get_start_address(), dmi.get_end_address(), access.attributes,
                is_granted ? dmi.get_dmi_ptr() : nullptr, dmi.get_read_latency()};
    // An answer that does not hold what was asked for is good for this read only.
    if (!range.holds(access)) return {nullptr, 0, 0, {}};
    latest_ = ranges_.size() < most_ranges ? ranges_.size() : next_++ % most_ranges;
    if (latest_ == ranges_.size()) ranges_.push_back(range);
    ranges_[latest_] = range;
    return range.found();
}

void TablePointers::add(const Found& found, const core::MemoryAccess& access) {
    if (found.latency != open_.latency) open_ = {{}, found.latency};
    const uint64_t words_end = found.size < sizeof(uint64_t) ? 0 : found.size - 7;
    open_.windows.of[access.purpose == core::Purpose::Stage2Table] = {found.data, found.first,
                                                                      words_end, access.attributes};
}

void TablePointers::withdraw(uint64_t first, uint64_t last) {
    const auto reached = [&](const Range& r) { return r.first <= last && r.last >= first; };
    ranges_.erase(std::remove_if(ranges_.begin(), ranges_.end(), reached), ranges_.end());
    latest_ = 0;
    open_.windows.close();
}

}  // namespace smmu
