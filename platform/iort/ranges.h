// The ID ranges of a node as software sees them: overlaps resolved, neighbours joined, in rising
// order.
#pragma once
#include <cstdint>
#include <vector>

#include "sw_stubs/iort/map.h"

namespace smmu::platform::iort {

/// The IDs first..last leave as output, output + 1, ...; all of them as `output` if `constant`.
struct IdRange {
    uint32_t first = 0;
    uint32_t last = 0;
    uint32_t output = 0;
    uint32_t reference = 0;
    bool constant = false;  ///< a single mapping: it takes every ID
    bool conflict = false;  ///< the table gives these IDs more than once

    uint32_t last_output() const { return constant ? output : output + (last - first); }
};

std::vector<IdRange> id_ranges(const sw::iort::Node& node);

}  // namespace smmu::platform::iort
