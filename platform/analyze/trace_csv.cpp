// Reads a trace of accesses.
#include "platform/analyze/trace_csv.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>

#include "platform/config/text.h"

namespace smmu::platform::analyze {
namespace {

constexpr std::string_view heading = "time,sid,ssid,iova,size,rw";
constexpr size_t columns = 6;
constexpr size_t most_streams = 255;

struct Line {
    uint32_t stream;
    Request request;
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r'))
        text.remove_suffix(1);
    return text;
}

/// The fields of a line; nullopt: not six.
std::optional<std::array<std::string_view, columns>> split(std::string_view line) {
    std::array<std::string_view, columns> fields;
    for (size_t i = 0; i < columns; ++i) {
        const size_t comma = line.find(',');
        if ((comma == line.npos) != (i == columns - 1)) return std::nullopt;
        fields[i] = trimmed(line.substr(0, comma));
        if (comma != line.npos) line.remove_prefix(comma + 1);
    }
    return fields;
}

Refusal not_a(const char* what, const char* column, std::string_view found) {
    return {std::string(column) + " is " + what + ", not \"" + std::string(found) + '"'};
}

Expected<Line> read_line(std::string_view line) {
    const auto fields = split(line);
    if (!fields) return Refusal{"a line has six fields, " + std::string(heading)};
    const auto& [time_text, sid_text, ssid_text, iova_text, size_text, rw] = *fields;
    const auto time = parse_number(time_text), sid = parse_number(sid_text),
               iova = parse_number(iova_text), size = parse_number(size_text);
    if (!time) return not_a("a number of ps", "time", time_text);
    if (!sid || *sid >> 32 != 0) return not_a("a number of up to 32 bits", "sid", sid_text);
    Request request;
    if (!ssid_text.empty()) {
        const auto ssid = parse_number(ssid_text);
        if (!ssid || *ssid >> 20 != 0)
            return not_a("empty or a number of up to 20 bits", "ssid", ssid_text);
        request.substream = static_cast<uint32_t>(*ssid);
    }
    if (!iova) return not_a("a number", "iova", iova_text);
    if (!size || *size < 1 || *size > 4096) return not_a("1 to 4096 bytes", "size", size_text);
    if (rw != "r" && rw != "w") return not_a("r or w", "rw", rw);
    if (*iova + *size < *iova) return not_a("an address that size bytes follow", "iova", iova_text);
    request.time = *time;
    request.address = *iova;
    request.size = static_cast<uint32_t>(*size);
    request.write = rw == "w";
    return Line{static_cast<uint32_t>(*sid), request};
}

}  // namespace

Expected<std::vector<TraceStream>> read_trace(std::string_view text) {
    std::vector<TraceStream> streams;
    std::map<uint32_t, size_t> places;
    for (size_t number = 1; !text.empty(); ++number) {
        const size_t end = text.find('\n');
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
        if (line.empty() || line.front() == '#' || line == heading) continue;

        const std::string where = "line " + std::to_string(number) + ": ";
        const auto read = read_line(line);
        if (!read) return Refusal{where + read.refusal()};
        const auto [place, is_new] = places.try_emplace(read->stream, streams.size());
        if (is_new) streams.push_back({arch::StreamId{read->stream}, {}});
        if (streams.size() > most_streams)
            return Refusal{where + "a trace has at most 255 different sids"};
        auto& requests = streams[place->second].requests;
        if (!requests.empty() && requests.back().time > read->request.time)
            return Refusal{where + "time goes backwards for this sid"};
        requests.push_back(read->request);
        requests.back().line = static_cast<uint32_t>(number);
    }
    if (streams.empty()) return Refusal{"there is no access in it"};
    return streams;
}

}  // namespace smmu::platform::analyze
