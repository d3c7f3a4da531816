// Translation for the TBUs, and what invalidations do.  May wait(): for a stall, and if the memory
// behind `ptw` waits.
#include <algorithm>

#include "smmuv3/plain_memory.h"
#include "smmuv3/tcu_recorder.h"
#include "smmuv3/tcu_way.h"

namespace smmu {

namespace {

/// Asking a cache that is not there costs nothing.
std::array<sc_core::sc_time, core::cache_kinds> lookup_costs(const Params& p) {
    const auto cost = [&](bool is_on, unsigned cycles) {
        return is_on ? cycles * p.clock : sc_core::SC_ZERO_TIME;
    };
    const sc_core::sc_time walk = p.cycles.walk_cache * p.clock;
    return {cost(p.config_cache.entries != 0, p.cycles.config_cache),
            cost(p.tlb.entries != 0, p.cycles.tlb), walk, walk, p.cycles.ipa_cache * p.clock};
}

/// What a debug access leaves behind.
class Forgetful final : public core::Recorder {
public:
    void event(const arch::Event&) override {}
};

}  // namespace

Tcu::Tcu(sc_core::sc_module_name name, const Params& params)
    : sc_module(name),
      irq_eventq("irq_eventq", params.clock),
      irq_priq("irq_priq", params.clock),
      irq_gerror("irq_gerror", params.clock),
      irq_cmd_sync("irq_cmd_sync", params.clock),
      wake_event("wake_event", params.clock),
      table_port_(params),
      params_(params),
      registers_(params_.features),
      configs_(params_.config_cache),
      tlb_(params_.tlb),
      walk_caches_(params_.walk_caches),
      view_{params_.features,
            false,
            false,
            false,
            {},
            {},
            configs_,
            tlb_,
            walk_caches_.is_on() ? &walk_caches_ : nullptr,
            false,
            false,
            &memos_},
      lookup_costs_(lookup_costs(params_)),
      link_cost_(params_.cycles.link * params_.clock),
      links_(params_.tbus, Reservations(1)),
      banks_(params_.tlb_banks, Reservations(1)),
      walk_slots_(params_.walk_slots),
      stalls_(params_.features.stall_max),
      counter_groups("pmcg", params_, table_port_, probes_) {
    using SC_CURRENT_USER_MODULE = Tcu;
    refresh_view();
    regs.register_b_transport(this, &Tcu::registers_b_transport);
    regs.register_transport_dbg(this, &Tcu::registers_transport_dbg);
    SC_THREAD(command_thread);
    add_walkers();
    SC_THREAD(event_thread);
    if (params_.features.has_pri()) SC_THREAD(page_request_thread);
    if (params_.features.ats) SC_THREAD(ats_thread);
    if (params_.features.atos)
        sc_core::sc_spawn([this] { atos_thread(core::AtosInterface::Gatos); }, "gatos_thread");
    if (params_.features.has_vatos())
        sc_core::sc_spawn([this] { atos_thread(core::AtosInterface::Vatos); }, "vatos_thread");
}

void Tcu::end_of_elaboration() {
    if (reset_n.size() == 0) return;
    sc_core::sc_spawn_options options;
    options.spawn_method();
    options.dont_initialize();
    options.set_sensitivity(&reset_n->value_changed_event());
    sc_core::sc_spawn(
        [this] {
            if (!reset_n->read()) reset();
        },
        "on_reset_n", &options);
}

void Tcu::reset() {
    ++resets_;
    registers_.reset();
    refresh_view();
    configs_.invalidate_all();
    tlb_.invalidate_all();
    walk_caches_.invalidate_all();
    all_translations_change();
    pending_events_.clear();
    page_requests_.clear();
    ats_out_.clear();
    failed_invalidations_.clear();
    ++atos_ended_;
    stalls_.abort_all();
    for (PulsePin* pin : {&irq_eventq, &irq_priq, &irq_gerror, &irq_cmd_sync, &wake_event})
        pin->drop();
    events_written_.notify(sc_core::SC_ZERO_TIME);
    ats_done_.notify(sc_core::SC_ZERO_TIME);
    counter_groups.reset();
}

void Tcu::refresh_view() {
    view_.enabled = registers_.smmu_enabled();
    view_.record_bad_stream = registers_.record_bad_stream();
    view_.e2h = registers_.e2h();
    view_.gbpa = registers_.gbpa();
    view_.stream_table = registers_.stream_table();
    view_.check_translated = registers_.check_translated();
    view_.record_ats_errors = registers_.record_ats_errors();
}

/// The access is stalled: it may be retried, and stall again.
void Tcu::wait_out(const core::Access& access, unsigned tbu, Timeline& time,
                   InFlight::Ticket& ticket, arch::Event& stall, uint64_t reset_seen,
                   Answer& answer) {
    using Action = core::Outcome::Action;
    while (answer.outcome.action == Action::Stall) {
        ticket.leave();
        time.synchronise();
        StallEnd end = StallEnd::Abort;
        time.spend_in(Part::Stall, [&](sc_core::sc_time&) {
            if (reset_seen == resets_) end = wait_for_software(stall, answer.generation);
        });
        ticket.enter();
        if (end != StallEnd::Retry) {
            answer.outcome.action = end == StallEnd::RazWi ? Action::RazWi : Action::Abort;
            return;
        }
        const unsigned fetches = answer.fetches;
        reset_seen = resets_;
        translate_once(access, tbu, Style::LooselyTimed, time, stall, answer);
        answer.fetches += fetches;
    }
}

/// `began`: generation of the walk that found the fault.
StallEnd Tcu::wait_for_software(const arch::Event& fault, uint64_t began) {
    if (!registers_.smmu_enabled()) return StallEnd::Abort;
    // What the fault comes from was invalidated meanwhile: its record would be stale.
    if (generation_ != began) return StallEnd::Retry;
    Stalls::Stall& stall = stalls_.enter(fault, ++latest_event_);
    event_work_.notify(sc_core::SC_ZERO_TIME);
    while (!stall.ended) sc_core::wait(stall.wake);
    stalls_.leave(stall);
    event_work_.notify(sc_core::SC_ZERO_TIME);  // another one may be recorded now
    return stall.end;
}

/// With a memory that is set up for it; returns when it ends.
template <class WalkMemory>
[[gnu::always_inline]] inline sc_core::sc_time Tcu::walk_through(WalkMemory& memory,
                                                                 const core::Access& access,
                                                                 Timeline& time, Recorder& recorder,
                                                                 Answer& answer) {
    answer.generation = generation_;
    answer.outcome = core::translate(view(), access, memory, recorder);
    memory.end_walk();
    answer.fetches = memory.total();
    answer.by = answer.fetches == 0   ? AnsweredBy::MainTlb
                : recorder.config_hit ? AnsweredBy::Walk
                                      : AnsweredBy::ColdWalk;
    time.spend(Part::Hop, link_cost_);
    return walked_until(time.now());
}

void Tcu::translate_once(const core::Access& access, unsigned tbu, Style style, Timeline& time,
                         arch::Event& stall, Answer& answer) {
    const sc_core::sc_time begin = probes_.empty() ? sc_core::SC_ZERO_TIME : time.now();
    const uint64_t walk = ++walks_;
    cross_link(tbu, time);
    wait_for_bank(access.address, time);
    if (style == Style::LooselyTimed && !time.keeps_parts() && !table_port_.has_wires() &&
        !walk_slots_.is_limited()) {
        PlainMemory memory(table_port_, time.delay());
        Recorder recorder(*this, memory, time, &stall);
        const sc_core::sc_time end = walk_through(memory, access, time, recorder, answer);
        if (params_.prefetch_next_page) prefetch_after(answer, access, end);
        return;
    }
    TimedMemory memory(table_port_, probes_, time, walk, walk_slots_, style);
    Recorder recorder(*this, memory, time, &stall);
    const sc_core::sc_time end = walk_through(memory, access, time, recorder, answer);
    if (!probes_.empty())
        probes_.tell(
            &Probe::miss,
            Probe::Miss{walk, tbu, access, answer.outcome, recorder.config_hit, recorder.tlb_hit,
                        memory.fetches(), time.parts(), begin, end, recorder.missed});
    if (params_.prefetch_next_page) prefetch_after(answer, access, end);
}

void Tcu::prefetch_after(const Answer& answer, const core::Access& access,
                         const sc_core::sc_time& end) {
    const unsigned shift = answer.outcome.shift;
    if (answer.by != AnsweredBy::MainTlb && shift != 0)
        prefetch_page_after(access, shift, end - sc_core::sc_time_stamp());
}

core::Outcome Tcu::peek(const core::Access& access) {
    PeekMemory memory(table_port_);
    Forgetful nothing;
    return core::translate(view(), access, memory, nothing);
}

std::optional<core::CachedRun> Tcu::cached_run(const core::Access& access,
                                               const std::vector<core::Run>& known) const {
    constexpr unsigned most_pages = 4096;  // 16 MiB of 4 KiB pages
    return core::cached_run(view(), access, most_pages, known);
}

void Tcu::all_translations_change() {
    ++generation_;
    for (TranslationUser* user : users_) user->all_invalidated();
}

void Tcu::queue_event(const arch::Event& event, sc_core::sc_time when) {
    pending_events_.push({event, ++latest_event_}, when);
    event_work_.notify(sc_core::SC_ZERO_TIME);
}

void Tcu::invalidate_config(arch::StreamId first, arch::StreamId last) {
    ++generation_;
    configs_.invalidate(first, last);
    for (TranslationUser* user : users_) user->invalidated(first, last);
}

void Tcu::invalidate_context(arch::StreamId stream, arch::SubstreamId substream) {
    ++generation_;
    configs_.invalidate(stream, substream);
    for (TranslationUser* user : users_) user->invalidated(stream, stream);
}

void Tcu::invalidate_tlb(const core::TlbScope& scope) {
    ++generation_;
    tlb_.invalidate(scope);
    walk_caches_.invalidate(scope);
    for (TranslationUser* user : users_) user->invalidated(scope);
}

void Tcu::resume(arch::StreamId stream, uint16_t stag, StallEnd end) {
    stalls_.resume(stream, stag, end);
}

void Tcu::terminate_stalls(arch::StreamId stream) { stalls_.terminate(stream); }

}  // namespace smmu
