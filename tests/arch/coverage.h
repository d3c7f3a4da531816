// Proof-reads a table of models/smmuv3/arch against the specification's headings ("S1DSS, bits
// [65:64]").
//
// A test types the headings of one record, reserved ranges included, with the field under test
// beside each.  Positions are computed here bit by bit and never from the table, so that an error
// in the table cannot hide itself.
#pragma once
#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "smmuv3/arch/bits.h"

namespace smmu::test {

using Words = std::vector<uint64_t>;

/// One heading: bits [hi:lo] of the record, and the field that claims to be there (none for
/// reserved bits).
struct Row {
    std::string name;
    unsigned hi;
    unsigned lo;
    std::function<Words()> write_ones;  ///< the record after writing all ones to this field alone
    std::function<uint64_t(const Words&)>
        read_at;  ///< the field's value in place, at its own bits of its word
};

using Rows = std::vector<Row>;

/// Bits [hi:lo] set, all others clear, in a record of `words` words.
inline Words ones(unsigned hi, unsigned lo, size_t words) {
    Words result(words, 0);
    for (unsigned bit = lo; bit <= hi; ++bit) result.at(bit / 64) |= uint64_t{1} << (bit % 64);
    return result;
}

template <class R>
R record_of(const Words& words) {
    R record{};
    for (unsigned i = 0; i < R::words; ++i) record.word[i] = words.at(i);
    return record;
}

template <class T>
constexpr T all_ones() {
    if constexpr (std::is_enum_v<T>)
        return static_cast<T>(all_ones<std::underlying_type_t<T>>());
    else
        return std::numeric_limits<T>::max();
}

template <class R, unsigned Hi, unsigned Lo, class T>
Row field(const char* name, arch::Field<R, Hi, Lo, T> f, unsigned hi, unsigned lo) {
    return {name, hi, lo,
            [f] {
                const R record = R{}.set(f, all_ones<T>());
                return Words(record.word, record.word + R::words);
            },
            [f, lo](const Words& words) {
                return static_cast<uint64_t>(record_of<R>(words)[f]) << (lo % 64);
            }};
}

template <class R, unsigned Hi, unsigned Lo>
Row field(const char* name, arch::AddressField<R, Hi, Lo> f, unsigned hi, unsigned lo) {
    return {name, hi, lo,
            [f] {
                const R record = R{}.set(f, ~uint64_t{0});
                return Words(record.word, record.word + R::words);
            },
            [f](const Words& words) { return record_of<R>(words)[f]; }};
}

template <class F>
Row field(const char* name, F f, unsigned bit) {
    return field(name, f, bit, bit);
}

/// Bits without a field here: RES0, IMPLEMENTATION DEFINED, IGNORED, or of a format that is not
/// built.
inline Row reserved(unsigned hi, unsigned lo) { return {"reserved", hi, lo, nullptr, nullptr}; }
inline Row reserved(unsigned bit) { return reserved(bit, bit); }

/// The field writes and reads exactly the bits of its heading.
inline void expect_in_place(const Row& row, size_t words) {
    const Words set = ones(row.hi, row.lo, words);
    Words clear = set;
    for (uint64_t& word : clear) word = ~word;
    EXPECT_EQ(row.write_ones(), set) << row.name << " writes other bits";
    EXPECT_EQ(row.read_at(set), set[row.lo / 64]) << row.name << " misses some of its bits";
    EXPECT_EQ(row.read_at(clear), 0u) << row.name << " reads bits that are not its own";
}

/// Every row's field is in its place, no two rows share a bit, and together they are all `bits`
/// bits of the record.
template <class R>
void expect_tiled(unsigned bits, const Rows& rows) {
    ASSERT_LE(bits, 64 * R::words);
    std::vector<std::string> owner(bits);
    for (const Row& row : rows) {
        ASSERT_LT(row.hi, bits) << row.name;
        for (unsigned bit = row.lo; bit <= row.hi; ++bit) {
            EXPECT_EQ(owner[bit], "") << row.name << " shares bit " << bit;
            owner[bit] = row.name;
        }
        if (row.write_ones) expect_in_place(row, R::words);
    }
    for (unsigned bit = 0; bit < bits; ++bit)
        EXPECT_NE(owner[bit], "") << "bit " << bit << " belongs to nobody";
}

/// A register of 32 or 64 bits at this offset from register page 0.
template <class R>
void expect_register(unsigned offset, unsigned bits, const Rows& rows) {
    EXPECT_EQ(R::offset, offset);
    EXPECT_EQ(sizeof(typename R::raw_type) * 8, bits);
    expect_tiled<R>(bits, rows);
}

}  // namespace smmu::test
