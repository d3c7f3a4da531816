// The translation control unit: SystemC shell of core.  Registers, main caches, command and event
// threads, interrupts.
#pragma once
#include <tlm_utils/simple_target_socket.h>
#include <deque>
#include <set>

#include "smmuv3/core/atos.h"
#include "smmuv3/core/cached_run.h"
#include "smmuv3/core/commands.h"
#include "smmuv3/core/register_file.h"
#include "smmuv3/in_flight.h"
#include "smmuv3/local_time_queue.h"
#include "smmuv3/params.h"
#include "smmuv3/pmcg.h"
#include "smmuv3/pulse_pin.h"
#include "smmuv3/stalls.h"
#include "smmuv3/table_port.h"
#include "smmuv3/timeline.h"
#include "smmuv3/walk_slots.h"

namespace smmu {

/// The endpoints behind the sockets `ats_inv`, seen from the TCU.  May wait.
class AtsEndpoints {
public:
    virtual arch::InvalidateStatus invalidate(const arch::InvalidateRequest& request) = 0;
    virtual void respond(const arch::PrgResponse& response) = 0;

protected:
    ~AtsEndpoints() = default;
};

/// Who must give up what it took from the TCU: TBUs, for the pointers that they granted.
class TranslationUser {
public:
    virtual void invalidated(const core::TlbScope& scope) = 0;
    virtual void invalidated(arch::StreamId first, arch::StreamId last) = 0;
    virtual void all_invalidated() = 0;

protected:
    ~TranslationUser() = default;
};

class Tcu : public sc_core::sc_module, private core::CommandTarget {
public:
    /// Register pages 0 and 1: a platform maps 128 KiB.  Further on the VATOS page and the control
    /// pages of ECMDQs, where IDR2 and CMDQ_CONTROL_PAGE_BASE<n> say.
    tlm_utils::simple_target_socket_optional<Tcu, 32> regs{"regs"};
    sc_core::sc_port<sc_core::sc_signal_in_if<bool>, 1, sc_core::SC_ZERO_OR_MORE_BOUND> reset_n{
        "reset_n"};
    PulsePin irq_eventq, irq_priq, irq_gerror, irq_cmd_sync;
    PulsePin wake_event;  ///< IDR0.SEV: WFE wake-up event

    Tcu(sc_core::sc_module_name name, const Params& params);

    /// Where tables, structures and queues lie.  Called once, at elaboration.
    void bind_memory(tlm::tlm_fw_transport_if<>& memory) { table_port_.bind(memory); }
    void bind_endpoints(AtsEndpoints& endpoints) { endpoints_ = &endpoints; }
    void attach(Probe& probe) { probes_.attach(probe); }

    /// What the memory behind `ptw` calls back.
    class TableBackward final : public tlm::tlm_bw_transport_if<> {
    public:
        explicit TableBackward(TablePort& port) : port_(port) {}
        tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& p, tlm::tlm_phase& phase,
                                           sc_core::sc_time& t) override {
            return port_.nb_transport_bw(p, phase, t);
        }
        void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) override {
            port_.withdraw_pointers(first, last);
        }

    private:
        TablePort& port_;
    };

private:
    TablePort table_port_;

