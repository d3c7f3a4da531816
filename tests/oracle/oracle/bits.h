// Bits of words and of records, by the numbers that the specification prints.
#pragma once
#include <cstdint>

namespace oracle {

/// Bits [hi:lo] of a word.
constexpr uint64_t bits(uint64_t word, unsigned hi, unsigned lo) {
    return (word << (63 - hi)) >> (63 - hi + lo);
}
constexpr bool bit(uint64_t word, unsigned n) { return bits(word, n, n) != 0; }

/// Bits [hi:lo] of a record, counted from bit 0 of its first 64-bit word.  They lie in one word.
constexpr uint64_t field(const uint64_t* words, unsigned hi, unsigned lo) {
    return bits(words[lo / 64], hi % 64, lo % 64);
}

/// The address with bits [n-1:0] zero.
constexpr uint64_t aligned(uint64_t address, unsigned n) {
    return n >= 64 ? 0 : (address >> n) << n;
}
/// The address has a bit at or above bit n.
constexpr bool exceeds(uint64_t address, unsigned n) { return n < 64 && (address >> n) != 0; }

static_assert(bits(0xF00D, 15, 12) == 0xF && bits(~uint64_t{0}, 63, 0) == ~uint64_t{0});
static_assert(bit(uint64_t{1} << 63, 63) && aligned(0x1234, 8) == 0x1200);

}  // namespace oracle
