// Nested walks with every granule and start level at either stage: how many descriptors are read,
// in which order.  Arm IHI 0070 G.b, 15; Arm ARM D8.2; names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::FaultClass;

class NestedGranules : public GranuleBench {
protected:
    // Small enough for every start level: 16 tables of level 3 resolve 32 MB with 4KB pages.
    static constexpr uint64_t va = 0, ipa = 0x01F0'0000, pa = 0x0000'0056'789A'0000;
};

TEST_F(NestedGranules, WALK_47_ReadsOfEveryPairOfStartLevels) {
    for (const Start& one : stage1_starts)
        for (const Start& two : stage2_starts) {
            SCOPED_TRACE(::testing::Message() << one << " over " << two);
            Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(one, two));
            c.stage1.map(va, ipa, stage1_leaf());
            c.stage2.map(ipa, pa, stage2_leaf());
            attach(c);
            expect_forwarded(read(va + 0x123), pa + 0x123);
            const unsigned n1 = one.reads(), n2 = two.reads();
            EXPECT_EQ(memory.count(Purpose::Ste), 1u);
            EXPECT_EQ(memory.count(Purpose::Cd), 1u);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), n1);
            // (n1 + 1) (n2 + 1) - 1 descriptors, and n2 more to find the CD.
            EXPECT_EQ(memory.count(Purpose::Stage1Table) + memory.count(Purpose::Stage2Table),
                      (n1 + 1) * (n2 + 1) - 1 + n2);
            EXPECT_EQ(memory.log.size(), (n1 + 1) * (n2 + 1) - 1 + n2 + 2);
        }
}

TEST_F(NestedGranules, WALK_24_Stage2OfATableComesBeforeTheTable) {
    const Start &one = stage1_starts[0], &two = stage2_starts[0];  // both from level -1
    Context c(memory, SteConfig::S1S2, 0x4000'0000, shape(one, two));
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf());
    attach(c);
    read(va);
    ASSERT_EQ(memory.log.size(), 42u);
    size_t i = 1;  // behind the STE
    const auto stage2 = [&](FaultClass why) {
        for (int level = -1; level <= 3; ++level, ++i) {
            EXPECT_EQ(memory.log[i].purpose, Purpose::Stage2Table) << i;
            EXPECT_EQ(memory.log[i].level, level) << i;
            EXPECT_EQ(memory.log[i].on_behalf, why) << i;
        }
    };
    stage2(FaultClass::Cd);
    EXPECT_EQ(memory.log[i++].purpose, Purpose::Cd);
    for (int level = -1; level <= 3; ++level) {
        stage2(FaultClass::Tt);
        EXPECT_EQ(memory.log[i].purpose, Purpose::Stage1Table);
        EXPECT_EQ(memory.log[i].address, c.stage1.slot(va, level));
        EXPECT_EQ(memory.log[i++].level, level);
    }
    stage2(FaultClass::In);
    EXPECT_EQ(i, memory.log.size());
}

// A stage-1 table of 64KB lies across sixteen pages of stage 2: the one with the descriptor counts.
TEST_F(NestedGranules, WALK_06_TheIpaIsThatOfTheDescriptorNotOfTheTable) {
    Context::Shape s;
    s.t0sz = 22;  // 64KB: level 2, 8192 entries
    s.stage1 = wide(Granule::K64);
    Context c(memory, SteConfig::S1S2, 0x4000'0000, s);
    const uint64_t far = 8191ull << 29;
    c.stage1.map(far, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf());
    attach(c);
    expect_forwarded(read(far), pa);
    c.stage2.unmap(c.stage1.root() + 0xF000);
    expect_aborted(read(far), EventId::F_TRANSLATION);
    EXPECT_EQ(event()[arch::Event::Class], FaultClass::Tt);
    EXPECT_EQ(event()[arch::Event::IPA], c.stage1.root() + 0xF000);
}

}  // namespace
}  // namespace smmu::test
