// Values and limits of parameters as words.
#include "platform/config/text.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

#include "platform/config/parameters.h"

namespace smmu::platform {
namespace {

std::string with_unit(std::string text, const Parameter& p) {
    return p.unit.empty() ? text : text + ' ' + std::string(p.unit);
}

/// Levenshtein distance: how many characters to add, drop or change.
size_t distance(std::string_view a, std::string_view b) {
    std::vector<size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 1; i <= a.size(); ++i) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t changed = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

}  // namespace

std::string value_text(const Parameter& p, uint64_t value) {
    switch (p.kind) {
        case Kind::Number: return std::to_string(value);
        case Kind::Flag: return value ? "true" : "false";
        case Kind::Choice: return std::string(p.words[value]);
    }
    return {};
}

std::string allowed(const Parameter& p) {
    if (p.kind == Kind::Number && !p.values) {
        const bool powers = p.limits.step == Step::PowersOfTwo,
                   zero_too = powers && p.limits.min == 0;
        const std::string limits = "from " + std::to_string(zero_too ? 1 : p.limits.min) + " to " +
                                   std::to_string(p.limits.max);
        return with_unit(
            (zero_too ? "0, or " : "") + (powers ? "a power of two " + limits : limits), p);
    }
    const size_t count = p.kind == Kind::Flag ? 2 : p.count;
    std::string text;
    for (size_t i = 0; i < count; ++i) {
        // A flag reads "true or false": the word a person would say first comes first.
        const uint64_t value = p.kind == Kind::Number ? p.values[i]
                               : p.kind == Kind::Flag ? 1 - i
                                                      : i;
        text += i == 0 ? "" : i + 1 == count ? " or " : ", ";
        text += value_text(p, value);
    }
    return with_unit(text, p);
}

std::optional<uint64_t> parse_number(std::string_view text) {
    const bool hex = text.substr(0, 2) == "0x";
    if (hex) text.remove_prefix(2);
    uint64_t value = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), value, hex ? 16 : 10);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<uint64_t> parse_value(const Parameter& p, std::string_view text) {
    switch (p.kind) {
        case Kind::Number: return parse_number(text);
        case Kind::Flag:
            if (text == "true") return 1;
            if (text == "false") return 0;
            return std::nullopt;
        case Kind::Choice: {
            const auto word = std::find(p.words, p.words + p.count, text);
            if (word == p.words + p.count) return std::nullopt;
            return static_cast<uint64_t>(word - p.words);
        }
    }
    return std::nullopt;
}

bool takes(const Parameter& p, uint64_t value) {
    if (p.values) return std::find(p.values, p.values + p.count, value) != p.values + p.count;
    if (p.limits.step == Step::PowersOfTwo && (value & (value - 1)) != 0) return false;
    return value >= p.limits.min && value <= p.limits.max;
}

std::string_view nearest_parameter(std::string_view path) {
    std::string_view best;
    size_t best_distance = path.size() / 3 + 1;  // more wrong than that is not a slip of the finger
    for (const Parameter& p : parameters()) {
        const size_t d = distance(path, p.path);
        if (d < best_distance) {
            best = p.path;
            best_distance = d;
        }
    }
    return best;
}

}  // namespace smmu::platform
