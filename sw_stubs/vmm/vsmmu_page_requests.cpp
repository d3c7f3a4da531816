// The PRI queue of a guest: pages that its devices ask for, and its answers.  Arm IHI 0070 G.b, 4.5.2,
// 8, 8.1, 8.2.
//
// A group comes here whole.  It is answered at once where the guest's SMMU would answer by itself,
// else when the guest does.
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::vmm {

using namespace arch;

namespace {

PageRequest request_record(const iommu_api::PageFault& fault, uint32_t stream) {
    using namespace iommu_api;
    const bool with_pasid = (fault.flags & fault_pasid_valid) != 0;
    return PageRequest{}
        .set(PageRequest::StreamID, stream)
        .set(PageRequest::SSV, with_pasid)
        .set(PageRequest::SubstreamID, with_pasid ? fault.pasid : 0)
        .set(PageRequest::Priv, (fault.perm & fault_priv) != 0)
        .set(PageRequest::X, (fault.perm & fault_exec) != 0)
        .set(PageRequest::R, (fault.perm & fault_read) != 0)
        .set(PageRequest::W, (fault.perm & fault_write) != 0)
        .set(PageRequest::Last, (fault.flags & fault_last_page) != 0)
        .set(PageRequest::PRGIndex, static_cast<uint16_t>(fault.grpid))
        .set(PageRequest::Address, fault.addr);
}

}  // namespace

void VirtualSmmu::take_page_request(const iommu_api::PageFault& fault) {
    const uint32_t stream = iommu_->virtual_stream_of(fault);
    const PageRequest request = request_record(fault, stream);
    const Recorded recorded = record(request);
    if (!request[PageRequest::Last] || fault.cookie == 0) return;
    const PageGroup group{fault.cookie, stream, request[PageRequest::PRGIndex]};
    forget(group);
    // A device whose request found no room may ask again; else page requests do not work (8.1, 8.2).
    if (recorded != Recorded::Written) {
        iommu_->answer_fault(fault.cookie, recorded == Recorded::Overflow);
        return;
    }
    for (PageGroup& place : groups_) {
        if (place.cookie != 0) continue;
        place = group;
        return;
    }
    iommu_->answer_fault(fault.cookie, true);  // there are as many places as can wait at the host
}

/// What has its index, or its cookie, was given up by the device: the host has forgotten it.
void VirtualSmmu::forget(const PageGroup& group) {
    for (PageGroup& g : groups_)
        if (g.cookie == group.cookie || (g.stream == group.stream && g.index == group.index))
            g = {};
}

VirtualSmmu::Recorded VirtualSmmu::record(const PageRequest& request) {
    const bool last = request[PageRequest::Last];
    if (!registers_.takes_page_requests()) return Recorded::Lost;
    const QueueState queue = registers_.page_request_queue();
    if (registers_.page_requests_overflown() || queue.full()) {
        registers_.overflow_page_requests();
        if (registers_.interrupts_for_last() && last) page_request_interrupt();
        return Recorded::Overflow;
    }
    const uint64_t at = queue.base + uint64_t{queue.prod.slot(queue.log2size)} * page_request_bytes;
    if (!memory_->write(at, request.word, sizeof request)) {
        if (registers_.raise_page_request_abort()) interrupt(InterruptSource::Gerror);
        return Recorded::Lost;
    }
    registers_.produce_page_request();
    if (registers_.interrupts_for_last() ? last : queue.empty()) page_request_interrupt();
    return Recorded::Written;
}

void VirtualSmmu::page_request_interrupt() {
    if (registers_.page_request_interrupt()) interrupt(InterruptSource::PageRequestQueue);
}

/// What answers nothing that waits, or a device that is not the guest's, has no effect.  ResponseFailure
/// would switch off the page requests of a whole function: its device is told that there is no page.
CommandError VirtualSmmu::respond(const Command& command) {
    const auto v = view<PriResp>(command);
    const PageResponse response = v[PriResp::Resp];
    if (!registers_.has_pri() || v[PriResp::SSec] || response == PageResponse::Reserved)
        return CommandError::Illegal;
    if (!registers_.smmu_enabled()) return CommandError::None;
    take_faults();
    for (PageGroup& g : groups_) {
        if (g.cookie == 0 || g.stream != v[PriResp::StreamID] || g.index != v[PriResp::PRGIndex])
            continue;
        iommu_->answer_fault(g.cookie, response == PageResponse::Success);
        g = {};
    }
    return CommandError::None;
}

}  // namespace smmu::sw::vmm
