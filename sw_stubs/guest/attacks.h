// What a hostile guest that knows its host well would try, one move at a time.
#pragma once
#include "sw_stubs/guest/device_space.h"
#include "sw_stubs/guest/host.h"

namespace smmu::sw::guest {

/// A copy within the page at `ipa`, by way of a stage 1 that leads there.
JobResult reach_beyond(DeviceSpace& space, uint64_t frame, uint64_t ipa);

/// A stage 2 that the guest would like to have.
struct Claim {
    arch::StreamId stream;
    uint64_t vmid;
    uint64_t table;
};
/// A copy under an STE that asks for both stages, with that stage 2.
JobResult claim_stage2(DeviceSpace& space, uint64_t frame, const Claim& claim);

/// Commands that name another's StreamID and VMID, and those that name nobody and mean everybody.
JobResult forget_others(DeviceSpace& space, arch::StreamId stream, uint16_t vmid);

}  // namespace smmu::sw::guest
