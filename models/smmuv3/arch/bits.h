// Bit fields of architectural records and registers.
//
// A field is named by the bit numbers that the specification prints, counted from bit 0 of the whole record:
// STE.S1DSS is bits [65:64], so it is F<65, 64>, and a table can be proof-read against the document row by row.
// A field never straddles a 64-bit word.  Freestanding C++17.
#pragma once
#include <stdint.h>

namespace smmu::arch {

template <unsigned Hi, unsigned Lo>
struct BitRange {
    static_assert(Hi >= Lo && Hi / 64 == Lo / 64, "a field lies inside one 64-bit word");
    static constexpr unsigned hi    = Hi;
    static constexpr unsigned lo    = Lo;
    static constexpr unsigned word  = Lo / 64;
    static constexpr unsigned shift = Lo % 64;
    static constexpr uint64_t mask  = (~uint64_t{0} >> (63 - (Hi - Lo))) << shift;
};

/// Bits [Hi:Lo] of Owner, read as T.
template <class Owner, unsigned Hi, unsigned Lo, class T>
struct Field : BitRange<Hi, Lo> {
    static_assert(sizeof(T) * 8 > Hi - Lo, "T is too narrow for this field");
    using type = T;
    /// A value where it lies in its word, to be ORed into a word that is made in one go.
    static constexpr uint64_t of(T value) {
        return static_cast<uint64_t>(value) << BitRange<Hi, Lo>::shift & BitRange<Hi, Lo>::mask;
    }
};

/// Bits [Hi:Lo] of Owner that hold an aligned address in place: address bit n is bit n of its word
/// (CD.TTB0, bits [119:68], holds address bits [55:4]).  What is read is the address.
template <class Owner, unsigned Hi, unsigned Lo>
struct AddressField : BitRange<Hi, Lo> {};

/// N 64-bit words in host order, and the one way to reach into them.  Zero when made by {}.
/// F is a field of bits, B a single bit, P an aligned pointer.
template <class Self, unsigned N>
struct Record {
    template <unsigned Hi, unsigned Lo, class T = uint32_t> using F = Field<Self, Hi, Lo, T>;
    template <unsigned Bit>                                 using B = Field<Self, Bit, Bit, bool>;
    template <unsigned Hi, unsigned Lo>                     using P = AddressField<Self, Hi, Lo>;

    static constexpr unsigned words = N;
    uint64_t word[N];

    template <unsigned Hi, unsigned Lo, class T>
    constexpr T operator[](Field<Self, Hi, Lo, T> f) const {
        return static_cast<T>((word[f.word] & f.mask) >> f.shift);
    }
    template <unsigned Hi, unsigned Lo>
    constexpr uint64_t operator[](AddressField<Self, Hi, Lo> f) const {
        return word[f.word] & f.mask;
    }
    template <unsigned Hi, unsigned Lo, class T>
    constexpr Self& set(Field<Self, Hi, Lo, T> f, typename Field<Self, Hi, Lo, T>::type value) {
        return put(f, static_cast<uint64_t>(value) << f.shift);
    }
    template <unsigned Hi, unsigned Lo>
    constexpr Self& set(AddressField<Self, Hi, Lo> f, uint64_t address) {
        return put(f, address);
    }

private:
    template <unsigned Hi, unsigned Lo>
    constexpr Self& put(BitRange<Hi, Lo> r, uint64_t bits) {
        word[r.word] = (word[r.word] & ~r.mask) | (bits & r.mask);
        return static_cast<Self&>(*this);
    }
};

/// A memory-mapped register: one word that knows its offset from register page 0, so it cannot be written elsewhere.
template <class Self, unsigned Offset, class Raw = uint32_t>
struct Register : Record<Self, 1> {
    using raw_type = Raw;
    static constexpr unsigned offset = Offset;
    constexpr Raw raw() const { return static_cast<Raw>(this->word[0]); }
};

/// Bits [hi:lo] of a number.
constexpr uint64_t bits(uint64_t value, unsigned hi, unsigned lo) {
    return (value >> lo) & (~uint64_t{0} >> (63 - (hi - lo)));
}

/// The lowest `count` bits, up to all 64 of them.
constexpr uint64_t low_mask(unsigned count) {
    return count < 64 ? (uint64_t{1} << count) - 1 : ~uint64_t{0};
}

/// True if the address has a bit set above its lowest `count`.
constexpr bool beyond(uint64_t address, unsigned count) {
    return (address & ~low_mask(count)) != 0;
}

}  // namespace smmu::arch
