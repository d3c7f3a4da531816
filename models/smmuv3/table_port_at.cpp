// Four phases on socket `ptw`, for the threads of AT walks.  Waits.
#include <algorithm>

#include "smmuv3/table_port.h"

namespace smmu {

using sc_core::sc_time;

void TablePort::send_and_wait(Transaction& transaction) {
    Slot& slot = transaction.slot_;
    while (sc_core::sc_time_stamp() < request_free_at_) sc_core::wait(request_free_);
    request_free_at_ = sc_core::sc_max_time();
    slot.requesting = true;
    slot.responded = false;
    bool owes_end = false;
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay = sc_core::SC_ZERO_TIME;
    switch (memory_->nb_transport_fw(slot.payload, phase, delay)) {
        case tlm::TLM_COMPLETED: take_response(slot, delay); break;
        case tlm::TLM_UPDATED:
            owes_end = phase == tlm::BEGIN_RESP;
            if (owes_end)
                take_response(slot, delay);
            else
                end_request(slot, delay);
            break;
        case tlm::TLM_ACCEPTED: break;
    }
    if (slot.responded && slot.requesting) end_request(slot, delay);

    while (!slot.responded) sc_core::wait(slot.response);
    const sc_time now = sc_core::sc_time_stamp();
    if (slot.response_at > now) sc_core::wait(slot.response_at - now);
    if (!owes_end) return;
    phase = tlm::END_RESP;
    delay = sc_core::SC_ZERO_TIME;
    memory_->nb_transport_fw(slot.payload, phase, delay);
}

/// The response may come before END_REQ, and means it then.
tlm::tlm_sync_enum TablePort::nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                              sc_time& delay) {
    Slot& slot = *p.get_extension<Slot>();
    if (slot.requesting) end_request(slot, delay);
    if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
    take_response(slot, delay);
    return tlm::TLM_COMPLETED;
}

void TablePort::end_request(Slot& slot, const sc_time& delay) {
    slot.requesting = false;
    request_free_at_ = sc_core::sc_time_stamp() + delay;
    request_free_.notify(delay);
}

void TablePort::take_response(Slot& slot, const sc_time& delay) {
    slot.responded = true;
    slot.response_at = sc_core::sc_time_stamp() + delay;
    slot.response.notify(delay);
}

}  // namespace smmu
