// What the figures say, in a sentence each.
#pragma once
#include "platform/analyze/report/charts.h"

namespace smmu::platform::analyze {

/// Mean ps of each part over all transactions.
Composition mean_parts(const Transactions& transactions);
/// The three largest, the largest first; fewer if fewer took time.
std::vector<Part> largest_parts(const Composition& mean);
/// "An access takes 842 ns; translation is 88 % of it, and 71 % of that is reading stage 2 tables"
std::string headline(const ReportData& data);
/// The size beyond which little is gained, and what it gains.
std::string what_caches_buy(const std::vector<VariantResult>& variants);
/// "3.2"
std::string decimal_text(double value);

}  // namespace smmu::platform::analyze
