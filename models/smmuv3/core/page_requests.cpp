// The PRI queue, its overflow, and automatic responses.  Arm IHI 0070 G.b, 8, 8.1, 8.2.
#include "smmuv3/core/page_requests.h"

#include "smmuv3/core/events.h"
#include "smmuv3/core/lookup.h"

namespace smmu::core {

using arch::PageRequest;
using arch::PrgResponse;
using arch::PrgStatus;

namespace {

/// Without a PASID there is no privilege and no execution; without substreams there is no PASID.
PageRequest normalised(PageRequest r, const Features& features) {
    if (features.substream_id_bits == 0) r.set(PageRequest::SSV, false);
    if (r[PageRequest::SSV]) return r;
    return r.set(PageRequest::SubstreamID, 0)
        .set(PageRequest::X, false)
        .set(PageRequest::Priv, false);
}

PrgResponse response_to(const PageRequest& r, PrgStatus status, bool with_pasid) {
    PrgResponse response;
    response.stream = {r[PageRequest::StreamID]};
    if (with_pasid) {
        response.substream = {r[PageRequest::SubstreamID]};
        response.substream_valid = true;
    }
    response.prg_index = r[PageRequest::PRGIndex];
    response.status = status;
    return response;
}

/// Nobody waits for an answer to a Stop Marker.
std::optional<PrgResponse> failure(const PageRequest& r) {
    if (is_stop_marker(r)) return std::nullopt;
    return response_to(r, PrgStatus::ResponseFailure, false);
}

/// STE.PPAR says whether the endpoint wants to see its PASID again; without an STE there is nobody
/// to ask.
PrgResponse as_ste_says(const PageRequest& r, const View& smmu, Memory& memory,
                        Recorder& recorder) {
    Access access;
    access.stream = {r[PageRequest::StreamID]};
    access.substream = {r[PageRequest::SubstreamID]};
    access.substream_valid = true;
    Lookup lookup(smmu, access, memory, recorder);
    if (lookup.find_stream())
        return response_to(r, PrgStatus::Success, lookup.config().pasid_in_responses);
    if (records_request_error(smmu, lookup.fault().id))
        recorder.event(event_record(lookup.fault(), access, smmu.features.output_address_bits));
    return response_to(r, PrgStatus::ResponseFailure, false);
}

/// A device that gave more requests than it has credits for may try again.
std::optional<PrgResponse> after_overflow(const PageRequest& r, const View& smmu, Memory& memory,
                                          Recorder& recorder) {
    if (!r[PageRequest::Last] || is_stop_marker(r)) return std::nullopt;
    const bool has_pasid = r[PageRequest::SSV];
    if (!has_pasid || smmu.features.pasid_in_responses)
        return response_to(r, PrgStatus::Success, has_pasid);
    return as_ste_says(r, smmu, memory, recorder);
}

}  // namespace

PageRequestOutcome record_page_request(RegisterFile& registers, const View& smmu,
                                       const PageRequest& request, Memory& memory,
                                       Recorder& recorder) {
    const PageRequest r = normalised(request, smmu.features);
    PageRequestRegisters& priq = registers.page_requests();
    const bool last = r[PageRequest::Last];
    if (!registers.page_request_queue_enabled() || registers.page_request_abort_active())
        return {Recorded::Lost, false, failure(r)};
    if (priq.is_overflown() || priq.queue().full()) {
        priq.overflow();
        return {Recorded::Overflow, priq.interrupts_for_last() && last,
                after_overflow(r, smmu, memory, recorder)};
    }

    const arch::QueueState queue = priq.queue();
    MemoryAccess access;
    access.purpose = Purpose::PageRequestQueue;
    access.address =
        queue.base + uint64_t{queue.prod.slot(queue.log2size)} * arch::page_request_bytes;
    access.size = arch::page_request_bytes;
    access.attributes = registers.page_request_attributes();
    const bool written = memory.write(access, r.word).done();
    // The queue is disabled only after the write, but for a reset: then there is nothing left to tell.
    if (!registers.page_request_queue_open()) return {};
    if (!written) {
        registers.raise_page_request_abort();
        return {Recorded::Aborted, false, failure(r)};
    }
    // Software may have taken the other records meanwhile, and now wait for the interrupt.
    const bool first = priq.queue().empty();
    priq.set_prod(queue.prod.next(queue.log2size));
    return {first ? Recorded::FirstWritten : Recorded::Written,
            priq.interrupts_for_last() ? last : first, std::nullopt};
}

}  // namespace smmu::core
