// A table in the middle of a walk, and how the walk caches keep it: in three words.
#pragma once
#include "smmuv3/arch/bits.h"
#include "smmuv3/core/translation.h"

namespace smmu::core {

/// What stage-1 table descriptors on the way have taken away from the leaf (not with HADx).
struct Hierarchy {
    bool read_only = false;
    bool privileged_only = false;
    bool unprivileged_execute_never = false;
    bool privileged_execute_never = false;
};

/// A table in the middle of a walk.
struct WalkStep {
    TlbTag tag{};        ///< whose tables; of stage 2 the VMID alone
    uint64_t input = 0;  ///< first input address that the table resolves
    uint64_t table = 0;  ///< its address: an IPA for stage 1 of a nested stream
    uint8_t shift = 0;   ///< log2 of the bytes that it resolves; 0: none
    int8_t level = 0;    ///< of its descriptors
    Hierarchy above{};   ///< stage 1
};

struct WalkStepEntry : arch::Record<WalkStepEntry, 3> {
    static constexpr F<5, 0, uint8_t> Shift{};  // 0: empty
    static constexpr F<7, 6, arch::StreamWorld> World{};
    static constexpr B<8> Stage1{};
    static constexpr B<9> Stage2{};
    static constexpr B<10> AsidSet{};
    static constexpr P<63, 12> Input{};

    static constexpr F<65, 64, uint8_t> Level{};
    static constexpr B<66> ReadOnly{};
    static constexpr B<67> PrivilegedOnly{};
    static constexpr B<68> UnprivilegedExecuteNever{};
    static constexpr B<69> PrivilegedExecuteNever{};
    static constexpr P<115, 76> Table{};

    static constexpr F<143, 128, uint16_t> Vmid{};
    static constexpr F<159, 144, uint16_t> Asid{};

    bool is_empty() const { return (*this)[Shift] == 0; }

    /// A table of that level that resolves the 2^shift bytes around the input.  Tables belong to their
    /// ASID, whatever their leaves say.
    bool answers(const TlbTag& tag, uint64_t input, unsigned shift, int level) const {
        const auto wanted = WalkStepEntry{}
                                .set(Shift, static_cast<uint8_t>(shift))
                                .set(World, tag.world)
                                .set(Stage1, tag.stage1)
                                .set(Stage2, tag.stage2)
                                .set(Input, input)
                                .set(Vmid, tag.vmid.value)
                                .set(Asid, tag.asid.value);
        const uint64_t offset = ((uint64_t{1} << shift) - 1) & Input.mask;
        return ((word[0] ^ wanted.word[0]) & ~(AsidSet.mask | offset)) == 0 &&
               word[2] == wanted.word[2] && (*this)[Level] == level;
    }
};
static_assert(sizeof(WalkStepEntry) == 24);

inline WalkStepEntry pack(const WalkStep& s) {
    using E = WalkStepEntry;
    return E{}
        .set(E::Shift, s.shift)
        .set(E::World, s.tag.world)
        .set(E::Stage1, s.tag.stage1)
        .set(E::Stage2, s.tag.stage2)
        .set(E::AsidSet, s.tag.asid_set)
        .set(E::Input, s.input)
        .set(E::Level, static_cast<uint8_t>(s.level))
        .set(E::ReadOnly, s.above.read_only)
        .set(E::PrivilegedOnly, s.above.privileged_only)
        .set(E::UnprivilegedExecuteNever, s.above.unprivileged_execute_never)
        .set(E::PrivilegedExecuteNever, s.above.privileged_execute_never)
        .set(E::Table, s.table)
        .set(E::Vmid, s.tag.vmid.value)
        .set(E::Asid, s.tag.asid.value);
}

inline void unpack(const WalkStepEntry& e, WalkStep& s) {
    using E = WalkStepEntry;
    s.tag.vmid.value = e[E::Vmid];
    s.tag.asid.value = e[E::Asid];
    s.tag.world = e[E::World];
    s.tag.asid_set = e[E::AsidSet];
    s.tag.stage1 = e[E::Stage1];
    s.tag.stage2 = e[E::Stage2];
    s.input = e[E::Input];
    s.table = e[E::Table];
    s.shift = e[E::Shift];
    s.level = static_cast<int8_t>(e[E::Level]);
    s.above = {e[E::ReadOnly], e[E::PrivilegedOnly], e[E::UnprivilegedExecuteNever],
               e[E::PrivilegedExecuteNever]};
}

}  // namespace smmu::core
