// The memory of an analysis.
#include "platform/analyze/memory.h"

namespace smmu::platform::analyze {

MemoryPort::MemoryPort(sc_core::sc_module_name name, const SparseMemory& words,
                       sc_core::sc_time latency)
    : sc_module(name), words_(words), latency_(latency) {
    using SC_CURRENT_USER_MODULE = MemoryPort;
    socket.bind(*this);
    SC_THREAD(respond);
}

void MemoryPort::serve(tlm::tlm_generic_payload& p) const {
    unsigned char* const to = p.get_data_ptr();
    for (unsigned i = 0; p.is_read() && i < p.get_data_length(); ++i) {
        const uint64_t at = p.get_address() + i;
        to[i] = static_cast<unsigned char>(words_.word(at & ~uint64_t{7}) >> (at % 8 * 8));
    }
    p.set_response_status(tlm::TLM_OK_RESPONSE);
}

void MemoryPort::b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& delay) {
    serve(p);
    delay += latency_;
}

unsigned MemoryPort::transport_dbg(tlm::tlm_generic_payload& p) {
    if (!p.is_read()) return 0;
    serve(p);
    return p.get_data_length();
}

tlm::tlm_sync_enum MemoryPort::nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                               sc_core::sc_time& delay) {
    if (phase == tlm::BEGIN_REQ) {
        p.acquire();
        serve(p);
        responses_.notify(p, delay + latency_);
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }
    if (phase != tlm::END_RESP) return tlm::TLM_ACCEPTED;
    responding_ = false;
    response_ended_.notify(delay);
    return tlm::TLM_COMPLETED;
}

void MemoryPort::respond() {
    for (;;) {
        tlm::tlm_generic_payload* const p = responses_.get_next_transaction();
        if (!p) {
            sc_core::wait(responses_.get_event());
            continue;
        }
        responding_ = true;
        tlm::tlm_phase phase = tlm::BEGIN_RESP;
        sc_core::sc_time delay;
        const auto status = socket->nb_transport_bw(*p, phase, delay);
        if (status == tlm::TLM_COMPLETED || phase == tlm::END_RESP) {
            responding_ = false;
            if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
        }
        while (responding_) sc_core::wait(response_ended_);
        p->release();
    }
}

}  // namespace smmu::platform::analyze
