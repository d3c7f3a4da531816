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

}  // namespace smmu::sw::guest
