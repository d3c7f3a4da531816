// Page requests of an endpoint: credits, groups, responses, Stop Markers.  translate() waits here.
//
// PCI Express Base 5.0, 10.4.  Each request is a group of its own, with Last.
#include <iterator>

#include "pcie/ats_endpoint.h"

namespace smmu {

using arch::PageRequest;
using arch::PrgStatus;

namespace {

constexpr unsigned indexes = 1u << 9;  // of page request groups

PageRequest request_of(const AtcOwner& owner, uint64_t address, AtcNeed need, uint16_t index) {
    return PageRequest{}
        .set(PageRequest::StreamID, owner.requester.value)
        .set(PageRequest::SubstreamID, owner.pasid_valid ? owner.pasid.value : 0)
        .set(PageRequest::SSV, owner.pasid_valid)
        .set(PageRequest::Priv, owner.privileged)
        .set(PageRequest::X, need == AtcNeed::Execute)
        .set(PageRequest::R, need != AtcNeed::Write)
        .set(PageRequest::W, need == AtcNeed::Write)
        .set(PageRequest::Last, true)
        .set(PageRequest::PRGIndex, index)
        .set(PageRequest::Address, address & ~uint64_t{0xFFF});
}

PageRequest stop_marker(uint32_t requester, uint32_t pasid) {
    return PageRequest{}
        .set(PageRequest::StreamID, requester)
        .set(PageRequest::SubstreamID, pasid)
        .set(PageRequest::SSV, true)
        .set(PageRequest::Last, true);
}

}  // namespace

/// False: page requests have been switched off meanwhile.
bool AtsEndpoint::wait_for_credit() {
    while (function_.page_requests_enabled() &&
           (page_waits_.size() >= function_.page_request_allocation() ||
            page_waits_.size() == indexes)) {
        if (function_.page_request_allocation() == 0) return false;  // nobody gives one back
        sc_core::wait(credit_);
    }
    return function_.page_requests_enabled();
}

/// One that no request has; there is one, or there would be no credit.
uint16_t AtsEndpoint::free_index() {
    uint16_t index = 0;
    do {
        index = static_cast<uint16_t>(next_index_++ % indexes);
    } while (page_waits_.count(index) != 0);
    return index;
}

/// True: the host says that the page is there now.
bool AtsEndpoint::request_page(const AtcOwner& owner, uint64_t address, AtcNeed need,
                               sc_core::sc_time& delay) {
    sc_core::wait(delay);
    delay = sc_core::SC_ZERO_TIME;
    if (!wait_for_credit()) return false;

    const uint16_t index = free_index();
    PageWait self{owner.requester, std::nullopt, {}};
    page_waits_[index] = &self;
    function_.set_page_requests_outstanding(page_waits_.size());
    if (owner.pasid_valid) pasids_with_requests_.insert({owner.requester.value, owner.pasid.value});

    AtsExtension message(AtsMessage::PageRequest);
    message.page = request_of(owner, address, need, index);
    if (send(message, delay)) {
        while (!self.status) sc_core::wait(self.answered);
    } else if (!self.status) {
        page_waits_.erase(index);
        function_.set_page_requests_outstanding(page_waits_.size());
        credit_.notify(sc_core::SC_ZERO_TIME);
    }
    return self.status == PrgStatus::Success;
}

/// Any status but the two known ones counts as a failure.  After one the host has nothing more to say
/// until page requests are enabled anew.
void AtsEndpoint::respond(const arch::PrgResponse& response) {
    const auto found = page_waits_.find(response.prg_index);
    if (found == page_waits_.end() || found->second->requester.value != response.stream.value)
        return function_.unexpected_response();
    const bool done =
        response.status == PrgStatus::Success || response.status == PrgStatus::InvalidRequest;
    if (!done) {
        function_.response_failed();
        return end_page_requests();
    }
    PageWait& waiting = *found->second;
    page_waits_.erase(found);
    function_.set_page_requests_outstanding(page_waits_.size());
    waiting.status = response.status;
    waiting.answered.notify(sc_core::SC_ZERO_TIME);
    credit_.notify(sc_core::SC_ZERO_TIME);
}

void AtsEndpoint::end_page_requests() {
    for (const auto& [index, waiting] : page_waits_) {
        waiting->status = PrgStatus::ResponseFailure;
        waiting->answered.notify(sc_core::SC_ZERO_TIME);
    }
    page_waits_.clear();
    function_.set_page_requests_outstanding(0);
    credit_.notify(sc_core::SC_ZERO_TIME);
}

// --- Stop Markers

void AtsEndpoint::stop(arch::StreamId requester, arch::SubstreamId pasid) {
    atc_.invalidate({requester, pasid, true, false, 0, ~uint64_t{0}});
    if (pasids_with_requests_.erase({requester.value, pasid.value}) == 0) return;
    stopped_.push_back({requester.value, pasid.value});
    stop_work_.notify(sc_core::SC_ZERO_TIME);
}

void AtsEndpoint::send_stop_markers() {
    for (;;) {
        while (stopped_.empty()) sc_core::wait(stop_work_);
        const Pasid next = stopped_.front();
        stopped_.pop_front();
        if (!function_.page_requests_enabled()) continue;
        AtsExtension message(AtsMessage::PageRequest);
        message.page = stop_marker(next.first, next.second);
        sc_core::sc_time delay;
        send(message, delay);
        sc_core::wait(delay);
    }
}

}  // namespace smmu
