// Where a table walk ends.  Arm ARM D8.3, D8.7.1.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/table_root.h"

namespace smmu::core {

/// log2 of the bytes around `input` that a leaf answers for: 2^shift, or more.  The Contiguous bit is a
/// hint, taken where the output goes on over the run as the input does, and where neither leaves its
/// range: the addresses beyond must fault (Arm ARM D8.7.1).
constexpr unsigned leaf_shift(arch::Descriptor leaf, int level, unsigned shift,
                              const TableRoot& root, uint64_t input, uint64_t output) {
    const arch::Granule granule = root.format.granule;
    if (!arch::as<arch::Stage1Leaf>(leaf)[arch::Stage1Leaf::Contiguous] ||
        !arch::may_be_contiguous(level, granule))
        return shift;
    const unsigned run = shift + arch::contiguous_shift(level, granule);
    const bool fits = run <= root.input_bits && run <= root.output_bits;
    return fits && ((input ^ output) & ((uint64_t{1} << run) - 1)) == 0 ? run : shift;
}

/// The leaf that a walk arrived at.
struct Leaf {
    arch::Descriptor descriptor;
    uint64_t address;  ///< of the descriptor
    uint64_t output;   ///< of the input address itself, not of the page's begin
    int level;
    unsigned shift;  ///< log2 of its size, contiguous neighbours included
};

}  // namespace smmu::core
