// Tables of every shape translate, and cost the accesses that their shape says.
#include <gtest/gtest.h>

#include "platform/analyze/world.h"
#include "waveforms/stats.h"

namespace smmu::platform::analyze {
namespace {

constexpr uint32_t MiB = 1024, GiB = 1024 * MiB;  // in KiB

struct Case {
    const char* name;
    StageParams stage1, stage2;
    unsigned reads1, reads2;  ///< descriptors from the start level to the leaf
    bool wide = false;        ///< needs 52-bit addresses
};

std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

// Levels: 4 less the start level; a leaf above level 3 spares the levels below it.
const Case cases[] = {
    {"k4", {4, 4, 4}, {4, 4, 4}, 4, 4},
    {"k4_three_levels", {4, 3, 4}, {4, 3, 4}, 3, 3},
    {"k4_two_levels", {4, 2, 4}, {4, 2, 4}, 2, 2},
    {"k4_blocks_of_2M", {4, 4, 2 * MiB}, {4, 4, 2 * MiB}, 3, 3},
    {"k4_blocks_of_1G", {4, 4, GiB}, {4, 3, GiB}, 2, 1},
    {"k4_pages_on_blocks", {4, 4, 4}, {4, 4, 2 * MiB}, 4, 3},
    {"k16", {16, 4, 16}, {16, 3, 16}, 4, 3},
    {"k16_blocks_of_32M", {16, 3, 32 * MiB}, {16, 3, 32 * MiB}, 2, 2},
    {"k64", {64, 3, 64}, {64, 3, 64}, 3, 3},
    {"k64_blocks_of_512M", {64, 2, 512 * MiB}, {64, 2, 512 * MiB}, 1, 1},
    {"k64_on_k4", {64, 3, 64}, {4, 4, 4}, 3, 4},
    {"k4_five_levels", {4, 5, 4}, {4, 5, 4}, 5, 5, true},
    {"k16_four_levels_of_stage2", {16, 4, 16}, {16, 4, 16}, 4, 4, true},
};

core::Features features_for(const Case& c) {
    core::Features f;
    f.output_address_bits = 48;
    if (c.wide) {
        f.minor_revision = 4;
        f.lpa2 = f.no_tag_access = true;
        f.output_address_bits = 52;
        f.virtual_address_bits = 52;
    }
    return f;
}

/// Few accesses, no cache that could answer one, and every table read takes one nanosecond.
class Simulated {
public:
    Simulated(const Case& c, Stages stages, uint32_t fragmentation = 0,
              CodingStyle style = CodingStyle::LooselyTimed) {
        workload.traffic.coding_style = style;
        workload.tables.stages = stages;
        workload.tables.stage1 = c.stage1;
        workload.tables.stage2 = c.stage2;
        workload.tables.fragmentation = fragmentation;
        workload.traffic.masters = 2;
        workload.traffic.accesses = 64;
        workload.traffic.footprint_kib = 64 * MiB;
        workload.memory.latency = sc_core::sc_time(10.0, sc_core::SC_NS);
        workload.memory.table_latency = sc_core::sc_time(1.0, sc_core::SC_NS);
        params.features = features_for(c);
        params.micro_tlb = {1, 1};
        params.tlb = {1, 1};
        auto made = make_scenario(workload, params.features, {});
        EXPECT_TRUE(made) << made.refusal();
        if (!made) return;
        scenario = std::move(*made);
        world = std::make_unique<World>("world", scenario, params, workload, [](uint64_t) {});
        world->attach(stats);
        sc_core::sc_start();
    }

    Workload workload;
    Params params;
    Scenario scenario;
    Stats stats;
    std::unique_ptr<World> world;
};

class EveryShape : public ::testing::TestWithParam<Case> {
protected:
    /// `a_walk`: descriptor reads of each stage in one walk.
    static void expect(const Simulated& s, unsigned stage1, unsigned stage2, unsigned of_the_cd) {
        const Latency& walk = s.stats.transactions().by(AnsweredBy::Walk);
        EXPECT_EQ(s.world->ended(), 64u);
        EXPECT_EQ(s.stats.transactions().failed(), 0u);
        ASSERT_GT(walk.count(), 10u);
        EXPECT_EQ(walk.min(), walk.max());
        EXPECT_EQ(walk.max(), 1000 * (stage1 + stage2 + 10));
        const uint64_t walks = s.stats.counts().walks;
        EXPECT_EQ(s.stats.counts().reads_of(core::Purpose::Stage1Table), walks * stage1);
        const uint64_t cds = s.stats.counts().reads_of(core::Purpose::Cd);
        EXPECT_EQ(s.stats.counts().reads_of(core::Purpose::Stage2Table),
                  walks * stage2 + cds * of_the_cd);
    }
};

TEST_P(EveryShape, OfStage1) {
    const Case& c = GetParam();
    expect(Simulated(c, Stages::Stage1), c.reads1, 0, 0);
}

TEST_P(EveryShape, OfStage2) {
    const Case& c = GetParam();
    expect(Simulated(c, Stages::Stage2), 0, c.reads2, 0);
}

/// Every table of stage 1, and the page, is found through stage 2.
TEST_P(EveryShape, OfBoth) {
    const Case& c = GetParam();
    expect(Simulated(c, Stages::Nested), c.reads1, (c.reads1 + 1) * c.reads2, c.reads2);
}

TEST_P(EveryShape, OfBothInFourPhases) {
    const Case& c = GetParam();
    expect(Simulated(c, Stages::Nested, 0, CodingStyle::ApproximatelyTimed), c.reads1,
           (c.reads1 + 1) * c.reads2, c.reads2);
}

INSTANTIATE_TEST_SUITE_P(Shapes, EveryShape, ::testing::ValuesIn(cases),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(Fragmentation, BreaksBlocksUpIntoPages) {
    const Case blocks{"", {4, 4, 2 * MiB}, {4, 4, 2 * MiB}, 3, 3};
    const Simulated s(blocks, Stages::Nested, 100);
    EXPECT_EQ(s.stats.transactions().failed(), 0u);
    // Everything is a page now: four levels in both stages.
    const Latency& walk = s.stats.transactions().by(AnsweredBy::Walk);
    EXPECT_EQ(walk.min(), 1000u * (24 + 10));
    EXPECT_EQ(walk.max(), 1000u * (24 + 10));
}

TEST(Fragmentation, OfAHalfLeavesSomeBlocks) {
    const Case blocks{"", {4, 4, 2 * MiB}, {4, 4, 2 * MiB}, 3, 3};
    const Simulated s(blocks, Stages::Stage1, 50);
    EXPECT_EQ(s.stats.transactions().failed(), 0u);
    const Latency& walk = s.stats.transactions().by(AnsweredBy::Walk);
    EXPECT_EQ(walk.min(), 1000u * (3 + 10));
    EXPECT_EQ(walk.max(), 1000u * (4 + 10));
}

}  // namespace
}  // namespace smmu::platform::analyze
