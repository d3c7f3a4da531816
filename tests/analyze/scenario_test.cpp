// What becomes of parameters and traces before a simulation: placements, tables, refusals.
#include "platform/analyze/scenario.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "platform/analyze/describe.h"
#include "platform/analyze/placement.h"

namespace smmu::platform::analyze {
namespace {

TEST(Placement, InOrderWithoutFragmentation) {
    const Placement p({0x1000, 0x2000, 0x8000}, 0x10'0000, 12, 12, 0, 1);
    EXPECT_EQ(p.output_of(0x1234), 0x10'0234u);
    EXPECT_EQ(p.output_of(0x2000), 0x10'1000u);
    EXPECT_EQ(p.output_of(0x8FFF), 0x10'2FFFu);
    EXPECT_EQ(p.end(), 0x10'3000u);
    EXPECT_EQ(p.mappings().size(), 3u);
}

TEST(Placement, FragmentsChangePlacesAmongThemselves) {
    const uint64_t block = 2u << 20;
    std::vector<uint64_t> inputs;
    for (uint64_t i = 0; i < 16; ++i) inputs.push_back(i * block);
    const Placement p(inputs, 0x4000'0000, 21, 12, 50, 7);
    std::set<uint64_t> outputs;
    unsigned blocks = 0, out_of_order = 0;
    for (const Mapping& m : p.mappings()) {
        blocks += m.shift == 21;
        out_of_order += m.output - 0x4000'0000 != m.input;
        for (uint64_t at = 0; at < uint64_t{1} << m.shift; at += 4096) {
            EXPECT_TRUE(outputs.insert(m.output + at).second);
            EXPECT_EQ(p.output_of(m.input + at + 5), m.output + at + 5);
        }
    }
    EXPECT_EQ(outputs.size(), 16u * 512);  // every page once
    EXPECT_EQ(*outputs.begin(), 0x4000'0000u);
    EXPECT_EQ(*outputs.rbegin() + 4096, p.end());
    EXPECT_GT(blocks, 0u);
    EXPECT_LT(blocks, 16u);
    EXPECT_GT(out_of_order, 512u);
}

TEST(Placement, UnitsHoldARange) {
    EXPECT_EQ(units_of(0x1FFF, 2, 12), (std::vector<uint64_t>{0x1000, 0x2000}));
    EXPECT_EQ(units_of(0x1000, 0x1000, 12), (std::vector<uint64_t>{0x1000}));
}

std::string refusal(const std::function<void(Workload&, core::Features&)>& change) {
    Workload workload;
    core::Features features;
    change(workload, features);
    const auto made = make_scenario(workload, features, {});
    return made ? "" : made.refusal();
}

TEST(Scenario, TheDefaultsCanBeBuilt) {
    EXPECT_EQ(refusal([](Workload&, core::Features&) {}), "");
}

TEST(Scenario, ImpossibleTablesAreRefusedByKey) {
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage1 = {16, 4, 4};
              }),
              "tables.stage1.page=4: these tables have pages and blocks of 16, 32768 KiB");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage2 = {4, 4, 64};
              }),
              "tables.stage2.page=64: these tables have pages and blocks of 4, 2048, 1048576 KiB");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage1 = {4, 2, 1048576};
              }),
              "tables.stage1.page=1048576: these tables have pages and blocks of 4, 2048 KiB");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) { w.tables.stage1.levels = 5; }),
              "tables.stage1.levels=5: a granule of 4 KiB has no tables of that many levels on "
              "this SMMU");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) { w.tables.stage2.levels = 1; }),
              "tables.stage2.levels=1: a granule of 4 KiB has no tables of that many levels on "
              "this SMMU");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage1 = {64, 4, 64};
              }),
              "tables.stage1.levels=4: a granule of 64 KiB has no tables of that many levels on "
              "this SMMU");
    EXPECT_EQ(refusal([](Workload& w, core::Features& f) {
                  w.tables.stage1 = {16, 4, 16};
                  f.granule_16k = false;
              }),
              "tables.stage1.granule=16 needs smmu.granule_16k=true");
    EXPECT_EQ(refusal([](Workload&, core::Features& f) { f.stage2 = f.forced_write_back = false; }),
              "tables.stages: stage 2 needs smmu.stage2=true");
}

