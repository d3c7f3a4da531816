// One process's measurement: all wanted rows of one variant, against each other.
#pragma once
#include "tests/perf/groups.h"
#include "tests/perf/options.h"
#include "tests/perf/report.h"

namespace smmu::perf {

/// Uses the SystemC kernel, and so can be called once in a process.  A Broken says what is wrong.
Results run_bench(const Options& options, const Variant& variant);

}  // namespace smmu::perf
