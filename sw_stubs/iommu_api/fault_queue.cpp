// Faults: in, out, answered.
#include "sw_stubs/iommu_api/fault_queue.h"

#include "sw_stubs/driver/page_requests.h"

namespace smmu::sw::iommu_api {

using namespace arch;
using commands::Resumption;

namespace {

/// The request again, as its device and its group know it.
PageRequest request_of(const Fault& f) {
    return PageRequest{}
        .set(PageRequest::StreamID, f.stream.value)
        .set(PageRequest::SSV, (f.record.flags & fault_pasid_valid) != 0)
        .set(PageRequest::SubstreamID, f.record.pasid)
        .set(PageRequest::PRGIndex, static_cast<uint16_t>(f.record.grpid));
}

bool same_index(const Fault& f, const FaultSource& source, const PageRequest& request) {
    return f.is_page_request() && f.device == source.device &&
           f.stream.value == request[PageRequest::StreamID] &&
           f.record.grpid == request[PageRequest::PRGIndex];
}

void send_response(Instance& instance, const PageRequest& request, arch::PageResponse response) {
    const Command command = respond(request, response);
    instance.send(&command, 1, Wait::No);
}

void fill(FaultQueue& queue, Fault& place, const FaultSource& source, StreamId stream,
          const PageFault& record) {
    place.device = source.device;
    place.hwpt = source.hwpt;
    place.pasid = source.pasid;
    place.stream = stream;
    place.order = place.group = queue.arrivals++;
    place.record = record;
}

/// The device uses its index again, so it waits for no answer to what had it before.
void forget_index(FaultQueue& queue, const FaultSource& source, const PageRequest& request) {
    for (Fault& f : queue.faults)
        if ((f.state == Fault::State::Pending || f.state == Fault::State::Delivered) &&
            f.wants_answer() && same_index(f, source, request))
            f = Fault{};
}

}  // namespace

Fault* FaultQueue::free_place() {
    for (Fault& f : faults)
        if (f.state == Fault::State::Free) return &f;
    return nullptr;
}

Fault* FaultQueue::oldest_pending() {
    Fault* oldest = nullptr;
    for (Fault& f : faults) {
        if (f.state != Fault::State::Pending) continue;
        const bool before = oldest == nullptr || f.group < oldest->group ||
                            (f.group == oldest->group && f.order < oldest->order);
        if (before) oldest = &f;
    }
    return oldest;
}

Fault* FaultQueue::next_of_group(const Fault& fault) {
    Fault* next = nullptr;
    for (Fault& f : faults)
        if (f.state == fault.state && f.group == fault.group && f.order > fault.order &&
            (next == nullptr || f.order < next->order))
            next = &f;
    return next;
}

unsigned FaultQueue::group_size(const Fault& first) {
    unsigned n = 0;
    for (const Fault* f = &first; f != nullptr; f = next_of_group(*f)) ++n;
    return n;
}

Fault* FaultQueue::delivered(uint32_t cookie) {
    for (Fault& f : faults)
        if (f.state == Fault::State::Delivered && f.record.cookie == cookie) return &f;
    return nullptr;
}

uint32_t FaultQueue::free_cookie() const {
    for (uint32_t cookie = 1;; ++cookie) {
        bool taken = false;
        for (const Fault& f : faults)
            taken = taken || (f.state == Fault::State::Delivered && f.record.cookie == cookie);
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

PageFault page_fault(const PageRequest& r, uint32_t dev_id) {
    const bool with_pasid = r[PageRequest::SSV];
    PageFault p{};
    p.flags = fault_page_request | (r[PageRequest::Last] ? fault_last_page : 0) |
              (with_pasid ? fault_pasid_valid : 0);
    p.dev_id = dev_id;
    p.pasid = with_pasid ? r[PageRequest::SubstreamID] : 0;
    p.grpid = r[PageRequest::PRGIndex];
    p.perm = (r[PageRequest::R] ? fault_read : 0) | (r[PageRequest::W] ? fault_write : 0) |
             (r[PageRequest::X] ? fault_exec : 0) | (r[PageRequest::Priv] ? fault_priv : 0);
    if (is_stop_marker(r)) p.perm = 0;
    p.addr = r[PageRequest::Address];
    return p;
}

void resume(Instance& instance, StreamId stream, uint16_t stag, Resumption how) {
    const Command command = commands::resume(stream, stag, how);
    instance.send(&command, 1, Wait::No);
}

bool put(const FaultSource& source, const Event& event) {
    FaultQueue& queue = *source.hwpt->fault;
    Fault* const place = queue.open ? queue.free_place() : nullptr;
    if (place == nullptr) return false;
    fill(queue, *place, source, {event[Event::StreamID]},
         page_fault(stalled_access(event), source.device->id));
    place->state = Fault::State::Pending;
    return true;
}

bool put(const FaultSource& source, const PageRequest& request) {
    FaultQueue& queue = *source.hwpt->fault;
    if (!queue.open) return false;
    const bool last = request[PageRequest::Last];
    const bool marker = is_stop_marker(request);
    if (last && !marker) forget_index(queue, source, request);

    Fault* const place = queue.free_place();
    if (place != nullptr) {
        fill(queue, *place, source, {request[PageRequest::StreamID]},
             page_fault(request, source.device->id));
        place->state = last ? Fault::State::Pending : Fault::State::Partial;
    }
    if (!last || marker) return true;
    for (Fault& f : queue.faults) {
        if (f.state != Fault::State::Partial || !same_index(f, source, request)) continue;
        if (place == nullptr) {
            f = Fault{};
        } else {
            f.group = place->group;
            f.state = Fault::State::Pending;
        }
    }
    if (place == nullptr)
        send_response(*source.device->setup.instance, request, arch::PageResponse::Success);
    return true;
}

void drop_partial(FaultQueue& queue, const Instance& instance) {
    for (Fault& f : queue.faults)
        if (f.state == Fault::State::Partial && f.device->setup.instance == &instance) f = Fault{};
}

void answer(FaultQueue& queue, Fault& fault, Answer how) {
    const Fault is = fault;
    const bool success = how == Answer::Success;
    Instance& instance = *is.device->setup.instance;
    for (Fault& f : queue.faults)
        if (f.state == is.state && f.group == is.group) f = Fault{};
    if (!is.is_page_request())
        resume(instance, is.stream, static_cast<uint16_t>(is.record.grpid),
               success ? Resumption::Retry : Resumption::Abort);
    else if (is.wants_answer() && is.state != Fault::State::Partial)
        send_response(instance, request_of(is),
                      success ? arch::PageResponse::Success : arch::PageResponse::InvalidRequest);
}

void abort_all(FaultQueue& queue) {
    for (Fault& f : queue.faults)
        if (f.state != Fault::State::Free) answer(queue, f, Answer::Invalid);
}

void abort_all(const FaultSource& source) {
    if (source.hwpt->fault == nullptr) return;
    for (Fault& f : source.hwpt->fault->faults)
        if (f.state != Fault::State::Free && f.device == source.device && f.hwpt == source.hwpt &&
            f.pasid == source.pasid)
            answer(*source.hwpt->fault, f, Answer::Invalid);
}

}  // namespace smmu::sw::iommu_api