public:
    TableBackward table_backward{table_port_};

    // --- For TBUs

    struct Answer {
        core::Outcome outcome{};
        uint64_t generation = 0;  ///< in which its walk began: void if generation() is another one
        AnsweredBy by{};
        unsigned fetches = 0;  ///< memory accesses that it took
    };
    /// Translates an access that the micro TLB could not answer; its time is spent in `time`.  Where
    /// a fault stalls, it wait()s until software has decided; the outcome is never Stall.
    void translate(const core::Access& access, unsigned tbu, Timeline& time,
                   InFlight::Ticket& ticket, Answer& answer) {
        const uint64_t reset_seen = resets_;
        arch::Event stall;
        translate_once(access, tbu, Style::LooselyTimed, time, stall, answer);
        if (answer.outcome.action == core::Outcome::Action::Stall)
            wait_out(access, tbu, time, ticket, stall, reset_seen, answer);
    }
    /// The same for an AT transaction, which waits in no thread of its own: a walker of the TCU makes
    /// the walk and tells its client at the end.
    struct Walk;
    class WalkClient {
    public:
        virtual void walked(Walk& walk) = 0;
        /// A walk that was parked may go on; called from whoever ended the stall.
        virtual void resumed(Walk& walk, StallEnd end) = 0;

    protected:
        ~WalkClient() = default;
    };
    struct Walk : private Stalls::Listener {
        core::Access access{};
        unsigned tbu = 0;
        WalkClient* client = nullptr;
        Answer answer{};  ///< the outcome may be Stall
        Parts parts{};
        arch::Event stall{};      ///< its record
        uint64_t reset_seen = 0;  ///< resets before it

    private:
        friend class Tcu;
        void ended(Stalls::Stall& stall) override;
        Tcu* tcu_ = nullptr;
    };
    void start(Walk& walk);
    /// Its outcome is Stall: software, or the end of translation, decides.
    void park(Walk& walk);

    /// Answers an ATS Translation Request; its time is added to `delay`.
    arch::TranslationCompletion translate(const arch::TranslationRequest& request, unsigned tbu,
                                          sc_core::sc_time& delay);
    /// Takes a page request that arrives at that time.
    void take(const arch::PageRequest& request, sc_core::sc_time when);
    /// The same as a debugger sees it: no fill, no event, no time.
    core::Outcome peek(const core::Access& access);
    /// What the caches say of an access and its neighbours, and of the runs that are known.
    std::optional<core::CachedRun> cached_run(const core::Access& access,
                                              const std::vector<core::Run>& known) const;
    /// Told of every invalidation, before the CMD_SYNC that follows it completes.
    void add_user(TranslationUser& user) { users_.push_back(&user); }

    /// Grows with every invalidation and every register change that alters translations; starts
    /// at 1.
    const uint64_t& generation() const { return generation_; }
    InFlight& in_flight() { return in_flight_; }
    const ProbeList& probes() const { return probes_; }
    /// Number of a transaction that probes are told of.
    uint64_t next_transaction() { return ++transactions_; }
    const core::Features& features() const { return params_.features; }

