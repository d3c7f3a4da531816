// What counts as which event, the clock, and interrupts.  Arm IHI 0070 G.b, 10.2.1, 10.3.
//
// May wait(): the thread of the interrupts, for local times and if the memory behind `ptw` waits.
#include "smmuv3/pmcg.h"

#include <algorithm>

namespace smmu {

CounterGroups::CounterGroups(sc_core::sc_module_name name, const Params& params, TablePort& port,
                             ProbeList& probes)
    : sc_module(name),
      clock_(params.clock),
      port_(port),
      probes_(probes),
      groups_(params.pmcg_groups, Group{{params.pmcg, params.features}}) {
    using SC_CURRENT_USER_MODULE = CounterGroups;
    pmcg.register_b_transport(this, &CounterGroups::b_transport);
    pmcg.register_transport_dbg(this, &CounterGroups::transport_dbg);
    irq_pmcg.init(groups_.size(),
                  [this](const char* pin, size_t) { return new PulsePin(pin, clock_); });
    if (groups_.empty()) return;
    SC_THREAD(interrupt_thread);
    SC_METHOD(on_cycles);
    sensitive << cycles_work_;
    dont_initialize();
}

void CounterGroups::reset() {
    ++resets_;
    interrupts_.clear();
    for (PulsePin& pin : irq_pmcg) pin.drop();
    for (Group& group : groups_) {
        group.interrupts = 0;
        group.counters.reset();
        configured(group);
    }
}

// --- What counts.  Terminated transactions are in events 1, 2, 3 and 7, prefetches and ATOS in none of
// 1, 2 and 3; a stalled transaction that is retried counts anew, in all of them.

void CounterGroups::hit(const Hit& h) {
    count(Event::Transaction, h.stream, h.time);
    if (h.translated) count(Event::TranslatedTransaction, h.stream, h.time);
}

void CounterGroups::miss(const Miss& m) {
    count_request(m.access.stream, m.missed, m.end);
    if (m.access.translated) count(Event::TranslatedTransaction, m.access.stream, m.end);
}

void CounterGroups::translation_request(const TranslationRequest& t) {
    count_request(t.request.stream, t.missed, t.end);
    count(Event::TranslationRequest, t.request.stream, t.end);
}

void CounterGroups::count_request(arch::StreamId stream, const Missed& missed,
                                  sc_core::sc_time when) {
    count(Event::Transaction, stream, when);
    if (missed.config) count(Event::ConfigMiss, stream, when);
    if (missed.tlb) count(Event::TlbMiss, stream, when);
}

void CounterGroups::fetch(const Fetch& f) {
    using core::Purpose;
    switch (f.access.purpose) {
        case Purpose::Stage1Table:
        case Purpose::Stage2Table: return count(Event::WalkAccess, f.access.stream, f.end);
        case Purpose::L1Std:
        case Purpose::Ste:
        case Purpose::L1Cd:
        case Purpose::Cd:
        case Purpose::Vms: return count(Event::ConfigAccess, f.access.stream, f.end);
        case Purpose::CommandQueue:
        case Purpose::EventQueue:
        case Purpose::PageRequestQueue:
        case Purpose::Msi: break;
    }
}

/// `when`: local time at which it happened, and may interrupt.
void CounterGroups::count(Event event, arch::StreamId stream, sc_core::sc_time when) {
    count_cycles();  // an overflow may capture them
    for (size_t n = 0; n < groups_.size(); ++n)
        if (groups_[n].counters.count(event, stream)) interrupt_later(n, when);
}

// --- Event 0: cycles of a clock that never stops, counted when somebody wants to know

void CounterGroups::count_cycles() {
    if (!counts_cycles_) return;
    const sc_core::sc_time now = sc_core::sc_time_stamp();
    const uint64_t elapsed = now.value() / clock_.value() - cycles_;
    if (elapsed == 0) return;
    cycles_ += elapsed;
    for (size_t n = 0; n < groups_.size(); ++n)
        if (groups_[n].counters.count_cycles(elapsed)) interrupt_later(n, now);
}

void CounterGroups::expect_overflow() {
    cycles_work_.cancel();
    uint64_t next = ~uint64_t{0};
    for (const Group& group : groups_) next = std::min(next, group.counters.cycles_to_overflow());
    const uint64_t end_of_time = sc_core::sc_max_time().value() / clock_.value();
    if (next >= end_of_time - cycles_) return;
    const sc_core::sc_time due = sc_core::sc_time::from_value((cycles_ + next) * clock_.value());
    cycles_work_.notify(due - sc_core::sc_time_stamp());
}

void CounterGroups::on_cycles() {
    count_cycles();
    expect_overflow();
}

// --- Interrupts

void CounterGroups::interrupt_later(size_t group, sc_core::sc_time when) {
    ++groups_[group].interrupts;
    interrupts_.push(group, when);
    interrupt_work_.notify(sc_core::SC_ZERO_TIME);
}

void CounterGroups::interrupt_thread() {
    for (;;) {
        if (!interrupts_.is_due(interrupt_work_)) continue;
        const size_t n = interrupts_.take();
        send_interrupt(groups_[n], irq_pmcg[n]);
    }
}

/// Wire and MSI.  IRQ_CTRL is acknowledged once both are out: a pulse with the gap after it, and the
/// write.
void CounterGroups::send_interrupt(Group& group, PulsePin& pin) {
    pin.fire();
    if (!probes_.empty())
        probes_.tell(&Probe::interrupt,
                     Probe::Interrupt{core::MsiSource::CounterGroup, sc_core::sc_time_stamp()});
    const uint64_t reset_seen = resets_;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    bool sent = true;
    if (const core::Msi msi = group.counters.msi()) {
        Timeline time(delay);
        TimedMemory memory(port_, probes_, time);
        sent = core::send(msi, memory);
    }
    sc_core::wait(std::max(delay, 2 * clock_));
    if (reset_seen != resets_) return;
    if (!sent) group.counters.raise_msi_abort();
    --group.interrupts;
    configured(group);
}

}  // namespace smmu
