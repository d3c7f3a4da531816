// Events and page requests of an SMMU on their way to a guest or to whoever resolves faults.
#include "sw_stubs/driver/events.h"
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {

using namespace arch;

namespace {

Device* device_of(Context& context, const Instance& instance, StreamId stream) {
    for (Device& d : context.devices) {
        if (d.id == 0 || d.setup.instance != &instance) continue;
        for (unsigned i = 0; i < d.setup.streams.count; ++i)
            if (d.setup.streams.id[i] == stream) return &d;
    }
    return nullptr;
}

VeventArmSmmuV3 record_of(const Event& e) { return {{e.word[0], e.word[1], e.word[2], e.word[3]}}; }

/// All PASIDs of a guest's device belong to its nested HWPT; one of the host to the HWPT it is on.
/// `Record`: Event or PageRequest.
template <class Record>
FaultSource source_of(Device& device, const Record& record) {
    if (record[Record::SSV])
        for (const PasidAttachment& p : device.pasids)
            if (p.hwpt != nullptr && p.pasid == record[Record::SubstreamID])
                return {&device, p.hwpt, p.pasid};
    return {&device, device.hwpt, 0};
}

Errno report_stall(Device* device, const Event& event) {
    const FaultSource source = device == nullptr ? FaultSource{} : source_of(*device, event);
    // A guest can do nothing about a stage 2 that is not its own.
    const bool of_host = source.hwpt != nullptr && source.hwpt->nested() && event[Event::S2];
    const bool taken =
        !of_host && source.hwpt != nullptr && source.hwpt->fault != nullptr && put(source, event);
    return taken ? Errno::None : Errno::OpNotSupp;
}

}  // namespace

Errno report_event(Context& context, const Instance& instance, const Event& event) {
    Device* const device = device_of(context, instance, {event[Event::StreamID]});
    if (is_stalled(event)) return report_stall(device, event);
    if (device == nullptr || device->vmaster.viommu == nullptr) return Errno::OpNotSupp;
    if (!is_guests(event)) return Errno::OpNotSupp;
    for (Veventq& q : context.veventqs)
        if (q.id != 0 && q.viommu == device->vmaster.viommu && q.type == veventq_arm_smmuv3)
            return q.add(record_of(for_guest(event, device->vmaster.vsid)));
    return Errno::OpNotSupp;
}

Errno report_page_request(Context& context, const Instance& instance, const PageRequest& request) {
    Device* const device = device_of(context, instance, {request[PageRequest::StreamID]});
    if (device == nullptr || !device->setup.pri) return Errno::OpNotSupp;
    const FaultSource source = source_of(*device, request);
    const bool taken =
        source.hwpt != nullptr && source.hwpt->fault != nullptr && put(source, request);
    return taken ? Errno::None : Errno::OpNotSupp;
}

void page_requests_lost(Context& context, const Instance& instance) {
    for (FaultQueue& q : context.fault_queues)
        if (q.id != 0) drop_partial(q, instance);
}

Errno fault_queue_alloc(Context& context, FaultQueueAlloc& command) {
    if (command.flags != 0) return Errno::OpNotSupp;
    uint32_t fd = 0;
    File* const file = new_file(context, fd);
    FaultQueue* const queue = file == nullptr ? nullptr : make(context, context.fault_queues);
    if (queue == nullptr) return Errno::NoMem;
    queue->open = true;
    file->faults = queue;
    ++queue->users;
    command.out_fault_id = queue->id;
    command.out_fault_fd = fd;
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
