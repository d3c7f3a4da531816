// The PRI queue, the driver's side.  Arm IHI 0070 G.b, 8.
//
// No page is ever brought in: a group of requests is told to the log, and the device is told no when
// the last of the group is there.
#pragma once
#include "smmuv3/arch/ats.h"
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/regs.h"
#include "sw_stubs/driver/command_queue.h"
#include "sw_stubs/driver/input_queue.h"

namespace smmu::sw {

using PageRequestQueue =
    InputQueue<arch::PageRequest, arch::PriqBase, arch::PriqProd, arch::PriqCons>;

/// The answer to the group that `request` belongs to.
constexpr arch::Command respond(const arch::PageRequest& request, arch::PageResponse response) {
    using arch::PageRequest;
    using arch::PriResp;
    const bool with_pasid = request[PageRequest::SSV];
    return arch::view<arch::Command>(
        arch::command<PriResp>(arch::Opcode::PRI_RESP)
            .set(PriResp::SSV, with_pasid)
            .set(PriResp::SubstreamID, with_pasid ? request[PageRequest::SubstreamID] : 0)
            .set(PriResp::StreamID, request[PageRequest::StreamID])
            .set(PriResp::PRGIndex, request[PageRequest::PRGIndex])
            .set(PriResp::Resp, response));
}

/// Empties the queue: log(request) for each, and ResponseFailure for each group whose last request
/// came.  A group whose last request was lost to an overflow has had the SMMU's own answer.  Returns
/// true when requests were lost.
template <class Log>
bool refuse_page_requests(PageRequestQueue& queue, CommandQueue& commands, Log log) {
    arch::PageRequest request{};
    while (queue.take(request)) {
        log(request);
        if (request[arch::PageRequest::Last] && !is_stop_marker(request))
            commands.insert(respond(request, arch::PageResponse::ResponseFailure));
    }
    return queue.take_overflow();
}

}  // namespace smmu::sw
