// What becomes of the records of the Event queue: a stalled access is somebody's to resolve, a fault
// of a guest's stage 1 is the guest's to hear of, the rest is for the log.  Arm IHI 0070 G.b, 3.12.2,
// 4.7.1, 7.3.
#pragma once
#include "sw_stubs/driver/commands.h"
#include "sw_stubs/driver/event_queue.h"
#include "sw_stubs/driver/smmu.h"

namespace smmu::sw {

/// Faults that have a Stall bit (7.3.13 to 7.3.16).
constexpr arch::EventId translation_faults[] = {arch::EventId::F_TRANSLATION,
                                                arch::EventId::F_ADDR_SIZE, arch::EventId::F_ACCESS,
                                                arch::EventId::F_PERMISSION};
/// Other events that a guest's own tables can cause.
constexpr arch::EventId guest_configuration_faults[] = {
    arch::EventId::C_BAD_STE, arch::EventId::F_STREAM_DISABLED, arch::EventId::C_BAD_SUBSTREAMID,
    arch::EventId::C_BAD_CD};

template <unsigned N>
constexpr bool is_one_of(arch::EventId id, const arch::EventId (&list)[N]) {
    for (const arch::EventId each : list)
        if (each == id) return true;
    return false;
}

constexpr bool is_stalled(const arch::Event& e) {
    return is_one_of(e[arch::Event::Id], translation_faults) && e[arch::Event::Stall];
}

/// May the guest whose stage 1 it is be told?  It is no stall, stage 2 had no part in it, and it is
/// an event that a guest's own tables can cause.
constexpr bool is_guests(const arch::Event& e) {
    const arch::EventId id = e[arch::Event::Id];
    if (e[arch::Event::Stall] || e[arch::Event::S2]) return false;
    return is_one_of(id, translation_faults) || is_one_of(id, guest_configuration_faults);
}

/// The same record as the guest knows the device.
constexpr arch::Event for_guest(arch::Event event, uint32_t virtual_stream) {
    return event.set(arch::Event::StreamID, virtual_stream);
}

/// An access that waits for software.
struct StalledAccess {
    arch::StreamId stream{0};
    uint16_t stag = 0;  ///< what the answer must name
    bool with_pasid = false;
    uint32_t pasid = 0;
    uint64_t address = 0;
    bool read = false, write = false, execute = false, privileged = false;
};

constexpr StalledAccess stalled_access(const arch::Event& e) {
    using arch::Event;
    StalledAccess a;
    a.stream = {e[Event::StreamID]};
    a.stag = e[Event::STAG];
    a.with_pasid = e[Event::SSV];
    a.pasid = e[Event::SSV] ? e[Event::SubstreamID] : 0;
    a.address = e[Event::InputAddr];
    a.execute = e[Event::InD];
    a.read = e[Event::RnW];
    a.write = !e[Event::RnW];
    a.privileged = e[Event::PnU];
    return a;
}

/// Lets the access try again, or ends it.  No CMD_SYNC: nobody waits for it.
inline bool resume(Smmu& smmu, const StalledAccess& access, commands::Resumption how) {
    return smmu.commands().insert(commands::resume(access.stream, access.stag, how));
}

/// Empties the Event queue.  Sink: bool take(Event), true if it is somebody's, who answers it if it
/// is a stall; log(Event) for what nobody took; lost() after an overflow.  A stalled access that
/// nobody takes is aborted: it would wait for ever.
template <class Sink>
void handle_events(Smmu& smmu, Sink& sink) {
    arch::Event event{};
    while (smmu.events().take(event)) {
        if (sink.take(event)) continue;
        if (is_stalled(event)) resume(smmu, stalled_access(event), commands::Resumption::Abort);
        sink.log(event);
    }
    if (smmu.events().take_overflow()) sink.lost();
}

}  // namespace smmu::sw
