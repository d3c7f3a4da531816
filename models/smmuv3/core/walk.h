// A table walk: read descriptors from the start level down to a leaf, for either stage.  Arm ARM
// D8.2, D8.3.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"

namespace smmu::core {

/// Address of the descriptor that resolves `input` at `level` of the table at `table`.
constexpr uint64_t descriptor_address(const TableRoot& root, uint64_t table, int level,
                                      uint64_t input) {
    // The start table may be short, or up to sixteen tables in a row (stage 2): its index takes all
    // bits that are left.
    const arch::Granule granule = root.format.granule;
    const uint64_t resolved = input & ((uint64_t{1} << root.input_bits) - 1);
    const uint64_t index = resolved >> arch::level_shift(level, granule);
    const uint64_t mask = (uint64_t{1} << arch::level_bits(granule)) - 1;
    return table + (level == root.start_level ? index : index & mask) * 8;
}

/// log2 of the bytes around `input` that a leaf answers for.  The Contiguous bit is a hint, taken
/// where the output goes on over the run as the input does, and where neither leaves its range: the
/// addresses beyond must fault (Arm ARM D8.7.1).
constexpr unsigned leaf_shift(arch::Descriptor leaf, int level, const TableRoot& root,
                              uint64_t input, uint64_t output) {
    const arch::Granule granule = root.format.granule;
    const unsigned shift = arch::level_shift(level, granule);
    if (!arch::as<arch::Stage1Leaf>(leaf)[arch::Stage1Leaf::Contiguous] ||
        !arch::may_be_contiguous(level, granule))
        return shift;
    const unsigned run = shift + arch::contiguous_shift(level, granule);
    const bool fits = run <= root.input_bits && run <= root.output_bits;
    return fits && ((input ^ output) & ((uint64_t{1} << run) - 1)) == 0 ? run : shift;
}

/// The leaf that a walk arrived at, or why it stopped (stage and class are filled in by the stage
/// that walks).
struct Leaf {
    arch::Descriptor descriptor{};
    int level = 0;
    unsigned shift = 0;    ///< log2 of its size, contiguous neighbours included
    uint64_t output = 0;   ///< of the input address itself, not of the page's begin
    MemoryAccess fetch{};  ///< the access that read it
    Fault fault{};
};

/// The walk caches as one translation uses them.
struct WalkUse {
    const WalkCaches* caches = nullptr;  ///< nullptr: there are none
    Recorder* recorder = nullptr;        ///< who is told what to keep; with caches
    TlbTag tag1{}, tag2{};               ///< of stage-1 tables, of stage-2 tables
    bool leave_descriptors = false;      ///< they count as updated, but stay as they are (HTTUI)
};

/// Walks from `root`, or from the nearest cached table, to the leaf for `input`.  `fetch` says what
/// the descriptor reads are for; `pass(descriptor, above)` adds what a stage-1 table descriptor takes
/// away from what lies below, and `above` is all of it.
template <class Pass>
Leaf walk(const TableRoot& root, uint64_t input, MemoryAccess fetch, Memory& memory,
          const WalkUse& use, const TlbTag& tag, Hierarchy& above, Pass&& pass) {
    using arch::DescriptorKind;
    const arch::DescriptorFormat format = root.format;
    uint64_t table = root.table;
    int level = root.start_level;
    if (use.caches && use.caches->keeps_tables(tag)) {
        const WalkStep* const step = use.caches->find(tag, root, input);
        use.recorder->looked_up(tag.stage1 ? CacheKind::Stage1Walk : CacheKind::Stage2Walk,
                                step != nullptr);
        if (step) {
            use.recorder->hit_step(*step);
            table = step->table;
            level = step->level;
            above = step->above;
        }
    }
    fetch.size = sizeof(arch::Descriptor);
    fetch.attributes = root.walk;

    for (;; ++level) {
        fetch.level = static_cast<int8_t>(level);
        fetch.address = descriptor_address(root, table, level, input);
        Leaf at{};
        at.level = level;
        const MemoryResult read = memory.read(fetch, at.descriptor.word);
        if (read.status == MemoryResult::Status::Faulted) {
            at.fault = read.fault;
            return at;
        }
        if (read.status == MemoryResult::Status::Abort) {
            at.fault = fault(arch::EventId::F_WALK_EABT);
            at.fault.fetch_address = read.address;
            return at;
        }

        const DescriptorKind kind = arch::kind(at.descriptor, level, format);
        if (kind == DescriptorKind::Invalid) {
            at.fault = fault(arch::EventId::F_TRANSLATION);
            return at;
        }
        const bool is_table = kind == DescriptorKind::Table;
        const unsigned shift =
            is_table ? shift_of(format.granule) : arch::level_shift(level, format.granule);
        at.output = arch::address_of(at.descriptor, shift, format);
        if (!is_table) at.output |= input & ((uint64_t{1} << shift) - 1);
        if (at.output >> root.output_bits) {
            at.fault = fault(arch::EventId::F_ADDR_SIZE);
            return at;
        }
        if (!is_table) {
            at.fetch = fetch;
            at.shift = leaf_shift(at.descriptor, level, root, input, at.output);
            return at;
        }
        pass(arch::as<arch::TableDescriptor>(at.descriptor), above);
        table = at.output;
        if (use.caches) {
            const unsigned covered = arch::level_shift(level, format.granule);
            use.recorder->keep({tag, input >> covered << covered, table,
                                static_cast<uint8_t>(covered), static_cast<int8_t>(level + 1),
                                above});
        }
    }
}

}  // namespace smmu::core
