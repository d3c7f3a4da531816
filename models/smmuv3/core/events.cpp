// Which fields each event has.  Arm IHI 0070 G.b, 7.3.3 to 7.3.16.
#include "smmuv3/core/events.h"

namespace smmu::core {

using arch::Event;
using arch::EventId;

namespace {

Event of_stream(const Fault& fault, const Access& access) {
    return Event{}.set(Event::Id, fault.id).set(Event::StreamID, access.stream.value);
}

Event with_substream(Event e, const Access& access) {
    if (access.substream_valid)
        e.set(Event::SSV, true).set(Event::SubstreamID, access.substream.value);
    return e;
}

/// Of a Translated transaction direction and address alone.
Event of_translated(Event e, const Access& access) {
    return e.set(Event::RnW, !access.write).set(Event::InputAddr, access.address);
}

/// RnW, InD and PnU are the client's, also when the SMMU's own access met the fault.
Event with_access(Event e, const Access& access) {
    return with_substream(e, access)
        .set(Event::InputAddr, access.address)
        .set(Event::RnW, !access.write)
        .set(Event::InD, access.instruction && !access.write)
        .set(Event::PnU, access.privileged);
}

}  // namespace

Event event_record(const Fault& fault, const Access& access, unsigned output_address_bits) {
    const uint64_t physical = (uint64_t{1} << output_address_bits) - 1;
    const Event stream = of_stream(fault, access);
    switch (fault.id) {
        case EventId::C_BAD_STREAMID:
        case EventId::C_BAD_STE:
        case EventId::C_BAD_CD: return with_substream(stream, access);
        case EventId::C_BAD_SUBSTREAMID:  // has no SSV: the field is always valid
            return Event{stream}.set(Event::SubstreamID,
                                     access.substream_valid ? access.substream.value : 0);
        case EventId::F_TRANSL_FORBIDDEN: return of_translated(stream, access);
        case EventId::F_STREAM_DISABLED:
        case EventId::F_BAD_ATS_TREQ: break;  // what it has beside: bad_translation_request()
        case EventId::F_STE_FETCH:
        case EventId::F_CD_FETCH:
            return with_substream(stream, access)
                .set(Event::FetchAddr, fault.fetch_address & physical);
        case EventId::F_WALK_EABT:
            return with_access(stream, access)
                .set(Event::S2, fault.stage2)
                .set(Event::Class, fault.why)
                .set(Event::FetchAddr, fault.fetch_address & physical);
        case EventId::F_TRANSLATION:
        case EventId::F_ADDR_SIZE:
        case EventId::F_ACCESS:
        case EventId::F_PERMISSION:
            return with_access(stream, access)
                .set(Event::S2, fault.stage2)
                .set(Event::Class, fault.why)
                .set(Event::TTRnW, fault.table_read)
                .set(Event::IPA, fault.stage2 ? fault.ipa & physical : 0);
    }
    return stream;
}

Event bad_translation_request(const arch::TranslationRequest& request) {
    Event e = Event{}
                  .set(Event::Id, EventId::F_BAD_ATS_TREQ)
                  .set(Event::StreamID, request.stream.value)
                  .set(Event::Span, request.units & 0xF)
                  .set(Event::R, true)
                  .set(Event::W, !request.no_write)
                  .set(Event::InputAddr, request.address & ~uint64_t{0xFFF});
    if (request.substream_valid)
        e.set(Event::SSV, true)
            .set(Event::SubstreamID, request.substream.value)
            .set(Event::X, request.execute)
            .set(Event::Priv, request.privileged);
    return e;
}

}  // namespace smmu::core
