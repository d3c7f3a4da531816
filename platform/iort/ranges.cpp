// map_id() is linear between the ends of ranges, so asking it at every end gives its whole
// function.
#include "platform/iort/ranges.h"

#include <set>

namespace smmu::platform::iort {
namespace {

using sw::iort::IdMapping;
using sw::iort::Node;
using sw::iort::Step;

/// Every ID at which the answer of map_id() may change course.
std::set<uint32_t> turning_points(const Node& node) {
    std::set<uint32_t> points{0};
    const auto add = [&](uint64_t id) {
        if (id <= UINT32_MAX) points.insert(static_cast<uint32_t>(id));
    };
    for (uint32_t i = 0; i < node.mapping_count(); ++i) {
        const IdMapping m = node.mapping(i);
        const uint64_t ids_that_fit = uint64_t{UINT32_MAX} - m.output_base;
        add(m.input_base);
        add(m.last());
        add(m.last() + 1);
        add(m.input_base + ids_that_fit + 1);
    }
    return points;
}

bool continues(const IdRange& before, const IdRange& next) {
    return uint64_t{before.last} + 1 == next.first && before.reference == next.reference &&
           before.conflict == next.conflict && before.constant == next.constant &&
           next.output == (next.constant ? before.output : before.last_output() + 1);
}

}  // namespace

std::vector<IdRange> id_ranges(const Node& node) {
    std::vector<IdRange> ranges;
    const std::set<uint32_t> points = turning_points(node);
    for (auto point = points.begin(); point != points.end(); ++point) {
        const Step step = map_id(node, *point);
        if (!step.found) continue;
        const auto after = std::next(point);
        const uint32_t last = after == points.end() ? UINT32_MAX : *after - 1;
        const IdRange range{*point, last, step.id, step.reference, step.single, step.conflict};
        if (!ranges.empty() && continues(ranges.back(), range))
            ranges.back().last = range.last;
        else
            ranges.push_back(range);
    }
    return ranges;
}

}  // namespace smmu::platform::iort
