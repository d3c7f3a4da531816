// A row with a target says whether it is reached; those without one stand in a table below.
#include "tests/perf/report.h"

#include <boost/json.hpp>
#include <cstdio>
#include <fstream>

namespace smmu::perf {
namespace {

std::string number(double value, const char* format) {
    char text[32];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

/// "to direct" goes without saying.
std::string what(const Operation& row) {
    if (!row.unit.empty()) return row.unit + ": " + row.what;
    return row.base == "direct" ? row.what : row.what + "; to " + row.base;
}

void print_row(const Result& result) {
    const Operation& row = result.row;
    const std::string ns = result.figure.ns ? number(*result.figure.ns, "%.1f") : "";
    std::printf("%-22s %9s %8.2f ", row.name.c_str(), ns.c_str(), result.figure.ratio);
    if (row.has_target())
        std::printf("%7.4g  %-6s  %s\n", row.target,
                    result.figure.ratio <= row.target ? "ok" : "ABOVE", what(row).c_str());
    else
        std::printf("%7s  %-6s  %s\n", "", "", what(row).c_str());
}

}  // namespace

void print(const std::vector<Result>& results) {
    std::printf("%-22s %9s %8s %7s  %-6s  %s\n", "row", "ns", "ratio", "target", "", "what");
    for (const bool has_target : {true, false}) {
        if (!has_target) std::printf("\nwithout a target\n");
        for (const Result& result : results)
            if (result.row.has_target() == has_target) print_row(result);
    }
}

void write_json(const std::vector<Result>& results, const std::filesystem::path& folder) {
    boost::json::array rows;
    for (const auto& [row, figure] : results) {
        boost::json::object o{
            {"name", row.name},
            {"ns", figure.ns ? boost::json::value(*figure.ns) : nullptr},
            {"ratio", figure.ratio},
            {"target", row.has_target() ? boost::json::value(row.target) : nullptr}};
        if (!row.unit.empty()) o["unit"] = row.unit;
        if (row.unit.empty() && row.base != "direct") o["base"] = row.base;
        rows.push_back(std::move(o));
    }
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "bench.json") << boost::json::serialize(rows) << '\n';
}

std::string beyond(const std::vector<Result>& results, double limit) {
    for (const auto& [row, figure] : results)
        if (row.has_target() && figure.ratio > limit * row.target)
            return row.name + " is at " + number(figure.ratio, "%.2f") + ", more than " +
                   number(limit, "%.4g") + " times its target of " + number(row.target, "%.4g");
    return {};
}

}  // namespace smmu::perf
