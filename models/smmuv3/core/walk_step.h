// A table in the middle of a walk, and how the walk caches keep it: in three words.
#pragma once
#include "smmuv3/core/tagged_entry.h"

namespace smmu::core {

/// What stage-1 table descriptors on the way have taken away from the leaf: PXNTable, UXNTable and
/// APTable of any of them, as they lie there.
struct Hierarchy {
    enum : uint8_t {
        PrivilegedExecuteNever = 1 << 0,
        UnprivilegedExecuteNever = 1 << 1,
        PrivilegedOnly = 1 << 2,
        ReadOnly = 1 << 3,
        All = PrivilegedExecuteNever | UnprivilegedExecuteNever | PrivilegedOnly | ReadOnly,
    };
    uint8_t taken = 0;

    constexpr bool has(uint8_t flag) const { return (taken & flag) != 0; }
    /// Of all descriptors on the way, their words ORed; `counts`: All, or 0 where tables take nothing
    /// away.
    static constexpr Hierarchy of(uint64_t words, uint8_t counts) {
        return {static_cast<uint8_t>(words >> arch::TableDescriptor::PXNTable.shift & counts)};
    }
    constexpr uint64_t word() const {
        return uint64_t{taken} << arch::TableDescriptor::PXNTable.shift;
    }
};
static_assert(arch::TableDescriptor::PXNTable.shift == 59 &&
              arch::TableDescriptor::UXNTable.shift == 60 &&
              arch::TableDescriptor::APTable.shift == 61);

/// A table in the middle of a walk.
struct WalkStep {
    TlbTag tag{};        ///< whose tables; of stage 2 the VMID alone
    uint64_t input = 0;  ///< first input address that the table resolves
    uint64_t table = 0;  ///< its address: an IPA for stage 1 of a nested stream
    uint8_t shift = 0;   ///< log2 of the bytes that it resolves; 0: none
    int8_t level = 0;    ///< of its descriptors, 0 to 3
    Hierarchy above{};   ///< stage 1
};

struct WalkStepEntry : TaggedEntry<WalkStepEntry> {
    static constexpr F<99, 98, uint8_t> Level{};
    static constexpr F<103, 100, uint8_t> Taken{};
    static constexpr P<179, 140> Table{};

    /// A table of that level that resolves the 2^shift bytes around the input.  Tables belong to their
    /// ASID, whatever their leaves say.
    bool answers(const TlbTag& tag, uint64_t input, unsigned shift, int level) const {
        return (differs(input, shift) | (differs(tag.word()) & ~AsidSet.mask)) == 0 &&
               this->level() == level;
    }
    int level() const { return static_cast<int>((*this)[Level]); }
    Hierarchy above() const { return {(*this)[Taken]}; }
};
static_assert(sizeof(WalkStepEntry) == 24);

inline WalkStepEntry pack(const WalkStep& s) {
    using E = WalkStepEntry;
    return {
        {{(s.input & E::Input.mask) | E::Shift.of(s.shift),
          s.tag.word() | E::Level.of(static_cast<uint8_t>(s.level)) | E::Taken.of(s.above.taken),
          s.table & E::Table.mask}}};
}

inline void unpack(const WalkStepEntry& e, WalkStep& s) {
    using E = WalkStepEntry;
    s.tag = e.tag();
    s.input = e[E::Input];
    s.table = e[E::Table];
    s.shift = e[E::Shift];
    s.level = static_cast<int8_t>(e.level());
    s.above = e.above();
}
inline WalkStep unpacked(const WalkStepEntry& e) {
    WalkStep s;
    unpack(e, s);
    return s;
}

}  // namespace smmu::core
