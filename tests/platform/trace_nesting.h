// Whether a trace.json is one: JSON, and on each track every slice lies within the one that it
// begins in.
#pragma once
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace smmu::test {

/// Slices of each track, begin and end in us, in the order of the file.
using Tracks = std::map<int64_t, std::vector<std::pair<double, double>>>;

inline Tracks tracks_of(const std::string& trace_json) {
    Tracks tracks;
    const boost::json::value trace = boost::json::parse(trace_json);
    for (const boost::json::value& e : trace.as_array()) {
        if (e.at("ph").as_string() != "X") continue;
        const double begin = e.at("ts").to_number<double>();
        tracks[e.at("tid").as_int64()].push_back({begin, begin + e.at("dur").to_number<double>()});
    }
    return tracks;
}

inline void expect_nested(const Tracks& tracks) {
    constexpr double rounding = 1e-7;
    for (const auto& [tid, slices] : tracks) {
        std::vector<double> open;
        for (const auto& [begin, end] : slices) {
            while (!open.empty() && open.back() <= begin + rounding) open.pop_back();
            EXPECT_TRUE(open.empty() || end <= open.back() + rounding)
                << "track " << tid << ": a slice from " << begin << " to " << end
                << " us in one that ends at " << (open.empty() ? 0 : open.back());
            open.push_back(end);
        }
    }
}

}  // namespace smmu::test
