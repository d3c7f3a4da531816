// The facility behind the tables: fields, address fields, records, registers.
#include "smmuv3/arch/bits.h"

#include <gtest/gtest.h>

#include <type_traits>

namespace smmu::arch {
namespace {

enum class Colour : uint8_t { Red = 1, Blue = 2 };

struct Sample : Record<Sample, 2> {
    static constexpr F<7, 0, uint8_t> low{};
    static constexpr F<65, 64, Colour> colour{};
    static constexpr B<63> top{};
    static constexpr P<119, 76> pointer{};
};
struct Other : Record<Other, 2> {
    static constexpr F<7, 0, uint8_t> low{};
};
struct Port : Register<Port, 0x1'0040> {
    static constexpr B<31> busy{};
};

static_assert(std::is_trivially_copyable_v<Sample> && std::is_aggregate_v<Sample>);
static_assert(sizeof(Sample) == 16 && std::is_empty_v<decltype(Sample::low)>);
static_assert(!std::is_same_v<decltype(Sample::low), decltype(Other::low)>,
              "a field knows its record: it cannot reach into another");
static_assert(std::is_same_v<decltype(Sample{}[Sample::colour]), Colour>);
static_assert(Sample{}.set(Sample::low, 0x5A).word[0] == 0x5A,
              "tables work in constant expressions");

TEST(Record, IsZeroWhenMade) {
    const Sample record{};
    EXPECT_EQ(record.word[0], 0u);
    EXPECT_EQ(record.word[1], 0u);
}

TEST(Record, SetChangesNoOtherBit) {
    Sample record{{{0xFFFF'FFFF'FFFF'FFFF, 0xFFFF'FFFF'FFFF'FFFF}}};
    record.set(Sample::low, 0).set(Sample::colour, Colour::Red).set(Sample::top, false);
    EXPECT_EQ(record.word[0], 0x7FFF'FFFF'FFFF'FF00u);
    EXPECT_EQ(record.word[1], 0xFFFF'FFFF'FFFF'FFFDu);
}

TEST(Record, ValueTooWideForItsFieldIsCutOff) {
    const Sample record = Sample{}.set(Sample::colour, static_cast<Colour>(0xFE));
    EXPECT_EQ(record.word[1], 2u);
    EXPECT_EQ(record[Sample::colour], Colour::Blue);
}

TEST(Record, AddressFieldHoldsTheAddressInPlace) {
    const Sample record = Sample{}.set(Sample::pointer, 0xFFFF'FFFF'FFFF'FFFF);
    EXPECT_EQ(record.word[1], 0x00FF'FFFF'FFFF'F000u);
    EXPECT_EQ(record[Sample::pointer], 0x00FF'FFFF'FFFF'F000u);
    EXPECT_EQ(record.word[0], 0u);
}

TEST(Register, KnowsItsOffsetAndItsWidth) {
    EXPECT_EQ(Port::offset, 0x1'0040u);
    const auto raw = Port{}.set(Port::busy, true).raw();
    static_assert(std::is_same_v<decltype(raw), const uint32_t>);
    EXPECT_EQ(raw, 0x8000'0000u);
}

TEST(Bits, TakesAnyRangeOfANumber) {
    EXPECT_EQ(bits(0x1234'5678'9ABC'DEF0, 63, 0), 0x1234'5678'9ABC'DEF0u);
    EXPECT_EQ(bits(0x1234'5678'9ABC'DEF0, 63, 60), 0x1u);
    EXPECT_EQ(bits(0x1234'5678'9ABC'DEF0, 11, 4), 0xEFu);
    EXPECT_EQ(bits(0x1234'5678'9ABC'DEF0, 4, 4), 1u);
    EXPECT_EQ(bits(0x1234'5678'9ABC'DEF0, 0, 0), 0u);
}

TEST(Bits, LowMaskGoesUpToAWholeWord) {
    EXPECT_EQ(low_mask(0), 0u);
    EXPECT_EQ(low_mask(12), 0xFFFu);
    EXPECT_EQ(low_mask(63), 0x7FFF'FFFF'FFFF'FFFFu);
    EXPECT_EQ(low_mask(64), 0xFFFF'FFFF'FFFF'FFFFu);
}

TEST(Bits, BeyondLooksAboveTheLowestBits) {
    EXPECT_FALSE(beyond(0xFFF, 12));
    EXPECT_TRUE(beyond(0x1000, 12));
    EXPECT_TRUE(beyond(0x8000'0000'0000'0000, 63));
    EXPECT_FALSE(beyond(0xFFFF'FFFF'FFFF'FFFF, 64));
}

}  // namespace
}  // namespace smmu::arch
