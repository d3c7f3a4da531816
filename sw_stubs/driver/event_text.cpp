// An event record as a line for people: only the fields that its format has are told.
#include "sw_stubs/driver/event_text.h"

namespace smmu::sw {
namespace {

using namespace arch;

/// The groups of formats of 7.3: all have the stream, the rest differs.
enum class Format : uint8_t { Configuration, Request, Fetch, Walk, Translation };

Format format(EventId id) {
    switch (id) {
        case EventId::C_BAD_STREAMID:
        case EventId::C_BAD_STE:
        case EventId::F_STREAM_DISABLED:
        case EventId::F_TRANSL_FORBIDDEN:
        case EventId::C_BAD_SUBSTREAMID:
        case EventId::C_BAD_CD: return Format::Configuration;
        case EventId::F_BAD_ATS_TREQ: return Format::Request;
        case EventId::F_STE_FETCH:
        case EventId::F_CD_FETCH: return Format::Fetch;
        case EventId::F_WALK_EABT: return Format::Walk;
        case EventId::F_TRANSLATION:
        case EventId::F_ADDR_SIZE:
        case EventId::F_ACCESS:
        case EventId::F_PERMISSION: return Format::Translation;
    }
    return Format::Configuration;
}

const char* name(FaultClass c) {
    switch (c) {
        case FaultClass::Cd: return "CD";
        case FaultClass::Tt: return "TT";
        case FaultClass::In: return "IN";
    }
    return "reserved";
}

void add_access(EventText& text, const Event& e) {
    text.add(e[Event::PnU] ? ": privileged " : ": unprivileged ");
    text.add(e[Event::InD] ? "instruction fetch" : e[Event::RnW] ? "read" : "write");
    text.add(" at ").hex(e[Event::InputAddr]);
    text.add(", stage ").add(e[Event::S2] ? '2' : '1');
    text.add(", class ").add(name(e[Event::Class]));
}

}  // namespace

const char* name(EventId id) {
    switch (id) {
        case EventId::C_BAD_STREAMID: return "C_BAD_STREAMID";
        case EventId::F_STE_FETCH: return "F_STE_FETCH";
        case EventId::C_BAD_STE: return "C_BAD_STE";
        case EventId::F_BAD_ATS_TREQ: return "F_BAD_ATS_TREQ";
        case EventId::F_STREAM_DISABLED: return "F_STREAM_DISABLED";
        case EventId::F_TRANSL_FORBIDDEN: return "F_TRANSL_FORBIDDEN";
        case EventId::C_BAD_SUBSTREAMID: return "C_BAD_SUBSTREAMID";
        case EventId::F_CD_FETCH: return "F_CD_FETCH";
        case EventId::C_BAD_CD: return "C_BAD_CD";
        case EventId::F_WALK_EABT: return "F_WALK_EABT";
        case EventId::F_TRANSLATION: return "F_TRANSLATION";
        case EventId::F_ADDR_SIZE: return "F_ADDR_SIZE";
        case EventId::F_ACCESS: return "F_ACCESS";
        case EventId::F_PERMISSION: return "F_PERMISSION";
    }
    return nullptr;
}

EventText describe(const Event& e) {
    EventText text;
    if (const char* known = name(e[Event::Id]))
        text.add(known);
    else
        text.add("event ").hex(static_cast<uint8_t>(e[Event::Id]));
    text.add(" StreamID ").hex(e[Event::StreamID]);
    if (e[Event::SSV]) text.add(" SubstreamID ").hex(e[Event::SubstreamID]);

    switch (format(e[Event::Id])) {
        case Format::Configuration: break;
        case Format::Request: text.add(": asked for ").hex(e[Event::InputAddr]); break;
        case Format::Fetch: text.add(", fetched from ").hex(e[Event::FetchAddr]); break;
        case Format::Walk:
            add_access(text, e);
            text.add(", fetched from ").hex(e[Event::FetchAddr]);
            break;
        case Format::Translation:
            add_access(text, e);
            if (e[Event::S2]) text.add(", IPA ").hex(e[Event::IPA]);
            if (e[Event::Stall]) text.add(", stalled with STAG ").hex(e[Event::STAG]);
            break;
    }
    return text;
}

}  // namespace smmu::sw
