// A table walk: read descriptors from the start level down to a leaf, for either stage.  Arm ARM
// D8.2, D8.3.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"

namespace smmu::core {

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

/// The leaf that a walk arrived at.
struct Leaf {
    arch::Descriptor descriptor;
    int level;
    unsigned shift;   ///< log2 of its size, contiguous neighbours included
    uint64_t output;  ///< of the input address itself, not of the page's begin
};

/// Why a descriptor could not be read.
inline Fault failed_read(const MemoryResult& read, const Memory& memory) {
    if (read.status == MemoryResult::Status::Faulted) return memory.refusal();
    Fault f = fault(arch::EventId::F_WALK_EABT);
    f.fetch_address = read.address;
    return f;
}

/// The walk caches as one translation uses them.
struct WalkUse {
    const WalkCaches* caches = nullptr;  ///< nullptr: there are none
    Recorder* recorder = nullptr;        ///< who is told what to keep; with caches
    TlbTag tag1{}, tag2{};               ///< of stage-1 tables, of stage-2 tables
    bool leave_descriptors = false;      ///< they count as updated, but stay as they are (HTTUI)
};

/// Walks from `root`, or from the nearest cached table, to the leaf for `input`.  False where it stops;
/// `why` says why then (stage and class are filled in by the stage that walks).  `fetch` says what the
/// descriptor reads are for, and is the access that read the leaf in the end.  `pass(descriptor,
/// above)` adds what a stage-1 table descriptor takes away from what lies below, and `above` is all of
/// it.
template <class Pass>
bool walk(const TableRoot& root, uint64_t input, MemoryAccess& fetch, Memory& memory,
          const WalkUse& use, const TlbTag& tag, Hierarchy& above, const Pass& pass, Leaf& leaf,
          Fault& why) {
    using arch::DescriptorKind;
    const arch::DescriptorFormat format = root.format;
    uint64_t table = root.table;
    int level = root.start_level;
    if (use.caches && use.caches->keeps_tables(tag)) {
        WalkStep step;
        const bool is_known = use.caches->find(tag, root, input, step);
        use.recorder->looked_up(tag.stage1 ? CacheKind::Stage1Walk : CacheKind::Stage2Walk,
                                is_known);
        if (is_known) {
            use.recorder->hit_step(step);
            table = step.table;
            level = step.level;
            above = step.above;
        }
    }
    fetch.size = sizeof(arch::Descriptor);
    fetch.attributes = root.walk;

    // The start table may be short, or up to sixteen tables in a row (stage 2): its index takes all
    // bits that are left.
    const uint64_t resolved = input & ((uint64_t{1} << root.input_bits) - 1);
    const unsigned bits = arch::level_bits(format.granule), page_shift = shift_of(format.granule);
    uint64_t index_mask = level == root.start_level ? ~uint64_t{0} : (uint64_t{1} << bits) - 1;
    for (unsigned shift = arch::level_shift(level, format.granule);; ++level, shift -= bits) {
        fetch.level = static_cast<int8_t>(level);
        fetch.address = table + (resolved >> shift & index_mask) * sizeof(arch::Descriptor);
        if (!memory.read_in_place(fetch.address, root.walk, leaf.descriptor.word)) {
            const MemoryResult read = memory.read(fetch, leaf.descriptor.word);
            if (!read.done()) {
                why = failed_read(read, memory);
                return false;
            }
        }

        const DescriptorKind kind = arch::kind(leaf.descriptor, level, format);
        if (kind == DescriptorKind::Table) {
            table = arch::address_of(leaf.descriptor, page_shift, format);
            if (table >> root.output_bits) break;
            pass(arch::as<arch::TableDescriptor>(leaf.descriptor), above);
            if (use.caches)
                use.recorder->keep({tag, input >> shift << shift, table,
                                    static_cast<uint8_t>(shift), static_cast<int8_t>(level + 1),
                                    above});
            index_mask = (uint64_t{1} << bits) - 1;
            continue;
        }
        if (kind == DescriptorKind::Invalid) {
            why = fault(arch::EventId::F_TRANSLATION);
            return false;
        }
        leaf.output = arch::address_of(leaf.descriptor, shift, format) |
                      (input & ((uint64_t{1} << shift) - 1));
        if (leaf.output >> root.output_bits) break;
        leaf.level = level;
        leaf.shift = leaf_shift(leaf.descriptor, level, root, input, leaf.output);
        return true;
    }
    why = fault(arch::EventId::F_ADDR_SIZE);
    return false;
}

}  // namespace smmu::core
