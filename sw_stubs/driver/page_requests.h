// The PRI queue, the driver's side.  Arm IHI 0070 G.b, 8.
//
// Requests are given to whoever may bring their pages in.  What nobody takes is told to the log, and
// the device is told no when the last of the group is there.
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

/// Empties the queue.  Sink: bool take(PageRequest), true if it is somebody's, who answers its group
/// (Stop Markers are offered too, and want no answer); log(PageRequest) for what nobody took: its
/// group gets ResponseFailure; lost() after an overflow.  Then a group of which no last request has
/// come has had the SMMU's own answer: nobody may wait for the rest of it (8.1.1).
template <class Sink>
void handle_page_requests(PageRequestQueue& queue, CommandQueue& commands, Sink& sink) {
    arch::PageRequest request{};
    while (queue.take(request)) {
        if (sink.take(request)) continue;
        if (request[arch::PageRequest::Last] && !is_stop_marker(request))
            commands.insert(respond(request, arch::PageResponse::ResponseFailure));
        sink.log(request);
    }
    if (queue.take_overflow()) sink.lost();
}

/// For a host that brings in nothing: log(request) for each.  True when requests were lost.
template <class Log>
bool refuse_page_requests(PageRequestQueue& queue, CommandQueue& commands, Log log) {
    struct Sink {
        Log& write;
        bool overflown = false;
        bool take(const arch::PageRequest&) { return false; }
        void log(const arch::PageRequest& request) { write(request); }
        void lost() { overflown = true; }
    } sink{log};
    handle_page_requests(queue, commands, sink);
    return sink.overflown;
}

}  // namespace smmu::sw
