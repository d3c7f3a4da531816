// A table walk: read descriptors from the start level down to a leaf, for either stage.  Arm ARM
// D8.2, D8.3.
#pragma once
#include "smmuv3/arch/desc.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/leaf.h"
#include "smmuv3/core/memos.h"
#include "smmuv3/core/recorder.h"

namespace smmu::core {

/// The walk caches as one translation uses them.
struct WalkUse {
    const WalkCaches* caches = nullptr;  ///< nullptr: there are none
    Recorder* recorder = nullptr;        ///< who is told what to keep; with caches
    TlbTag tag1{}, tag2{};               ///< of stage-1 tables, of stage-2 tables
    Memos* memos = nullptr;              ///< nullptr: all is worked out anew
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
        const WalkStepEntry* const e = use.caches->find(tag, root, input);
        use.recorder->looked_up(tag.stage1 ? CacheKind::Stage1Walk : CacheKind::Stage2Walk,
                                e != nullptr);
        if (e) {
            const WalkPosition position{(*e)[WalkStepEntry::Table], e->level(), e->above()};
            if (use.caches->note_use()) use.recorder->hit_step(unpacked(*e));
            return position;
        }
    }
    return {root.table, root.start_level, {}};
}

/// One walk: from a table on the way to the leaf.  `Tables` is what descriptors are read from, by
/// read(); `keeps`: walk caches are told of tables on the way, if there are any.
template <class Tables, bool keeps>
class Descent {
public:
    Descent(const TableRoot& root, uint64_t input, Tables& tables, const WalkUse& use,
            const TlbTag& tag, const WalkPosition& from, Fault& why)
        : root_(root),
          input_(input),
          resolved_(input & root.input_mask),
          tables_(tables),
          use_(use),
          tag_(tag),
          why_(why),
          at_(from),
          words_(from.above.word()) {}

    /// False where it stops; `why` says why then (stage and class are filled in by the stage that
    /// walks).
    [[gnu::always_inline]] bool run() {
        if (at_.level == root_.start_level) at_.table += first_table();
        if (root_.is_common) {
            constexpr arch::DescriptorFormat common{};
            descend(common);
            return is_leaf_ && take(common);
        }
        while (step(at_.level, root_.format)) continue;
        return is_leaf_ && take(root_.format);
    }

    // --- Where it ended

    /// What table descriptors on the way take away from the leaf.
    Hierarchy above() const { return Hierarchy::of(words_, root_.hierarchy); }
    arch::Descriptor descriptor() const { return descriptor_; }
    /// Of the input address itself.
    uint64_t output() const { return output_; }
    /// log2 of its size, contiguous neighbours included.
    unsigned shift() const {
        return leaf_shift(descriptor_, at_.level, shift_, root_, input_, output_);
    }
    Leaf leaf() const { return {descriptor_, address_, output_, at_.level, shift()}; }

private:
    /// The walk begins with up to sixteen tables in a row (stage 2): where that of the input is.
    uint64_t first_table() const {
        return resolved_ >> root_.start_table_bits << shift_of(root_.format.granule);
    }

    /// Nearly all tables are like that: shifts and masks are constants of each level.
    [[gnu::always_inline]] void descend(const arch::DescriptorFormat& common) {
        if constexpr (Tables::reads_are_walks) {
            while (step(at_.level, common)) continue;
            return;
        }
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
        const unsigned shift = shift_ = arch::level_shift(level, format.granule);
        const uint64_t index =
            resolved_ >> shift & arch::low_mask(arch::level_bits(format.granule));
        address_ = at_.table + index * sizeof(arch::Descriptor);
        at_.level = level;
        if (!tables_.read(address_, level, descriptor_.word[0], why_)) return false;
        if (!arch::is_table(descriptor_, level)) {
            is_leaf_ = arch::kind(descriptor_, level, format) != arch::DescriptorKind::Invalid;
            return is_leaf_ ? false : stop(arch::EventId::F_TRANSLATION);
        }
        at_.table = arch::address_of(descriptor_, shift_of(format.granule), format);
        at_.level = level + 1;
        words_ |= descriptor_.word[0];
        if (keeps && use_.caches) {
            if (at_.table & root_.too_large) return stop(arch::EventId::F_ADDR_SIZE);
            use_.recorder->keep({tag_, input_ >> shift << shift, at_.table,
                                 static_cast<uint8_t>(shift), static_cast<int8_t>(at_.level),
                                 above()});
        }
        return true;
    }

    [[gnu::always_inline]] bool take(const arch::DescriptorFormat& format) {
        const uint64_t offset = input_ & ((uint64_t{1} << shift_) - 1);
        output_ = arch::address_of(descriptor_, shift_, format) | offset;
        return (output_ & root_.too_large) == 0 || stop(arch::EventId::F_ADDR_SIZE);
    }

    [[gnu::always_inline]] bool stop(arch::EventId id) {
        why_ = fault(id);
        return false;
    }

    const TableRoot& root_;
    const uint64_t input_;
    const uint64_t resolved_;  ///< of that, what tables resolve
    Tables& tables_;
    const WalkUse& use_;
    const TlbTag& tag_;
    Fault& why_;
    WalkPosition at_;
    uint64_t words_;        ///< of table descriptors on the way, together
    uint64_t address_ = 0;  ///< of the descriptor
    uint64_t output_ = 0;
    unsigned shift_ = 0;  ///< of its level
    arch::Descriptor descriptor_{};
    bool is_leaf_ = false;
};

}  // namespace smmu::core
