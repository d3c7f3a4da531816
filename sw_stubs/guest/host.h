// The guest's side of the hypercalls.
#pragma once
#include <stdint.h>

#include "sw_stubs/guest/jobs.h"
#include "sw_stubs/vmm/hypercall.h"

namespace smmu::sw::guest {

/// What a finished job leaves for the host.
struct JobResult {
    uint64_t first = 0;
    uint64_t second = 0;
};

/// The next thing to do.
struct Order {
    Job job;
    uint64_t argument[4];
};
Order next_job(JobResult last);

/// Any call with any arguments; what the host says to it.  NextJob and Crash do not come back like this.
vmm::Answer call_host_with(uint64_t call, uint64_t a, uint64_t b);

}  // namespace smmu::sw::guest
