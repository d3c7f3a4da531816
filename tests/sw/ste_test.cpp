// STEs and CDs that the driver makes.  Words typed by hand, or those of Linux's own tests of its
// driver.
#include <gtest/gtest.h>

#include "sw_stubs/driver/nested.h"
#include "sw_stubs/driver/stage1.h"
#include "sw_stubs/driver/vm.h"

using namespace smmu;
using namespace smmu::sw;
using arch::Ste;
using arch::SteConfig;

namespace {

// --- Plain entries
static_assert(abort_ste().word[0] == 0x1 && abort_ste().word[1] == 0);
static_assert(bypass_ste().word[0] == 0x9 && bypass_ste().word[1] == uint64_t{1} << 44);

constexpr Features plain{};
constexpr Features overriding() {
    Features f;
    f.attribute_override = true;
    return f;
}
constexpr Features stalling() {
    Features f;
    f.stall = true;
    return f;
}
static_assert(stage1_ste(0x8000'1040, plain).word[0] == 0x8000'104B);
static_assert(stage1_ste(0x8000'1040, plain).word[1] == 0xD6);
static_assert(stage1_ste(0x8000'1040, stalling()).word[1] == 0x0800'00D6);

/// The fixture of Linux's tests.  For bit placement only: no hardware takes T0SZ 4 with a 16K
/// granule.
constexpr Stage2Config fixture(Stage2Types types) {
    Stage2Config c;
    c.ttb = 0x000D'BEEF'DEAD'BEEF;  // bits 55:52 of the original are cut off there, and count here
    c.types = types;
    c.walk = {2, 1, 3};
    c.t0sz = 4;
    c.sl0 = 3;
    c.granule = 2;
    c.output_size_code = 1;
    return c;
}
constexpr Ste s2 = stage2_ste(fixture(Stage2Types::Combine), overriding(), Ats::On);
static_assert(s2.word[0] == 0xD);
static_assert(s2.word[1] == 0x1000'1000'0000);
static_assert(s2.word[2] == 0x0449'B6C4'0000'0000);
static_assert(s2.word[3] == 0x000D'BEEF'DEAD'BEE0);
static_assert((s2.word[4] | s2.word[5] | s2.word[6] | s2.word[7]) == 0);
static_assert(stage2_ste(fixture(Stage2Types::Force), plain).word[1] == uint64_t{1} << 25);

constexpr Stage1Config cd_fixture(uint16_t asid) {
    Stage1Config c;
    c.ttb = 0x000D'BEEF'DEAD'BEEF;
    c.asid = {asid};
    c.mair = 0x0ABC'DEF0'1234'5678;
    c.walk = {2, 1, 3};
    c.t0sz = 4;
    c.granule = 2;
    c.output_size_code = 1;
    return c;
}
static_assert(make_cd(cd_fixture(778)).word[0] == 0x030A'E201'C000'3684);
static_assert(make_cd(cd_fixture(1997)).word[0] == 0x07CD'E201'C000'3684);
static_assert(make_cd(cd_fixture(778)).word[1] == 0x000D'BEEF'DEAD'BEE0);
static_assert(make_cd(cd_fixture(778)).word[2] == 0);
static_assert(make_cd(cd_fixture(778)).word[3] == 0x0ABC'DEF0'1234'5678);

// --- Nested entries
constexpr GuestSte guest{{0x4000'F0F0'F0F0'F0EB, 0x1000'00D6}};  // stage 1 with ATS
constexpr Ste nested = nested_ste(check(guest), fixture(Stage2Types::Force), overriding(), Ats::On);

constexpr Ste nested_plain = nested_ste(check({{0xF800'F0F0'F0F0'F0EB, 0x1800'00D5}}),
                                        fixture(Stage2Types::Combine), overriding(), Ats::On);
static_assert(nested_plain.word[0] == 0xF800'F0F0'F0F0'F0EF);
static_assert(nested_plain.word[1] == 0x0000'1000'1808'00D5);

bool same(const Ste& a, const Ste& b) {
    for (unsigned i = 0; i < Ste::words; ++i)
        if (a.word[i] != b.word[i]) return false;
    return true;
}
Ste build(const GuestSte& g, Ats device = Ats::On) {
    return nested_ste(check(g), fixture(Stage2Types::Force), overriding(), device);
}

TEST(NestedSte, NEST_08_6_08_WorkedExample) {
    EXPECT_EQ(nested.word[0], 0x4000'F0F0'F0F0'F0EFu);
    EXPECT_EQ(nested.word[1], 0x0000'1000'1208'00D6u);
    EXPECT_EQ(nested.word[2], 0x0449'B6C4'0000'0000u);
    EXPECT_EQ(nested.word[3], 0x000D'BEEF'DEAD'BEE0u);
    for (unsigned i = 4; i < Ste::words; ++i) EXPECT_EQ(nested.word[i], 0u);
}

TEST(NestedSte, NEST_08_3_01_AnInvalidGuestSteBecomesAValidAbort) {
    EXPECT_TRUE(same(build({{0, 0}}), abort_ste()));
    const CheckedSte checked = check({{~uint64_t{1}, ~uint64_t{0}}});
    EXPECT_TRUE(checked.legal) << "without V nothing else counts";
    EXPECT_EQ(checked.ste.word[0], 0u);
    EXPECT_EQ(checked.ste.word[1], 0u);
    EXPECT_EQ(checked.ats, Ats::Off);
}

TEST(NestedSte, NEST_08_6_03_AbortAndBypassTakeNothingFromTheGuestsWord1) {
    EXPECT_TRUE(same(build({{0x1, 0x1000'00FF}}), abort_ste()));
    EXPECT_TRUE(
        same(build({{0x9, 0x1000'00FF}}), stage2_ste(fixture(Stage2Types::Force), overriding())));
}

TEST(NestedSte, NEST_08_3_05_AtsNeedsBothSides) {
    constexpr uint64_t eats = uint64_t{3} << 28;
    EXPECT_EQ(build(guest, Ats::On).word[1] & eats, uint64_t{1} << 28);
    EXPECT_EQ(build(guest, Ats::Off).word[1] & eats, 0u);
    EXPECT_EQ(build({{guest.word[0], 0xD6}}, Ats::On).word[1] & eats, 0u);
    EXPECT_EQ(check({{0x9, 0x1000'0000}}).ats, Ats::Off)
        << "bypass with EATS is legal, ATS stays off";
    EXPECT_EQ(check({{0x1, 0x1000'0000}}).ats, Ats::Off);
}

TEST(NestedSte, NEST_08_2_01_EveryBitOutsideTheMaskIsRefused) {
    const GuestSte good{{0xB, 0}};
    ASSERT_TRUE(check(good).legal);
    for (unsigned word = 0; word < 2; ++word)
        for (unsigned bit = 0; bit < 64; ++bit) {
            const bool may =
                word == 0 ? bit <= 51 || bit >= 59 : bit <= 7 || (bit >= 27 && bit <= 29);
            GuestSte g = good;
            g.word[word] |= uint64_t{1} << bit;
            const bool other_rule =
                (word == 0 && bit == 2) || (word == 1 && bit == 29);  // Config 7, EATS 2
            EXPECT_EQ(check(g).legal, may && !other_rule) << "word " << word << " bit " << bit;
        }
}

TEST(NestedSte, NEST_08_3_03_OnlyAbortBypassAndStage1AreLegal) {
    for (uint64_t config = 0; config < 8; ++config)
        EXPECT_EQ(check({{config << 1 | 1, 0}}).legal, config == 0 || config == 4 || config == 5)
            << config;
}

TEST(NestedSte, NEST_08_3_04_EatsIsZeroOrOne) {
    for (uint64_t eats = 0; eats < 4; ++eats) {
        EXPECT_EQ(check({{0xB, eats << 28}}).legal, eats < 2) << eats;
        EXPECT_EQ(check({{0x9, eats << 28}}).legal, eats < 2) << eats;
    }
    EXPECT_EQ(check(guest).ste.word[1], 0xD6u) << "EATS is not kept";
}

TEST(NestedSte, NEST_08_3_06_WhatTheHardwareChecksIsLeftToIt) {
    EXPECT_TRUE(check({{0xF80F'FFFF'FFFF'FFFB, 0}}).legal) << "S1Fmt 3, S1CDMax 31, any pointer";
}

TEST(NestingPolicy, NEST_09_03_NeedsCanwbsOrFwb) {
    Features f;
    EXPECT_FALSE(may_nest(f, false));
    EXPECT_TRUE(may_nest(f, true));
    EXPECT_EQ(stage2_policy(f), Stage2Types::Combine);
    f.fwb = true;
    EXPECT_TRUE(may_nest(f, false));
    EXPECT_EQ(stage2_policy(f), Stage2Types::Force);
}

}  // namespace