TEST(Scenario, TrafficThatDoesNotFitIsRefusedByKey) {
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage1.levels = 2;  // 30 bits
                  w.traffic.footprint_kib = 1u << 20;
              }),
              "traffic.footprint=1048576 does not fit in the 30 bits that these tables resolve");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.traffic.masters = 64;
                  w.traffic.footprint_kib = 4u << 20;
              }),
              "traffic.footprint=4194304 of 64 masters has 67108864 pages to map, more than "
              "33554432");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.traffic.generator = Generator::Strided;
                  w.traffic.stride = 100;
              }),
              "traffic.stride must be a multiple of traffic.size");
    EXPECT_EQ(refusal([](Workload& w, core::Features&) {
                  w.tables.stage2.levels = 2;
                  w.traffic.footprint_kib = 900u << 10;
              }),
              "tables.stage2.levels=2: the memory of a guest does not fit in 30 bits");
    EXPECT_EQ(
        refusal([](Workload& w, core::Features&) { w.traffic.generator = Generator::Replay; }),
        "traffic.generator=replay needs --trace FILE");
}

std::string replay_refusal(const char* text, Stages stages = Stages::Nested) {
    Workload workload;
    workload.traffic.generator = Generator::Replay;
    workload.tables.stages = stages;
    const auto trace = read_trace(text);
    EXPECT_TRUE(trace) << trace.refusal();
    const auto made = make_scenario(workload, {}, {"t.csv", *trace});
    return made ? "" : made.refusal();
}

TEST(Scenario, AReplayMapsWhatItTouches) {
    Workload workload;
    workload.traffic.generator = Generator::Replay;
    const auto trace = read_trace(
        "0,8,,0x1ff0,64,r\n"     // two pages
        "0,8,5,0x7000,64,w\n"    // another address space
        "0,9,,0x10000,64,r\n");  // another stream
    const auto made = make_scenario(workload, {}, {"t.csv", *trace});
    ASSERT_TRUE(made) << made.refusal();
    EXPECT_EQ(made->masters.size(), 2u);
    EXPECT_EQ(made->accesses, 3u);
    EXPECT_EQ(made->mapped, 4u * 4096);
    EXPECT_EQ(describe(workload, *made),
              "A trace of 3 accesses by 2 masters. Both stages: 4 levels, pages of 4 KiB in stage "
              "1; 4 levels, pages of 4 KiB in stage 2.");
}

TEST(Scenario, ALineThatThisSmmuCannotSeeIsRefusedByNumber) {
    EXPECT_EQ(replay_refusal("0,1,,0,64,r\n0,0x10000,,0,64,r\n"),
              "t.csv: line 2: sid does not fit in smmu.stream_id_bits");
    EXPECT_EQ(replay_refusal("0,1,,0xffffffffffff,2,r\n"),
              "t.csv: line 1: iova does not fit in the 48 bits that these tables resolve");
    EXPECT_EQ(replay_refusal("0,1,3,0,64,r\n", Stages::Stage2),
              "t.csv: line 1: an ssid needs stage 1, and tables.stages is stage2");
    EXPECT_EQ(replay_refusal("0,1,,0,64,r\n0,1,0,0,64,r\n"),
              "t.csv: line 2: this sid has accesses without ssid, so ssid 0 is not to be had");
    EXPECT_EQ(replay_refusal("0,1,0,0,64,r\n0,1,,0,64,r\n"),
              "t.csv: line 2: this sid has accesses with ssid 0, so each needs an ssid");
}

}  // namespace
}  // namespace smmu::platform::analyze
