// The same rows with other sizes of the main TLB, with more streams, and with a probe.
#pragma once
#include "tests/perf/options.h"
#include "tests/perf/report.h"

namespace smmu::perf {

/// One variant's results.
struct Column {
    Variant variant;
    Results results;
};
using Sweep = std::vector<Column>;

/// To be called before this process uses the SystemC kernel.
Sweep run_sweep(const Options& options);

void print(const Sweep& sweep);
/// The same as rows of one list, their names with what varies.
Results as_rows(const Sweep& sweep);

}  // namespace smmu::perf
