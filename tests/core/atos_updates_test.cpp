// ATOS and hardware update of descriptors.  Arm IHI 0070 G.b, 9, 3.13.
#include "tests/core/atos_bench.h"
#include "tests/core/httu_bench.h"

namespace smmu::test {
namespace {

class AtosUpdates : public AtosBench {
protected:
    AtosUpdates() : context(use(SteConfig::S1S2)) {
        features.httu = 2;
        context.cd.set(Cd::HA, true).set(Cd::HD, true);
        context.ste.set(Ste::S2HA, true).set(Ste::S2HD, true);
        context.stage1.map(va, ipa,
                           stage1_leaf()
                               .set(Stage1Leaf::AP, 0b11)
                               .set(Stage1Leaf::DBM, true)
                               .set(Stage1Leaf::AF, false));
        context.stage2.map(ipa, pa,
                           stage2_leaf()
                               .set(Stage2Leaf::S2AP, 0b01)
                               .set(Stage2Leaf::DBM, true)
                               .set(Stage2Leaf::AF, false));
        attach(context);
    }
    uint64_t leaf1() { return memory.word(context.stage1.slot(va, 3)); }
    uint64_t leaf2() { return memory.word(context.stage2.slot(ipa, 3)); }
    /// Success: FAULT is 0.
    static bool succeeds(uint64_t par) { return (par & 1) == 0; }

    Context& context;
};

TEST_F(AtosUpdates, ATOS_17_HTTU_23_InhibitedNothingChanges) {
    const auto before = memory.words();
    EXPECT_TRUE(succeeds(gatos(va | both_stages | HTTUI)));
    EXPECT_TRUE(succeeds(gatos(va | both_stages | HTTUI | RnW)));
    EXPECT_TRUE(succeeds(gatos(ipa | stage2_only | HTTUI)));
    EXPECT_EQ(memory.words(), before);
}

TEST_F(AtosUpdates, ATOS_17_InhibitedIncludesTheTablesBehindStage1AndTheCd) {
    const uint64_t table = memory.word(context.stage1.slot(va, 2)) & 0x0000'FFFF'FFFF'F000;
    for (const uint64_t at : {table, context.cd_place.address & ~uint64_t{0xFFF}})
        memory.poke(context.stage2.slot(at, 3), memory.word(context.stage2.slot(at, 3)) & ~af);
    const auto before = memory.words();
    EXPECT_TRUE(succeeds(gatos(va | both_stages | HTTUI)));
    EXPECT_EQ(memory.words(), before);
}

TEST_F(AtosUpdates, ATOS_17_NotInhibitedUpdatesAsATransaction) {
    EXPECT_TRUE(succeeds(gatos(va | both_stages | RnW)));
    EXPECT_EQ(leaf1() & (af | bit7), af | bit7);
    EXPECT_EQ(leaf2() & (af | bit7), af);
    EXPECT_TRUE(succeeds(gatos(va | both_stages)));
    EXPECT_EQ(leaf1() & bit7, 0u);
    EXPECT_EQ(leaf2() & bit7, bit7);
}

TEST_F(AtosUpdates, ATOS_17_Stage1AloneNeverDirtiesTheFinalPage) {
    EXPECT_TRUE(succeeds(gatos(va | stage1_only)));
    EXPECT_EQ(leaf1() & (af | bit7), af);
    EXPECT_EQ(leaf2() & bit7, 0u);
}

TEST_F(AtosUpdates, ATOS_17_WithoutHaHttuiHasNoEffect) {
    context.cd.set(Cd::HA, false).set(Cd::HD, false);
    attach(context);
    EXPECT_EQ(gatos(va | both_stages | HTTUI | RnW), failed(0x12));
}

TEST_F(AtosUpdates, HTTU_23_TheTlbIsToldNothing) {
    gatos(va | both_stages | HTTUI);
    EXPECT_TRUE(recorded.translations.empty());
    EXPECT_EQ(warm(access(va)).action, Action::Forward);
    EXPECT_EQ(leaf1() & af, af) << "the transaction walks, and sets the flag";
}

}  // namespace
}  // namespace smmu::test
