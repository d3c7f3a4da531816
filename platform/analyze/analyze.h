// `smmu-vp analyze`: traffic through an SMMU, and what it cost.
#pragma once
#include <filesystem>

#include "platform/analyze/trace_csv.h"
#include "platform/config/config.h"

namespace smmu::platform::analyze {

struct AnalyzeRequest {
    Config config;
    Config unchanged;              ///< the preset as it is: what the report compares with
    std::string preset;            ///< as the report calls it
    TraceFile trace;               ///< what is replayed
    std::filesystem::path output;  ///< folder for everything that is written
    bool what_if = true;           ///< also with other walk caches, each in a process of its own
};

/// Writes config.json, stats.json, walks.csv, trace.json and report.html.  Exit status: 1 when an
/// access failed, 2 when it could not be built, after a sentence.  Once in a process (SystemC).
int analyze(AnalyzeRequest& request);

}  // namespace smmu::platform::analyze
