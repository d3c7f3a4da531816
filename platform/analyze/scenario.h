// Everything of one analysis that is there before time begins: who accesses what, and the tables.
#pragma once
#include "platform/analyze/tables.h"
#include "platform/analyze/trace_csv.h"

namespace smmu::platform::analyze {

struct Master {
    arch::StreamId stream{0};
    std::unique_ptr<Traffic> traffic;
    unsigned outstanding = 1;
    uint64_t accesses = 0;
};

struct Scenario {
    Shapes shapes;
    std::vector<Master> masters;
    BuiltTables tables;
    uint64_t accesses = 0;  ///< of all masters
    uint64_t mapped = 0;    ///< bytes of data

    /// One for each master, as far as an SMMU has as many.
    unsigned tbus() const;
};

/// `trace` counts with Generator::Replay.  Refused in one sentence that names the key or the line.
Expected<Scenario> make_scenario(const Workload& workload, const core::Features& features,
                                 const TraceFile& trace);

}  // namespace smmu::platform::analyze
