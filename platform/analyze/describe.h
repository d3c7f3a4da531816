// A workload in words.
#pragma once
#include <string>

#include "platform/analyze/scenario.h"

namespace smmu::platform::analyze {

/// "Random accesses of 64 B by 4 masters, each over 64 MiB; both stages, stage 1 in pages of 4 KiB, ..."
std::string describe(const Workload& workload, const Scenario& scenario);

}  // namespace smmu::platform::analyze
