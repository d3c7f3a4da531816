// Messages in, messages out.  May wait(): endpoints may.
#include "smmuv3/ats_ports.h"

namespace smmu {

using arch::InvalidateStatus;

AtsPorts::AtsPorts(sc_core::sc_module_name name, Tcu& tcu, unsigned tbus)
    : sc_module(name), tcu_(tcu) {
    ats.init(tbus);
    ats_inv.init(tbus);
    for (unsigned i = 0; i < tbus; ++i)
        ats[i].register_b_transport(this, &AtsPorts::b_transport, static_cast<int>(i));
    tcu_.bind_endpoints(*this);
}

/// Without ATS (IDR0.ATS = 0) nothing comes: what comes all the same is refused without a trace.
void AtsPorts::b_transport(int tbu, tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    auto* const message = payload.get_extension<AtsExtension>();
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    if (!message || !tcu_.features().ats) return;
    switch (message->message) {
        case AtsMessage::TranslationRequest:
            message->completion =
                tcu_.translate(message->request, static_cast<unsigned>(tbu), delay);
            break;
        case AtsMessage::PageRequest:
            if (!tcu_.features().has_pri()) return;
            tcu_.take(message->page, sc_core::sc_time_stamp() + delay);
            break;
        case AtsMessage::InvalidateRequest:  // these go the other way
        case AtsMessage::PrgResponse: return;
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

void AtsPorts::send(unsigned tbu, AtsExtension& message) {
    if (ats_inv[tbu].get_base_port().size() == 0) return;
    tlm::tlm_generic_payload payload;
    carry(payload, message);
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    ats_inv[tbu]->b_transport(payload, delay);
    payload.clear_extension(&message);
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
}

InvalidateStatus AtsPorts::invalidate(const arch::InvalidateRequest& request) {
    for (unsigned i = 0; i < ats_inv.size(); ++i) {
        AtsExtension message(AtsMessage::InvalidateRequest);
        message.invalidation = request;
        send(i, message);
        if (message.invalidated != InvalidateStatus::Nobody) return message.invalidated;
    }
    return InvalidateStatus::Nobody;
}

void AtsPorts::respond(const arch::PrgResponse& response) {
    for (unsigned i = 0; i < ats_inv.size(); ++i) {
        AtsExtension message(AtsMessage::PrgResponse);
        message.response = response;
        send(i, message);
        if (message.responded) return;
    }
}

}  // namespace smmu
