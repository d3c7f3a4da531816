// Translations of an endpoint: found, asked for, invalidated.  translate() and invalidations may
// wait().
#include "pcie/ats_endpoint.h"

#include <algorithm>

namespace smmu {

using arch::AtsStatus;
using arch::InvalidateStatus;

AtsEndpoint::AtsEndpoint(sc_core::sc_module_name name, PciFunction& function,
                         const AtsEndpointParams& params)
    : sc_module(name), function_(function), params_(params), atc_(params.entries) {
    using SC_CURRENT_USER_MODULE = AtsEndpoint;
    ats_inv.register_b_transport(this, &AtsEndpoint::b_transport);
    function.attach(*this);
    SC_THREAD(send_stop_markers);
}

/// False: nobody took it.
bool AtsEndpoint::send(AtsExtension& message, sc_core::sc_time& delay) {
    if (ats.get_base_port().size() == 0) return false;
    tlm::tlm_generic_payload payload;
    carry(payload, message);
    ats->b_transport(payload, delay);
    payload.clear_extension(&message);
    return payload.is_response_ok();
}

// --- Translation

/// Privilege and execution go with a PASID only, and where software has enabled them.
AtcOwner AtsEndpoint::owner_of(const StreamIn& who) const {
    AtcOwner owner;
    owner.requester = who.stream;
    owner.pasid_valid = who.substream_valid;
    if (who.substream_valid) owner.pasid = who.substream;
    owner.privileged = who.substream_valid && who.privileged && function_.privileged_enabled();
    return owner;
}

AtcNeed AtsEndpoint::need_of(const StreamIn& who, Access access) const {
    if (access == Access::Write) return AtcNeed::Write;
    return who.instruction && who.substream_valid && function_.execute_enabled() ? AtcNeed::Execute
                                                                                 : AtcNeed::Read;
}

bool AtsEndpoint::translate(Passage& passage, StreamIn& who, uint64_t& address, Access access,
                            PageRequests page_requests, sc_core::sc_time& delay) {
    const AtcOwner owner = owner_of(who);
    const AtcNeed need = need_of(who, access);
    for (unsigned asked = 0;; ++asked) {
        const auto found = find_or_ask(owner, address, need, delay);
        if (!found) return false;
        if (found->allows(need)) {
            passage.use_.begin(owner, *found);
            address = found->translated(address);
            who.address_type = AddressType::Translated;
            who.substream_valid = false;  // Translated Requests carry no PASID (IDR3.PASIDTT = 0)
            who.substream = {};
            who.privileged = who.instruction = false;
            return true;
        }
        if (page_requests == PageRequests::No || asked == params_.page_requests) return false;
        if (asked != 0) delay += params_.retry_delay;
        if (!request_page(owner, address, need, delay)) return false;
    }
}

/// None: nobody who may answer allows this function ATS, or something is wrong with the tables.
std::optional<AtcTranslation> AtsEndpoint::find_or_ask(const AtcOwner& owner, uint64_t address,
                                                       AtcNeed need, sc_core::sc_time& delay) {
    if (const auto found = atc_.find(owner, address, need)) return found;
    for (;;) {
        bool is_void = false;
        const auto answer = ask(owner, address, need, delay, is_void);
        if (!is_void || !function_.ats_enabled()) return answer;
    }
}

/// A translation that does not hold for the address would be smaller than the STU says: it is worth
/// nothing.
std::optional<AtcTranslation> AtsEndpoint::ask(const AtcOwner& owner, uint64_t address,
                                               AtcNeed need, sc_core::sc_time& delay,
                                               bool& is_void) {
    Atc::Request on_its_way(atc_, owner);
    AtsExtension message(AtsMessage::TranslationRequest);
    arch::TranslationRequest& request = message.request;
    request.stream = owner.requester;
    request.substream = owner.pasid;
    request.substream_valid = owner.pasid_valid;
    request.privileged = owner.privileged;
    request.execute = need == AtcNeed::Execute;
    request.no_write = need != AtcNeed::Write;
    request.address = address >> function_.smallest_translation()
                                     << function_.smallest_translation();
    if (!send(message, delay) || message.completion.status != AtsStatus::Success)
        return std::nullopt;
    const AtcTranslation answer = translation_of(message.completion.entry, request.address);
    if (!answer.holds(address)) return std::nullopt;
    is_void = on_its_way.is_void(answer);
    if (is_void) return std::nullopt;
    atc_.fill(owner, answer);
    return answer;
}

void AtsEndpoint::end(Passage& passage) {
    passage.use_.end();
    latest_end_ = std::max(latest_end_, sc_core::sc_time_stamp() + passage.local_);
    passage_ended_.notify(sc_core::SC_ZERO_TIME);
}

// --- From the SMMU

void AtsEndpoint::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    auto* const message = payload.get_extension<AtsExtension>();
    if (!message) return;
    switch (message->message) {
        case AtsMessage::InvalidateRequest:
            message->invalidated = invalidate(message->invalidation);
            break;
        case AtsMessage::PrgResponse:
            respond(message->response);
            message->responded = true;
            break;
        case AtsMessage::TranslationRequest:  // these go the other way
        case AtsMessage::PageRequest: return;
    }
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

/// Returns when nothing that used the removed translations is on its way any more.
InvalidateStatus AtsEndpoint::invalidate(const arch::InvalidateRequest& request) {
    if (answer_invalidations_with) return *answer_invalidations_with;
    if (request.substream_valid && !function_.has_pasid(request.substream.value))
        return InvalidateStatus::UnsupportedRequest;
    atc_.invalidate(request);
    const uint64_t before = atc_.latest_use();
    while (atc_.in_use(request, before)) sc_core::wait(passage_ended_);
    if (latest_end_ > sc_core::sc_time_stamp())
        sc_core::wait(latest_end_ - sc_core::sc_time_stamp());
    return InvalidateStatus::Success;
}

}  // namespace smmu
