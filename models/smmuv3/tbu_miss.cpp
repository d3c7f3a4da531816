// The cold path of a TBU: ask the TCU, fill, fault, split.
#include <algorithm>
#include <vector>

#include "smmuv3/split.h"
#include "smmuv3/tbu.h"
#include "tlm_sockets/atomic_extension.h"

namespace smmu {

using Action = core::Outcome::Action;

namespace {

/// How a terminated access shows to a TLM master; tlm_sockets/README.md has the table.
tlm::tlm_response_status response_to(arch::EventId why) {
    using arch::EventId;
    switch (why) {
        case EventId::F_TRANSLATION:
        case EventId::F_ADDR_SIZE:
        case EventId::C_BAD_STREAMID: return tlm::TLM_ADDRESS_ERROR_RESPONSE;
        case EventId::F_PERMISSION: return tlm::TLM_COMMAND_ERROR_RESPONSE;
        case EventId::F_STE_FETCH:
        case EventId::C_BAD_STE:
        case EventId::F_BAD_ATS_TREQ:
        case EventId::F_STREAM_DISABLED:
        case EventId::F_TRANSL_FORBIDDEN:
        case EventId::C_BAD_SUBSTREAMID:
        case EventId::F_CD_FETCH:
        case EventId::C_BAD_CD:
        case EventId::F_WALK_EABT:
        case EventId::F_ACCESS: break;
    }
    return tlm::TLM_GENERIC_ERROR_RESPONSE;
}

void read_as_zero(tlm::tlm_generic_payload& p) {
    const unsigned char* const enables = p.get_byte_enable_ptr();
    for (unsigned i = 0; i < p.get_data_length(); ++i)
        if (!enables || enables[i % p.get_byte_enable_length()]) p.get_data_ptr()[i] = 0;
}

void terminate(tlm::tlm_generic_payload& p, const core::Outcome& outcome) {
    if (outcome.action == Action::RazWi) {
        if (p.is_read()) read_as_zero(p);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    } else {
        p.set_response_status(response_to(outcome.event));
    }
}

}  // namespace

Tbu::Tbu(Tcu& tcu, const Params& params, unsigned index)
    : tcu_(tcu),
      probes_(tcu.probes()),
      generation_(tcu.generation()),
      in_flight_(tcu.in_flight()),
      micro_(params.micro_tlb_entries),
      hit_latency_(params.hit_cycles * params.clock),
      index_(index),
      dmi_(params.dmi) {
    tcu_.add_user(*this);
    if (index < params.default_stream_ids.size())
        default_identity_.stream = arch::StreamId{params.default_stream_ids[index]};
}

void Tbu::miss(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream) {
    p.set_dmi_allowed(false);
    if (!is_supported(stream.in, tcu_.features()))
        return p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);

    note_requester(stream.in);
    InFlight::Ticket ticket(in_flight_);
    // An atomic would have to be checked as a read and a write (13.1.1): not supported from devices.
    if (p.get_extension<AtomicExtension>())
        return p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    if (is_one_piece(p, arch::page_bytes)) {
        const core::Outcome outcome =
            translate(stream.in, p.get_address(), p.is_write(), t, ticket);
        if (outcome.action != Action::Forward) return terminate(p, outcome);
        stream.out = StreamOut{after_no_snoop(outcome.attributes, stream.in.no_snoop)};
        return forward(p, t, outcome.address, may_grant(stream.in));
    }
    split(p, t, stream, ticket);
}

/// All pieces are translated before the first is sent: if one faults, nothing is.  A stall of one of
/// them makes those before it void, where something was invalidated meanwhile.
void Tbu::split(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream,
                InFlight::Ticket& ticket) {
    std::vector<Piece> pieces = cut(p, arch::page_bytes);
    for (bool again = true; again;) {
        const uint64_t began = generation_;
        const unsigned stalls = ticket.stalls();
        for (Piece& piece : pieces) {
            const core::Outcome outcome =
                translate(stream.in, piece.address, p.is_write(), t, ticket);
            if (outcome.action != Action::Forward) return terminate(p, outcome);
            piece.output = outcome.address;
            piece.attributes = after_no_snoop(outcome.attributes, stream.in.no_snoop);
        }
        again = ticket.stalls() != stalls && generation_ != began;
    }
    stream.out = StreamOut{pieces.front().attributes};
    if (is_one_run(pieces)) return forward(p, t, pieces.front().output, false);
    send_pieces(p, t, pieces, *memory_);
}

core::Outcome Tbu::translate(const StreamIn& in, uint64_t address, bool write, sc_core::sc_time& t,
                             InFlight::Ticket& ticket) {
    const uint64_t offset = address & (arch::page_bytes - 1);
    if (const auto* hit = micro_.find(address, in, write, generation_)) {
        t += hit_latency_;
        if (!probes_.empty()) tell_hit(in, address, hit->output | offset, write, t);
        core::Outcome o;
        o.action = Action::Forward;
        o.address = hit->output | offset;
        o.attributes = hit->outgoing;
        return o;
    }

    const auto [o, generation] = tcu_.translate(access_of(in, address, write), index_, t, ticket);
    // An invalidation during the walk makes the answer good for this access only.
    if (o.action == Action::Forward && generation == generation_) {
        MicroTlb::Entry e;
        e.page = address >> arch::page_shift;
        e.who = MicroTlb::identity(in, write);
        e.output = o.address & ~(arch::page_bytes - 1);
        e.generation = generation;
        e.incoming = in.attributes;
        e.outgoing = o.attributes;
        e.reads = o.reads;
        e.writes = o.writes;
        e.dmi = may_grant(in);
        micro_.fill(e, in);
    }
    return o;
}

void Tbu::tell_hit(const StreamIn& in, uint64_t address, uint64_t output, bool write,
                   const sc_core::sc_time& t) const {
    probes_.tell(&Probe::hit, Probe::Hit{index_, in.stream, address, output, write,
                                         sc_core::sc_time_stamp() + t});
}

// --- Debug, and what is not built

/// Bytes up to the first that does not translate; nothing is left behind.
unsigned Tbu::transport_dbg(tlm::tlm_generic_payload& p) {
    const auto* const stream = p.get_extension<StreamExtension>();
    const StreamIn& in = stream ? stream->in : default_identity_;
    if (!is_supported(in, tcu_.features())) return 0;
    const uint64_t input = p.get_address();
    unsigned char* const data = p.get_data_ptr();
    const unsigned length = p.get_data_length();
    unsigned done = 0;
    while (done < length) {
        const uint64_t address = input + done;
        const auto left_in_page =
            static_cast<unsigned>(arch::page_bytes - (address & (arch::page_bytes - 1)));
        const unsigned size = std::min(length - done, left_in_page);
        const core::Outcome o = tcu_.peek(access_of(in, address, p.is_write()));
        if (o.action != Action::Forward) break;
        p.set_address(o.address);
        p.set_data_ptr(data + done);
        p.set_data_length(size);
        const unsigned moved = memory_->transport_dbg(p);
        done += moved;
        if (moved != size) break;
    }
    p.set_address(input);
    p.set_data_ptr(data);
    p.set_data_length(length);
    return done;
}

tlm::tlm_sync_enum Tbu::Upstream::nb_transport_fw(tlm::tlm_generic_payload& p, tlm::tlm_phase&,
                                                  sc_core::sc_time&) {
    SC_REPORT_ERROR("/smmu/tbu", "nb_transport is not built: let the master use b_transport");
    p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
}

}  // namespace smmu
