// A table walk: read descriptors from the start level down to a leaf, for either stage.  Arm ARM
// D8.2, D8.3.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/recorder.h"

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

/// One descriptor in physical memory.
template <Purpose purpose>
[[gnu::always_inline]] inline bool read_descriptor(Memory& memory, const TableReads& reads,
                                                   uint64_t address, int level, uint64_t& word,
                                                   Fault& why) {
    constexpr bool of_stage2 = purpose == Purpose::Stage2Table;
    if (memory.read_in_place(of_stage2, reads.attributes, address, word)) return true;
    uint64_t read;  // not the caller's, which so stays in a register
    if (!memory.read_descriptor(reads, address, level, read, why)) return false;
    word = read;
    return true;
}

/// The leaf that a walk arrived at.
struct Leaf {
    arch::Descriptor descriptor;
    uint64_t address;  ///< of the descriptor
    uint64_t output;   ///< of the input address itself, not of the page's begin
    int level;
    unsigned shift;  ///< log2 of its size, contiguous neighbours included
};

/// The walk caches as one translation uses them.
struct WalkUse {
    const WalkCaches* caches = nullptr;  ///< nullptr: there are none
    Recorder* recorder = nullptr;        ///< who is told what to keep; with caches
    TlbTag tag1{}, tag2{};               ///< of stage-1 tables, of stage-2 tables
    bool leave_descriptors = false;      ///< they count as updated, but stay as they are (HTTUI)
};

/// Where a walk stands: the table whose descriptor it reads next.
struct WalkPosition {
    uint64_t table;
    int level;
    Hierarchy above;  ///< at the beginning
};

/// From the root, or from the nearest cached table.
inline WalkPosition begin_walk(const TableRoot& root, uint64_t input, const WalkUse& use,
                               const TlbTag& tag) {
    if (use.caches && use.caches->keeps_tables(tag)) {
        WalkStep step;
        const bool is_known = use.caches->find(tag, root, input, step);
        use.recorder->looked_up(tag.stage1 ? CacheKind::Stage1Walk : CacheKind::Stage2Walk,
                                is_known);
        if (is_known) {
            use.recorder->hit_step(step);
            return {step.table, step.level, step.above};
        }
    }
    return {root.table, root.start_level, {}};
}

/// One walk: from a table on the way to the leaf.  `Tables` is what descriptors are read from, by
/// read_descriptor<purpose>().
template <Purpose purpose, class Tables>
class Descent {
public:
    Descent(const TableRoot& root, uint64_t input, Tables& tables, const TableReads& reads,
            const WalkUse& use, const TlbTag& tag, const WalkPosition& from, Fault& why)
        : root_(root),
          input_(input),
          tables_(tables),
          reads_(reads),
          use_(use),
          tag_(tag),
          why_(why),
          at_(from),
          words_(from.above.word()) {}

    /// False where it stops; `why` says why then (stage and class are filled in by the stage that
    /// walks).
    [[gnu::always_inline]] bool run(Leaf& leaf) {
        // The start table may be short, or up to sixteen tables in a row (stage 2): its index takes
        // all bits that are left.
        const bool begins_at_root = at_.level == root_.start_level;
        if (root_.is_common) {
            constexpr arch::DescriptorFormat common{};
            if (begins_at_root) index_bits_ = ~uint64_t{0};
            descend(common);
            return is_leaf_ && take(leaf, common);
        }
        index_bits_ =
            begins_at_root ? ~uint64_t{0} : arch::low_mask(arch::level_bits(root_.format.granule));
        while (step(at_.level, root_.format)) continue;
        return is_leaf_ && take(leaf, root_.format);
    }
    /// What table descriptors on the way take away from the leaf.
    Hierarchy above() const { return Hierarchy::of(words_, root_.hierarchy); }

private:
    /// Nearly all tables are like that: shifts and masks are constants of each level.
    [[gnu::always_inline]] void descend(const arch::DescriptorFormat& common) {
        switch (at_.level) {
            case 0:
                if (!step(0, common)) return;
                [[fallthrough]];
            case 1:
                if (!step(1, common)) return;
                [[fallthrough]];
            case 2:
                if (!step(2, common)) return;
                [[fallthrough]];
            case 3: step(3, common);
        }
    }

    /// One descriptor; true: it leads further down.
    [[gnu::always_inline]] bool step(int level, const arch::DescriptorFormat& format) {
        const unsigned shift = arch::level_shift(level, format.granule);
        address_ = at_.table +
                   ((input_ & root_.input_mask) >> shift & index_bits_) * sizeof(arch::Descriptor);
        at_.level = level;
        if (!read_descriptor<purpose>(tables_, reads_, address_, level, descriptor_.word[0], why_))
            return false;
        const arch::DescriptorKind kind = arch::kind(descriptor_, level, format);
        if (kind == arch::DescriptorKind::Invalid) return stop(arch::EventId::F_TRANSLATION);
        is_leaf_ = kind != arch::DescriptorKind::Table;
        if (is_leaf_) return false;
        at_.table = arch::address_of(descriptor_, shift_of(format.granule), format);
        at_.level = level + 1;
        words_ |= descriptor_.word[0];
        if (at_.table & root_.too_large) return stop(arch::EventId::F_ADDR_SIZE);
        index_bits_ = arch::low_mask(arch::level_bits(format.granule));
        if (use_.caches)
            use_.recorder->keep({tag_, input_ >> shift << shift, at_.table,
                                 static_cast<uint8_t>(shift), static_cast<int8_t>(level + 1),
                                 above()});
        return true;
    }

    [[gnu::always_inline]] bool take(Leaf& leaf, const arch::DescriptorFormat& format) {
        const unsigned shift = arch::level_shift(at_.level, format.granule);
        const uint64_t output =
            arch::address_of(descriptor_, shift, format) | (input_ & arch::low_mask(shift));
        if (output & root_.too_large) return stop(arch::EventId::F_ADDR_SIZE);
        leaf = {descriptor_, address_, output, at_.level,
                leaf_shift(descriptor_, at_.level, shift, root_, input_, output)};
        return true;
    }

    [[gnu::always_inline]] bool stop(arch::EventId id) {
        why_ = fault(id);
        return false;
    }

    const TableRoot& root_;
    const uint64_t input_;
    Tables& tables_;
    const TableReads& reads_;
    const WalkUse& use_;
    const TlbTag& tag_;
    Fault& why_;
    WalkPosition at_;
    uint64_t words_;  ///< of table descriptors on the way, together
    uint64_t index_bits_ = arch::low_mask(arch::level_bits(arch::Granule::K4));
    uint64_t address_ = 0;  ///< of the descriptor
    arch::Descriptor descriptor_{};
    bool is_leaf_ = false;
};

}  // namespace smmu::core
