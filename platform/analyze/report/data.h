// What a report is made of.
#pragma once
#include <string>
#include <vector>

#include "platform/analyze/recording.h"
#include "platform/analyze/variant.h"

namespace smmu::platform::analyze {

struct ReportData {
    std::string workload;  ///< "Random accesses of 4 masters, ..."
    std::string preset;
    const Transactions& transactions;
    const Recording& recording;
    std::vector<VariantResult> variants;  ///< empty: not asked for

    struct Parameter {
        std::string path, value;
        bool is_default;
    };
    std::vector<Parameter> parameters;
};

/// One file that needs no other: no script, no network.
std::string report_html(const ReportData& data);

}  // namespace smmu::platform::analyze
