// Somebody else changes a descriptor each time that the SMMU is about to update it: the walk begins
// anew, and in the end counts as aborted.  Arm IHI 0070 G.b, 3.13, 7.3.12; Arm ARM D8.5.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::FaultClass;
using arch::Stage1Leaf;
using arch::Stage2Leaf;

constexpr uint64_t af = uint64_t{1} << 10, ignored = uint64_t{1} << 55;

class HttuRace : public Bench {
protected:
    static constexpr uint64_t va = 0x1234'5000, ipa = 0xAB'C000, pa = 0x56'789A'B000;

    HttuRace() {
        features.httu = 2;
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        context.cd.set(Cd::HA, true);
        context.ste.set(Ste::S2HA, true);
        attach(context);
    }
    /// Software flips a bit that nothing looks at, `times` times.
    void contend(uint64_t descriptor, unsigned times) {
        memory.before_swap = [this, descriptor, left = times](uint64_t address) mutable {
            if (address != descriptor || left == 0) return;
            --left;
            memory.poke(address, memory.word(address) ^ ignored);
        };
    }
    /// Event of an aborted descriptor access: FetchAddr, S2 and CLASS, for a read without
    /// SubstreamID, unprivileged Data.
    void expect_walk_aborted(const Outcome& o, uint64_t descriptor, uint64_t s2_and_class) {
        expect_aborted(o, EventId::F_WALK_EABT);
        EXPECT_EQ(golden(event()),
                  (Golden{{0x0000'0042'0000'000B, 0x0000'0008'0000'0000 | s2_and_class, va,
                           descriptor}}));
    }
    static constexpr uint64_t stage1_tt = uint64_t{1} << 40, stage2_bit = uint64_t{1} << 39,
                              class_in = uint64_t{2} << 40;

    Context context{memory};
};

TEST_F(HttuRace, HTTU_24_AWalkBeginsAnewAsOftenAsSoftwareIsFaster) {
    context.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AF, false));
    const uint64_t leaf = context.stage1.slot(va, 3);
    contend(leaf, 5);
    expect_forwarded(read(va), pa);
    EXPECT_EQ(memory.word(leaf) & (af | ignored), af | ignored);
    unsigned reads = 0;
    for (const auto& s : memory.log) reads += s.address == leaf && !s.is_write;
    EXPECT_EQ(reads, 6u);
}

TEST_F(HttuRace, HTTU_24_AStage1UpdateThatNeverSucceedsIsAnAbortedWalk) {
    context.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AF, false));
    const uint64_t leaf = context.stage1.slot(va, 3);
    contend(leaf, ~0u);
    expect_walk_aborted(read(va), leaf, stage1_tt);
    EXPECT_EQ(memory.word(leaf) & af, 0u);
}

TEST_F(HttuRace, HTTU_24_AStage2UpdateThatNeverSucceedsIsAnAbortedWalk) {
    context.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::AF, false));
    const uint64_t leaf = context.stage2.slot(ipa, 3);
    contend(leaf, ~0u);
    expect_walk_aborted(read(va), leaf, stage2_bit | class_in);
    EXPECT_EQ(memory.word(leaf) & af, 0u);
}

}  // namespace
}  // namespace smmu::test
