// Pages that the guest's devices ask for: PRI, the guest's side.
#include "sw_stubs/guest/device_space.h"

namespace smmu::sw::guest {

using arch::PageRequest;
using arch::PageResponse;

void DeviceSpace::on_page_request(void* self) {
    auto& space = *static_cast<DeviceSpace*>(self);
    handle_page_requests(space.smmu_.page_requests(), space.smmu_.commands(), space);
}

/// One page can be brought in: the one that the guest itself took away.
bool DeviceSpace::take(const PageRequest& request) {
    if (is_stop_marker(request)) return true;
    ++pages_asked_;
    request_ = request;
    const bool there = absent_ == Absent::BroughtIn && request[PageRequest::Address] == word_iova &&
                       map(word_iova, buffer_ipa(word_page));
    if (request[PageRequest::Last])
        smmu_.commands().insert(
            respond(request, there ? PageResponse::Success : PageResponse::InvalidRequest));
    return true;
}

}  // namespace smmu::sw::guest
