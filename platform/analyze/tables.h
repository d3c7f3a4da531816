// Builds in memory what software would: a stream table, and for each stream an STE, CDs and the
// tables of its stages.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "platform/analyze/shape.h"
#include "platform/analyze/sparse_memory.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/arch/types.h"

namespace smmu::platform::analyze {

/// What one stream accesses, in one address space for each SubstreamID.
struct StreamUse {
    struct Space {
        std::optional<uint32_t> substream;
        std::vector<uint64_t> units;  ///< aligned to 2^unit_shift, in rising order
    };
    arch::StreamId stream{0};
    std::vector<Space> spaces;
};

/// The shapes of the stages that there are.
struct Shapes {
    std::optional<Shape> stage1, stage2;

    /// What a device's address goes through first.
    const Shape& first() const { return stage1 ? *stage1 : *stage2; }
    /// log2 of the bytes that one leaf of it maps.
    unsigned unit_shift() const { return first().leaf_shift(); }
    /// Where generated traffic begins: low enough for small tables, aligned to large leaves.
    uint64_t first_address() const;
};
Expected<Shapes> shapes_of(const TableParams& params, const core::Features& features);

struct BuiltTables {
    SparseMemory memory;
    arch::StrtabBase base;
    arch::StrtabBaseCfg configuration;
    uint64_t leaves = 0;  ///< of both stages, of all streams
};

/// Refused: what is mapped does not fit in the addresses that a stage can put out.
Expected<BuiltTables> build_tables(const TableParams& params, const Shapes& shapes,
                                   const core::Features& features,
                                   const std::vector<StreamUse>& uses, uint64_t seed);

}  // namespace smmu::platform::analyze
