// Faults: in, out, answered.
#include "sw_stubs/iommu_api/fault_queue.h"

namespace smmu::sw::iommu_api {

using namespace arch;
using commands::Resumption;

Fault* FaultQueue::oldest_pending() {
    Fault* oldest = nullptr;
    for (Fault& f : faults)
        if (f.state == Fault::State::Pending && (oldest == nullptr || f.order < oldest->order))
            oldest = &f;
    return oldest;
}

Fault* FaultQueue::delivered(uint32_t cookie) {
    for (Fault& f : faults)
        if (f.state == Fault::State::Delivered && f.cookie == cookie) return &f;
    return nullptr;
}

uint32_t FaultQueue::free_cookie() const {
    for (uint32_t cookie = 1;; ++cookie) {
        bool taken = false;
        for (const Fault& f : faults)
            taken = taken || (f.state == Fault::State::Delivered && f.cookie == cookie);
        if (!taken) return cookie;
    }
}

PageFault page_fault(const StalledAccess& access, uint32_t dev_id) {
    PageFault p{};
    p.flags = fault_last_page | (access.with_pasid ? fault_pasid_valid : 0);
    p.dev_id = dev_id;
    p.pasid = access.pasid;
    p.grpid = access.stag;
    p.perm = (access.read ? fault_read : 0) | (access.write ? fault_write : 0) |
             (access.execute ? fault_exec : 0) | (access.privileged ? fault_priv : 0);
    p.addr = access.address;
    return p;
}

void resume(Instance& instance, StreamId stream, uint16_t stag, Resumption how) {
    const Command command = commands::resume(stream, stag, how);
    instance.send(&command, 1, Wait::No);
}

bool put(const FaultSource& source, const Event& event) {
    const StreamId stream{event[Event::StreamID]};
    FaultQueue& queue = *source.hwpt->fault;
    if (queue.open)
        for (Fault& f : queue.faults) {
            if (f.state != Fault::State::Free) continue;
            f.state = Fault::State::Pending;
            f.device = source.device;
            f.hwpt = source.hwpt;
            f.pasid = source.pasid;
            f.stream = stream;
            f.stag = event[Event::STAG];
            f.order = queue.arrivals++;
            f.record = page_fault(stalled_access(event), source.device->id);
            return true;
        }
    return false;
}

void answer(Fault& fault, Resumption how) {
    resume(*fault.device->setup.instance, fault.stream, fault.stag, how);
    fault = Fault{};
}

void abort_all(FaultQueue& queue) {
    for (Fault& f : queue.faults)
        if (f.state != Fault::State::Free) answer(f, Resumption::Abort);
}

void abort_all(const FaultSource& source) {
    if (source.hwpt->fault == nullptr) return;
    for (Fault& f : source.hwpt->fault->faults)
        if (f.state != Fault::State::Free && f.device == source.device && f.hwpt == source.hwpt &&
            f.pasid == source.pasid)
            answer(f, Resumption::Abort);
}

}  // namespace smmu::sw::iommu_api
