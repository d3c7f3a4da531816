// Where the pages of a range lie in the space below.
#include "platform/analyze/placement.h"

#include <algorithm>
#include <random>

namespace smmu::platform::analyze {

Placement::Placement(std::vector<uint64_t> inputs, uint64_t output, unsigned unit_shift,
                     unsigned page_shift, unsigned fragmentation, uint64_t seed)
    : inputs_(std::move(inputs)),
      output_(output),
      unit_shift_(unit_shift),
      page_shift_(page_shift) {
    std::mt19937_64 random(seed);
    for (size_t unit = 0; unit < inputs_.size(); ++unit) {
        if (random() % 100 >= fragmentation) continue;
        broken_[unit] = pages_.size();
        const uint64_t begin = unit_output(unit);
        for (uint64_t at = 0; at < uint64_t{1} << unit_shift_; at += uint64_t{1} << page_shift_)
            pages_.push_back(begin + at);
    }
    for (size_t i = pages_.size(); i > 1; --i) std::swap(pages_[i - 1], pages_[random() % i]);
}

std::vector<Mapping> Placement::mappings() const {
    std::vector<Mapping> all;
    for (size_t unit = 0; unit < inputs_.size(); ++unit) {
        const auto broken = broken_.find(unit);
        if (broken == broken_.end()) {
            all.push_back({inputs_[unit], unit_output(unit), unit_shift_});
            continue;
        }
        for (size_t page = 0; page < size_t{1} << (unit_shift_ - page_shift_); ++page)
            all.push_back({inputs_[unit] + (uint64_t{page} << page_shift_),
                           pages_[broken->second + page], page_shift_});
    }
    return all;
}

uint64_t Placement::output_of(uint64_t input) const {
    const auto after = std::upper_bound(inputs_.begin(), inputs_.end(), input);
    const auto unit = static_cast<size_t>(after - inputs_.begin()) - 1;
    const uint64_t offset = input - inputs_[unit];
    const auto broken = broken_.find(unit);
    if (broken == broken_.end()) return unit_output(unit) + offset;
    return pages_[broken->second + (offset >> page_shift_)] +
           (offset & ((uint64_t{1} << page_shift_) - 1));
}

std::vector<uint64_t> units_of(uint64_t first, uint64_t bytes, unsigned unit_shift) {
    std::vector<uint64_t> units;
    for (uint64_t unit = first >> unit_shift; unit <= (first + bytes - 1) >> unit_shift; ++unit)
        units.push_back(unit << unit_shift);
    return units;
}

}  // namespace smmu::platform::analyze
