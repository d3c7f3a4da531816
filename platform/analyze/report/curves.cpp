// Charts over an axis of latency, of counts or of time.
#include <algorithm>
#include <cmath>

#include "platform/analyze/report/charts.h"
#include "platform/analyze/report/svg.h"
#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {
namespace {

constexpr double width = 1040, left = 60, right = 60, top = 12;

void share_axis(Svg& svg, const Scale& y, double at, Anchor anchor, double gap) {
    for (const double share : ticks(y.high, 4)) {
        if (share > y.high * 1.001) break;
        svg.text({at + gap, y(share) + 4}, percent_text(share, 1), anchor, "small");
    }
}

/// 1, 2 and 5 times the powers of ten between two values, ps.
std::vector<double> log_ticks(double low, double high) {
    std::vector<double> all;
    const bool fine = high / low < 2000;
    for (double power = std::pow(10, std::floor(std::log10(low))); power <= high; power *= 10)
        for (const double factor : {1.0, 2.0, 5.0})
            if ((fine || factor == 1.0) && factor * power >= low && factor * power <= high)
                all.push_back(factor * power);
    return all;
}

}  // namespace

std::string latency_chart(const Transactions& transactions) {
    constexpr double height = 300, bottom = height - 44;
    constexpr size_t columns = 72;
    const Latency& all = transactions.all();
    const double low = std::max<double>(1, static_cast<double>(all.min()) * 0.9),
                 high = std::max(low * 2, static_cast<double>(all.max()) * 1.1);
    const Scale x{std::log10(low), std::log10(high), left, width - right};
    const auto column_of = [&](double ps) {
        const double share = (std::log10(std::max(ps, low)) - x.low) / (x.high - x.low);
        return std::min(columns - 1, static_cast<size_t>(share * columns));
    };

    std::array<std::array<double, answers>, columns> counts{};
    std::array<double, columns> sums{};
    for (size_t b = 0; b < answers; ++b)
        for (const auto& bin : transactions.by(static_cast<AnsweredBy>(b)).bins()) {
            const size_t column =
                column_of(static_cast<double>(bin.first) / 2 + static_cast<double>(bin.last) / 2);
            counts[column][b] += static_cast<double>(bin.count);
            sums[column] += static_cast<double>(bin.count);
        }
    const double count = std::max<double>(1, static_cast<double>(all.count()));
    const double highest = *std::max_element(sums.begin(), sums.end()) / count;
    const Scale y{0, highest * 1.08, bottom, top}, below{0, 1, bottom, top};

    Svg svg(width, height, "Histogram and cumulative distribution of latency");
    for (const double t : log_ticks(low, high)) {
        svg.line({x(std::log10(t)), top}, {x(std::log10(t)), bottom}, "grid");
        svg.text({x(std::log10(t)), bottom + 16}, time_text(t), Anchor::Middle, "small");
    }
    const double wide = (x.to - x.from) / columns;
    std::vector<Point> curve{{x.from, bottom}};
    double so_far = 0;
    for (size_t c = 0; c < columns; ++c) {
        double at = 0;
        const double begin = x.from + wide * static_cast<double>(c);
        for (size_t b = 0; b < answers; ++b) {
            const double share = counts[c][b] / count;
            if (share == 0) continue;
            const auto by = static_cast<AnsweredBy>(b);
            svg.rect({begin + 0.5, y(at + share)}, wide - 1, y(at) - y(at + share), colour_of(by),
                     std::string(label_of(by)) + ": " + percent_text(share, 1));
            at += share;
        }
        so_far += sums[c];
        curve.push_back({begin + wide, below(so_far / count)});
    }
    svg.polyline(curve, "curve");
    double label = top + 8;
    for (const auto& [per_mille, name] : {std::pair{500u, "p50"}, {990u, "p99"}, {999u, "p99.9"}}) {
        const auto ps = static_cast<double>(std::max<uint64_t>(1, all.percentile(per_mille)));
        const double at = x(std::log10(ps));
        svg.line({at, top}, {at, bottom}, "mark");
        svg.text({at - 5, label}, name, Anchor::End, "small");
        label += 15;  // one below the other: they may be close
    }
    svg.line({x.from, bottom}, {x.to, bottom}, "axis");
    share_axis(svg, y, x.from, Anchor::End, -6);
    share_axis(svg, below, x.to, Anchor::Start, 6);
    svg.text({width / 2, height - 6}, "latency of an access", Anchor::Middle, "small");
    return svg.finish();
}

