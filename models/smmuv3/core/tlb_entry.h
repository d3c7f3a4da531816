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

    static constexpr F<135, 128, uint8_t> Mair{};
    static constexpr P<179, 140> Output{};
    static constexpr F<187, 180, uint8_t> Attributes2{};

    /// It holds the 2^shift bytes around the address, for who has that tag: a global entry for every
    /// ASID of its set.
    bool answers(const TlbTag& tag, uint64_t address, unsigned shift) const {
        const uint64_t ignored = word[1] & Global.mask ? Asid.mask : AsidSet.mask;
        return (differs(address, shift) | (differs(tag.word()) & ~ignored)) == 0;
    }
    uint64_t translate(uint64_t address) const {
        return (*this)[Output] | (address & ((uint64_t{1} << (*this)[Shift]) - 1));
    }
    Permissions permissions2() const { return {(*this)[Permissions2]}; }
    Stage2Attributes attributes2() const { return Stage2Attributes::from((*this)[Attributes2]); }

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
                  E::SH1.of(t.attributes1.sh),
              (t.output & E::Output.mask) | E::Mair.of(t.attributes1.mair) |
                  E::Attributes2.of(t.attributes2.byte())}}};
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
    t.permissions2 = e.permissions2();
    t.attributes1 = {e[E::Mair], e[E::SH1]};
    t.attributes2 = e.attributes2();
}
inline Translation unpacked(const TlbEntry& e) {
    Translation t;
    unpack(e, t);
    return t;
}

}  // namespace smmu::core
