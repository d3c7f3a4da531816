// Hardware updates of access flag and dirty state at both stages.  Arm IHI 0070 G.b, 3.13; Arm ARM
// D8.5.
#include "tests/core/httu_bench.h"

namespace smmu::test {
namespace {

TEST_F(Httu, HTTU_01_HTTU_02_TheAccessFlagIsSetAndNothingElse) {
    for (const bool affd : {false, true}) {
        context.cd.set(Cd::AFFD, affd);
        stage1(not_accessed(), true, false);
        const uint64_t before = leaf1();
        expect_forwarded(read(va), pa);
        EXPECT_EQ(leaf1(), before | af);
    }
}

TEST_F(Httu, HTTU_01_WithoutHaTheFlagFaults) {
    stage1(not_accessed(), false, false);
    expect_aborted(read(va), EventId::F_ACCESS);
    EXPECT_EQ(leaf1() & af, 0u);
}

TEST_F(Httu, HTTU_04_AWriteMakesAWritableCleanPageDirtyInOneUpdate) {
    stage1(writable_clean().set(Stage1Leaf::AF, false), true, true);
    const uint64_t before = leaf1();
    expect_forwarded(write_to(va), pa);
    EXPECT_EQ(leaf1(), (before | af) & ~bit7);
    unsigned updates = 0;
    for (const auto& s : memory.log) updates += s.is_write;
    EXPECT_EQ(updates, 1u);
}

TEST_F(Httu, HTTU_05_WithoutDbmReadOnlyIsReadOnly) {
    stage1(stage1_leaf().set(Stage1Leaf::AP, 0b11), true, true);
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    EXPECT_EQ(leaf1() & bit7, bit7);
}

TEST_F(Httu, HTTU_06_Stage2HasItsOwnDirtyState) {
    stage2(writable_clean2(), true, true);
    const uint64_t before = leaf2();
    expect_forwarded(write_to(va), pa);
    EXPECT_EQ(leaf2(), before | bit7);
}

TEST_F(Httu, HTTU_07_WithoutHdAWriteToAWritableCleanPageFaults) {
    stage1(writable_clean(), true, false);
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    EXPECT_EQ(leaf1() & bit7, bit7);
}

TEST_F(Httu, HTTU_08_HTTU_31_AReadLeavesItCleanAndACachedCleanPageStopsAWrite) {
    stage1(writable_clean(), true, true);
    expect_forwarded(warm(access(va)), pa);
    EXPECT_EQ(leaf1() & bit7, bit7);
    EXPECT_FALSE(warm(access(va)).writes);
    // The write walks again, and finds what is in memory now.
    context.stage1.map(va, ipa + 0x1000, writable_clean());
    context.stage2.map(ipa + 0x1000, pa + 0x7000, stage2_leaf());
    expect_forwarded(warm(writing(access(va))), pa + 0x7000);
    EXPECT_EQ(leaf1() & bit7, 0u);
    EXPECT_TRUE(warm(access(va)).writes);
}

TEST_F(Httu, HTTU_09_DbmDoesNotHelpAgainstApTable) {
    stage1(writable_clean(), true, true);
    context.stage1.add_bits(va, 2, uint64_t{0b10} << 61);  // APTable: no write
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    EXPECT_EQ(leaf1() & bit7, bit7);
}

TEST_F(Httu, HTTU_10_ACdFetchMakesNothingDirty) {
    stage2(stage2_leaf(), true, true);
    context.stage2.map(context.cd_place.address, context.cd_place.physical,
                       writable_clean2().set(Stage2Leaf::AF, false));
    expect_forwarded(read(va), pa);
    EXPECT_EQ(leaf2(context.cd_place.address) & (af | bit7), af);
}

TEST_F(Httu, HTTU_11_TheUpdateOfAStage1DescriptorIsAWriteThroughStage2) {
    stage1(not_accessed(), true, false);
    context.stage2.map(leaf_table(), memory.word(context.stage2.slot(leaf_table(), 3)),
                       stage2_leaf().set(Stage2Leaf::S2AP, 0b01));
    expect_aborted(read(va), EventId::F_PERMISSION);
    const arch::Event e = event();
    EXPECT_TRUE(e[arch::Event::S2]);
    EXPECT_EQ(e[arch::Event::Class], FaultClass::Tt);
    EXPECT_FALSE(e[arch::Event::TTRnW]);
    EXPECT_TRUE(e[arch::Event::RnW]);
    EXPECT_EQ(e[arch::Event::IPA], leaf_table());
    EXPECT_EQ(leaf1() & af, 0u);
}

TEST_F(Httu, HTTU_12_HTTU_13_TheStage2PageOfAnUpdatedDescriptorBecomesDirty) {
    context.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    stage1(writable_clean().set(Stage1Leaf::AF, false), true, true);
    const uint64_t table = leaf_table();
    context.stage2.map(table, memory.word(context.stage2.slot(table, 3)), writable_clean2());
    context.stage2.map(ipa, pa, writable_clean2().set(Stage2Leaf::AF, false));
    expect_forwarded(write_to(va), pa);
    EXPECT_EQ(leaf1() & (af | bit7), af);
    EXPECT_EQ(leaf2(table) & bit7, bit7);
    EXPECT_EQ(leaf2() & (af | bit7), af | bit7);
}

TEST_F(Httu, HTTU_21_AnAbortedUpdateIsAnAbortedWalk) {
    stage1(not_accessed(), true, false);
    const uint64_t slot = context.stage1.slot(va, 3);
    memory.swaps_abort = true;
    expect_aborted(read(va), EventId::F_WALK_EABT);
    EXPECT_EQ(event()[arch::Event::FetchAddr], slot);
    EXPECT_EQ(event()[arch::Event::Class], FaultClass::Tt);
}

TEST_F(Httu, HTTU_24_WhatSoftwareChangesMeanwhileIsNotLost) {
    stage1(writable_clean(), true, true);
    bool once = false;
    memory.before_swap = [&](uint64_t address) {
        if (!once) memory.poke(address, memory.word(address) | uint64_t{1} << 55);  // software's
        once = true;
    };
    expect_forwarded(write_to(va), pa);
    EXPECT_EQ(leaf1() & (bit7 | uint64_t{1} << 55), uint64_t{1} << 55);
}

TEST_F(Httu, HTTU_24_WhatSoftwareTakesAwayMeanwhileFaults) {
    stage1(writable_clean(), true, true);
    memory.before_swap = [&](uint64_t address) { memory.poke(address, 0); };
    expect_aborted(write_to(va), EventId::F_TRANSLATION);
    EXPECT_EQ(leaf1(), 0u);
}

TEST_F(Httu, HTTU_26_WritableCleanCountsAsWritableForWxn) {
    context.cd.set(Cd::WXN, true);
    stage1(writable_clean(), true, true);
    expect_aborted(cold(instruction(access(va))), EventId::F_PERMISSION);
    EXPECT_EQ(leaf1() & bit7, bit7);
}

TEST_F(Httu, HTTU_32_HdAloneDoesNothing) {
    stage1(writable_clean(), false, true);
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    stage1(writable_clean().set(Stage1Leaf::AF, false), false, true);
    expect_aborted(write_to(va), EventId::F_ACCESS);
    EXPECT_EQ(leaf1() & (af | bit7), bit7);
}

TEST_F(Httu, CD_26_STE_27_STE_28_IllegalWithoutTheFeature) {
    for (const unsigned httu : {0u, 1u}) {
        features.httu = httu;
        stage1(stage1_leaf(), false, true);
        expect_aborted(read(va), EventId::C_BAD_CD);
        stage1(stage1_leaf(), true, false);
        if (httu == 0)
            expect_aborted(read(va), EventId::C_BAD_CD);
        else
            expect_forwarded(read(va), pa);
        context.cd.set(Cd::HA, false).set(Cd::HD, false);
        stage2(stage2_leaf(), false, true);
        expect_aborted(read(va), EventId::C_BAD_STE);
        context.ste.set(Ste::S2HD, false);
    }
}

}  // namespace
}  // namespace smmu::test
