// What the figures say, in a sentence each.
#include "platform/analyze/report/story.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {

Composition mean_parts(const Transactions& transactions) {
    Composition mean{};
    const auto count = static_cast<double>(std::max<uint64_t>(1, transactions.all().count()));
    for (size_t p = 0; p < part_count; ++p)
        mean[p] = static_cast<double>(transactions.spent(static_cast<Part>(p))) / count;
    return mean;
}

std::vector<Part> largest_parts(const Composition& mean) {
    std::vector<Part> all;
    for (size_t p = 0; p < part_count; ++p)
        if (mean[p] > 0) all.push_back(static_cast<Part>(p));
    std::stable_sort(all.begin(), all.end(), [&mean](Part a, Part b) {
        return mean[static_cast<size_t>(a)] > mean[static_cast<size_t>(b)];
    });
    all.resize(std::min<size_t>(all.size(), 3));
    return all;
}

std::string headline(const ReportData& data) {
    const auto mean = static_cast<double>(data.transactions.all().mean());
    Composition translation = mean_parts(data.transactions);
    translation[static_cast<size_t>(Part::Memory)] = 0;
    const double sum = std::accumulate(translation.begin(), translation.end(), 0.0);
    const std::string latency = "An access takes " + time_text(mean);
    const auto largest = largest_parts(translation);
    if (largest.empty()) return latency + ", and translation none of it";
    std::string label = label_of(largest.front());
    label.front() = static_cast<char>(label.front() | 0x20);
    return latency + "; translation is " + percent_text(sum, mean) + " of it, and " +
           percent_text(translation[static_cast<size_t>(largest.front())], sum) + " of that is " +
           label;
}

std::string what_caches_buy(const std::vector<VariantResult>& variants) {
    const auto given =
        std::find_if(variants.begin(), variants.end(), [](const auto& v) { return v.is_given; });
    if (given == variants.end()) return {};
    const auto before = static_cast<double>(given->mean);
    const auto best = std::min_element(
        given, variants.end(), [](const auto& a, const auto& b) { return a.mean < b.mean; });
    const auto gain = before - static_cast<double>(best->mean);
    const auto none = std::find_if(variants.begin(), variants.end(),
                                   [](const auto& v) { return v.entries == 0 && !v.is_given; });
    const std::string without =
        none == variants.end()
            ? ""
            : " Without any it would be " + time_text(static_cast<double>(none->mean)) + '.';
    if (gain < 0.02 * before)
        return "Larger walk caches would buy next to nothing: the mean stays at " +
               time_text(before) + '.' + without;
    const auto enough = std::find_if(given, variants.end(), [&](const auto& v) {
        return before - static_cast<double>(v.mean) >= 0.85 * gain;
    });
    const auto after = static_cast<double>(enough->mean);
    return "Walk caches of " + count_text(enough->entries) + " entries instead of " +
           count_text(given->entries) + " would cut the mean from " + time_text(before) + " to " +
           time_text(after) + " (<b>" + change_text(after, before) + "</b>)" +
           (enough + 1 == variants.end() ? "." : "; larger ones gain little more.") + without;
}

std::string decimal_text(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

}  // namespace smmu::platform::analyze
