// ATS and PRI in the TCU: requests of endpoints, and what the SMMU sends them.  May wait(): for the
// memory behind `ptw`, and for endpoints.
#include <algorithm>

#include "smmuv3/core/ats.h"
#include "smmuv3/core/page_requests.h"
#include "smmuv3/core/prefetch.h"
#include "smmuv3/tcu_recorder.h"
#include "smmuv3/tcu_way.h"

namespace smmu {

// --- Requests

arch::TranslationCompletion Tcu::translate(const arch::TranslationRequest& request, unsigned tbu,
                                           sc_core::sc_time& delay) {
    InFlight::Ticket ticket(in_flight_);
    Timeline time(delay);
    const sc_core::sc_time begin = time.now();
    cross_link(tbu, time);
    wait_for_bank(request.address, time);
    TimedMemory memory(table_port_, probes_, time, ++walks_, walk_slots_, Style::LooselyTimed);
    Recorder recorder(*this, memory, time);
    const arch::TranslationCompletion completion =
        core::translate(view(), request, memory, recorder);
    memory.end_walk();
    time.spend(Part::Hop, link_cost_);
    const sc_core::sc_time end = walked_until(time.now());
    if (!probes_.empty())
        probes_.tell(&Probe::translation_request,
                     Probe::TranslationRequest{tbu, request, completion, memory.fetches(), begin,
                                               end, recorder.missed});
    return completion;
}

void Tcu::take(const arch::PageRequest& request, sc_core::sc_time when) {
    page_requests_.push(request, when);
    page_request_work_.notify(sc_core::SC_ZERO_TIME);
}

/// Queue entry, then PROD, then interrupt; one request after the other.
void Tcu::page_request_thread() {
    for (;;) {
        if (registers_.page_request_update_pending()) registers_.acknowledge_page_request_enable();
        if (!page_requests_.is_due(page_request_work_)) continue;
        const arch::PageRequest request = page_requests_.take();
        const uint64_t reset_seen = resets_;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        Timeline time(delay);
        TimedMemory memory(table_port_, probes_, time);
        Recorder recorder(*this, memory, time);
        const core::PageRequestOutcome outcome =
            core::record_page_request(registers_, view(), request, memory, recorder);
        // Enables count as they are now, when PROD or GERROR shows it.
        const bool is_aborted = outcome.recorded == core::Recorded::Aborted;
        const bool interrupts =
            is_aborted ? registers_.gerror_interrupt_enabled()
                       : outcome.interrupts && registers_.page_request_interrupt_enabled();
        wait_for_record(delay, interrupts);
        if (reset_seen != resets_) continue;

        if (!probes_.empty())
            probes_.tell(&Probe::page_request,
                         Probe::PageRequest{request, outcome.recorded, outcome.response,
                                            sc_core::sc_time_stamp()});
        if (outcome.response) respond(*outcome.response);
        if (interrupts && is_aborted)
            interrupt(core::MsiSource::Gerror, registers_.gerror_msi());
        else if (interrupts)
            interrupt(core::MsiSource::PageRequestQueue, registers_.page_requests().msi());
    }
}

// --- What goes to endpoints: in the order of the commands

void Tcu::invalidate_atc(const arch::InvalidateRequest& request) {
    ats_out_.push_back({true, request, command_queue_, {}});
    ats_work_.notify(sc_core::SC_ZERO_TIME);
}

void Tcu::respond(const arch::PrgResponse& response) {
    ats_out_.push_back({false, {}, 0, response});
    ats_work_.notify(sc_core::SC_ZERO_TIME);
}

bool Tcu::invalidations_outstanding(unsigned queue) const {
    return std::any_of(ats_out_.begin(), ats_out_.end(),
                       [&](const AtsOut& m) { return m.is_invalidation && m.queue == queue; });
}

void Tcu::ats_thread() {
    for (;;) {
        if (ats_out_.empty()) {
            sc_core::wait(ats_work_);
            continue;
        }
        const uint64_t reset_seen = resets_;
        const AtsOut next = ats_out_.front();
        if (!next.is_invalidation)
            endpoints_->respond(next.response);
        else if (endpoints_->invalidate(next.invalidation) == arch::InvalidateStatus::TimedOut &&
                 reset_seen == resets_)
            failed_invalidations_.insert(next.queue);
        if (reset_seen == resets_) ats_out_.pop_front();
        ats_done_.notify(sc_core::SC_ZERO_TIME);
    }
}

/// The walks take their time beside the commands that follow.
void Tcu::prefetch(const arch::Prefetch& command) { prefetch_at(command, sc_core::SC_ZERO_TIME); }

void Tcu::prefetch_at(const arch::Prefetch& command, sc_core::sc_time delay) {
    Timeline time(delay);
    TimedMemory memory(table_port_, probes_, time, ++walks_, walk_slots_, Style::LooselyTimed);
    Recorder recorder(*this, memory, time);
    core::prefetch(view(), command, memory, recorder);
    walked_until(time.now());
}

void Tcu::prefetch_page_after(const core::Access& access, unsigned shift, sc_core::sc_time delay) {
    using arch::Prefetch;
    const uint64_t next = ((access.address >> shift) + 1) << shift;
    const auto command = Prefetch{}
                             .set(Prefetch::Op, arch::Opcode::PREFETCH_ADDR)
                             .set(Prefetch::StreamID, access.stream.value)
                             .set(Prefetch::SubstreamID, access.substream.value)
                             .set(Prefetch::SSV, access.substream_valid)
                             .set(Prefetch::Address, next);
    prefetch_at(command, delay);
}

}  // namespace smmu
