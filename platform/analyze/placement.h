// Where the pages of a range lie in the space below: in order, or a part of them broken up and out
// of order.
#pragma once
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace smmu::platform::analyze {

/// One leaf: the aligned 2^shift bytes at `input` are those at `output`.
struct Mapping {
    uint64_t input, output;
    unsigned shift;
};

class Placement {
public:
    /// `inputs`: the units of 2^unit_shift bytes that are mapped, in rising order.  They lie in a
    /// row from `output` on, aligned to their size.  `fragmentation` percent of them are mapped by
    /// pages of 2^page_shift bytes instead, and all those pages change places at random.
    Placement(std::vector<uint64_t> inputs, uint64_t output, unsigned unit_shift,
              unsigned page_shift, unsigned fragmentation, uint64_t seed);

    /// Of every leaf, in rising order of input.
    std::vector<Mapping> mappings() const;
    /// Where an address is that one of the units holds.
    uint64_t output_of(uint64_t input) const;
    /// First address beyond the outputs.
    uint64_t end() const { return output_ + (inputs_.size() << unit_shift_); }

private:
    uint64_t unit_output(size_t unit) const { return output_ + (uint64_t{unit} << unit_shift_); }

    std::vector<uint64_t> inputs_;
    uint64_t output_;
    unsigned unit_shift_, page_shift_;
    std::unordered_map<size_t, size_t> broken_;  ///< unit: its first page in pages_
    std::vector<uint64_t> pages_;                ///< outputs of the pages of broken units
};

/// The units that hold [first, first + bytes).
std::vector<uint64_t> units_of(uint64_t first, uint64_t bytes, unsigned unit_shift);

}  // namespace smmu::platform::analyze
