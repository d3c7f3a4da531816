// The two threads of the TCU: one consumes commands, one writes event records.  Both wait().
//
// In each the order is the architecture's: queue entry, then index, then interrupt.  After any wait
// a reset may have come: what was being done is then dropped.
#include <algorithm>

#include "smmuv3/core/queues.h"
#include "smmuv3/tcu.h"

namespace smmu {

using arch::CommandError;
using core::MsiSource;
using core::Recorded;

PulsePin& Tcu::pin_of(MsiSource source) {
    switch (source) {
        case MsiSource::EventQueue: return irq_eventq;
        case MsiSource::PageRequestQueue: return irq_priq;
        case MsiSource::Gerror: return irq_gerror;
        case MsiSource::CommandSync:
        case MsiSource::CounterGroup: break;  // has pins of its own
    }
    return irq_cmd_sync;
}

/// Wire and MSI, whichever is there.  An MSI that is aborted is an error, which interrupts in turn,
/// unless it was that interrupt (7.5.1).
void Tcu::interrupt(MsiSource source, const core::Msi& msi) {
    pin_of(source).fire();
    if (!probes_.empty())
        probes_.tell(&Probe::interrupt, Probe::Interrupt{source, sc_core::sc_time_stamp()});
    if (!msi) return;

    ++msis_on_their_way_;
    const uint64_t reset_seen = resets_;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    Timeline time(delay);
    TimedMemory memory(table_port_, probes_, time);
    const bool sent = core::send(msi, memory);
    time.synchronise();
    --msis_on_their_way_;
    command_work_.notify(sc_core::SC_ZERO_TIME);  // IRQ_CTRL may be waiting for it
    if (sent || reset_seen != resets_) return;
    if (registers_.raise_msi_abort(source) && source != MsiSource::Gerror &&
        registers_.gerror_interrupt_enabled())
        interrupt(MsiSource::Gerror, registers_.gerror_msi());
}

/// The time that writing a record takes; IRQ_CTRL is acknowledged once its interrupt is out (6.3.16).
void Tcu::wait_for_record(const sc_core::sc_time& delay, bool interrupts) {
    msis_on_their_way_ += interrupts;
    if (delay > sc_core::SC_ZERO_TIME) sc_core::wait(delay);
    msis_on_their_way_ -= interrupts;
    if (interrupts) command_work_.notify(sc_core::SC_ZERO_TIME);
}

// --- Commands

void Tcu::command_thread() {
    for (;;) {
        const bool translations_change = registers_.acknowledge_control(msis_on_their_way_ == 0);
        refresh_view();
        if (translations_change) {
            all_translations_change();  // answers made under the old setting are void
            if (!registers_.smmu_enabled()) {
                stalls_.abort_all();
                end_atos();
            }
        }
        registers_.acknowledge_command_enable();
        if (find_command_queue())
            process_command();
        else
            sc_core::wait(command_work_);
    }
}

/// Queues take turns.
bool Tcu::find_command_queue() {
    for (unsigned n = 0; n < registers_.command_queues(); ++n) {
        command_queue_ = (command_queue_ + 1) % registers_.command_queues();
        if (core::command_is_waiting(registers_, command_queue_)) return true;
    }
    return false;
}

void Tcu::process_command() {
    const uint64_t reset_seen = resets_;
    sc_core::sc_time delay = params_.cycles.command * params_.clock;
    Timeline time(delay);
    arch::Command command{};
    TimedMemory memory(table_port_, probes_, time);
    const bool fetched = core::fetch_command(registers_, memory, command, command_queue_).done();
    if (fetched) delay += command_cost(command);
    sc_core::wait(delay);
    if (reset_seen != resets_) return;
    if (!fetched) return fail_command(CommandError::Abort);

    const core::CommandControls controls{registers_.vmid_mask(), registers_.e2h(),
                                         registers_.smmu_enabled()};
    CommandError error = core::execute(command, params_.features, controls, *this);
    const bool is_sync = command[arch::Command::Op] == arch::Opcode::SYNC;
    if (error == CommandError::None && is_sync && !complete_sync())
        error = CommandError::AtcInvSync;
    if (reset_seen != resets_) return;
    if (!probes_.empty())
        probes_.tell(&Probe::command, Probe::Command{command, error, sc_core::sc_time_stamp()});
    if (error != CommandError::None) return fail_command(error);

    const bool was_full = registers_.command_queue(command_queue_).full();
    core::consume_command(registers_, command_queue_);
    // Whoever sees the signal must also read CONS past the command.
    const auto signal =
        is_sync ? arch::view<arch::Sync>(command)[arch::Sync::CS] : arch::CompletionSignal::None;
    if (params_.features.sev && (was_full || signal == arch::CompletionSignal::Sev))
        wake_event.fire();
    if (signal == arch::CompletionSignal::Irq)
        interrupt(MsiSource::CommandSync,
                  core::msi_of(arch::view<arch::Sync>(command), params_.features));
}

/// What an invalidation costs beside its command: more where all entries have to be looked at.
sc_core::sc_time Tcu::command_cost(const arch::Command& command) const {
    using arch::Opcode;
    switch (command[arch::Command::Op]) {
        case Opcode::CFGI_STE:
        case Opcode::CFGI_CD:
        case Opcode::CFGI_CD_ALL:
        case Opcode::TLBI_NH_VA:
        case Opcode::TLBI_NH_VAA:
        case Opcode::TLBI_EL2_VA:
        case Opcode::TLBI_EL2_VAA:
        case Opcode::TLBI_S2_IPA: return params_.cycles.invalidate * params_.clock;
        case Opcode::CFGI_STE_RANGE:
        case Opcode::TLBI_NH_ALL:
        case Opcode::TLBI_NH_ASID:
        case Opcode::TLBI_EL2_ALL:
        case Opcode::TLBI_EL2_ASID:
        case Opcode::TLBI_S12_VMALL:
        case Opcode::TLBI_NSNH_ALL: return params_.cycles.invalidate_all * params_.clock;
        case Opcode::PREFETCH_CONFIG:
        case Opcode::PREFETCH_ADDR:
        case Opcode::ATC_INV:
        case Opcode::PRI_RESP:
        case Opcode::RESUME:
        case Opcode::STALL_TERM:
        case Opcode::SYNC: break;
    }
    return sc_core::SC_ZERO_TIME;
}

void Tcu::fail_command(CommandError why) {
    if (registers_.raise_command_error(why, command_queue_) &&
        registers_.gerror_interrupt_enabled())
        interrupt(MsiSource::Gerror, registers_.gerror_msi());
}

/// CMD_SYNC waits for the transactions that used what earlier commands removed, for the logical end
/// of walks that run ahead in local time, and for the records of faults that clients have already
/// seen (4.7.3).  What comes later does not hold it up, nor does a stall; one without a record
/// starts anew, so that no record from before an invalidation appears after it.  False if an endpoint
/// did not answer an invalidation that this queue asked for.
bool Tcu::complete_sync() {
    while (invalidations_outstanding(command_queue_)) sc_core::wait(ats_done_);
    in_flight_.drain();
    if (latest_walk_end_ > sc_core::sc_time_stamp())
        sc_core::wait(latest_walk_end_ - sc_core::sc_time_stamp());
    for (const uint64_t last = latest_event_; events_outstanding(last);)
        sc_core::wait(events_written_);
    stalls_.retry_unrecorded();  // also one whose record was aborted just now
    return failed_invalidations_.erase(command_queue_) == 0;
}

bool Tcu::events_outstanding(uint64_t up_to) const {
    const auto is_covered = [&](const PendingEvent& e) { return e.number <= up_to; };
    return (writing_event_ != 0 && writing_event_ <= up_to) ||
           pending_events_.holds_any(is_covered);
}

// --- Events

void Tcu::event_thread() {
    for (;;) {
        events_written_.notify(sc_core::SC_ZERO_TIME);
        // Disabling drops what is not yet written (7.2.1); the records in memory stand.
        if (registers_.event_update_pending()) {
            if (registers_.event_queue_enabled()) pending_events_.clear();
            registers_.acknowledge_event_enable();
        }
        if (Stalls::Stall* const stall = stalls_.next_to_record();
            stall != nullptr && core::event_queue_has_room(registers_)) {
            write_record(stall->event, stall->number, stall);
            continue;
        }
        if (!pending_events_.is_due(event_work_)) continue;
        const PendingEvent next = pending_events_.take();
        write_record(next.event, next.number, nullptr);
    }
}

/// A stalled transaction counts as recorded from now on: software may answer as soon as it sees the
/// record.
void Tcu::write_record(const arch::Event& event, uint64_t number, Stalls::Stall* stall) {
    if (stall) stall->recorded = true;
    writing_event_ = number;
    const uint64_t reset_seen = resets_;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    Timeline time(delay);
    TimedMemory memory(table_port_, probes_, time);
    const Recorded recorded = core::record_event(registers_, event, memory);
    // Enables count as they are now, when PROD or GERROR shows it.
    const bool interrupts =
        (recorded == Recorded::FirstWritten && registers_.event_interrupt_enabled()) ||
        (recorded == Recorded::Aborted && registers_.gerror_interrupt_enabled());
    wait_for_record(delay, interrupts);
    writing_event_ = 0;
    if (reset_seen != resets_) return;

    if (!probes_.empty())
        probes_.tell(&Probe::event, Probe::Event{event, recorded, sc_core::sc_time_stamp()});
    if (interrupts && recorded == Recorded::FirstWritten)
        interrupt(MsiSource::EventQueue, registers_.event_msi());
    if (recorded != Recorded::Aborted) return;
    // Software never saw it: the stall waits for the next chance.
    if (stall && stall->number == number) stall->recorded = false;
    if (interrupts) interrupt(MsiSource::Gerror, registers_.gerror_msi());
}

}  // namespace smmu
