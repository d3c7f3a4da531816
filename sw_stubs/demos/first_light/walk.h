// Counting what one job makes the SMMU do, by the platform's probe window.
#pragma once
#include "boards/probe_window.h"
#include "sw_stubs/demos/first_light/machine.h"

namespace smmu::sw::demo {

struct Counts {
    uint64_t value[virt::probe::counters];
    uint64_t operator[](virt::probe::Counter c) const { return value[static_cast<unsigned>(c)]; }
};

/// What it takes to let the guest copy by DMA: CopyWord or CopyPages.
Counts count_a_copy(Report& report, Machine& machine, guest::Job copy, JobEnd& end);

/// The SMMU's caches are empty after it.  False if it does not say so.
bool forget_everything(Machine& machine);

}  // namespace smmu::sw::demo
