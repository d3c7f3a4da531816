// Hardware updates where a fault follows or comes before them, and where the architecture leaves a
// choice.  Arm IHI 0070 G.b, 3.13.2, 3.13.4; Arm ARM D8.5.2.
#include "tests/core/httu_bench.h"

namespace smmu::test {
namespace {

TEST_F(Httu, HTTU_03_TheAccessFlagIsNeverCleared) {
    for (const bool enabled : {false, true})
        for (const bool faults : {false, true})
            for (const bool write : {false, true}) {
                context.ste.set(Ste::S2HA, enabled).set(Ste::S2HD, enabled);
                stage1(writable_clean().set(Stage1Leaf::AP, faults ? 0b10 : 0b11), enabled,
                       enabled);
                context.stage2.map(ipa, pa, writable_clean2());
                const Access a = write ? writing(access(va)) : access(va);
                cold(a);
                cold(privileged(a));
                EXPECT_EQ(leaf1() & af, af) << enabled << faults << write;
                EXPECT_EQ(leaf2() & af, af) << enabled << faults << write;
                EXPECT_EQ(leaf2(leaf_table()) & af, af);
            }
}

// [CU] Stage 2 of a table may become dirty although nothing in the table was updated.  Here it does
// not.
TEST_F(Httu, HTTU_27_Stage2OfATableStaysCleanWithoutAnUpdate) {
    context.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    for (const bool ha : {false, true}) {
        stage1(stage1_leaf(), ha, ha);
        const uint64_t table = leaf_table();
        context.stage2.map(table, memory.word(context.stage2.slot(table, 3)), writable_clean2());
        expect_forwarded(read(va), pa);
        EXPECT_EQ(leaf2(table) & (af | bit7), af) << ha;
        expect_forwarded(write_to(va), pa);
        EXPECT_EQ(leaf2(table) & (af | bit7), af) << ha;
    }
}

// [CU] Stage 1 may have been updated already.  Here it has: its descriptor says that the access came
// that far.
TEST_F(Httu, HTTU_28_AFinalFaultOfStage2LeavesStage1Updated) {
    context.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    for (const bool denied : {false, true}) {
        stage1(writable_clean().set(Stage1Leaf::AF, false), true, true);
        if (denied)
            context.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::S2AP, 0b01));
        else
            context.stage2.unmap(ipa);
        expect_aborted(write_to(va), denied ? EventId::F_PERMISSION : EventId::F_TRANSLATION);
        EXPECT_TRUE(event()[arch::Event::S2]);
        EXPECT_EQ(event()[arch::Event::Class], FaultClass::In);
        EXPECT_EQ(leaf1() & (af | bit7), af);
    }
}

TEST_F(Httu, HTTU_28_APermissionFaultOfStage1LeavesTheDirtyStateOfTheTarget) {
    context.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
    stage1(stage1_leaf().set(Stage1Leaf::AP, 0b11), true, true);  // read-only, no DBM
    context.stage2.map(ipa, pa, writable_clean2().set(Stage2Leaf::AF, false));
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    EXPECT_FALSE(event()[arch::Event::S2]);
    EXPECT_EQ(leaf2() & bit7, 0u);
}

// [CU] Either fault may be reported; here that of the descriptor, which comes first.
TEST_F(Httu, HTTU_29_AnUpdateThatFaultsIsReportedBeforeTheFinalIpa) {
    stage1(not_accessed(), true, false);
    context.stage2.map(leaf_table(), memory.word(context.stage2.slot(leaf_table(), 3)),
                       stage2_leaf().set(Stage2Leaf::S2AP, 0b01));
    context.stage2.unmap(ipa);
    expect_aborted(read(va), EventId::F_PERMISSION);
    EXPECT_TRUE(event()[arch::Event::S2]);
    EXPECT_EQ(event()[arch::Event::Class], FaultClass::Tt);
    EXPECT_EQ(event()[arch::Event::IPA], leaf_table());
    EXPECT_EQ(leaf1() & af, 0u);
}

// [CU] With walks that are not write-back an update may be atomic, not atomic, or abort.  Here it is
// as atomic as memory makes it, and aborts where memory says so.
TEST_F(Httu, HTTU_30_UpdatesDoNotDependOnTheWalksCacheability) {
    for (uint8_t inner = 0; inner < 4; ++inner)
        for (uint8_t outer = 0; outer < 4; ++outer) {
            context.cd.set(Cd::IR0, inner).set(Cd::OR0, outer);
            memory.swaps_abort = false;
            stage1(not_accessed(), true, true);
            expect_forwarded(read(va), pa);
            EXPECT_EQ(leaf1() & af, af);
            stage1(not_accessed(), true, true);
            memory.swaps_abort = true;
            expect_aborted(read(va), EventId::F_WALK_EABT);
            EXPECT_EQ(leaf1() & af, 0u);
        }
}

}  // namespace
}  // namespace smmu::test
