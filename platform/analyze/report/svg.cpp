// A drawing as SVG text.
#include "platform/analyze/report/svg.h"

#include <cmath>
#include <cstdio>

#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {
namespace {

std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.1f", value);
    return text;
}

std::string attribute(const char* name, double value) {
    return ' ' + std::string(name) + "=\"" + number(value) + '"';
}

std::string attribute(const char* name, std::string_view value) {
    return ' ' + std::string(name) + "=\"" + escaped(value) + '"';
}

std::string list(const std::vector<Point>& points) {
    std::string text;
    for (const Point& p : points)
        text += (text.empty() ? "" : " ") + number(p.x) + ',' + number(p.y);
    return text;
}

}  // namespace

Svg::Svg(double width, double height, std::string_view label)
    : out_("<svg role=\"img\"" + attribute("aria-label", label) + " viewBox=\"0 0 " +
           number(width) + ' ' + number(height) + "\">\n") {}

void Svg::rect(Point at, double width, double height, std::string_view fill, std::string_view tip) {
    out_ += "<rect" + attribute("x", at.x) + attribute("y", at.y) + attribute("width", width) +
            attribute("height", height) + attribute("fill", fill);
    out_ += tip.empty() ? "/>\n" : "><title>" + escaped(tip) + "</title></rect>\n";
}

void Svg::line(Point from, Point to, std::string_view style) {
    out_ += "<line" + attribute("class", style) + attribute("x1", from.x) +
            attribute("y1", from.y) + attribute("x2", to.x) + attribute("y2", to.y) + "/>\n";
}

void Svg::text(Point at, std::string_view words, Anchor anchor, std::string_view style) {
    const char* const anchors[] = {"start", "middle", "end"};
    out_ += "<text" + attribute("x", at.x) + attribute("y", at.y) +
            attribute("text-anchor", anchors[static_cast<int>(anchor)]) +
            (style.empty() ? "" : attribute("class", style)) + '>' + escaped(words) + "</text>\n";
}

void Svg::polygon(const std::vector<Point>& points, std::string_view fill) {
    out_ += "<polygon" + attribute("points", list(points)) + attribute("fill", fill) + "/>\n";
}

void Svg::polyline(const std::vector<Point>& points, std::string_view style) {
    out_ += "<polyline" + attribute("class", style) + attribute("points", list(points)) + "/>\n";
}

std::vector<double> ticks(double high, unsigned count) {
    if (high <= 0) return {0, 1};
    const double rough = high / count;
    const double power = std::pow(10, std::floor(std::log10(rough)));
    double step = power;
    for (const double factor : {1.0, 2.0, 5.0, 10.0}) {
        step = factor * power;
        if (step >= rough * 0.999) break;
    }
    std::vector<double> all;
    for (unsigned i = 0; all.empty() || all.back() < high * 0.999; ++i) all.push_back(i * step);
    return all;
}

}  // namespace smmu::platform::analyze
