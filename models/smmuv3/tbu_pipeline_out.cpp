// AT transactions downstream and back: one BEGIN_REQ at a time, one BEGIN_RESP at a time.
#include <algorithm>

#include "smmuv3/tbu_job.h"

namespace smmu {

using sc_core::sc_time;

tlm::tlm_sync_enum Tbu::Downstream::nb_transport_bw(tlm::tlm_generic_payload& p,
                                                    tlm::tlm_phase& phase, sc_time& t) {
    return tbu_.pipeline_->nb_transport_bw(p, phase, t);
}

void Tbu::Pipeline::answer_in_order(Job& job) {
    if (!is_first_of_its_stream(job)) return;
    const arch::StreamId stream = job.stream->in.stream;
    for (auto it = order_.begin(); it != order_.end();) {
        Job& next = **it;
        const bool same = next.stream->in.stream == stream;
        if (same && !next.is_answered) return;
        it = same ? order_.erase(it) : it + 1;
        if (same) leave(next);
    }
}

bool Tbu::Pipeline::is_first_of_its_stream(const Job& job) const {
    const auto first = std::find_if(order_.begin(), order_.end(), [&](const Job* other) {
        return other->stream->in.stream == job.stream->in.stream;
    });
    return *first == &job;
}

// --- Downstream

/// One request at a time, and as wide as the wires.
void Tbu::Pipeline::send_next() {
    while (!requesting_ && !to_send_.empty()) {
        Job& job = *to_send_.front();
        if (tbu_.wires_.is_limited()) {
            const sc_time now = sc_core::sc_time_stamp();
            if (!job.has_turn)
                job.turn = tbu_.wires_.next_turn(job.payload->get_data_length(), now);
            job.has_turn = true;
            if (now < job.turn) return step_.notify(job.turn - now);
        }
        to_send_.pop();
        send(job);
    }
}

void Tbu::Pipeline::send(Job& job) {
    tlm::tlm_generic_payload& p = *job.payload;
    job.spent(Part::Queue);
    requesting_ = &job;
    p.set_address(job.output);
    tlm::tlm_phase phase = tlm::BEGIN_REQ;
    sc_time delay = sc_core::SC_ZERO_TIME;
    const tlm::tlm_sync_enum status = tbu_.memory_->nb_transport_fw(p, phase, delay);
    if (status == tlm::TLM_ACCEPTED) return;
    job.owes_end = status == tlm::TLM_UPDATED && phase == tlm::BEGIN_RESP;
    const bool is_response = status == tlm::TLM_COMPLETED || job.owes_end;
    if (delay > sc_core::SC_ZERO_TIME)
        do_later(job, is_response ? Due::TakeResponse : Due::EndRequest,
                 sc_core::sc_time_stamp() + delay);
    else if (is_response)
        take_response(job);
    else
        end_request(job);
}

tlm::tlm_sync_enum Tbu::Pipeline::nb_transport_bw(tlm::tlm_generic_payload& p,
                                                  tlm::tlm_phase& phase, sc_time& delay) {
    const bool is_response = phase == tlm::BEGIN_RESP;
    if (!is_response && phase != tlm::END_REQ) return tlm::TLM_ACCEPTED;
    Job& job = requesting_ && requesting_->payload == &p ? *requesting_ : job_of(p);
    if (is_response) job.owes_end = true;
    if (delay > sc_core::SC_ZERO_TIME) {
        do_later(job, is_response ? Due::TakeResponse : Due::EndRequest,
                 sc_core::sc_time_stamp() + delay);
        return tlm::TLM_ACCEPTED;
    }
    if (!is_response) {
        end_request(job);
        return tlm::TLM_ACCEPTED;
    }
    job.is_called_back = true;
    take_response(job);
    job.is_called_back = false;
    if (!job.is_ended_inside) return tlm::TLM_ACCEPTED;
    finish(job);
    phase = tlm::END_RESP;
    return tlm::TLM_COMPLETED;
}

void Tbu::Pipeline::end_request(Job& job) {
    if (requesting_ != &job) return;
    requesting_ = nullptr;
    send_next();
}

// --- And back

/// A response before END_REQ means that too.
void Tbu::Pipeline::take_response(Job& job) {
    tlm::tlm_generic_payload& p = *job.payload;
    job.spent(Part::Memory);
    job.ticket.reset();
    p.set_address(job.input);
    if (!job.dmi) p.set_dmi_allowed(false);
    responses_.push(&job);
    end_request(job);
    respond_next();
}

void Tbu::Pipeline::respond_next() {
    while (!responding_ && !responses_.empty()) {
        Job& job = *responses_.front();
        responses_.pop();
        job.spent(Part::Queue);
        if (job.is_watched()) {
            const auto& p = *job.payload;
            tbu_.probes_.tell(
                &Probe::transaction,
                Probe::Transaction{job.id, tbu_.index_, job.stream->in.stream, job.input,
                                   p.get_data_length(), p.is_write(), job.forwarded, job.by,
                                   job.parts, job.fetches, job.begin, sc_core::sc_time_stamp()});
        }
        responding_ = &job;
        tlm::tlm_phase phase = tlm::BEGIN_RESP;
        sc_time delay = sc_core::SC_ZERO_TIME;
        const tlm::tlm_sync_enum status = tbu_.master_->nb_transport_bw(*job.payload, phase, delay);
        if (status == tlm::TLM_ACCEPTED || responding_ != &job) continue;
        const bool is_ended = status == tlm::TLM_COMPLETED || phase == tlm::END_RESP;
        if (is_ended && delay > sc_core::SC_ZERO_TIME)
            do_later(job, Due::EndResponse, sc_core::sc_time_stamp() + delay);
        else if (is_ended)
            end_response(job);
    }
}

void Tbu::Pipeline::end_response(Job& job) {
    responding_ = nullptr;
    if (job.owes_end && job.is_called_back) {
        job.is_ended_inside = true;  // the call in progress says so on its return
    } else {
        if (job.owes_end) {
            tlm::tlm_generic_payload& p = *job.payload;
            tlm::tlm_phase phase = tlm::END_RESP;
            sc_time delay = sc_core::SC_ZERO_TIME;
            p.set_address(job.output);
            tbu_.memory_->nb_transport_fw(p, phase, delay);
            p.set_address(job.input);
        }
        finish(job);
    }
    respond_next();
}

/// Off the payload, which is then its master's again.
void Tbu::Pipeline::finish(Job& job) {
    tlm::tlm_generic_payload& p = *job.payload;
    if (job.is_lent) p.clear_extension(job.stream);
    p.set_extension(job.outer);
    job.payload = nullptr;
    free_jobs_.push_back(&job);
    p.release();
    --used_;
    admit_next();
}

}  // namespace smmu
