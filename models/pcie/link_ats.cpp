// ATS messages of one function: what its configuration space allows.
#include "pcie/link.h"

namespace smmu {

using arch::AtsStatus;
using arch::InvalidateStatus;

/// A Translation Request is a memory request: only a bus master sends one.
bool PciLink::is_allowed(const arch::TranslationRequest& request) const {
    return function_.bus_master() && function_.ats_enabled() &&
           (!request.substream_valid || function_.has_pasid(request.substream.value));
}

void PciLink::send_ats(Payload& payload, sc_core::sc_time& delay) {
    auto* const message = payload.get_extension<AtsExtension>();
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    if (!message) return;
    if (message->message == AtsMessage::TranslationRequest) {
        if (!is_allowed(message->request) || !ats_upstream_.send_ats(*this, *message, delay))
            message->completion = {AtsStatus::UnsupportedRequest, {}, false};
        payload.set_response_status(tlm::TLM_OK_RESPONSE);
    } else if (message->message == AtsMessage::PageRequest) {
        if (function_.page_requests_enabled() && ats_upstream_.send_ats(*this, *message, delay))
            payload.set_response_status(tlm::TLM_OK_RESPONSE);
    }
}

/// A function whose ATS is off, or that has no such logic, does not know an Invalidate Request.  A
/// response for it is lost.
void PciLink::deliver(AtsExtension& message, sc_core::sc_time& delay) {
    const bool invalidates = message.message == AtsMessage::InvalidateRequest;
    message.invalidated = InvalidateStatus::UnsupportedRequest;
    message.responded = true;
    if (ats_inv.get_base_port().size() == 0 || (invalidates && !function_.ats_enabled())) return;
    Payload payload;
    carry(payload, message);
    ats_inv->b_transport(payload, delay);
    payload.clear_extension(&message);
}

}  // namespace smmu
