// A guest that does anything at all, all by the numbers of a seed: to its SMMU, its tables and queues, its DMA engine,
// its interrupt controller and its host.  What it could spoil for itself alone, its own code, it leaves.
#pragma once
#include "sw_stubs/guest/device_space.h"
#include "sw_stubs/guest/host.h"

namespace smmu::sw::guest {

struct Mischief {
    uint64_t seed;
    uint64_t steps;
    uint64_t frame;  ///< the first of its engine
    arch::StreamId stream;
};
JobResult misbehave(const DeviceSpace& space, const Mischief& mischief);

}  // namespace smmu::sw::guest
