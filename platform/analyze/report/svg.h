// A drawing: SVG text with the few shapes that charts are made of.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace smmu::platform::analyze {

struct Point {
    double x, y;
};

enum class Anchor { Start, Middle, End };

class Svg {
public:
    /// `label`: what it shows, for those who cannot see it.
    Svg(double width, double height, std::string_view label);

    /// `tip` shows when the pointer rests on it; empty: none.
    void rect(Point at, double width, double height, std::string_view fill,
              std::string_view tip = "");
    /// `style`: a class of the page's style sheet: "axis", "grid", "mark".
    void line(Point from, Point to, std::string_view style);
    void text(Point at, std::string_view words, Anchor anchor = Anchor::Start,
              std::string_view style = "");
    void polygon(const std::vector<Point>& points, std::string_view fill);
    void polyline(const std::vector<Point>& points, std::string_view style);

    std::string finish() const { return out_ + "</svg>\n"; }

private:
    std::string out_;
};

/// A scale: values from `low` to `high` lie between two pixels.
struct Scale {
    double low, high, from, to;
    double operator()(double value) const {
        return high == low ? from : from + (value - low) / (high - low) * (to - from);
    }
};

/// Round values from 0 up to about `high`, `count` of them or a few more: 1, 2 or 5 times a power of
/// ten apart.  The last is not below `high`.
std::vector<double> ticks(double high, unsigned count);

}  // namespace smmu::platform::analyze