private:
    class Recorder;

    void end_of_elaboration() override;
    void reset();

    void translate_once(const core::Access& access, unsigned tbu, Style style, Timeline& time,
                        arch::Event& stall, Answer& answer);
    template <class WalkMemory>
    sc_core::sc_time walk_through(WalkMemory& memory, const core::Access& access, Timeline& time,
                                  Recorder& recorder, Answer& answer);
    void wait_out(const core::Access& access, unsigned tbu, Timeline& time,
                  InFlight::Ticket& ticket, arch::Event& stall, uint64_t reset_seen,
                  Answer& answer);
    /// Behind a walk, of the page after it: nobody waits for that.
    void prefetch_page_after(const core::Access& access, unsigned shift, sc_core::sc_time delay);
    void prefetch_after(const Answer& answer, const core::Access& access,
                        const sc_core::sc_time& end);
    void prefetch_at(const arch::Prefetch& command, sc_core::sc_time delay);
    void cross_link(unsigned tbu, Timeline& time);
    void wait_for_bank(uint64_t address, Timeline& time);
    const sc_core::sc_time& lookup_cost(core::CacheKind which) const {
        return lookup_costs_[static_cast<size_t>(which)];
    }
    sc_core::sc_time command_cost(const arch::Command& command) const;
    /// Notes for CMD_SYNC that a walk goes on until then; returns that.
    sc_core::sc_time walked_until(const sc_core::sc_time& end);
    StallEnd wait_for_software(const arch::Event& fault, uint64_t began);

    // tcu_registers.cpp
    void registers_b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned registers_transport_dbg(tlm::tlm_generic_payload& payload);

    // tcu_threads.cpp
    void command_thread();
    bool find_command_queue();
    void process_command();
    bool complete_sync();
    bool events_outstanding(uint64_t up_to) const;
    void event_thread();
    void all_translations_change();
    void write_record(const arch::Event& event, uint64_t number, Stalls::Stall* stall);
    void wait_for_record(const sc_core::sc_time& delay, bool interrupts);
    void fail_command(arch::CommandError why);
    void interrupt(core::MsiSource source, const core::Msi& msi);
    PulsePin& pin_of(core::MsiSource source);

    // tcu_ats.cpp
    void page_request_thread();
    void ats_thread();
    bool invalidations_outstanding(unsigned queue) const;
    void prefetch(const arch::Prefetch& command) override;
    void invalidate_atc(const arch::InvalidateRequest& request) override;
    void respond(const arch::PrgResponse& response) override;

    // tcu_walkers.cpp
    /// A thread for AT walks.
    struct Walker {
        sc_core::sc_event work;
        Walk* walk = nullptr;  ///< nullptr: idle
    };
    void add_walkers();
    void walker_thread(Walker& walker);

    // tcu_atos.cpp
    void atos_thread(core::AtosInterface interface);
    void end_atos();

    void invalidate_config(arch::StreamId first, arch::StreamId last) override;
    void invalidate_context(arch::StreamId stream, arch::SubstreamId substream) override;
    void invalidate_tlb(const core::TlbScope& scope) override;
    void resume(arch::StreamId stream, uint16_t stag, StallEnd end) override;
    void terminate_stalls(arch::StreamId stream) override;

    /// The control registers may have changed.
    void refresh_view();
    /// A copy: they may change while a translation waits for memory.
    core::View view() const { return view_; }
    void queue_event(const arch::Event& event, sc_core::sc_time when);

    const Params params_;
    core::RegisterFile registers_;
    core::ConfigCache configs_;
    core::Tlb tlb_;
    core::WalkCaches walk_caches_;
    core::Memos memos_;
    core::View view_;
    const std::array<sc_core::sc_time, core::cache_kinds> lookup_costs_;
    const sc_core::sc_time link_cost_;
    std::vector<Reservations> links_, banks_;  ///< of TBUs, of the main TLB
    WalkSlots walk_slots_;
    uint64_t walks_ = 0, transactions_ = 0;
    std::vector<std::unique_ptr<Walker>> walkers_;
    std::vector<Walker*> idle_walkers_;
    std::deque<Walk*> waiting_walks_;
    uint64_t generation_ = 1;
    uint64_t resets_ = 0;  ///< a thread that waited compares it: what it was doing may be gone

    std::vector<TranslationUser*> users_;
    ProbeList probes_;
    InFlight in_flight_;
    Stalls stalls_;
    unsigned msis_on_their_way_ = 0;  ///< and interrupts of records that are being written
    sc_core::sc_time latest_walk_end_;

    struct PendingEvent {
        arch::Event event;
        uint64_t number;  ///< counts from 1
    };
    LocalTimeQueue<PendingEvent> pending_events_;  ///< by the time of the fault
    uint64_t latest_event_ = 0;                    ///< number of the latest that was queued
    uint64_t writing_event_ = 0;                   ///< number of the one on its way to memory, or 0
    sc_core::sc_event command_work_, event_work_, events_written_;

    unsigned command_queue_ = core::main_command_queue;  ///< whose turn it is

    AtsEndpoints* endpoints_ = nullptr;
    LocalTimeQueue<arch::PageRequest> page_requests_;  ///< by the time of their arrival
    /// A message to an endpoint: an invalidation and the command queue that asked for it, or a
    /// response.
    struct AtsOut {
        bool is_invalidation;
        arch::InvalidateRequest invalidation;
        unsigned queue;
        arch::PrgResponse response;
    };
    std::deque<AtsOut> ats_out_;               ///< the first is on its way
    std::set<unsigned> failed_invalidations_;  ///< command queues whose next CMD_SYNC must say so
    sc_core::sc_event page_request_work_, ats_work_, ats_done_;

    sc_core::sc_event atos_work_;
    uint64_t atos_ended_ = 0;  ///< operations that SMMUEN = 0 or a reset has ended

public:
    CounterGroups counter_groups;
};

}  // namespace smmu