std::string fetches_chart(const Recording& recording) {
    constexpr double height = 220, bottom = height - 40;
    const auto& fetches = recording.fetches();
    if (fetches.empty()) return "<p>No access read a table.</p>\n";
    const unsigned most = std::max(8u, fetches.rbegin()->first);
    double highest = 0;
    const auto walks = static_cast<double>(recording.walks());
    for (const auto& [n, count] : fetches)
        highest = std::max(highest, static_cast<double>(count) / walks);
    const Scale x{0.5, most + 0.5, left, width - right}, y{0, highest * 1.12, bottom, top};

    Svg svg(width, height, "How many memory accesses walks took");
    const unsigned step = most > 48 ? 5 : most > 24 ? 2 : 1;
    for (unsigned n = step; n <= most; n += step)
        svg.text({x(n), bottom + 16}, std::to_string(n), Anchor::Middle, "small");
    const double wide = std::min(26.0, (x(2) - x(1)) * 0.8);
    for (const auto& [n, count] : fetches) {
        const double share = static_cast<double>(count) / walks;
        svg.rect({x(n) - wide / 2, y(share)}, wide, std::max(0.5, bottom - y(share)),
                 colour_of(Part::Stage2),
                 count_text(count) + " walks of " + std::to_string(n) + " accesses");
        if (share > 0.02 * highest && share >= 0.01)
            svg.text({x(n), y(share) - 4}, percent_text(share, 1), Anchor::Middle, "small");
    }
    svg.line({x.from, bottom}, {x.to, bottom}, "axis");
    svg.text({width / 2, height - 6}, "memory accesses of one walk", Anchor::Middle, "small");
    return svg.finish();
}

std::string series_chart(const Series& series) {
    constexpr double height = 220, bottom = height - 40;
    const auto& steps = series.steps();
    const auto count = static_cast<double>(steps.size());
    const auto span = count * static_cast<double>(series.width());
    const Scale x{0, span, left, width - right}, y{0, 1, bottom, top};
    Svg svg(width, height, "Who answered, over time");
    double begin = 0;
    for (const Series::Step& step : steps) {
        double sum = 0, at = 0;
        for (const uint64_t n : step) sum += static_cast<double>(n);
        const double end = begin + static_cast<double>(series.width());
        for (size_t b = 0; b < answers && sum > 0; ++b) {
            const double share = static_cast<double>(step[b]) / sum;
            if (share == 0) continue;
            const auto by = static_cast<AnsweredBy>(b);
            svg.rect({x(begin), y(at + share)}, x(end) - x(begin) + 0.2, y(at) - y(at + share),
                     colour_of(by), std::string(label_of(by)) + ": " + percent_text(share, 1));
            at += share;
        }
        begin = end;
    }
    for (const double t : ticks(span, 6)) {
        if (t > span) break;
        svg.text({x(t), bottom + 16}, t == 0 ? "0" : time_text(t), Anchor::Middle, "small");
    }
    share_axis(svg, y, x.from, Anchor::End, -6);
    svg.line({x.from, bottom}, {x.to, bottom}, "axis");
    svg.text({width / 2, height - 6}, "simulated time", Anchor::Middle, "small");
    return svg.finish();
}

std::string walk_chart(const Walk& walk) {
    constexpr double names = 200, pitch = 15, thick = 10;
    constexpr size_t most = 64;
    const size_t shown = std::min(walk.accesses.size(), most);
    const double memory = static_cast<double>(walk.spent[static_cast<size_t>(Part::Memory)]);
    const double bottom = pitch * static_cast<double>(shown + (memory > 0)) + 6;
    const auto length = static_cast<double>(walk.time());
    const Scale x{0, length == 0 ? 1 : length, names, width - 20};

    Svg svg(width, bottom + 24, "The accesses of one walk");
    for (const double t : ticks(length, 8)) {
        if (t > length) break;
        svg.line({x(t), 0}, {x(t), bottom}, "grid");
        svg.text({x(t), bottom + 16}, t == 0 ? "0" : time_text(t), Anchor::Middle, "small");
    }
    double y = 4;
    const auto bar = [&](const std::string& name, Part part, double begin, double end) {
        svg.text({names - 10, y + thick - 1}, name, Anchor::End, "small");
        svg.rect({x(begin), y}, std::max(1.0, x(end) - x(begin)), thick, colour_of(part),
                 name + ": " + time_text(begin) + " to " + time_text(end));
        y += pitch;
    };
    for (size_t i = 0; i < shown; ++i) {
        const Walk::Access& a = walk.accesses[i];
        bar(a.name, a.part, static_cast<double>(a.begin - walk.begin),
            static_cast<double>(a.end - walk.begin));
    }
    if (memory > 0) bar("the access itself", Part::Memory, length - memory, length);
    svg.line({x.from, 0}, {x.from, bottom}, "axis");
    return svg.finish();
}

}  // namespace smmu::platform::analyze
