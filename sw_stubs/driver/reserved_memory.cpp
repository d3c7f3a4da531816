// Bypass STEs for streams that firmware left running.
#include "sw_stubs/driver/reserved_memory.h"

#include "sw_stubs/driver/ste.h"

namespace smmu::sw {

BypassResult bypass_reserved_streams(Smmu& smmu, StreamSpan span) {
    BypassResult result;
    for (uint64_t stream = span.first; stream <= span.last; ++stream) {
        const arch::StreamId id{static_cast<uint32_t>(stream)};
        if (!smmu.has_stream(id)) {
            result.beyond_table = uint64_t{span.last} - stream + 1;
            break;
        }
        if (smmu.set_stream(id, bypass_ste()) != Status::Done) {
            result.status = Status::OutOfMemory;
            break;
        }
        ++result.bypassed;
    }
    return result;
}

}  // namespace smmu::sw
