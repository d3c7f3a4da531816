// The Event queue of a guest, and its accesses that wait.  Arm IHI 0070 G.b, 3.12.2, 4.7, 7.2, 7.4.
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::vmm {

using namespace arch;

namespace {

/// What waits at the guest was reported as a translation fault, whatever kind of fault it was: all
/// kinds are resolved in the same way.
Event stall_record(const iommu_api::PageFault& fault, uint32_t stream, uint16_t stag) {
    const bool with_pasid = (fault.flags & iommu_api::fault_pasid_valid) != 0;
    return Event{}
        .set(Event::Id, EventId::F_TRANSLATION)
        .set(Event::SSV, with_pasid)
        .set(Event::SubstreamID, with_pasid ? fault.pasid : 0)
        .set(Event::StreamID, stream)
        .set(Event::STAG, stag)
        .set(Event::Stall, true)
        .set(Event::PnU, (fault.perm & iommu_api::fault_priv) != 0)
        .set(Event::InD, (fault.perm & iommu_api::fault_exec) != 0)
        .set(Event::RnW, (fault.perm & iommu_api::fault_write) == 0)
        .set(Event::Class, FaultClass::In)
        .set(Event::InputAddr, fault.addr);
}

}  // namespace

void VirtualSmmu::deliver() {
    Event event{};
    bool lost = false;
    bool more = true;
    while (more) {
        more = iommu_->next_event(event, lost);
        // The host had no room for them: to the guest it is as if its own queue had had none.
        if (lost && registers_.takes_events()) registers_.overflow_events();
        if (more) record(event);
    }
    if (!registers_.smmu_enabled()) return end_all_stalls();
    take_faults();
    record_stalls();
}

/// Discarded where the queue does not take it; a full queue shows that.
void VirtualSmmu::record(const Event& event) {
    if (!registers_.takes_events()) return;
    if (registers_.event_queue().full())
        registers_.overflow_events();
    else
        put_event(event);
}

/// The queue has room.
bool VirtualSmmu::put_event(const Event& event) {
    const QueueState queue = registers_.event_queue();
    const uint64_t at = queue.base + uint64_t{queue.prod.slot(queue.log2size)} * event_bytes;
    if (!memory_->write(at, event.word, sizeof event)) {
        if (registers_.raise_event_abort()) interrupt(InterruptSource::Gerror);
        return false;
    }
    registers_.produce_event();
    if (queue.empty() && registers_.event_interrupt()) interrupt(InterruptSource::EventQueue);
    return true;
}

void VirtualSmmu::take_faults() {
    iommu_api::PageFault list[iommu_api::most_faults];
    const unsigned count = iommu_->next_faults(list);
    for (unsigned i = 0; i < count; ++i)
        if ((list[i].flags & iommu_api::fault_page_request) != 0)
            take_page_request(list[i]);
        else
            take_stall(list[i]);
}

/// There are as many places as faults that can wait at the host.  Who had its cookie before waits no
/// more.
void VirtualSmmu::take_stall(const iommu_api::PageFault& fault) {
    const uint32_t stream = iommu_->virtual_stream_of(fault);
    for (Stall& s : stalls_)
        if (s.cookie == fault.cookie) s = {};
    for (Stall& place : stalls_) {
        if (place.cookie != 0) continue;
        const uint16_t stag = next_stag_++;
        place = {fault.cookie, stream, stag, false, stall_record(fault, stream, stag)};
        return;
    }
    iommu_->answer_fault(fault.cookie, false);
}

/// They are not discarded: they wait until the queue takes them.
void VirtualSmmu::record_stalls() {
    for (Stall& s : stalls_) {
        if (s.cookie == 0 || s.recorded) continue;
        if (!registers_.takes_events() || registers_.event_queue().full()) return;
        s.recorded = put_event(s.event);
    }
}

template <class Match>
void VirtualSmmu::end_stalls(bool retry, Match match) {
    for (Stall& s : stalls_) {
        if (s.cookie == 0 || !match(s)) continue;
        iommu_->answer_fault(s.cookie, retry);
        s = {};
    }
}

/// What names nothing that waits has no effect.
CommandError VirtualSmmu::resume(const Command& command) {
    constexpr uint8_t terminate_only = 1;
    if (Idr0{{{registers_.id().idr[0]}}}[Idr0::STALL_MODEL] == terminate_only)
        return CommandError::Illegal;
    flush();
    take_faults();
    if (command[Command::Op] == Opcode::STALL_TERM) {
        const uint32_t stream = view<StallTerm>(command)[StallTerm::StreamID];
        end_stalls(false, [&](const Stall& s) { return s.stream == stream; });
        return CommandError::None;
    }
    const auto v = view<Resume>(command);
    end_stalls(v[Resume::Ac], [&](const Stall& s) {
        return s.recorded && s.stream == v[Resume::StreamID] && s.stag == v[Resume::STAG];
    });
    return CommandError::None;
}

/// Their stream has another table: the host has ended them, and answered page requests.
void VirtualSmmu::drop_faults(uint32_t stream) {
    for (Stall& s : stalls_)
        if (s.stream == stream) s = {};
    for (PageGroup& g : groups_)
        if (g.stream == stream) g = {};
}

/// SMMUEN is 0: nothing waits any more, nor what the host hears of later (6.3.9).
void VirtualSmmu::end_all_stalls() {
    take_faults();
    end_stalls(false, [](const Stall&) { return true; });
}

}  // namespace smmu::sw::vmm
