// Invalidations of address ranges: TG, NUM, SCALE and TTL of every command that has an address.
// Command words are typed from Arm IHI 0070 G.b, 4.4.1.1; names carry the rule of the check list.
#include "tests/core/tlb_letters.h"

namespace smmu::test {
namespace {

constexpr uint64_t base = 0x0000'1234'4000'0000;
constexpr uint16_t A = 0x0A0B, one = 0x0C0D;

/// A command by address, and the world and stages of what it removes.
struct ByAddress {
    uint64_t word0;
    StreamWorld world;
    Stages stages;
    bool e2h;
};
constexpr ByAddress commands[] = {
    {0x0C0D'0A0B'0000'0012, StreamWorld::El1, Stages::Both, false},   // NH_VA
    {0x0000'0A0B'0000'0013, StreamWorld::El1, Stages::One, false},    // NH_VAA
    {0x0000'0A0B'0000'002A, StreamWorld::El1, Stages::Two, false},    // S2_IPA
    {0x0000'0000'0000'0022, StreamWorld::El2, Stages::One, false},    // EL2_VA
    {0x0C0D'0000'0000'0022, StreamWorld::El2E2h, Stages::One, true},  // EL2_VA with E2H
    {0x0000'0000'0000'0023, StreamWorld::El2E2h, Stages::One, true},  // EL2_VAA
};

constexpr uint64_t num(uint64_t n) { return n << 12; }
constexpr uint64_t scale(uint64_t n) { return n << 20; }
constexpr uint64_t tg(uint64_t g) { return g << 10; }
constexpr uint64_t ttl(uint64_t l) { return l << 8; }
constexpr uint64_t ttl128 = 1 << 7;

class TlbiRanges : public TlbLetters {
protected:
    void add(char letter, const ByAddress& c, uint64_t input, uint8_t shift = 12) {
        const bool el1 = c.world == StreamWorld::El1;
        const bool has_asid = c.world != StreamWorld::El2 && c.stages != Stages::Two;
        letters.push_back({letter, c.world, c.stages, el1 ? A : uint16_t{0},
                           has_asid ? one : uint16_t{0}, false, input, shift, shift});
    }
    /// Pages at the given distances from `base`, named from 'a' on.
    void pages(const ByAddress& c, std::initializer_list<uint64_t> offsets) {
        letters.clear();
        controls.e2h = c.e2h;
        char letter = 'a';
        for (const uint64_t offset : offsets) add(letter++, c, base + offset);
    }
};

TEST_F(TlbiRanges, CMD_23_CMD_42_RangeIsNumPlus1Times2ToTheScaleGranules) {
    struct Row {
        uint64_t tg, num, scale, bytes;
    };
    const Row rows[] = {
        {1, 1, 0, 0x2000},
        {1, 31, 0, 0x2'0000},
        {1, 0, 1, 0x2000},
        {1, 1, 2, 0x8000},
        {1, 31, 31, 0x1'0000'0000'0000},
        {2, 1, 0, 0x8000},
        {2, 2, 3, 0x6'0000},
        {3, 1, 0, 0x2'0000},
        {3, 0, 4, 0x10'0000},
        {3, 4, 10, 0x1400'0000},
    };
    for (const ByAddress& c : commands)
        for (const Row& r : rows) {
            SCOPED_TRACE(::testing::Message() << std::hex << c.word0 << " row " << &r - rows);
            pages(c, {0, r.bytes - 0x1000, r.bytes, ~uint64_t{0xFFF}});
            EXPECT_EQ(removes(c.word0 | num(r.num) | scale(r.scale), base | tg(r.tg)), "ab");
            EXPECT_EQ(removes(c.word0 | num(r.num) | scale(r.scale), base | tg(r.tg) | 1), "ab");
        }
}

TEST_F(TlbiRanges, CMD_24_GranuleWithoutRangeOrLevelIsIllegal) {
    for (const ByAddress& c : commands)
        for (uint64_t g = 0; g < 4; ++g)
            for (uint64_t level = 0; level < 4; ++level) {
                SCOPED_TRACE(::testing::Message()
                             << std::hex << c.word0 << " TG " << g << " TTL " << level);
                pages(c, {0, 0x1000});
                features.lpa2 = false;
                const bool level_counts = level != 0 && !(g == 2 && level == 1);
                const uint64_t word1 = base | tg(g) | ttl(level);
                EXPECT_EQ(is_illegal(c.word0, word1), g != 0 && !level_counts);
                EXPECT_EQ(is_illegal(c.word0, word1 | ttl128), g != 0 && !level_counts);
                EXPECT_FALSE(is_illegal(c.word0 | num(1), word1));
                EXPECT_FALSE(is_illegal(c.word0 | scale(1), word1));
                features.lpa2 = true;  // then 16KB tables have leaves of level 1
                EXPECT_EQ(is_illegal(c.word0, word1), g != 0 && level == 0);
            }
}

// One granule, with a hint of the level of its leaf.
TEST_F(TlbiRanges, CMD_23_CMD_25_TtlAloneNamesOneGranule) {
    for (const ByAddress& c : commands) {
        pages(c, {0, 0x1000, 0x3000, 0x4000, 0xF000, 0x1'0000});
        EXPECT_EQ(removes(c.word0, base | tg(1) | ttl(3)), "a");
        EXPECT_EQ(removes(c.word0, base | tg(2) | ttl(3)), "abc");
        EXPECT_EQ(removes(c.word0, base | tg(3) | ttl(3)), "abcde");
    }
}

// The level is a hint that would let other leaves stay: those of that level must go.
TEST_F(TlbiRanges, CMD_25_LeavesOfTheLevelAreRemoved) {
    struct Row {
        uint64_t tg, ttl;
        uint8_t shift;
    };
    for (const Row& r : {Row{1, 1, 30}, Row{1, 2, 21}, Row{1, 3, 12}, Row{2, 1, 36}, Row{2, 2, 25},
                         Row{2, 3, 14}, Row{3, 1, 42}, Row{3, 2, 29}, Row{3, 3, 16}})
        for (const ByAddress& c : commands) {
            letters.clear();
            controls.e2h = c.e2h;
            features.lpa2 = true;
            const uint64_t aligned = 0x0000'0400'0000'0000;
            add('a', c, aligned, r.shift);
            add('b', c, aligned + (uint64_t{1} << r.shift), r.shift);
            EXPECT_EQ(removes(c.word0, aligned | tg(r.tg) | ttl(r.ttl)), "a");
            EXPECT_EQ(removes(c.word0 | num(31), aligned | tg(r.tg)), r.ttl == 3 ? "ab" : "a")
                << "TTL 0: leaves of any level";
        }
}

TEST_F(TlbiRanges, TLB_18_CMD_23_ABlockGoesWhenTheRangeHoldsAPartOfIt) {
    for (const ByAddress& c : commands) {
        letters.clear();
        controls.e2h = c.e2h;
        add('a', c, base, 21);
        add('b', c, base + 0x20'0000, 21);
        EXPECT_EQ(removes(c.word0 | num(1), (base + 0x1F'F000) | tg(1)), "ab");
        EXPECT_EQ(removes(c.word0 | num(1), (base + 0x10'0000) | tg(1)), "a");
    }
}

// CMD_TLBI_NH_VA and NH_VAA: an entry cut from a larger stage-1 block.
TEST_F(TlbiRanges, TLB_18_APageCutFromAStage1BlockGoesWithAnyPartOfTheBlock) {
    letters = {{'a', StreamWorld::El1, Stages::Both, A, one, false, base + 0x12'3000, 12, 21}};
    for (const uint64_t word0 : {0x0C0D'0A0B'0000'1012, 0x0000'0A0B'0000'1013}) {
        EXPECT_EQ(removes(word0, base | tg(1)), "a");
        EXPECT_EQ(removes(word0, (base + 0x20'0000) | tg(1)), "");
    }
}

TEST_F(TlbiRanges, CMD_23_TLB_19_ARangeDoesNotWrap) {
    for (const bool lpa2 : {false, true}) {
        features.lpa2 = lpa2;
        const ByAddress& nh_va = commands[0];
        letters.clear();
        add('a', nh_va, 0);
        add('b', nh_va, 0x0000'FFFF'FFFF'F000);
        add('c', nh_va, 0xFFFF'0000'0000'0000);
        add('d', nh_va, 0xFFFF'FFFF'FFFF'F000);
        const uint64_t longest = num(31) | scale(lpa2 ? 39 : 31);
        EXPECT_EQ(removes(nh_va.word0 | longest, 0xFFFF'FFFF'FFFF'F000 | tg(3)), "d");
        EXPECT_EQ(removes(nh_va.word0 | longest, 0xFFFF'0000'0000'0000 | tg(3)), "cd");
        // From TTB0 on, the longest range does not reach TTB1.
        EXPECT_EQ(removes(nh_va.word0 | longest, 0x0 | tg(3)), "ab");
    }
}

// SCALE has five bits without IDR5.DS; with it six, and 39 at most.
TEST_F(TlbiRanges, CMD_23_CMD_24_WidthOfScale) {
    for (const ByAddress& c : commands) {
        pages(c, {0, 0x1000, 0x0001'0000'0000});
        features.lpa2 = false;
        // Bit 25 is RES0: refused, or ignored and then the reserved combination.
        EXPECT_TRUE(is_illegal(c.word0 | scale(32), base | tg(1)));
        EXPECT_EQ(removes(c.word0 | num(1) | scale(32), base | tg(1)), "ab") << "ignored";
        features.lpa2 = true;
        EXPECT_FALSE(is_illegal(c.word0 | scale(32), base | tg(1)));
        EXPECT_EQ(removes(c.word0 | scale(20), base | tg(1)), "ab");  // 2^32 bytes
        EXPECT_EQ(removes(c.word0 | scale(21), base | tg(1)), "abc");
    }
    // 2^39 granules of 4KB are 2^51 bytes, also for larger values.
    const ByAddress& nh_va = commands[0];
    letters.clear();
    add('a', nh_va, 0x0007'FFFF'FFFF'F000);
    add('b', nh_va, 0x0008'0000'0000'0000);
    for (const uint64_t n : {39, 40, 63}) EXPECT_EQ(removes(nh_va.word0 | scale(n), tg(1)), "a");
    EXPECT_EQ(removes(nh_va.word0 | scale(38), tg(1)), "");
}

TEST_F(TlbiRanges, CMD_24_CMD_25_WithoutAGranuleItIsOneAddress) {
    for (const ByAddress& c : commands) {
        pages(c, {0, 0x1000});
        for (uint64_t level = 0; level < 4; ++level)
            EXPECT_EQ(removes(c.word0 | num(31) | scale(31), base | ttl(level)), "a");
    }
}

TEST_F(TlbiRanges, CMD_25_REG_32_WithoutRilTheFieldsAreIgnored) {
    features.minor_revision = 1;
    features.range_invalidation = false;
    for (const ByAddress& c : commands) {
        pages(c, {0, 0x1000, 0x4000});
        for (uint64_t g = 0; g < 4; ++g)
            for (uint64_t level = 0; level < 4; ++level)
                for (const uint64_t range : {uint64_t{0}, num(31), scale(31), num(31) | scale(63)})
                    EXPECT_EQ(removes(c.word0 | range, base | tg(g) | ttl(level) | ttl128), "a");
    }
}

// 4.1.6: an IPA is Address[55:12], other bits are taken as zero.
TEST_F(TlbiRanges, CMD_42_BitsAboveAnIpaAreIgnored) {
    const ByAddress& s2_ipa = commands[2];
    pages(s2_ipa, {0, 0x1000, 0x2000});
    for (const uint64_t above : {uint64_t{0x01} << 56, uint64_t{0xFF} << 56}) {
        EXPECT_EQ(removes(s2_ipa.word0, above | base), "a");
        EXPECT_EQ(removes(s2_ipa.word0 | num(1), above | base | tg(1)), "ab");
    }
}

// Only what the other parameters match.
TEST_F(TlbiRanges, CMD_15_CMD_16_CMD_20_RangesKeepToTheirScope) {
    letters = {
        {'a', StreamWorld::El1, Stages::Both, A, one, false, base},
        {'b', StreamWorld::El1, Stages::Both, A, 0x0C0E, false, base + 0x1000},
        {'c', StreamWorld::El1, Stages::Both, A, 0x0C0E, true, base + 0x2000},
        {'d', StreamWorld::El1, Stages::Both, 0x0A0C, one, false, base},
        {'e', StreamWorld::El1, Stages::Two, A, 0, false, base},
        {'f', StreamWorld::El2, Stages::One, 0, 0, false, base},
        {'g', StreamWorld::El2E2h, Stages::One, 0, one, false, base},
    };
    const uint64_t range = num(31), word1 = base | tg(1);
    EXPECT_EQ(removes(0x0C0D'0A0B'0000'0012 | range, word1), "ac");
    EXPECT_EQ(removes(0x0000'0A0B'0000'0013 | range, word1), "abc");
    EXPECT_EQ(removes(0x0000'0A0B'0000'002A | range, word1), "e");
}

}  // namespace
}  // namespace smmu::test
