// The shape of one stage's tables: what the parameters say, as the architecture counts it.
#pragma once
#include "platform/analyze/workload.h"
#include "platform/expected.h"
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/features.h"

namespace smmu::platform::analyze {

struct Shape {
    arch::Granule granule = arch::Granule::K4;
    unsigned input_bits = 48;
    int start_level = 0;
    int leaf_level = 3;
    bool ds = false;  ///< CD.DS, STE.S2DS: the format of 52-bit addresses
    uint8_t sl = 0;   ///< stage 2: {S2SL0_2, S2SL0}
    unsigned output_bits = 48;

    unsigned page_shift() const { return arch::shift_of(granule); }
    unsigned leaf_shift() const { return arch::level_shift(leaf_level, granule); }
    uint8_t txsz() const { return static_cast<uint8_t>(64 - input_bits); }
};

/// Refused where the architecture has no such tables, or this SMMU does not; the sentence names the
/// key.
Expected<Shape> stage1_shape(const StageParams& params, const core::Features& features);
Expected<Shape> stage2_shape(const StageParams& params, const core::Features& features);

}  // namespace smmu::platform::analyze
