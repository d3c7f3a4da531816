// Nested translation: VA to IPA by stage 1, IPA to PA by stage 2.  Arm IHI 0070 G.b, 3.3, 3.4, 15.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using core::MemoryAccess;

class Nested : public Bench {
protected:
    static constexpr uint64_t va = 0x0000'1234'5678'9000;
    static constexpr uint64_t ipa = 0x0000'00AB'CDEF'0000;
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;

    Nested() {
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        attach(context);
    }

    Context context{memory};
};

TEST_F(Nested, AddressGoesThroughBothStages) { expect_forwarded(read(va + 0x123), pa + 0x123); }

TEST_F(Nested, WALK_47_ColdWalkReadsTwentyFourDescriptorsAndTheConfiguration) {
    read(va);
    EXPECT_EQ(memory.count(Purpose::Ste), 1u);
    EXPECT_EQ(memory.count(Purpose::Cd), 1u);
    EXPECT_EQ(memory.count(Purpose::Stage1Table), 4u);
    EXPECT_EQ(memory.count(Purpose::Stage2Table), 24u - 4u + 4u) << "four of them for the CD";
    EXPECT_EQ(memory.log.size(), 24u + 1u + (1u + 4u));
}

TEST_F(Nested, ReadsComeInTheOrderOfTheProcedure) {
    using P = Purpose;
    read(va);
    std::vector<std::pair<P, int>> expected = {{P::Ste, 0}};
    const auto stage2_then = [&](P purpose, int level) {
        for (int l = 0; l < 4; ++l) expected.push_back({P::Stage2Table, l});
        expected.push_back({purpose, level});
    };
    stage2_then(P::Cd, 0);
    for (int l = 0; l < 4; ++l) stage2_then(P::Stage1Table, l);
    for (int l = 0; l < 4; ++l) expected.push_back({P::Stage2Table, l});

    std::vector<std::pair<P, int>> seen;
    for (const auto& s : memory.log) seen.push_back({s.purpose, s.level});
    EXPECT_EQ(seen, expected);
}

TEST_F(Nested, EveryReadSaysForWhomItIs) {
    using arch::FaultClass;
    read(va);
    for (size_t i = 0; i < memory.log.size(); ++i) {
        const auto& s = memory.log[i];
        EXPECT_EQ(s.stream, stream);
        EXPECT_FALSE(s.is_write);
        EXPECT_EQ(s.size, s.purpose == Purpose::Ste || s.purpose == Purpose::Cd ? 64u : 8u);
        if (s.purpose != Purpose::Stage2Table) continue;
        const FaultClass why = i < 5 ? FaultClass::Cd : i < 26 ? FaultClass::Tt : FaultClass::In;
        EXPECT_EQ(s.on_behalf, why) << "read " << i;
    }
}

TEST_F(Nested, CdAndStage1TablesAreReadAtTheirPhysicalAddresses) {
    read(va);
    EXPECT_EQ(memory.log[5].address, context.cd_place.physical);
    for (int level = 0; level < 4; ++level)
        EXPECT_EQ(memory.log[10 + 5 * static_cast<size_t>(level)].address,
                  context.stage1.slot(va, level));
}

TEST_F(Nested, SizeIsTheSmallerOfTheStages) {
    const int page = 3, block2m = 2, block1g = 1;
    const unsigned shift[4] = {0, 30, 21, 12};
    for (const int s1 : {page, block2m, block1g})
        for (const int s2 : {page, block2m, block1g}) {
            const auto n = static_cast<uint64_t>(s1 * 4 + s2);
            const uint64_t v = n << 40, i = n << 39, p = n << 38;
            context.stage1.map(v, i, stage1_leaf(), s1);
            context.stage2.map(i + 0x1000, p + 0x1000, stage2_leaf(), s2);
            const Outcome o = read(v + 0x1ABC);
            // A page of stage 1 lies at v + 0 and has no v + 0x1000.
            if (s1 == page) {
                context.stage1.map(v + 0x1000, i + 0x1000, stage1_leaf(), page);
                expect_forwarded(read(v + 0x1ABC), p + 0x1ABC);
            } else {
                expect_forwarded(o, p + 0x1ABC);
            }
            EXPECT_EQ(recorded.translations.at(0).shift, std::min(shift[s1], shift[s2]));
            EXPECT_EQ(recorded.translations.at(0).leaf_shift, shift[s1]);
        }
}

TEST_F(Nested, ReadOnlyInEitherStageIsReadOnly) {
    auto ro1 = stage1_leaf().set(arch::Stage1Leaf::AP, 0b11);
    auto ro2 = stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b01);
    context.stage1.map(va + 0x1000, ipa, ro1);
    context.stage1.map(va + 0x2000, ipa + 0x2000, stage1_leaf());
    context.stage2.map(ipa + 0x2000, pa + 0x2000, ro2);

    expect_forwarded(read(va + 0x1000), pa);
    expect_aborted(write_to(va + 0x1000), EventId::F_PERMISSION);
    EXPECT_FALSE(event()[arch::Event::S2]);
    expect_forwarded(read(va + 0x2000), pa + 0x2000);
    expect_aborted(write_to(va + 0x2000), EventId::F_PERMISSION);
    EXPECT_TRUE(event()[arch::Event::S2]);
}

TEST_F(Nested, OutcomeSaysWhatElseThePageAllows) {
    const Outcome rw = read(va);
    EXPECT_TRUE(rw.reads && rw.writes);
    context.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0b01));
    const Outcome ro = read(va);
    EXPECT_TRUE(ro.reads);
    EXPECT_FALSE(ro.writes);
}

// A write is Data even when STE.INSTCFG makes every read an instruction fetch: its outcome must not
// promise such a read more than the execute permission gives (13.1.2).
TEST_F(Nested, OutcomeOfAWriteJudgesReadsAsInstcfgMakesThem) {
    context.ste.set(Ste::INSTCFG, 0b11);
    context.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::UXN, true));
    attach(context);
    expect_aborted(read(va), EventId::F_PERMISSION);
    const Outcome w = write_to(va);
    EXPECT_TRUE(w.writes);
    EXPECT_FALSE(w.reads);
}

}  // namespace
}  // namespace smmu::test
