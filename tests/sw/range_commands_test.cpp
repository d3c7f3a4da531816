// Ranges as commands: with RIL, without, and for devices' own translations.  Words are typed by hand
// from IHI 0070 G.b, 4.4.1.1, 4.4.3.1 and 4.5.1.
#include "sw_stubs/driver/range_commands.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "sw_stubs/driver/atc.h"
#include "sw_stubs/driver/commands.h"

using namespace smmu;
using namespace smmu::sw;
using arch::Command;

namespace {

using Words = std::pair<uint64_t, uint64_t>;
Words words(const Command& c) { return {c.word[0], c.word[1]}; }

std::vector<Words> ranges(const TableChange& c, RangeCommands ril = RangeCommands::Present) {
    std::vector<Words> list;
    for_each_command(ril, commands::forget_ipa({7}, 0), c,
                     [&](const Command& command) { list.push_back(words(command)); });
    return list;
}
TableChange pages_4k(uint64_t address, uint64_t pages) {
    TableChange c;
    c.address = address;
    c.size = pages << 12;
    c.leaf_shift = 12;
    return c;
}

constexpr uint64_t s2_ipa = 0x0000'0007'0000'002A;
/// TG 4K, leaf, TTL of level 3 or without.
constexpr uint64_t level3 = 0x701, any_level = 0x401;

TEST(RangeCommands, NEST_16_2_01_OnePageIsNum0Scale0WithItsLevel) {
    EXPECT_EQ(ranges(pages_4k(0x4000'3000, 1)),
              (std::vector<Words>{{s2_ipa, 0x4000'3000 | level3}}));
}

TEST(RangeCommands, NEST_16_2_01_NumIsOneLessThanTheFactorAndScaleItsPowerOfTwo) {
    EXPECT_EQ(ranges(pages_4k(0x4000'0000, 31)),
              (std::vector<Words>{{s2_ipa | 30 << 12, 0x4000'0000 | level3}}));
    EXPECT_EQ(ranges(pages_4k(0x4000'0000, 32)),
              (std::vector<Words>{{s2_ipa | 5 << 20, 0x4000'0000 | level3}}));
    EXPECT_EQ(ranges(pages_4k(0x4000'0000, 0x300)),
              (std::vector<Words>{{s2_ipa | 8 << 20 | 2 << 12, 0x4000'0000 | level3}}));
}

TEST(RangeCommands, NEST_16_2_02_TheRestFollowsBehindWithALargerScale) {
    // 0x8421 pages: 1, then 0x20, 0x400, 0x8000.
    EXPECT_EQ(ranges(pages_4k(0x4000'0000, 0x8421)),
              (std::vector<Words>{{s2_ipa, 0x4000'0000 | level3},
                                  {s2_ipa | 5 << 20, 0x4000'1000 | level3},
                                  {s2_ipa | 10 << 20, 0x4002'1000 | level3},
                                  {s2_ipa | 15 << 20, 0x4042'1000 | level3}}));
}

TEST(RangeCommands, NEST_16_2_01_TtlIsTheLevelOfTheLeaves) {
    TableChange c;
    c.address = 0x4000'0000;
    c.size = 0x40'0000;
    c.leaf_shift = 21;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa | 10 << 20, 0x4000'0000 | 0x601}}))
        << "level 2: TTL 2; in pages of the granule";
    c.leaf_shift = 30;
    c.size = 0x4000'0000;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa | 18 << 20, 0x4000'0000 | 0x501}}));
    c.page_shift = c.leaf_shift = 16;
    c.size = 0x1'0000;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa, 0x4000'0000 | 0xF01}})) << "TG 3, TTL 3";
    c.page_shift = c.leaf_shift = 14;
    c.size = 0x4000;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa, 0x4000'0000 | 0xB01}})) << "TG 2, TTL 3";
}

/// TG without NUM, SCALE and TTL is reserved: CERROR_ILL.
TEST(RangeCommands, NEST_16_2_03_WithoutALevelASinglePageBecomesTwo) {
    TableChange c = pages_4k(0x4000'0000, 1);
    c.leaf_shift = 0;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa | 1 << 20, 0x4000'0000 | any_level}}));
    c = pages_4k(0x4000'0000, 33);
    c.leaf_shift = 0;
    EXPECT_EQ(ranges(c),
              (std::vector<Words>{{s2_ipa | 1 << 20 | 16 << 12, 0x4000'0000 | any_level}}));
    c = pages_4k(0x4000'0000, 3);
    c.leaves_only = false;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa | 2 << 12, 0x4000'0000 | 0x400}}))
        << "tables go too: no Leaf, no TTL";
}

TEST(RangeCommands, NEST_16_2_02_NEST_16_2_03_NoCommandIsReservedAndTogetherTheyCoverTheRange) {
    for (const unsigned leaf_shift : {0u, 12u})
        for (uint64_t pages = 1; pages < 5000; ++pages) {
            TableChange c = pages_4k(0x4000'0000, pages);
            c.leaf_shift = leaf_shift;
            uint64_t at = c.address;
            for (const auto& [w0, w1] : ranges(c)) {
                const uint64_t num = w0 >> 12 & 0x1F, scale = w0 >> 20 & 0x3F, ttl = w1 >> 8 & 3;
                EXPECT_FALSE(num == 0 && scale == 0 && ttl == 0) << pages;
                EXPECT_EQ(w1 & ~uint64_t{0xFFF}, at) << pages;
                at += (num + 1) << scale << 12;
            }
            const uint64_t end = c.address + c.size;
            EXPECT_TRUE(at == end || (leaf_shift == 0 && at == end + 0x1000)) << pages;
        }
}

TEST(RangeCommands, NEST_16_2_04_ScaleStaysInFiveBits) {
    TableChange c = pages_4k(0, uint64_t{1} << 37);  // 2^49 bytes
    c.leaf_shift = 30;
    EXPECT_EQ(ranges(c), (std::vector<Words>{{s2_ipa | 31 << 20 | 31 << 12, 0x501},
                                             {s2_ipa | 31 << 20 | 31 << 12, 0x1'0000'0000'0501}}));
}

TEST(RangeCommands, NEST_16_2_05_WithoutRilEachLeafIsOneCommand) {
    EXPECT_EQ(ranges(pages_4k(0x4000'0000, 2), RangeCommands::Absent),
              (std::vector<Words>{{s2_ipa, 0x4000'0001}, {s2_ipa, 0x4000'1001}}));
    TableChange c;
    c.address = 0x4000'0000;
    c.size = 0x40'0000;
    c.leaf_shift = 21;
    c.leaves_only = false;
    EXPECT_EQ(ranges(c, RangeCommands::Absent),
              (std::vector<Words>{{s2_ipa, 0x4000'0000}, {s2_ipa, 0x4020'0000}}));
}

// --- ATC_INV

TEST(AtcInv, NEST_16_1_01_ARangeIsTheSmallestAlignedPowerOfTwoAroundIt) {
    const ats::Requester device{{0x105}, {0}, false};
    EXPECT_EQ(words(ats::forget_range(device, 0x7000, 0x1000)),
              (Words{0x0000'0105'0000'0040, 0x7000}));
    EXPECT_EQ(words(ats::forget_range(device, 0x8000, 0x2000)),
              (Words{0x0000'0105'0000'0040, 0x8001}));
    EXPECT_EQ(words(ats::forget_range(device, 0x7000, 0x4000)), (Words{0x0000'0105'0000'0040, 4}))
        << "pages 7 to 10: 16 pages from 0";
    EXPECT_EQ(words(ats::forget_range(device, 0, ~uint64_t{0})),
              (Words{0x0000'0105'0000'0040, 52}));
}

TEST(AtcInv, NEST_16_1_02_EverythingIsSize52) {
    EXPECT_EQ(words(ats::forget_all({{0x105}, {0}, false})), (Words{0x0000'0105'0000'0040, 52}));
    EXPECT_EQ(words(ats::forget_all({{0x105}, {0x12345}, true})),
              (Words{0x0000'0105'1234'5840, 52}))
        << "with SSV";
}

}  // namespace
