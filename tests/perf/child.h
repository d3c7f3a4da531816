// Measures in a process of its own: the SystemC kernel can be used once in each.
#pragma once
#include "tests/perf/report.h"

namespace smmu::perf {

/// What `work` returns there.  A Broken that it throws is thrown here.
Results in_child(const std::function<Results()>& work);

}  // namespace smmu::perf
