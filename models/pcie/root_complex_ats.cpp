// ATS messages between the functions and the SMMU: requester IDs become StreamIDs on the way up, and
// StreamIDs requester IDs on the way down, where they choose the function.
#include "pcie/port.h"

namespace smmu {

using arch::InvalidateStatus;
using arch::PageRequest;

/// The answer carries the function's own identity again.
bool RootComplex::send_ats(PciLink& from, AtsExtension& message, sc_core::sc_time& delay) {
    const bool is_page = message.message == AtsMessage::PageRequest;
    const uint32_t requester_id =
        is_page ? message.page[PageRequest::StreamID] : message.request.stream.value;
    if (requester_id >= params_.board.rid_count || ats.get_base_port().size() == 0) return false;
    if (requester_id < ats_requesters_.size()) ats_requesters_[requester_id] = &from;

    const auto present = [&](uint32_t stream) {
        if (is_page)
            message.page.set(PageRequest::StreamID, stream);
        else
            message.request.stream = {stream};
    };
    Payload payload;
    carry(payload, message);
    present(requester_id + params_.board.stream_base);
    ats->b_transport(payload, delay);
    present(requester_id);
    payload.clear_extension(&message);
    return payload.is_response_ok();
}

/// Who sits in the slot of this requester ID, else who sent ATS messages under it.
PciLink* RootComplex::link_of(uint32_t requester_id) const {
    for (const auto& port : ports_)
        if (port->function().requester_id() == requester_id) return &port->link;
    return requester_id < ats_requesters_.size() ? ats_requesters_[requester_id] : nullptr;
}

/// A requester ID without a function is an unsupported request, as any other there.
void RootComplex::deliver_ats(Payload& payload, sc_core::sc_time& delay) {
    auto* const message = payload.get_extension<AtsExtension>();
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    const bool invalidates = message && message->message == AtsMessage::InvalidateRequest;
    if (!invalidates && !(message && message->message == AtsMessage::PrgResponse)) return;
    payload.set_response_status(tlm::TLM_OK_RESPONSE);

    arch::StreamId& stream = invalidates ? message->invalidation.stream : message->response.stream;
    const uint32_t given = stream.value;
    const uint32_t requester_id = given - params_.board.stream_base;
    if (given < params_.board.stream_base || requester_id >= params_.board.rid_count) return;
    PciLink* const link = link_of(requester_id);
    if (!link) {
        message->invalidated = InvalidateStatus::UnsupportedRequest;
        message->responded = true;
        return;
    }
    stream = {requester_id};
    link->deliver(*message, delay);
    stream = {given};
}

}  // namespace smmu
