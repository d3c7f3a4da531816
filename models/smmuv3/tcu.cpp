// Translation for the TBUs, and what invalidations do.  May wait(): for a stall, and if the memory
// behind `ptw` waits.
#include <algorithm>

#include "smmuv3/plain_memory.h"
#include "smmuv3/tcu_recorder.h"

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
      lookup_costs_(lookup_costs(params_)),
      link_cost_(params_.cycles.link * params_.clock),
      links_(params_.tbus, Reservations(1)),
      banks_(params_.tlb_banks, Reservations(1)),
      walk_slots_(params_.walk_slots),
      stalls_(params_.features.stall_max),
      counter_groups("pmcg", params_, table_port_, probes_) {
    using SC_CURRENT_USER_MODULE = Tcu;
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

core::View Tcu::view() const {
    return {params_.features,
            registers_.smmu_enabled(),
            registers_.record_bad_stream(),
            registers_.e2h(),
            registers_.gbpa(),
            registers_.stream_table(),
            configs_,
            tlb_,
            walk_caches_.is_on() ? &walk_caches_ : nullptr,
            registers_.check_translated(),
            registers_.record_ats_errors(),
            &attributes_};
}

Tcu::Answer Tcu::translate(const core::Access& access, unsigned tbu, Timeline& time,
                           InFlight::Ticket& ticket) {
    using Action = core::Outcome::Action;
    unsigned fetches = 0;
    for (;;) {
        const uint64_t reset_seen = resets_;
        arch::Event stall{};
        Answer answer = translate_once(access, tbu, Style::LooselyTimed, time, stall);
        answer.fetches = fetches += answer.fetches;
        if (answer.outcome.action != Action::Stall) return answer;

        ticket.leave();
        time.synchronise();
        StallEnd end = StallEnd::Abort;
        time.spend_in(Part::Stall, [&](sc_core::sc_time&) {
            if (reset_seen == resets_) end = wait_for_software(stall, answer.generation);
        });
        ticket.enter();
        if (end == StallEnd::Retry) continue;
        answer.outcome.action = end == StallEnd::RazWi ? Action::RazWi : Action::Abort;
        return answer;
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

Tcu::Answer Tcu::translate_once(const core::Access& access, unsigned tbu, Style style,
                                Timeline& time, arch::Event& stall) {
    const sc_core::sc_time begin = probes_.empty() ? sc_core::SC_ZERO_TIME : time.now();
    const uint64_t walk = ++walks_, began = generation_;
    cross_link(tbu, time);
    wait_for_bank(access.address, time);

    const auto walk_through = [&](auto& memory) {
        Recorder recorder(*this, memory, time);
        Answer answer{core::translate(view(), access, memory, recorder), began, {}, 0};
        memory.end_walk();
        if (answer.outcome.action == core::Outcome::Action::Stall) stall = recorder.stall;
        time.spend(Part::Hop, link_cost_);
        const sc_core::sc_time end = walked_until(time.now());
        if constexpr (std::is_same_v<decltype(memory), TimedMemory&>)
            if (!probes_.empty())
                probes_.tell(&Probe::miss,
                             Probe::Miss{walk, tbu, access, answer.outcome, recorder.config_hit,
                                         recorder.tlb_hit, memory.fetches(), time.parts(), begin,
                                         end, recorder.missed});
        answer.fetches = memory.total();
        answer.by = answer.fetches == 0   ? AnsweredBy::MainTlb
                    : recorder.config_hit ? AnsweredBy::Walk
                                          : AnsweredBy::ColdWalk;
        const unsigned shift = answer.outcome.shift;
        if (params_.prefetch_next_page && answer.by != AnsweredBy::MainTlb && shift != 0)
            prefetch_page_after(access, shift, end - sc_core::sc_time_stamp());
        return answer;
    };
    if (style == Style::LooselyTimed && !time.keeps_parts() && !table_port_.has_wires() &&
        !walk_slots_.is_limited()) {
        PlainMemory memory(table_port_, time.delay());
        return walk_through(memory);
    }
    TimedMemory memory(table_port_, probes_, time, walk, walk_slots_, style);
    return walk_through(memory);
}

/// The way of a request from a TBU.
void Tcu::cross_link(unsigned tbu, Timeline& time) {
    if (params_.cycles.link_interval != 0)
        time.spend_until(Part::Queue, links_[tbu].reserve(time.now(), params_.cycles.link_interval *
                                                                          params_.clock));
    time.spend(Part::Hop, link_cost_);
}

void Tcu::wait_for_bank(uint64_t address, Timeline& time) {
    if (params_.cycles.tlb_interval == 0) return;
    Reservations& bank = banks_[(address >> arch::page_shift) % banks_.size()];
    time.spend_until(Part::Queue,
                     bank.reserve(time.now(), params_.cycles.tlb_interval * params_.clock));
}

sc_core::sc_time Tcu::walked_until(const sc_core::sc_time& end) {
    latest_walk_end_ = std::max(latest_walk_end_, end);
    return end;
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
