// The queue of a guest's events.
#include "sw_stubs/iommu_api/viommu.h"

namespace smmu::sw::iommu_api {

Errno Veventq::add(const VeventArmSmmuV3& event) {
    const uint32_t number = sequence;
    sequence = (sequence + 1) & 0x7FFF'FFFF;
    if (count == depth || count == most_events) {
        lost = true;
        lost_sequence = number;
        return count == depth ? Errno::None : Errno::NoMem;
    }
    lost = false;  // a reader sees the gap in the sequence
    items[(first + count++) % most_events] = {number, event};
    return Errno::None;
}

VeventHeader Veventq::next_header() const {
    return count != 0 ? VeventHeader{0, items[first].sequence}
                      : VeventHeader{vevent_lost, lost_sequence};
}

void Veventq::drop_next() {
    if (count == 0) {
        lost = false;
        return;
    }
    first = (first + 1) % most_events;
    --count;
}

}  // namespace smmu::sw::iommu_api
