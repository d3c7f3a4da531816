// Which events a counter takes: filters by StreamID.  Arm IHI 0070 G.b, 10.4.
#include "tests/core/pmcg_bench.h"

namespace smmu::test {
namespace {

using namespace pmcg;

class PmcgFilter : public PmcgBench {};

TEST_F(PmcgFilter, PMCG_06_WithoutSpanTheStreamIsExact) {
    set_up(0, 1, 0x12);
    enable();
    for (const uint32_t stream : {0x13u, 0x02u, 0x1012u, 0x12u, 0u}) happens(1, stream);
    EXPECT_EQ(counter(0), 1u);
}

/// The examples of 10.4: the lowest zero and all bits below it do not count.
TEST_F(PmcgFilter, PMCG_07_ASpanLeavesOutTheLowestZeroAndAllBelow) {
    features.stream_id_bits = 32;
    build();
    const struct {
        uint32_t smr, first, last;
    } rows[] = {
        {0x001B'F7F7, 0x001B'F7F0, 0x001B'F7FF}, {0x001B'F7F6, 0x001B'F7F6, 0x001B'F7F7},
        {0x001B'F5FF, 0x001B'F400, 0x001B'F7FF}, {0x0000'0000, 0x0000'0000, 0x0000'0001},
        {0x3FFF'FFFF, 0x0000'0000, 0x7FFF'FFFF},
    };
    for (const auto& row : rows) {
        set_up(0, 1, row.smr, SPAN);
        set_counter(0, 0);
        enable();
        happens(1, row.first);
        happens(1, row.last);
        EXPECT_EQ(counter(0), 2u) << std::hex << row.smr;
        happens(1, row.first - 1);
        happens(1, row.last + 1);
        EXPECT_EQ(counter(0), 2u) << std::hex << row.smr << " and no further";
    }
}

TEST_F(PmcgFilter, PMCG_08_AllOnesAndAllButTheTopBitMatchEveryStream) {
    EXPECT_EQ(features.stream_id_bits, 16u);
    set_up(0, 1, 0xFFFF'FFFF, SPAN);
    set_up(1, 1, 0x7FFF, SPAN);
    set_up(2, 1, 0x3FFF, SPAN);  // half of them
    enable();
    for (const uint32_t stream : {0u, 1u, 0x7FFFu, 0x8000u, 0xFFFFu}) happens(1, stream);
    EXPECT_EQ(counter(0), 5u);
    EXPECT_EQ(counter(1), 5u);
    EXPECT_EQ(counter(2), 3u);
}

TEST_F(PmcgFilter, PMCG_09_OneFilterForAllIsThatOfCounterZero) {
    can.one_filter = true;
    build();
    EXPECT_EQ(get(CFGR) >> 23 & 1, 1u);
    set_up(0, 1, 5);
    set_up(1, 1, 8, SPAN);
    EXPECT_EQ(get(SMR + 4), 0u);
    EXPECT_EQ(get(EVTYPER + 4), 1u) << "FILTER_SID_SPAN is RES0 there";
    enable();
    happens(1, 8);
    happens(1, 5);
    EXPECT_EQ(counter(0), 1u);
    EXPECT_EQ(counter(1), 1u);
    put(EVTYPER, 1 | SPAN);
    put(SMR, 0xFFFF'FFFF);
    happens(1, 8);
    EXPECT_EQ(counter(0), 2u);
    EXPECT_EQ(counter(1), 2u);
}

TEST_F(PmcgFilter, PMCG_10_CyclesHaveNoStream) {
    set_up(0, 0, 0x1234);
    enable();
    group->count_cycles(40);
    group->count_cycles(2);
    EXPECT_EQ(counter(0), 42u);
}

TEST_F(PmcgFilter, PMCG_17_WithoutMpamTheStreamFilterStays) {
    set_up(0, 1, 8, 0xFu << 16);  // FILTER_PARTID, FILTER_PMG, FILTER_MPAM_SP
    EXPECT_EQ(get(CFGR) >> 25, 0u);
    EXPECT_EQ(get(EVTYPER), 1u);
    enable();
    happens(1, 8);
    happens(1, 9);
    EXPECT_EQ(counter(0), 1u);
}

}  // namespace
}  // namespace smmu::test
