// The report: what dominates, what would help, and then everything that this is drawn from.
#include <algorithm>
#include <numeric>

#include "platform/analyze/report/charts.h"
#include "platform/analyze/report/story.h"
#include "platform/analyze/report/style.h"
#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {
namespace {

std::string time_of(uint64_t ps) { return time_text(static_cast<double>(ps)); }

std::string swatch(const char* colour, const std::string& words) {
    return std::string("<span><i style=\"background:") + colour + "\"></i>" + words + "</span>";
}

std::string parts_legend(const Composition& mean) {
    std::string text = "<p class=\"legend\">";
    for (size_t p = 0; p < part_count; ++p) {
        const auto part = static_cast<Part>(p);
        if (mean[p] > 0)
            text += swatch(colour_of(part), std::string(label_of(part)) + ' ' + time_text(mean[p]));
    }
    return text + "</p>\n";
}

std::string answers_legend() {
    std::string text = "<p class=\"legend\">";
    for (size_t b = 0; b < answers; ++b) {
        const auto by = static_cast<AnsweredBy>(b);
        text += swatch(colour_of(by), label_of(by));
    }
    return text + "</p>\n";
}

std::string section(const std::string& heading, const std::string& body) {
    return "<section>\n<h2>" + heading + "</h2>\n" + body + "</section>\n";
}

// --- The sections

/// "", or how much of the SMMU is not as its preset says.
std::string changes(const ReportData& d) {
    const auto changed = std::count_if(d.parameters.begin(), d.parameters.end(), [](const auto& p) {
        return !p.is_default && p.path.rfind("smmu.", 0) == 0;
    });
    if (changed == 0) return {};
    return " with " + std::to_string(changed) + (changed == 1 ? " parameter" : " parameters") +
           " changed";
}

std::string opening(const ReportData& d) {
    const Composition mean = mean_parts(d.transactions);
    const Latency& all = d.transactions.all();
    std::string text = "<h1>" + escaped(headline(d)) + "</h1>\n<p class=\"soft\">" +
                       escaped(d.workload) + " Preset <b>" + escaped(d.preset) + "</b>" +
                       changes(d) + ". " + count_text(all.count()) + " accesses in " +
                       time_of(d.recording.end()) + " of simulated time.</p>\n";
    if (d.transactions.failed() != 0)
        text += "<p class=\"warning\">" + count_text(d.transactions.failed()) +
                " accesses failed: they count in every figure.</p>\n";
    text += "<section>\n<h2>The three largest parts of the mean latency of " + time_of(all.mean()) +
            "</h2>\n<div class=\"cards\">\n";
    for (const Part part : largest_parts(mean)) {
        const double ps = mean[static_cast<size_t>(part)];
        text += std::string("<div class=\"card\" style=\"border-color:") + colour_of(part) +
                "\"><b>" +
                escaped(percent_text(ps, std::accumulate(mean.begin(), mean.end(), 0.0))) +
                "</b><span>" + label_of(part) + "</span><span class=\"soft\">" + time_text(ps) +
                " of the mean access</span></div>\n";
    }
    return text + "</div>\n" + composition_chart(mean) + parts_legend(mean) + "</section>\n";
}

std::string variants_section(const ReportData& d) {
    if (d.variants.empty()) return {};
    std::string text = "<p>" + what_caches_buy(d.variants) +
                       " <span class=\"soft\">The same accesses, simulated again with other walk "
                       "caches and nothing else changed.</span></p>\n" +
                       variants_chart(d.variants) +
                       "<table><tr><th>walk caches</th><th>entries</th><th>mean</th><th>p50</th>"
                       "<th>p99</th><th>walks</th><th>accesses a walk</th></tr>\n";
    for (const VariantResult& v : d.variants) {
        const double each =
            v.walks == 0 ? 0 : static_cast<double>(v.reads) / static_cast<double>(v.walks);
        const std::string name = v.is_given ? "<b>" + escaped(v.name) + "</b>" : escaped(v.name);
        text += "<tr><td>" + name + "</td><td>" + count_text(v.entries) + "</td><td>" +
                time_of(v.mean) + "</td><td>" + time_of(v.p50) + "</td><td>" + time_of(v.p99) +
                "</td><td>" + count_text(v.walks) + "</td><td>" + decimal_text(each) +
                "</td></tr>\n";
    }
    return section("What larger walk caches would buy", text + "</table>\n");
}

std::string percentile_row(const std::string& name, const Latency& l, uint64_t of) {
    std::string text =
        "<tr><td>" + name + "</td><td>" + count_text(l.count()) + "</td><td>" +
        escaped(percent_text(static_cast<double>(l.count()), static_cast<double>(of))) + "</td>";
    for (const uint64_t ps : {l.mean(), l.min(), l.percentile(500), l.percentile(900),
                              l.percentile(990), l.percentile(999), l.max()})
        text += "<td>" + (l.count() == 0 ? "–" : time_of(ps)) + "</td>";
    return text + "</tr>\n";
}

std::string latency_section(const ReportData& d) {
    const Latency& all = d.transactions.all();
    std::string text = latency_chart(d.transactions) + answers_legend() +
                       "<table><tr><th>answered by</th><th>accesses</th><th>share</th><th>mean</th>"
                       "<th>min</th><th>p50</th><th>p90</th><th>p99</th><th>p99.9</th><th>max</th>"
                       "</tr>\n";
    for (size_t b = 0; b < answers; ++b) {
        const auto by = static_cast<AnsweredBy>(b);
        text += percentile_row(label_of(by), d.transactions.by(by), all.count());
    }
    text += percentile_row("<b>all</b>", all, all.count()) + "</table>\n";
    text += all.is_exact() ? "<p class=\"note\">Percentiles are exact.</p>\n"
                           : "<p class=\"note\">Percentiles come from a histogram: at most 3 % too "
                             "high.</p>\n";
    return section("How long accesses take",
                   "<p class=\"soft\">Bars: share of accesses, by who answered. Line: share of "
                   "accesses that took no longer.</p>\n" +
                       text);
}

/// A row for each kind, a column for each level that there is.
std::string kinds_table(const Recording& r) {
    PerLevel<uint64_t> used{};
    for (const auto& [name, kind] : r.kinds())
        for (int level = used.first; level <= used.last; ++level) used[level] += kind.at[level];
    std::string text = "<table><tr><th>accesses a walk</th><th>all levels</th>";
    for (int level = used.first; level <= used.last; ++level)
        if (used[level] != 0) text += "<th>level " + std::to_string(level) + "</th>";
    text += "</tr>\n";
    const auto walks = static_cast<double>(r.walks());
    const auto cell = [walks](uint64_t count) {
        const double each = static_cast<double>(count) / walks;
        return "<td>" +
               (count == 0     ? std::string("–")
                : each < 0.005 ? std::string("&lt; 0.01")
                               : decimal_text(each)) +
               "</td>";
    };
    for (const auto& [name, kind] : r.kinds()) {
        text += "<tr><td>" + escaped(name) + "</td>" + cell(kind.all);
        for (int level = used.first; level <= used.last; ++level)
            if (used[level] != 0) text += cell(kind.at[level]);
        text += "</tr>\n";
    }
    return text + "</table>\n";
}

std::string fetches_section(const ReportData& d) {
    std::string text = fetches_chart(d.recording);
    if (d.recording.walks() != 0) text += kinds_table(d.recording);
    return section("What a walk reads", text);
}

bool is_same(const std::optional<Walk>& a, const std::optional<Walk>& b) {
    return a && b && a->begin == b->begin && a->stream == b->stream && a->address == b->address;
}

std::string walk_section(const ReportData& d) {
    const auto walk = [](const std::string& name, const std::optional<Walk>& w) {
        if (!w) return std::string();
        return "<h3>" + name + ": " + time_of(w->time()) + ", " +
               std::to_string(w->accesses.size()) + " accesses for a " +
               (w->write ? "write" : "read") + " of stream " + std::to_string(w->stream.value) +
               "</h3>\n" + walk_chart(*w);
    };
    const std::string text =
        walk("A usual one",
             d.recording.nearest(d.transactions.by(AnsweredBy::Walk).percentile(500))) +
        walk("The first of all, with everything cold", d.recording.first()) +
        (is_same(d.recording.slowest(), d.recording.first())
             ? ""
             : walk("The slowest", d.recording.slowest()));
    if (text.empty()) return {};
    return section("Single walks, access by access",
                   "<p class=\"soft\">Gaps are look-ups, the way between TBU and TCU, and "
                   "queueing.</p>\n" +
                       text);
}

std::string parameters_section(const ReportData& d) {
    const auto table = [&d](bool defaults) {
        std::string rows;
        for (const auto& p : d.parameters)
            if (p.is_default == defaults)
                rows += "<tr><td>" + escaped(p.path) + "</td><td class=\"words\">" +
                        escaped(p.value) + "</td></tr>\n";
        return rows.empty() ? "<p class=\"soft\">none</p>\n"
                            : "<table><tr><th>parameter</th><th></th></tr>\n" + rows + "</table>\n";
    };
    return section("Parameters", "<p>Preset <b>" + escaped(d.preset) +
                                     "</b>. What was changed from it and from the defaults:</p>\n" +
                                     table(false) + "<details><summary>All others</summary>\n" +
                                     table(true) + "</details>\n");
}

}  // namespace

std::string report_html(const ReportData& d) {
    const Composition mean = mean_parts(d.transactions);
    return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
           "<title>SMMU latency report</title>\n<style>" +
           std::string(style_sheet) + "</style>\n</head>\n<body>\n<main>\n" + opening(d) +
           variants_section(d) + latency_section(d) +
           section("Where the time goes, by who answered",
                   answers_chart(d.transactions) + parts_legend(mean)) +
           fetches_section(d) +
           section("Who answered, over time",
                   series_chart(d.recording.series()) + answers_legend()) +
           walk_section(d) + parameters_section(d) + "</main>\n</body>\n</html>\n";
}

}  // namespace smmu::platform::analyze
