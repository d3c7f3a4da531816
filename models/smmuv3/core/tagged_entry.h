// What the entries of TLBs and walk caches have in common: which addresses they are for, and whose.
#pragma once
#include "smmuv3/arch/bits.h"
#include "smmuv3/core/translation.h"

namespace smmu::core {

/// In three words: input addresses, TlbTag::word() with other fields in its gaps, and what is found.
template <class Self>
struct TaggedEntry : arch::Record<Self, 3> {
    template <unsigned Hi, unsigned Lo, class T = uint32_t>
    using F = arch::Field<Self, Hi, Lo, T>;
    template <unsigned Bit>
    using B = arch::Field<Self, Bit, Bit, bool>;
    template <unsigned Hi, unsigned Lo>
    using P = arch::AddressField<Self, Hi, Lo>;

    static constexpr F<5, 0, uint8_t> Shift{};  // log2 of the bytes; 0: empty
    static constexpr P<63, 12> Input{};

    static constexpr F<79, 64, uint16_t> Vmid{};
    static constexpr F<95, 80, uint16_t> Asid{};
    static constexpr F<97, 96, arch::StreamWorld> World{};
    static constexpr B<104> AsidSet{};
    static constexpr B<112> Stage1{};
    static constexpr B<120> Stage2{};

    bool is_empty() const { return (*this)[Shift] == 0; }

    /// Differences to the 2^shift bytes around an address.
    uint64_t differs(uint64_t address, unsigned shift) const {
        const uint64_t page = address & ~((uint64_t{1} << shift) - 1);
        return (this->word[0] ^ (page | shift)) & (Input.mask | Shift.mask);
    }
    /// Differences to a tag, in the bits where it lies.
    uint64_t differs(uint64_t tag) const { return (this->word[1] ^ tag) & tag_bits; }

    TlbTag tag() const { return TlbTag::from(this->word[1] & tag_bits); }

protected:
    static constexpr uint64_t tag_bits =
        Vmid.mask | Asid.mask | World.mask | AsidSet.mask | Stage1.mask | Stage2.mask;
};

}  // namespace smmu::core
