// A translation as the TLBs keep it, in three words.
#pragma once
#include "smmuv3/core/tagged_entry.h"

namespace smmu::core {

struct TlbEntry : TaggedEntry<TlbEntry> {
    static constexpr F<11, 6, uint8_t> LeafShift{};

    static constexpr F<103, 98, uint8_t> Permissions1{};
    static constexpr F<110, 105, uint8_t> Permissions2{};
    static constexpr B<111> Global{};
    static constexpr F<114, 113, arch::Shareability> SH1{};
    static constexpr F<118, 115, uint8_t> MemAttr{};
    static constexpr B<119> ForcedWriteBack{};
    static constexpr F<122, 121, arch::Shareability> SH2{};
    static constexpr B<123> NoTagAccess{};

    static constexpr F<135, 128, uint8_t> Mair{};
    static constexpr P<179, 140> Output{};

    /// It holds the 2^shift bytes around the address, for who has that tag: a global entry for every
    /// ASID of its set.
    bool answers(const TlbTag& tag, uint64_t address, unsigned shift) const {
        const uint64_t ignored = word[1] & Global.mask ? Asid.mask : AsidSet.mask;
        return (differs(address, shift) | (differs(tag.word()) & ~ignored)) == 0;
    }
    /// The same page for the same accesses.
    bool replaces(const TlbEntry& o) const {
        const uint64_t ignored = word[1] & Global.mask ? Asid.mask : AsidSet.mask;
        const uint64_t differs_in = (word[1] ^ o.word[1]) & (tag_bits | Global.mask);
        return (((word[0] ^ o.word[0]) & ~LeafShift.mask) | (differs_in & ~ignored)) == 0;
    }
};
static_assert(sizeof(TlbEntry) == 24);

inline TlbEntry pack(const Translation& t) {
    using E = TlbEntry;
    return {{{(t.input & E::Input.mask) | E::Shift.of(t.shift) | E::LeafShift.of(t.leaf_shift),
              t.tag.word() | E::Permissions1.of(t.permissions1.set) |
                  E::Permissions2.of(t.permissions2.set) | E::Global.of(t.global) |
                  E::SH1.of(t.attributes1.sh) | E::MemAttr.of(t.attributes2.mem_attr) |
                  E::ForcedWriteBack.of(t.attributes2.forced_write_back) |
                  E::SH2.of(t.attributes2.sh) | E::NoTagAccess.of(t.attributes2.no_tag_access),
              (t.output & E::Output.mask) | E::Mair.of(t.attributes1.mair)}}};
}

inline void unpack(const TlbEntry& e, Translation& t) {
    using E = TlbEntry;
    t.input = e[E::Input];
    t.output = e[E::Output];
    t.tag = e.tag();
    t.global = e[E::Global];
    t.shift = e[E::Shift];
    t.leaf_shift = e[E::LeafShift];
    t.permissions1.set = e[E::Permissions1];
    t.permissions2.set = e[E::Permissions2];
    t.attributes1 = {e[E::Mair], e[E::SH1]};
    t.attributes2 = {e[E::MemAttr], e[E::SH2], e[E::ForcedWriteBack], e[E::NoTagAccess]};
}

}  // namespace smmu::core
