// The figures of two runs beside each other.
#include "platform/compare.h"

#include <algorithm>
#include <boost/json.hpp>
#include <sstream>
#include <vector>

#include "platform/files.h"

namespace smmu::platform {
namespace {

namespace json = boost::json;

/// What is compared of one run.
struct Figures {
    json::value stats;
    std::vector<std::string> heading,
        first_walk;  ///< fields of walks.csv; the first walk may be none
};

std::vector<std::string> fields(const std::string& line) {
    std::vector<std::string> all;
    std::istringstream in(line);
    for (std::string field; std::getline(in, field, ',');) all.push_back(field);
    return all;
}

Expected<std::string> read_text(const std::filesystem::path& path) {
    const auto bytes = read_file(path);
    if (!bytes) return Refusal{bytes.refusal()};
    return std::string(bytes->begin(), bytes->end());
}

Expected<Figures> read(const std::filesystem::path& folder) {
    const auto stats = read_text(folder / "stats.json"), walks = read_text(folder / "walks.csv");
    if (!stats) return Refusal{stats.refusal()};
    if (!walks) return Refusal{walks.refusal()};
    Figures figures;
    json::error_code error;
    figures.stats = json::parse(*stats, error);
    if (error) return Refusal{(folder / "stats.json").string() + ": " + error.message()};
    std::istringstream lines(*walks);
    std::string line;
    if (std::getline(lines, line)) figures.heading = fields(line);
    if (std::getline(lines, line)) figures.first_walk = fields(line);
    return figures;
}

/// Of stats.json by dotted path, of which the last names may hold no dot; 0 where it is not there.
uint64_t number(const Figures& f, const std::string& pointer) {
    json::error_code error;
    const json::value* const at = f.stats.find_pointer(pointer, error);
    const auto value = at ? at->to_number<uint64_t>(error) : 0;
    return error ? 0 : value;
}

/// The sum of the columns of the first walk from `first` to `last`.
uint64_t of_first_walk(const Figures& f, const std::string& first, const std::string& last) {
    const auto column = [&f](const std::string& name) {
        return static_cast<size_t>(std::find(f.heading.begin(), f.heading.end(), name) -
                                   f.heading.begin());
    };
    uint64_t sum = 0;
    for (size_t i = column(first); i <= column(last) && i < f.first_walk.size(); ++i)
        sum += std::strtoull(f.first_walk[i].c_str(), nullptr, 10);
    return sum;
}

std::string nanoseconds(uint64_t ps) { return std::to_string((ps + 500) / 1000) + " ns"; }

std::string row(const std::string& name, const std::string& a, const std::string& b) {
    const auto padded = [](const std::string& text, size_t width) {
        return std::string(width - std::min(width, text.size()), ' ') + text;
    };
    std::string left = "  " + name;
    left.resize(std::max<size_t>(left.size(), 40), ' ');
    return left + padded(a, 14) + padded(b, 14) + '\n';
}

}  // namespace

Expected<std::string> compare(const std::filesystem::path& before,
                              const std::filesystem::path& after) {
    const auto one = read(before), other = read(after);
    if (!one) return Refusal{one.refusal()};
    if (!other) return Refusal{other.refusal()};

    std::string text = row("", before.filename().string(), after.filename().string());
    const auto counted = [&](const char* name, auto&& figure) {
        text += row(name, std::to_string(figure(*one)), std::to_string(figure(*other)));
    };
    const auto timed = [&](const char* name, auto&& figure) {
        text += row(name, nanoseconds(figure(*one)), nanoseconds(figure(*other)));
    };
    const auto columns = [](const char* first, const char* last) {
        return [=](const Figures& f) { return of_first_walk(f, first, last); };
    };
    const auto stat = [](const char* path) {
        return [=](const Figures& f) { return number(f, path); };
    };
    counted("first walk: STE and CD reads", columns("l1std", "cd"));
    counted("            stage 1 reads", columns("s1_l-1", "s1_l3"));
    counted("            stage 2 reads", columns("s2_l-1", "s2_l3"));
    timed("            latency", columns("latency_ps", "latency_ps"));
    counted("all: accesses", stat("/latency/all/count"));
    counted("     walks", stat("/walks/count"));
    counted("     stage 1 reads", stat("/memory/stage1_table/reads"));
    counted("     stage 2 reads", stat("/memory/stage2_table/reads"));
    timed("     mean latency of a walk", [](const Figures& f) {
        const uint64_t walks = number(f, "/walks/count");
        return walks == 0 ? 0 : number(f, "/walks/time_ps") / walks;
    });
    timed("     mean latency of an access", stat("/latency/all/mean_ps"));
    timed("     p99 of an access", stat("/latency/all/p99_ps"));
    return text;
}

}  // namespace smmu::platform
