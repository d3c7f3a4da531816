// The 24 update sequences of Linux's tests of its entry writer, with its words, its counts of syncs and
// both of its checkers; and sequences of nested STEs.  Words are typed by hand.
#include "tests/sw/entry_writer_bench.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Cd;
using arch::Ste;

namespace {

// --- STEs of Linux's fixture.  Bit placement only: no SMMU takes T0SZ 4 with a 16KB granule.

const Ste invalid{};
const Ste bypass = words<Ste>(0x9, 0x0000'1000'0000'0000);
const Ste abort_all = words<Ste>(0x1);
/// CD table, S1DSS 2 (substream 0) or 1 (bypass, and then SHCFG), ATS.
const Ste cdtable = words<Ste>(0xF800'F0F0'F0F0'F0EB, 0x1800'00D6);
const Ste cdtable_s1bypass = words<Ste>(0xF800'F0F0'F0F0'F0EB, 0x0000'1000'1800'00D5);
const Ste cdtable_elsewhere = words<Ste>(0xF800'004B'4B4B'4B6B, 0x0000'1000'1800'00D5);
const Ste cdtable_stall = words<Ste>(0xF800'F0F0'F0F0'F0EB, 0xD6);
constexpr uint64_t s2_w2 = 0x0449'B6C4'0000'0000;
constexpr uint64_t s2_w3 = 0x000D'BEEF'DEAD'BEE0;
const Ste s2 = words<Ste>(0xD, 0x0000'1000'1000'0000, s2_w2, s2_w3);
const Ste s2_no_ats = words<Ste>(0xD, 0x0000'1000'0000'0000, s2_w2, s2_w3);
const Ste s2_stall = words<Ste>(0xD, 0x0000'1000'0000'0000, 0x0649'B6C4'0000'0000, s2_w3);
const Ste nested_s1bypass = words<Ste>(0xF800'F0F0'F0F0'F0EF, 0x0000'1000'1808'00D5, s2_w2, s2_w3);

const Cd no_cd{};
constexpr uint64_t mair = 0x0ABC'DEF0'1234'5678;
const Cd cd_778 = words<Cd>(0x030A'E201'C000'3684, s2_w3, 0, mair);
const Cd cd_1997 = words<Cd>(0x07CD'E201'C000'3684, s2_w3, 0, mair);
/// Shared virtual addressing: 48 bits, 4KB; and with EPD0 instead of R and of a walk.
const Cd sva = words<Cd>(0x07CD'E205'C000'3510, s2_w3, 0, mair);
const Cd sva_release = words<Cd>(0x07CD'C205'C000'4000, 0, 0, mair);

enum Hitless : bool { breaking = false, hitless = true };

template <class Entry>
void check_seen(const Seen& seen, unsigned syncs, Hitless expected) {
    EXPECT_EQ(seen.syncs, syncs);
    EXPECT_EQ(seen.invalid, !expected);
    EXPECT_EQ(seen.torn, 0u);
}

/// Under both checkers.
template <class Entry>
void expect(const Entry& from, const Entry& to, unsigned syncs, Hitless expected) {
    for (const Compare compare : {Compare::Whole, Compare::SafeApart}) {
        SCOPED_TRACE(compare == Compare::Whole ? "whole" : "safe bits apart");
        check_seen<Entry>(UpdateWatcher<Entry>(from, to, compare).update(), syncs, expected);
    }
}

/// Sequences in which safe bits change: the first checker is older than those.
struct Count {
    unsigned syncs;
    Hitless expected;
};
void expect_safe(const Ste& from, const Ste& to, Count with_safe, Count without) {
    {
        SCOPED_TRACE("with safe bits");
        check_seen<Ste>(UpdateWatcher<Ste>(from, to, Compare::SafeApart).update(), with_safe.syncs,
                        with_safe.expected);
    }
    SCOPED_TRACE("without safe bits");
    check_seen<Ste>(
        UpdateWatcher<Ste>(from, to, Compare::Whole).update({used_bits(from), used_bits(to)}),
        without.syncs, without.expected);
}

TEST(EntryWriter, NEST_08_8_04_NEST_19_01_Case01_BypassToAbort) {
    expect(bypass, abort_all, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_02_Case02_AbortToBypass) {
    expect(abort_all, bypass, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_03_Case03_CdtableToAbort) {
    expect(cdtable, abort_all, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_04_Case04_AbortToCdtable) {
    expect(abort_all, cdtable, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_05_Case05_CdtableToBypass) {
    expect(cdtable, bypass, 3, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_06_Case06_BypassToCdtable) {
    expect(bypass, cdtable, 3, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_07_Case07_CdtableS1dssChange) {
    expect(cdtable, cdtable_s1bypass, 1, hitless);
    expect(cdtable_s1bypass, cdtable, 1, hitless);
}
TEST(EntryWriter, NEST_08_8_01_NEST_19_08_Case08_S1dssbypassToStebypass) {
    expect(cdtable_s1bypass, bypass, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_01_NEST_19_09_Case09_StebypassToS1dssbypass) {
    expect(bypass, cdtable_s1bypass, 2, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_10_Case10_S2ToAbort) { expect(s2, abort_all, 2, hitless); }
TEST(EntryWriter, NEST_08_8_04_NEST_19_11_Case11_AbortToS2) { expect(abort_all, s2, 2, hitless); }
TEST(EntryWriter, NEST_08_8_04_NEST_19_12_Case12_S2ToBypass) { expect(s2, bypass, 2, hitless); }
TEST(EntryWriter, NEST_08_8_04_NEST_19_13_Case13_BypassToS2) { expect(bypass, s2, 2, hitless); }
TEST(EntryWriter, NEST_08_8_04_NEST_19_14_Case14_S1ToS2) { expect(cdtable, s2, 3, hitless); }
TEST(EntryWriter, NEST_08_8_04_NEST_19_15_Case15_S2ToS1) { expect(s2, cdtable, 3, hitless); }
TEST(EntryWriter, NEST_08_8_05_NEST_19_16_Case16_NonHitless) {
    expect(cdtable, cdtable_elsewhere, 3, breaking);
}
TEST(EntryWriter, NEST_08_8_05_NEST_19_17_Case17_CdS1Clear) {
    expect(no_cd, cd_1997, 2, breaking);
    expect(cd_1997, no_cd, 2, breaking);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_18_Case18_CdS1ChangeAsid) {
    expect(cd_778, cd_1997, 1, hitless);
    expect(cd_1997, cd_778, 1, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_19_Case19_S1ToS2Stall) {
    expect(cdtable_stall, s2_stall, 3, hitless);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_20_Case20_S2ToS1Stall) {
    expect(s2_stall, cdtable_stall, 3, hitless);
}
TEST(EntryWriter, NEST_08_8_01_NEST_19_21_Case21_NestedS1dssbypassToS1bypass) {
    expect_safe(nested_s1bypass, s2_no_ats, {3, hitless}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_01_NEST_19_22_Case22_NestedS1bypassToS1dssbypass) {
    expect_safe(s2_no_ats, nested_s1bypass, {2, hitless}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_02_NEST_19_23_Case23_CdSvaClear) {
    expect(no_cd, sva, 2, breaking);
    expect(sva, no_cd, 2, breaking);
}
TEST(EntryWriter, NEST_08_8_02_NEST_19_24_Case24_CdSvaRelease) {
    expect(sva, sva_release, 2, hitless);
    expect(sva_release, sva, 2, hitless);
}

// --- Nested STEs: S2FWB, VMID 0 as in the fixture, a CD table of a guest.

const Ste s2_fwb = words<Ste>(0xD, 0x0000'1000'1200'0000, s2_w2, s2_w3);
const Ste nested = words<Ste>(0x4000'F0F0'F0F0'F0EF, 0x0000'1000'1208'00D6, s2_w2, s2_w3);
const Ste nested_no_ats = words<Ste>(0x4000'F0F0'F0F0'F0EF, 0x0000'1000'0208'00D6, s2_w2, s2_w3);
const Ste nested_elsewhere = words<Ste>(0x4000'0000'1234'50EF, 0x0000'1000'1208'00D6, s2_w2, s2_w3);

TEST(EntryWriter, NEST_08_8_07_NEST_19_26_Nested_S2ToNestedAndBack) {
    expect_safe(s2_fwb, nested, {2, hitless}, {3, breaking});
    expect_safe(nested, s2_fwb, {3, hitless}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_06_NEST_19_26_Nested_S2ToNestedWithAtsChange) {
    expect_safe(s2_fwb, nested_no_ats, {2, hitless}, {3, breaking});
    expect_safe(nested_no_ats, s2_fwb, {3, hitless}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_03_NEST_19_27_Nested_EatsAloneNeedsOneSync) {
    expect_safe(nested, nested_no_ats, {1, hitless}, {1, hitless});
    expect_safe(nested_no_ats, nested, {1, hitless}, {1, hitless});
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_27_Nested_ContextPtrAloneNeedsOneSync) {
    expect_safe(nested, nested_elsewhere, {1, hitless}, {1, hitless});
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_27_Nested_S1dssAloneNeedsOneSync) {
    Ste other = nested;
    other.word[1] = 0x0000'1000'1208'00D5;
    expect_safe(nested, other, {1, hitless}, {1, hitless});
}
TEST(EntryWriter, NEST_08_8_05_NEST_19_28_Nested_ContextPtrAndS1dssTogetherBreak) {
    Ste other = nested_elsewhere;
    other.word[1] = 0x0000'1000'1208'00D5;
    expect_safe(nested, other, {3, breaking}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_07_NEST_19_29_Nested_FromAndToAbortAndBypass) {
    expect_safe(bypass, nested, {2, hitless}, {2, hitless});
    expect_safe(abort_all, nested, {2, hitless}, {2, hitless});
    expect_safe(nested, abort_all, {2, hitless}, {2, hitless});
}
TEST(EntryWriter, NEST_08_8_05_NEST_19_28_Nested_HostStage1IsBreakingWithAVmid) {
    Ste with_vmid = nested_no_ats;
    with_vmid.word[2] |= 7;
    const Ste host = words<Ste>(0x4000'F0F0'F0F0'F0EB, 0xD6);
    expect_safe(host, with_vmid, {3, breaking}, {3, breaking});
    expect_safe(with_vmid, host, {3, breaking}, {3, breaking});
    // With VMID 0 and the same attributes only the Config counts.
    expect_safe(host, nested_no_ats, {2, hitless}, {3, breaking});
    expect_safe(nested_no_ats, host, {3, hitless}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_06_NEST_19_28_Nested_EatsIsNotSafeWithS2S) {
    Ste stalls = nested_no_ats;
    stalls.word[2] = 0x0649'B6C4'0000'0000;
    Ste stalls_s2 = s2_fwb;
    stalls_s2.word[2] = 0x0649'B6C4'0000'0000;
    expect_safe(stalls, stalls_s2, {3, breaking}, {3, breaking});
}
TEST(EntryWriter, NEST_08_8_06_NEST_19_28_Nested_EatsIsNotSafeWithSplitStageAts) {
    Ste split = nested_elsewhere;
    split.word[1] = 0x0000'1000'2208'00D6;
    expect_safe(nested, split, {3, breaking}, {3, breaking});
}

// --- Entries that are not in use yet

TEST(EntryWriter, NEST_08_8_04_NEST_19_30_FirstUse_InvalidToAbortAndToS2) {
    EXPECT_EQ(UpdateWatcher<Ste>(invalid, abort_all, Compare::Whole).update().syncs, 1u);
    EXPECT_EQ(UpdateWatcher<Ste>(invalid, s2, Compare::Whole).update().syncs, 2u);
}
TEST(EntryWriter, NEST_08_8_04_NEST_19_30_S2fwbAloneNeedsOneSync) {
    expect(s2, s2_fwb, 1, hitless);
}
TEST(EntryWriter, NEST_08_8_03_TheSameEntryNeedsNoSync) {
    const Seen seen = UpdateWatcher<Ste>(s2, s2, Compare::Whole).update();
    EXPECT_EQ(seen.syncs, 0u);
    EXPECT_EQ(seen.change, Change::None);
}

/// MTCFG: nobody told the writer when it counts.
TEST(EntryWriter, ABitOfWhichNothingIsKnownMakesTheChangeBreaking) {
    Ste overridden = bypass;
    overridden.word[1] |= uint64_t{1} << 36;
    expect(bypass, overridden, 3, breaking);
    expect(overridden, bypass, 3, breaking);
    EXPECT_EQ(UpdateWatcher<Ste>(overridden, overridden, Compare::Whole).update().change,
              Change::None);
}

// --- The checker itself: it must notice a writer that does not know better.

template <class Entry>
unsigned torn_when_written_word_by_word(const Entry& from, const Entry& to) {
    UpdateWatcher<Entry> watcher(from, to, Compare::SafeApart);
    for (unsigned i = 0; i < Entry::words; ++i) watcher.store(i, to.word[i]);
    return watcher.seen().torn;
}

TEST(EntryWriter, Checker_NoticesWordsInOrder) {
    EXPECT_GT(torn_when_written_word_by_word(bypass, s2), 0u);
    EXPECT_GT(torn_when_written_word_by_word(cdtable, s2), 0u);
    EXPECT_GT(torn_when_written_word_by_word(s2_fwb, nested_elsewhere), 0u);
    EXPECT_GT(torn_when_written_word_by_word(cdtable, cdtable_elsewhere), 0u);
    EXPECT_GT(torn_when_written_word_by_word(no_cd, cd_1997), 0u);
    EXPECT_EQ(torn_when_written_word_by_word(bypass, abort_all), 0u) << "one word is enough here";
}

TEST(EntryWriter, Checker_NoticesACriticalWordThatComesFirst) {
    UpdateWatcher<Ste> watcher(bypass, nested, Compare::SafeApart);
    watcher.store(0, nested.word[0]);
    EXPECT_EQ(watcher.seen().torn, 1u);
}

}  // namespace
