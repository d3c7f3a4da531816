// How a master reaches its TBU.  TLM-2.0 base protocol, IEEE 1666-2011, 15.2.
#include "platform/analyze/port.h"

#include <algorithm>

namespace smmu::platform::analyze {

Slot::Slot(arch::StreamId stream) {
    identity_.in.stream = stream;
    payload.set_data_ptr(data_.data());
    payload.set_extension(&identity_);
}

Slot::~Slot() { payload.clear_extension(&identity_); }

void Slot::prepare(const Request& request) {
    identity_.in.substream_valid = request.substream.has_value();
    identity_.in.substream = arch::SubstreamId{request.substream.value_or(0)};
    payload.set_command(request.write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(request.address);
    payload.set_data_length(request.size);
    payload.set_streaming_width(request.size);
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    has_response = false;
}

void Port::access(Slot& slot, CodingStyle style) {
    if (style == CodingStyle::ApproximatelyTimed) return access_in_phases(slot);
    sc_core::sc_time delay;
    out->b_transport(slot.payload, delay);
    sc_core::wait(delay);
}

void Port::access_in_phases(Slot& slot) {
    wait_for_turn();
    requesting_ = &slot;
    on_their_way_.push_back(&slot);
    slot.payload.acquire();
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_core::sc_time delay;
    const auto status = out->nb_transport_fw(slot.payload, phase, delay);
    if (status != tlm::TLM_ACCEPTED && requesting_ == &slot) accept(delay);
    const bool is_begin_resp = status == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP;
    if (status == tlm::TLM_COMPLETED || is_begin_resp) respond(slot, delay);
    while (!slot.has_response) sc_core::wait(slot.responded);
    if (slot.ends > sc_core::sc_time_stamp()) sc_core::wait(slot.ends - sc_core::sc_time_stamp());
    if (is_begin_resp) {
        tlm::tlm_phase end = tlm::END_RESP;
        sc_core::sc_time now;
        out->nb_transport_fw(slot.payload, end, now);
    }
    const bool is_held = slot.payload.get_ref_count() > 1;
    slot.payload.release();
    if (is_held) sc_core::wait(slot.freed);
}

void Port::wait_for_turn() {
    for (;;) {
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        if (requesting_)
            sc_core::wait(accepted_);
        else if (next_ > now)
            sc_core::wait(next_ - now);
        else
            return;
    }
}

void Port::accept(const sc_core::sc_time& delay) {
    requesting_ = nullptr;
    next_ = sc_core::sc_time_stamp() + delay;
    accepted_.notify(sc_core::SC_ZERO_TIME);
}

void Port::respond(Slot& slot, const sc_core::sc_time& delay) {
    on_their_way_.erase(std::find(on_their_way_.begin(), on_their_way_.end(), &slot));
    slot.has_response = true;
    slot.ends = sc_core::sc_time_stamp() + delay;
    slot.responded.notify(sc_core::SC_ZERO_TIME);
}

/// A response says that its request was accepted, too.  It ends with the call.
tlm::tlm_sync_enum Port::backward(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                  sc_core::sc_time& delay) {
    const auto slot = std::find_if(on_their_way_.begin(), on_their_way_.end(),
                                   [&p](const Slot* s) { return &s->payload == &p; });
    if (slot == on_their_way_.end()) return tlm::TLM_ACCEPTED;
    if (requesting_ == *slot && (phase == tlm::END_REQ || phase == tlm::BEGIN_RESP)) accept(delay);
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    respond(**slot, delay);
    return tlm::TLM_COMPLETED;
}

}  // namespace smmu::platform::analyze
