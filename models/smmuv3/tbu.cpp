// The hot path.  Everything that a micro TLB hit executes, while nobody watches, is in this file and in
// micro_tlb.h; beyond the page of the access before also in micro_tlb.cpp and core/set_associative.h.
// Here: no allocation, no virtual call but the two sockets, no report, no string, no wait().
#include "smmuv3/tbu.h"

namespace smmu {

void Tbu::b_transport(tlm::tlm_generic_payload& p, sc_core::sc_time& t) {
    auto* const stream = p.get_extension<StreamExtension>();
    if (!stream) return lend_identity(p, t);

    const uint64_t address = p.get_address();
    const uint64_t offset = address & (arch::page_bytes - 1);
    const auto* const hit = micro_.find(address, stream->in, p.get_command(), generation_);
    if (!hit || offset + p.get_data_length() > arch::page_bytes)
        return miss(p, t, *stream);                              // tbu_miss.cpp
    if (is_observed_) return observed_hit(p, t, *stream, *hit);  // there, too

    t += lookup_cost_;
    stream->out.state(hit->attributes);
    forward(p, t, hit->page | offset, hit->dmi);
}

/// A master without identity gets one for the way down.
void Tbu::lend_identity(tlm::tlm_generic_payload& p, sc_core::sc_time& t) {
    StreamExtension lent(default_identity_);
    p.set_extension(&lent);
    b_transport(p, t);
    p.clear_extension(&lent);
}

}  // namespace smmu
