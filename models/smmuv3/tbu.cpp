// The hot path.  Everything that a micro TLB hit executes, while nobody watches, is in this file, in
// micro_tlb.h and in core/set_associative.h.
// Here: no allocation, no virtual call but the two sockets, no report, no string, no wait().
#include "smmuv3/tbu.h"

namespace smmu {

void Tbu::b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t) {
    if (auto* const stream = p.get_extension<StreamExtension>()) return access(p, t, *stream);
    // A master without identity: lend it one for the way down.
    StreamExtension lent(default_identity_);
    p.set_extension(&lent);
    access(p, t, lent);
    p.clear_extension(&lent);
}

void Tbu::access(tlm::tlm_generic_payload& p, sc_core::sc_time& t, StreamExtension& stream) {
    const uint64_t address = p.get_address();
    const uint64_t offset = address & (arch::page_bytes - 1);
    const auto* const hit = micro_.find(address, stream.in, p.is_write(), generation_);
    if (!hit || offset + p.get_data_length() > arch::page_bytes ||
        p.get_command() == tlm::TLM_IGNORE_COMMAND)
        return miss(p, t, stream);  // tbu_miss.cpp

    micro_.use(*hit);
    if (is_observed()) return observed_hit(p, t, stream, *hit);
    t += lookup_cost_;
    stream.out = StreamOut{after_no_snoop(hit->outgoing, stream.in.no_snoop)};
    forward(p, t, hit->output | offset, hit->dmi && !several_requesters_);
}

/// Sends the same payload on, and gives it back as it was, but for data, response and the
/// out-fields.
/// `dmi`: memory's hint that a pointer may be asked for is true for the master too.
void Tbu::forward(tlm::tlm_generic_payload& p, sc_core::sc_time& t, uint64_t output, bool dmi) {
    const InFlight::Ticket ticket(in_flight_);
    const uint64_t input = p.get_address();
    p.set_address(output);
    memory_->b_transport(p, t);
    p.set_address(input);
    if (!dmi) p.set_dmi_allowed(false);
}

}  // namespace smmu
