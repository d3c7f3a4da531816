// In place of cpu.cpp where the simulator or the cross compiler for its loop is missing.
#include "tests/perf/groups.h"

namespace smmu::perf {

GroupPointer make_cpu() { return nullptr; }

}  // namespace smmu::perf
