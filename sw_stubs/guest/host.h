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

vmm::Answer attach_stage1(uint64_t stream, uint64_t ste_word0, uint64_t ste_word1);
vmm::Answer invalidate(uint64_t command_word0, uint64_t command_word1);

}  // namespace smmu::sw::guest
