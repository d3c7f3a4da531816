// Charts of horizontal bars that are stacked from the parts of a latency.
#include <algorithm>
#include <numeric>

#include "platform/analyze/report/charts.h"
#include "platform/analyze/report/svg.h"
#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {
namespace {

constexpr double width = 1040;

double total(const Composition& c) { return std::accumulate(c.begin(), c.end(), 0.0); }

std::string tip(Part part, double ps, double of) {
    return std::string(label_of(part)) + ": " + time_text(ps) + ", " + percent_text(ps, of);
}

/// From left to right in the order in which a transaction meets them.
void stack(Svg& svg, const Scale& x, double y, double height, const Composition& parts_of) {
    double at = 0;
    const double sum = total(parts_of);
    for (size_t p = 0; p < part_count; ++p) {
        if (parts_of[p] <= 0) continue;
        const double left = x(at), right = x(at + parts_of[p]);
        const auto part = static_cast<Part>(p);
        svg.rect({left, y}, std::max(right - left, 0.5), height, colour_of(part),
                 tip(part, parts_of[p], sum));
        at += parts_of[p];
    }
}

void time_axis(Svg& svg, const Scale& x, double top, double bottom, unsigned count) {
    for (const double t : ticks(x.high, count)) {
        if (x(t) > x.to + 0.5) break;
        svg.line({x(t), top}, {x(t), bottom}, "grid");
        svg.text({x(t), bottom + 16}, t == 0 ? "0" : time_text(t), Anchor::Middle, "small");
    }
    svg.line({x.from, top}, {x.from, bottom}, "axis");
}

/// Rows of a bar each, with words on both sides.
struct Row {
    std::string left, right;
    Composition parts_of;
    bool strong = false;
};

std::string rows_chart(const std::vector<Row>& rows, const std::string& label) {
    constexpr double left = 190, right = 200, pitch = 36, thick = 24;
    const double bottom = pitch * static_cast<double>(rows.size()) + 4;
    double longest = 0;
    for (const Row& row : rows) longest = std::max(longest, total(row.parts_of));
    const Scale x{0, longest == 0 ? 1 : longest, left, width - right};

    Svg svg(width, bottom + 24, label);
    time_axis(svg, x, 0, bottom, 6);
    double y = 6;
    for (const Row& row : rows) {
        const char* const style = row.strong ? "strong" : "";
        svg.text({left - 12, y + 17}, row.left, Anchor::End, style);
        stack(svg, x, y, thick, row.parts_of);
        svg.text({x(total(row.parts_of)) + 8, y + 17}, row.right, Anchor::Start, style);
        y += pitch;
    }
    return svg.finish();
}

}  // namespace

std::string composition_chart(const Composition& mean) {
    constexpr double height = 46;
    const double sum = total(mean);
    const Scale x{0, sum == 0 ? 1 : sum, 0, width};
    Svg svg(width, height + 20, "What the mean latency consists of");
    stack(svg, x, 0, height, mean);
    double at = 0;
    for (const double part : mean) {
        const double middle = x(at + part / 2), wide = x(part);
        at += part;
        if (wide > 54) svg.text({middle, 28}, percent_text(part, sum), Anchor::Middle, "on");
    }
    svg.text({0, height + 16}, "0", Anchor::Start, "small");
    svg.text({width, height + 16}, time_text(sum), Anchor::End, "small");
    return svg.finish();
}

std::string variants_chart(const std::vector<VariantResult>& variants) {
    const auto given =
        std::find_if(variants.begin(), variants.end(), [](const auto& v) { return v.is_given; });
    std::vector<Row> rows;
    for (const VariantResult& v : variants) {
        // Far longer than all others: it would leave them no room.
        if (v.entries == 0 && !v.is_given) continue;
        const std::string change =
            v.is_given || given == variants.end()
                ? ""
                : " " + change_text(static_cast<double>(v.mean), static_cast<double>(given->mean));
        rows.push_back(
            {v.name, time_text(static_cast<double>(v.mean)) + change, v.spent, v.is_given});
    }
    return rows_chart(rows, "Mean latency with other walk caches");
}

std::string answers_chart(const Transactions& transactions) {
    std::vector<Row> rows;
    for (size_t b = 0; b < answers; ++b) {
        const auto by = static_cast<AnsweredBy>(b);
        const Latency& latency = transactions.by(by);
        if (latency.count() == 0) continue;
        Row row{label_of(by),
                time_text(static_cast<double>(latency.mean())) + ", " +
                    percent_text(static_cast<double>(latency.count()),
                                 static_cast<double>(transactions.all().count())) +
                    " of accesses",
                {},
                false};
        for (size_t p = 0; p < part_count; ++p)
            row.parts_of[p] = static_cast<double>(transactions.spent(by, static_cast<Part>(p))) /
                              static_cast<double>(latency.count());
        rows.push_back(row);
    }
    return rows_chart(rows, "What the latency of each kind of answer consists of");
}

}  // namespace smmu::platform::analyze
