// The oracle's attribute rules against rows worked out by hand: Arm IHI 0070 G.b, 13.1, 3.23, 5.4;
// Arm ARM D8.6.
#include "oracle/attributes.h"

#include <gtest/gtest.h>

namespace oracle {
namespace {

constexpr Level wb{Cache::WB, true, true, false}, wt{Cache::WT, true, true, false}, none{};
constexpr Level wt_ra{Cache::WT, true, false, false}, wb_ra{Cache::WB, true, false, false};
constexpr Level wt_transient{Cache::WT, true, true, true};

Attributes normal(Level inner, Level outer, Share share) {
    return {Type::Normal, inner, outer, share};
}
Attributes device(Type type, Share share = Share::OSH) { return {type, none, none, share}; }

struct Row {
    const char* what;
    Attributes in;
    Stage2Leaf stage2;
    Attributes out;
};

TEST(OracleAttributes, HandCheckedRowsOfStage2) {
    const auto leaf = [](bool fwb, uint64_t memattr, Share share, bool mteperm = false) {
        return Stage2Leaf{memattr, share, fwb, mteperm};
    };
    const Row rows[] = {
        {"WB ISH, 1111 ISH", normal(wb, wb, Share::ISH), leaf(false, 0b1111, Share::ISH),
         normal(wb, wb, Share::ISH)},
        {"WB NSH, 1111 OSH", normal(wb, wb, Share::NSH), leaf(false, 0b1111, Share::OSH),
         normal(wb, wb, Share::OSH)},
        {"WB, 0101", normal(wb, wb, Share::ISH), leaf(false, 0b0101, Share::ISH),
         normal(none, none, Share::OSH)},
        {"WB, 0001", normal(wb, wb, Share::ISH), leaf(false, 0b0001, Share::NSH),
         device(Type::nGnRE)},
        {"nGnRnE, 1111", device(Type::nGnRnE, Share::NSH), leaf(false, 0b1111, Share::ISH),
         device(Type::nGnRnE)},
        {"GRE, 0001", device(Type::GRE, Share::NSH), leaf(false, 0b0001, Share::NSH),
         device(Type::nGnRE)},
        {"iWB-oWT, 1111", normal(wb, wt, Share::ISH), leaf(false, 0b1111, Share::NSH),
         normal(wb, wt, Share::ISH)},
        {"iWB-oNC, 1010", normal(wb, none, Share::ISH), leaf(false, 0b1010, Share::OSH),
         normal(wt, none, Share::OSH)},
        {"WB, 0100 with MTEPERM", normal(wb, wb, Share::ISH), leaf(false, 0b0100, Share::ISH, true),
         normal(wb, wb, Share::ISH)},
        {"FWB: NC, 0110", normal(none, none, Share::NSH), leaf(true, 0b0110, Share::ISH),
         normal(wb, wb, Share::ISH)},
        {"FWB: nGnRnE, 0110", device(Type::nGnRnE, Share::NSH), leaf(true, 0b0110, Share::NSH),
         normal(wb, wb, Share::NSH)},
        {"FWB: nGnRnE of the input, 0110", device(Type::nGnRnE), leaf(true, 0b0110, Share::NSH),
         normal(wb, wb, Share::OSH)},
        {"FWB: WT RA, 0110", normal(wt_ra, wt_ra, Share::OSH), leaf(true, 0b0110, Share::NSH),
         normal(wb_ra, wb_ra, Share::OSH)},
        {"FWB: WB, 0101", normal(wb, wb, Share::ISH), leaf(true, 0b0101, Share::ISH),
         normal(none, none, Share::OSH)},
        {"FWB: nGnRE, 0101", device(Type::nGnRE, Share::ISH), leaf(true, 0b0101, Share::ISH),
         device(Type::nGnRE)},
        {"FWB: WB, 0001", normal(wb, wb, Share::ISH), leaf(true, 0b0001, Share::ISH),
         device(Type::nGnRE)},
        {"FWB: nGnRnE, 0001", device(Type::nGnRnE, Share::ISH), leaf(true, 0b0001, Share::ISH),
         device(Type::nGnRnE)},
        {"FWB: WB, 0111", normal(wb, wb, Share::NSH), leaf(true, 0b0111, Share::ISH),
         normal(wb, wb, Share::ISH)},
        {"FWB: WB, 1110 with MTEPERM", normal(wb, wb, Share::ISH),
         leaf(true, 0b1110, Share::ISH, true), normal(wb, wb, Share::ISH)},
    };
    for (const Row& r : rows) {
        Choosing choosing;
        EXPECT_TRUE(through_stage2(r.in, r.stage2, choosing) == r.out) << r.what;
        EXPECT_TRUE(choosing.met.none()) << r.what << " leaves no choice";
    }
}

TEST(OracleAttributes, TheExampleOf13_1_5_1) {
    // Normal-iWB/RAWAnTR-oNC-ISH and Normal-iWT-oWT-OSH.
    Choosing choosing;
    const Stage2Leaf s2{0b1010, Share::OSH, false, false};
    EXPECT_TRUE(through_stage2(normal(wb, none, Share::ISH), s2, choosing) ==
                normal(wt, none, Share::OSH));
}

TEST(OracleAttributes, MairBytesThatAPeLeavesUnpredictable) {
    // 5.4 MAIR; 3.23: 0xF0 is reserved in the SMMU.
    EXPECT_TRUE(mair(0x40, Share::ISH) == normal(wt_transient, none, Share::ISH));
    EXPECT_TRUE(mair(0xA0, Share::ISH) == normal(wt_transient, wt_ra, Share::ISH));
    EXPECT_TRUE(mair(0xF0, Share::ISH) == normal(wt_transient, wb, Share::ISH));
    EXPECT_TRUE(mair(0x03, Share::OSH) == device(Type::nGnRnE));
    EXPECT_TRUE(mair(0x0E, Share::OSH) == device(Type::GRE));
    EXPECT_TRUE(mair(0xFF, Share::NSH) == normal(wb, wb, Share::NSH));
    EXPECT_TRUE(mair(0x44, Share::NSH) == normal(none, none, Share::NSH));
}

TEST(OracleAttributes, OverridesAndHints) {
    Choosing choosing;
    Overrides o;
    o.from_ste = true;
    o.mtcfg = true;
    o.memattr = 0b1111;
    // 13.1.4: an input without hints gets RA WA nTR; its Shareability is Outer.
    EXPECT_TRUE(replace(o, device(Type::GRE, Share::NSH), choosing) == normal(wb, wb, Share::OSH));
    o.shcfg = 0b11;
    o.alloccfg = 0b1100;
    EXPECT_TRUE(replace(o, device(Type::GRE), choosing) == normal(wb_ra, wb_ra, Share::ISH));
    for (const uint64_t reserved : {0b0100u, 0b1000u, 0b1100u}) {
        o.memattr = reserved;
        EXPECT_TRUE(replace(o, normal(wb, wb, Share::NSH), choosing) == device(Type::nGnRnE));
    }
    // 13.4.2: no-allocate of the input wins over stage 1's hints.
    const Level no_allocate{Cache::WB, false, false, false};
    EXPECT_TRUE(through_stage1(normal(no_allocate, no_allocate, Share::NSH),
                               normal(wb, wt, Share::ISH), choosing) ==
                normal(no_allocate, {Cache::WT, false, false, false}, Share::ISH));
    EXPECT_TRUE(through_stage1(device(Type::GRE), normal(wb, wt, Share::ISH), choosing) ==
                normal(wb, wt, Share::ISH));
}

}  // namespace
}  // namespace oracle
