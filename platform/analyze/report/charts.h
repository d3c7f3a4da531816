// The charts of the report, each an SVG text.
#pragma once
#include <string>

#include "platform/analyze/report/data.h"

namespace smmu::platform::analyze {

/// Parts of something, mean ps each.
using Composition = std::array<double, part_count>;

/// One bar: what the mean access consists of.
std::string composition_chart(const Composition& mean);
/// A bar of mean latency for each variant.
std::string variants_chart(const std::vector<VariantResult>& variants);
/// How often which latency, stacked by who answered; the share below it as a line.
std::string latency_chart(const Transactions& transactions);
/// A bar for each way to be answered.
std::string answers_chart(const Transactions& transactions);
/// How many walks took how many memory accesses.
std::string fetches_chart(const Recording& recording);
/// Shares of the answers over time.
std::string series_chart(const Series& series);
/// The accesses of one walk, one below the other.
std::string walk_chart(const Walk& walk);

}  // namespace smmu::platform::analyze
