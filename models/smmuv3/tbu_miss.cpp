// The cold path of a TBU: ask the TCU, fill, fault, split.
#include <algorithm>
#include <vector>

#include "smmuv3/split.h"
#include "smmuv3/tbu_journey.h"
#include "smmuv3/tbu_pipeline.h"
#include "smmuv3/termination.h"
#include "tlm_sockets/atomic_extension.h"

namespace smmu {

using Action = core::Outcome::Action;

namespace {
constexpr bool always = true;
}

Tbu::Tbu(Tcu& tcu, const Params& params, unsigned index)
    : tcu_(tcu),
      probes_(tcu.probes()),
      generation_(tcu.generation()),
      in_flight_(tcu.in_flight()),
      micro_(params.micro_tlb),
      lookup_cost_(params.cycles.micro_tlb * params.clock),
      index_(index),
      wires_(params.mem_bytes_per_cycle, params.clock),
      is_observed_(wires_.is_limited() ? always : probes_.is_watched()),
      dmi_(params.dmi) {
    tcu_.add_user(*this);
    add_pipeline(params);
    if (index < params.default_stream_ids.size())
        default_identity_.stream = arch::StreamId{params.default_stream_ids[index]};
}

/// A hit of which somebody wants to know, or that may have to wait for the wires.
void Tbu::observed_hit(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream,
                       const MicroTlb::Answer& hit) {
    const MicroTlb::Answer answer = hit;
    const uint64_t output = answer.page | (p.get_address() & (arch::page_bytes - 1));
    Journey journey(t, probes_);
    journey.forwarded = true;
    journey.time.spend(Part::Lookup, lookup_cost_);
    if (!probes_.empty()) {
        journey.id = tcu_.next_transaction();
        tell_hit(stream.in, p.get_address(), output, p.is_write(), journey.time.now());
    }
    stream.out = StreamOut{answer.attributes};
    stream.out.trace_key = journey.id;
    wires_.wait_for_turn(p.get_data_length(), journey.time);
    journey.time.spend_in(Part::Memory,
                          [&](sc_core::sc_time& delay) { forward(p, delay, output, answer.dmi); });
    if (journey.id != 0) tell_transaction(p, stream.in, journey);
}

void Tbu::miss(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream) {
    p.set_dmi_allowed(false);
    if (!is_supported(stream.in, tcu_.features()))
        return p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);

    if (!only_requester_ || !is_same(stream.in, latest_requester_)) note_requester(stream.in);
    // An atomic would have to be checked as a read and a write (13.1.1): not supported from devices.
    if (p.get_extension<AtomicExtension>())
        return p.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    Journey journey(t, probes_);
    if (!probes_.empty()) journey.id = tcu_.next_transaction();
    miss(p, stream, journey);
    if (journey.id != 0) tell_transaction(p, stream.in, journey);
}

void Tbu::miss(tlm::tlm_generic_payload& p, StreamExtension& stream, Journey& journey) {
    InFlight::Ticket ticket(in_flight_);
    if (!is_one_piece(p, arch::page_bytes)) return split(p, stream, journey, ticket);
    Tcu::Answer answer;
    if (p.get_command() != tlm::TLM_IGNORE_COMMAND)  // else nobody looked
        ask_tcu(stream.in, p.get_address(), p.is_write(), journey, ticket, answer);
    else
        translate(stream.in, p.get_address(), p.is_write(), journey, ticket, answer);
    const core::Outcome& outcome = answer.outcome;
    if (outcome.action != Action::Forward) return terminate(p, outcome);
    journey.forwarded = true;
    stream.out = StreamOut{after_no_snoop(outcome.attributes, stream.in.no_snoop)};
    stream.out.trace_key = journey.id;
    wires_.wait_for_turn(p.get_data_length(), journey.time);
    journey.time.spend_in(Part::Memory, [&](sc_core::sc_time& delay) {
        forward(p, delay, outcome.address, may_grant(stream.in));
    });
}

/// All pieces are translated before the first is sent: if one faults, nothing is.  A stall of one of
/// them makes those before it void, where something was invalidated meanwhile.
void Tbu::split(tlm::tlm_generic_payload& p, StreamExtension& stream, Journey& journey,
                InFlight::Ticket& ticket) {
    std::vector<Piece> pieces = cut(p, arch::page_bytes);
    for (bool again = true; again;) {
        const uint64_t began = generation_;
        const unsigned stalls = ticket.stalls();
        for (Piece& piece : pieces) {
            Tcu::Answer answer;
            translate(stream.in, piece.address, p.is_write(), journey, ticket, answer);
            const core::Outcome& outcome = answer.outcome;
            if (outcome.action != Action::Forward) return terminate(p, outcome);
            piece.output = outcome.address;
            piece.attributes = after_no_snoop(outcome.attributes, stream.in.no_snoop);
        }
        again = ticket.stalls() != stalls && generation_ != began;
    }
    journey.forwarded = true;
    stream.out = StreamOut{pieces.front().attributes};
    stream.out.trace_key = journey.id;
    wires_.wait_for_turn(p.get_data_length(), journey.time);
    journey.time.spend_in(Part::Memory, [&](sc_core::sc_time& delay) {
        if (is_one_run(pieces))
            forward(p, delay, pieces.front().output, false);
        else
            send_pieces(p, delay, pieces, *memory_);
    });
}

void Tbu::translate(const StreamIn& in, uint64_t address, bool write, Journey& journey,
                    InFlight::Ticket& ticket, Tcu::Answer& answer) {
    const uint64_t offset = address & (arch::page_bytes - 1);
    const auto* const hit = micro_.find(address, in, write, generation_);
    if (!hit) return ask_tcu(in, address, write, journey, ticket, answer);
    journey.time.spend(Part::Lookup, lookup_cost_);
    if (!probes_.empty()) tell_hit(in, address, hit->page | offset, write, journey.time.now());
    answer.outcome.action = Action::Forward;
    answer.outcome.address = hit->page | offset;
    answer.outcome.attributes = hit->attributes;
}

/// What the micro TLB does not know, and gets to know.
inline void Tbu::ask_tcu(const StreamIn& in, uint64_t address, bool write, Journey& journey,
                         InFlight::Ticket& ticket, Tcu::Answer& answer) {
    journey.time.spend(Part::Lookup, lookup_cost_);
    tcu_.translate(access_of(in, address, write), index_, journey.time, ticket, answer);
    journey.by = std::max(journey.by, answer.by);
    journey.fetches += answer.fetches;
    if (answer.outcome.action == Action::Forward) keep(in, address, write, answer);
}

void Tbu::tell_hit(const StreamIn& in, uint64_t address, uint64_t output, bool write,
                   const sc_core::sc_time& when) const {
    probes_.tell(&Probe::hit, Probe::Hit{index_, in.stream, address, output, write, when,
                                         in.address_type == AddressType::Translated});
}

void Tbu::tell_transaction(const tlm::tlm_generic_payload& p, const StreamIn& in,
                           const Journey& journey) const {
    probes_.tell(
        &Probe::transaction,
        Probe::Transaction{journey.id, index_, in.stream, p.get_address(), p.get_data_length(),
                           p.is_write(), journey.forwarded, journey.by, journey.time.parts(),
                           journey.fetches, journey.begin, journey.time.now()});
}

// --- Debug

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

}  // namespace smmu
