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
    if (!row.unit.empty()) return row.what.empty() ? row.unit : row.unit + ": " + row.what;
    return row.base == "direct" ? row.what : row.what + "; to " + row.base;
}

void print_row(const Result& result) {
    const Operation& row = result.row;
    const std::string ns = result.figure.ns ? number(*result.figure.ns, "%.1f") : "";
    std::printf("%-22s %9s %8.2f ", row.name.c_str(), ns.c_str(), result.figure.ratio);
    if (row.has_target())
        std::printf(
            "%7.4g  %-6s  %s%s\n", row.target, result.figure.ratio <= row.target ? "ok" : "ABOVE",
            what(row).c_str(),
            row.reached < 0 ? "" : (" (reached: " + number(row.reached, "%.4g") + ")").c_str());
    else
        std::printf("%7s  %-6s  %s\n", "", "", what(row).c_str());
}

}  // namespace

void print(const Results& results) {
    std::printf("%-22s %9s %8s %7s  %-6s  %s\n", "row", "ns", "ratio", "target", "", "what");
    for (const bool has_target : {true, false}) {
        if (!has_target) std::printf("\nwithout a target\n");
        for (const Result& result : results)
            if (result.row.has_target() == has_target) print_row(result);
    }
}

boost::json::array to_json(const Results& results) {
    boost::json::array rows;
    for (const auto& [row, figure] : results) {
        boost::json::object o{
            {"name", row.name},
            {"ns", figure.ns ? boost::json::value(*figure.ns) : nullptr},
            {"ratio", figure.ratio},
            {"target", row.has_target() ? boost::json::value(row.target) : nullptr},
            {"what", row.what}};
        if (!row.unit.empty())
            o["unit"] = row.unit;
        else if (row.base != "direct")
            o["base"] = row.base;
        rows.push_back(std::move(o));
    }
    return rows;
}

Results from_json(const boost::json::value& list) {
    Results results;
    for (const boost::json::value& item : list.as_array()) {
        const boost::json::object& o = item.as_object();
        const auto text = [&](const char* key) {
            const auto* const found = o.if_contains(key);
            return found ? std::string(found->as_string()) : std::string();
        };
        Result result;
        result.row.name = text("name");
        result.row.what = text("what");
        result.row.unit = text("unit");
        if (o.contains("base")) result.row.base = text("base");
        if (!o.at("target").is_null()) result.row.target = o.at("target").to_number<double>();
        if (!o.at("ns").is_null()) result.figure.ns = o.at("ns").to_number<double>();
        result.figure.ratio = o.at("ratio").to_number<double>();
        results.push_back(std::move(result));
    }
    return results;
}

void write_json(const Results& results, const std::filesystem::path& folder) {
    boost::json::array rows = to_json(results);
    for (boost::json::value& row : rows) row.as_object().erase("what");
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "bench.json") << boost::json::serialize(rows) << '\n';
}

std::string beyond(const Results& results, double limit) {
    for (const auto& [row, figure] : results)
        if (row.has_target() && figure.ratio > limit * row.expected())
            return row.name + " is at " + number(figure.ratio, "%.2f") + ", more than " +
                   number(limit, "%.4g") + " times " +
                   (row.expected() == row.target ? "its target of " : "what was reached, ") +
                   number(row.expected(), "%.4g");
    return {};
}

}  // namespace smmu::perf
