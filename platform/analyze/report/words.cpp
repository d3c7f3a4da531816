// Numbers and names as a person reads them.
#include "platform/analyze/report/words.h"

#include <cmath>
#include <cstdio>

namespace smmu::platform::analyze {
namespace {

std::string three_digits(double value) {
    char text[32];
    const int decimals = value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return text;
}

}  // namespace

std::string time_text(double ps) {
    if (ps < 999.5) return std::to_string(std::lround(ps)) + " ps";
    if (ps < 999.5e3) return three_digits(ps / 1e3) + " ns";
    if (ps < 999.5e6) return three_digits(ps / 1e6) + " µs";
    return three_digits(ps / 1e9) + " ms";
}

std::string count_text(uint64_t count) {
    std::string text = std::to_string(count);
    for (size_t i = text.size(); i > 3; i -= 3) text.insert(i - 3, "\u202f");
    return text;
}

std::string percent_text(double part, double of) {
    const double percent = of == 0 ? 0 : 100 * part / of;
    if (percent > 0 && percent < 0.05) return "< 0.1\u202f%";
    char text[32];
    std::snprintf(text, sizeof text, "%.*f\u202f%%", percent != 0 && percent < 9.95 ? 1 : 0,
                  percent);
    return text;
}

std::string change_text(double now, double before) {
    const long percent = before == 0 ? 0 : std::lround(100 * (now - before) / before);
    return (percent < 0   ? "−"
            : percent > 0 ? "+"
                          : "±") +
           std::to_string(std::labs(percent)) + "\u202f%";
}

std::string size_text(uint64_t bytes) {
    const char* const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    while (unit < 4 && bytes >= 1024 && bytes % 1024 == 0) {
        bytes /= 1024;
        ++unit;
    }
    return std::to_string(bytes) + ' ' + units[unit];
}

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : text) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            default: safe += c;
        }
    }
    return safe;
}

const char* label_of(Part part) {
    switch (part) {
        case Part::Lookup: return "Look-ups";
        case Part::Hop: return "Way between TBU and TCU";
        case Part::Queue: return "Queueing";
        case Part::Stall: return "Stalled, waiting for software";
        case Part::Ste: return "Reading STEs";
        case Part::Cd: return "Reading CDs";
        case Part::Stage1: return "Reading stage 1 tables";
        case Part::Stage2: return "Reading stage 2 tables";
        case Part::Memory: return "The access itself";
    }
    return "";
}

const char* label_of(AnsweredBy by) {
    switch (by) {
        case AnsweredBy::MicroTlb: return "Micro TLB";
        case AnsweredBy::MainTlb: return "Main TLB";
        case AnsweredBy::Walk: return "Walk";
        case AnsweredBy::ColdWalk: return "Walk, configuration too";
    }
    return "";
}

const char* colour_of(Part part) {
    switch (part) {
        case Part::Lookup: return "#c3ccd6";
        case Part::Hop: return "#97a6b5";
        case Part::Queue: return "#d1605e";
        case Part::Stall: return "#7d2f2e";
        case Part::Ste: return "#e7ca60";
        case Part::Cd: return "#e49444";
        case Part::Stage1: return "#6a9f58";
        case Part::Stage2: return "#3f74b5";
        case Part::Memory: return "#8a6fae";
    }
    return "";
}

const char* colour_of(AnsweredBy by) {
    switch (by) {
        case AnsweredBy::MicroTlb: return "#a9d3c4";
        case AnsweredBy::MainTlb: return "#4f9a8a";
        case AnsweredBy::Walk: return "#e9a54b";
        case AnsweredBy::ColdWalk: return "#c4513c";
    }
    return "";
}

}  // namespace smmu::platform::analyze
