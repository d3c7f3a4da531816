// AT transactions from their arrival to the answer of their translation.
#include "smmuv3/tbu_pipeline.h"

#include <algorithm>
#include <cstring>

#include "smmuv3/split.h"
#include "smmuv3/tbu_job.h"
#include "smmuv3/termination.h"
#include "tlm_sockets/atomic_extension.h"

namespace smmu {

using Action = core::Outcome::Action;
using sc_core::sc_time;

Tbu::~Tbu() = default;
Tbu::Pipeline::~Pipeline() = default;

void Tbu::add_pipeline(const Params& params) {
    pipeline_ = std::make_unique<Pipeline>(*this, params);
}

tlm::tlm_sync_enum Tbu::Upstream::nb_transport_fw(tlm::tlm_generic_payload& p,
                                                  tlm::tlm_phase& phase, sc_time& t) {
    return tbu_.pipeline_->nb_transport_fw(p, phase, t);
}

Tbu::Pipeline::Pipeline(Tbu& tbu, const Params& params)
    : tbu_(tbu), slots_(params.tbu_slots), in_order_(params.in_order) {
    add_processes();
}

// --- Arrival

Tbu::Pipeline::Job& Tbu::Pipeline::begin(tlm::tlm_generic_payload& p, const sc_time& at) {
    if (free_jobs_.empty()) {
        jobs_.push_back(std::make_unique<Job>());
        free_jobs_.push_back(jobs_.back().get());
    }
    Job& job = *free_jobs_.back();
    free_jobs_.pop_back();
    p.acquire();
    job.owner = this;
    job.payload = &p;
    job.outer = p.set_extension(&job);
    job.stream = p.get_extension<StreamExtension>();
    job.is_lent = job.stream == nullptr;
    if (job.is_lent) {
        job.lent = StreamExtension(tbu_.default_identity_);
        job.stream = &job.lent;
        p.set_extension(job.stream);
    }
    job.input = p.get_address();
    job.forwarded = job.dmi = job.is_sent = job.is_answered = job.owes_end = false;
    job.is_called_back = job.is_ended_inside = job.has_turn = false;
    job.id = tbu_.probes_.empty() ? 0 : tbu_.tcu_.next_transaction();
    job.by = AnsweredBy::MicroTlb;
    job.fetches = 0;
    job.begin = job.since = at;
    if (job.is_watched()) {
        job.parts = Parts{};
        tbu_.probes_.tell(&Probe::arrival, Probe::Arrival{job.id, tbu_.index_});
    }
    if (in_order_) order_.push_back(&job);
    return job;
}

Tbu::Pipeline::Job& Tbu::Pipeline::job_of(tlm::tlm_generic_payload& p) const {
    Job* job = p.get_extension<Job>();
    while (job->owner != this) job = job->outer;
    return *job;
}

tlm::tlm_sync_enum Tbu::Pipeline::nb_transport_fw(tlm::tlm_generic_payload& p,
                                                  tlm::tlm_phase& phase, sc_time& delay) {
    if (phase == tlm::BEGIN_REQ) {
        const sc_time at = sc_core::sc_time_stamp() + delay;
        Job& job = begin(p, at);
        if (used_ == slots_) {
            refused_ = &job;
            return tlm::TLM_ACCEPTED;
        }
        ++used_;
        do_later(job, Due::LookUp, at + tbu_.lookup_cost_);
        phase = tlm::END_REQ;
        return tlm::TLM_UPDATED;
    }
    if (phase != tlm::END_RESP) return tlm::TLM_ACCEPTED;  // extended phases may be ignored
    Job& job = job_of(p);
    if (delay > sc_core::SC_ZERO_TIME)
        do_later(job, Due::EndResponse, sc_core::sc_time_stamp() + delay);
    else
        end_response(job);
    return tlm::TLM_COMPLETED;
}

/// A slot is free.
void Tbu::Pipeline::admit_next() {
    if (!refused_ || used_ == slots_) return;
    Job& job = *refused_;
    refused_ = nullptr;
    ++used_;
    const sc_time now = sc_core::sc_time_stamp();
    const sc_time left = job.begin > now ? job.begin - now : sc_core::SC_ZERO_TIME;
    job.spent(Part::Queue);
    do_later(job, Due::LookUp, now + left + tbu_.lookup_cost_);
    tlm::tlm_phase phase = tlm::END_REQ;
    sc_time delay = left;
    tbu_.master_->nb_transport_bw(*job.payload, phase, delay);
}

// --- What has a time: announced with a delay, or the end of a look-up

/// The kernel is told of the first alone: most of what comes is later than that.
void Tbu::Pipeline::do_later(Job& job, Due what, const sc_core::sc_time& when) {
    if (later_.empty() || when < later_.first_time()) due_.notify(when - sc_core::sc_time_stamp());
    later_.push({&job, what}, when);
}

/// What follows from it without delay comes a delta later.
void Tbu::Pipeline::do_what_is_due() {
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    for (size_t due = later_.count_until(now); due != 0; --due) do_now(later_.take());
    if (!later_.empty()) due_.notify(later_.first_time() - now);
}

void Tbu::Pipeline::do_now(const Later& later) {
    switch (later.what) {
        case Due::LookUp: return look_up(*later.job);
        case Due::EndRequest: return end_request(*later.job);
        case Due::TakeResponse: return take_response(*later.job);
        case Due::EndResponse: return end_response(*later.job);
    }
}

// --- Translation

void Tbu::Pipeline::look_up(Job& job) {
    tlm::tlm_generic_payload& p = *job.payload;
    job.spent(Part::Lookup);
    p.set_dmi_allowed(false);
    const bool is_atomic =
        p.get_command() == tlm::TLM_IGNORE_COMMAND && p.get_extension<AtomicExtension>();
    if (is_atomic || !is_supported(job.stream->in, tbu_.tcu_.features())) {
        p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
        return answer(job);
    }
    if (!is_one_piece(p, arch::page_bytes)) {
        crossing_.push_back(&job);
        return crossing_work_.notify(sc_core::SC_ZERO_TIME);
    }
    job.ticket.emplace(tbu_.in_flight_);
    translate(job);
}

void Tbu::Pipeline::translate(Job& job) {
    const StreamIn& in = job.stream->in;
    const bool write = job.payload->is_write();
    const auto* const hit = tbu_.micro_.find(job.input, in, write, tbu_.generation_);
    if (!hit) return miss(job);
    const uint64_t output = hit->page | (job.input & (arch::page_bytes - 1));
    job.dmi = hit->dmi;
    if (!tbu_.probes_.empty())
        tbu_.tell_hit(in, job.input, output, write, sc_core::sc_time_stamp());
    pass(job, output, hit->attributes);
}

/// Joins a walk of the same page for the same requester that no invalidation has overtaken, or starts
/// one.
void Tbu::Pipeline::miss(Job& job) {
    const StreamIn& in = job.stream->in;
    const bool write = job.payload->is_write();
    const uint64_t page = job.input >> arch::page_shift, who = MicroTlb::identity(in, write);
    tbu_.note_requester(in);
    for (Miss* const m : misses_)
        if (m->page == page && m->who == who && m->write == write &&
            m->generation == tbu_.generation_ && m->incoming == in.attributes)
            return m->waiters.push_back(&job);

    if (free_misses_.empty()) {
        all_misses_.push_back(std::make_unique<Miss>());
        free_misses_.push_back(all_misses_.back().get());
    }
    Miss& m = *free_misses_.back();
    free_misses_.pop_back();
    m.page = page;
    m.who = who;
    m.write = write;
    m.generation = tbu_.generation_;
    m.incoming = in.attributes;
    m.waiters.assign(1, &job);
    m.access = access_of(in, job.input, write);
    m.tbu = tbu_.index_;
    m.client = this;
    misses_.push_back(&m);
    tbu_.tcu_.start(m);
}

/// The answer is good for all that wait; a fault is for the first alone, and the others try themselves.
void Tbu::Pipeline::walked(Tcu::Walk& walk) {
    Miss& m = static_cast<Miss&>(walk);
    misses_.erase(std::find(misses_.begin(), misses_.end(), &m));
    const std::vector<Job*> waiters = m.waiters;
    Job& first = *waiters.front();
    const core::Outcome o = m.answer.outcome;
    first.by = std::max(first.by, m.answer.by);
    first.fetches += m.answer.fetches;
    if (first.is_watched()) {
        first.parts += m.parts;
        first.since += m.parts.total();  // what is left, it waited for the walker
    }
    if (o.action == Action::Forward)
        tbu_.keep(first.stream->in, first.input, first.payload->is_write(), m.answer);
    for (Job* const job : waiters) job->spent(Part::Queue);

    if (o.action == Action::Stall) {
        first.ticket->leave();
        tbu_.tcu_.park(m);
    } else {
        first.dmi = tbu_.may_grant(first.stream->in);
        retire(m);
        end(first, o);
    }
    for (Job* const job : waiters) {
        if (job == &first) continue;
        if (o.action != Action::Forward) {
            translate(*job);
            continue;
        }
        job->by = std::max(job->by, m.answer.by);
        job->dmi = first.dmi;
        core::Outcome own = o;
        own.address = (o.address & ~(arch::page_bytes - 1)) | (job->input & (arch::page_bytes - 1));
        end(*job, own);
    }
}

/// Called from the middle of a command: what follows from it comes after it.
void Tbu::Pipeline::resumed(Tcu::Walk& walk, StallEnd how) {
    resumed_.push_back({&static_cast<Miss&>(walk), how});
    step_.notify(sc_core::SC_ZERO_TIME);
}

void Tbu::Pipeline::go_on(Miss& m, StallEnd how) {
    Job& job = *m.waiters.front();
    job.spent(Part::Stall);
    job.ticket->enter();
    core::Outcome o = m.answer.outcome;
    retire(m);
    if (how == StallEnd::Retry) return translate(job);
    o.action = how == StallEnd::RazWi ? Action::RazWi : Action::Abort;
    end(job, o);
}

void Tbu::Pipeline::retire(Miss& m) { free_misses_.push_back(&m); }

void Tbu::Pipeline::end(Job& job, const core::Outcome& outcome) {
    if (outcome.action == Action::Forward) return pass(job, outcome.address, outcome.attributes);
    terminate(*job.payload, outcome);
    answer(job);
}

void Tbu::Pipeline::pass(Job& job, uint64_t output, const arch::MemoryAttributes& attributes) {
    StreamExtension& stream = *job.stream;
    job.forwarded = true;
    job.output = output;
    stream.out.state(after_no_snoop(attributes, stream.in.no_snoop));
    stream.out.trace_key = job.id;
    answer(job);
}

}  // namespace smmu
