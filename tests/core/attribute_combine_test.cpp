// Stage 2 combines with what reaches it: every input against every stage-2 leaf.
// Arm IHI 0070 G.b, 13.1.5, 13.1.6, 13.4.3; Arm ARM FEAT_S2FWB.
#include <gtest/gtest.h>

#include <vector>

#include "tests/core/attribute_names.h"

namespace smmu::test {
namespace {

using core::combine;
using core::Stage2Attributes;

// --- The rules, as tables -------------------------------------------------------------------

/// Stronger of two types: rows and columns nGnRnE, nGnRE, nGRE, GRE, Normal.
constexpr MemoryType stronger_type[5][5] = {{nGnRnE, nGnRnE, nGnRnE, nGnRnE, nGnRnE},
                                            {nGnRnE, nGnRE, nGnRE, nGnRE, nGnRE},
                                            {nGnRnE, nGnRE, nGRE, nGRE, nGRE},
                                            {nGnRnE, nGnRE, nGRE, GRE, GRE},
                                            {nGnRnE, nGnRE, nGRE, GRE, Normal}};
/// Rows and columns NC, WT, WB.
constexpr Cacheability stronger_policy[3][3] = {{NC, NC, NC}, {NC, WT, WT}, {NC, WT, WB}};
Shareability combined(Shareability a, Shareability b) {
    const auto row = [](Shareability s) { return s == NSH ? 0 : s == ISH ? 1 : 2; };
    constexpr Shareability table[3][3] = {{NSH, ISH, OSH}, {ISH, ISH, OSH}, {OSH, OSH, OSH}};
    return table[row(a)][row(b)];
}

/// S2FWB = 0: what MemAttr says.  A reserved inner field may be any policy.
struct PlainRow {
    MemoryType type;
    Cacheability inner, outer;
    bool inner_reserved;
};
constexpr PlainRow plain[16] = {
    {nGnRnE, NC, NC, false}, {nGnRE, NC, NC, false},  {nGRE, NC, NC, false},
    {GRE, NC, NC, false},    {Normal, NC, NC, true},  {Normal, NC, NC, false},
    {Normal, WT, NC, false}, {Normal, WB, NC, false}, {Normal, NC, WT, true},
    {Normal, NC, WT, false}, {Normal, WT, WT, false}, {Normal, WB, WT, false},
    {Normal, NC, WB, true},  {Normal, NC, WB, false}, {Normal, WT, WB, false},
    {Normal, WB, WB, false},
};

/// S2FWB = 1: what MemAttr does; bit 3 is RES0 (IDR3.MTEPERM = 0).
enum class Forced { Device, Reserved, NonCacheable, WriteBack, Unchanged };
struct ForcedRow {
    Forced what;
    MemoryType device;
};
constexpr ForcedRow forced[8] = {
    {Forced::Device, nGnRnE},    {Forced::Device, nGnRE},     {Forced::Device, nGRE},
    {Forced::Device, GRE},       {Forced::Reserved, Normal},  {Forced::NonCacheable, Normal},
    {Forced::WriteBack, Normal}, {Forced::Unchanged, Normal},
};

// --- What they allow ------------------------------------------------------------------------

MemoryAttributes with_type(MemoryAttributes a, MemoryType other) {
    a.type = stronger_type[static_cast<int>(a.type)][static_cast<int>(other)];
    return a;
}
CacheAttributes with_policy(CacheAttributes c, Cacheability other) {
    c.set(stronger_policy[static_cast<int>(c.policy())][static_cast<int>(other)]);
    return c;
}
CacheAttributes forced_write_back(CacheAttributes c) {
    return c.policy() == NC ? wb() : wb(c.read_allocate(), c.write_allocate(), c.transient());
}

std::vector<MemoryAttributes> allowed_plain(const MemoryAttributes& in,
                                            const Stage2Attributes& s2) {
    const PlainRow& row = plain[s2.mem_attr];
    std::vector<MemoryAttributes> allowed;
    for (const Cacheability reserved : {NC, WT, WB}) {
        MemoryAttributes a = with_type(in, row.type);
        a.inner = with_policy(a.inner, row.inner_reserved ? reserved : row.inner);
        a.outer = with_policy(a.outer, row.outer);
        a.shareability = combined(in.shareability, s2.sh);
        allowed.push_back(consistent(a));
    }
    return allowed;
}

std::vector<MemoryAttributes> allowed_forced(const MemoryAttributes& in,
                                             const Stage2Attributes& s2) {
    const ForcedRow& row = forced[s2.mem_attr & 7];
    MemoryAttributes a = in;
    a.shareability = combined(in.shareability, s2.sh);
    const MemoryAttributes unchanged = consistent(a);
    const MemoryAttributes non_cacheable = in.type == Normal ? n(nc(), nc(), OSH) : dev(in.type);
    switch (row.what) {
        case Forced::Device: return {consistent(with_type(a, row.device))};
        case Forced::Reserved: return {non_cacheable, unchanged, dev(nGnRnE)};
        case Forced::NonCacheable: return {non_cacheable};
        case Forced::Unchanged: return {unchanged};
        case Forced::WriteBack: break;
    }
    const bool device = in.type != Normal;
    a = n(device ? wb() : forced_write_back(in.inner), device ? wb() : forced_write_back(in.outer),
          a.shareability);
    MemoryAttributes normalised_first = a;  // IMPLEMENTATION DEFINED for Device and iNC-oNC
    if (device || is_nc(in)) normalised_first.shareability = OSH;
    return {consistent(a), consistent(normalised_first)};
}

void expect_combination(const MemoryAttributes& in, const Stage2Attributes& s2) {
    const auto allowed = s2.forced_write_back ? allowed_forced(in, s2) : allowed_plain(in, s2);
    const MemoryAttributes out = combine(in, s2);
    for (const MemoryAttributes& a : allowed)
        if (out == a) return;
    ADD_FAILURE() << name(in) << " + MemAttr " << unsigned(s2.mem_attr) << " " << name(s2.sh)
                  << (s2.forced_write_back ? " S2FWB" : "") << " = " << name(out) << ", not "
                  << name(allowed.front());
}

TEST(Combine,
     ATTR_10_ATTR_11_ATTR_12_ATTR_14_ATTR_16_ATTR_17_ATTR_18_ATTR_19_EveryLeafOfBothStages) {
    for (unsigned mair = 0; mair < 256; ++mair)
        for (const Shareability sh1 : all_shareabilities)
            for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr)
                for (const Shareability sh2 : all_shareabilities)
                    for (const bool fwb : {false, true})
                        expect_combination(stage1_meaning(mair, sh1), {mem_attr, sh2, fwb});
}

TEST(Combine, OrderOfStages2DoesNotMatterForTypes) {
    for (int a = 0; a < 5; ++a)
        for (int b = 0; b < 5; ++b) EXPECT_EQ(stronger_type[a][b], stronger_type[b][a]);
}

// --- Rows checked by hand -------------------------------------------------------------------

struct Row {
    const char* why;
    MemoryAttributes in;
    bool fwb;
    uint8_t mem_attr;
    Shareability sh2;
    MemoryAttributes out;
};

TEST(Combine, ATTR_13_RowsCheckedByHand) {
    const Row rows[] = {
        {"write-back stays", n(wb(), wb(), ISH), false, 0b1111, ISH, n(wb(), wb(), ISH)},
        {"outer wins", n(wb(), wb(), NSH), false, 0b1111, OSH, n(wb(), wb(), OSH)},
        {"stage 2 NC", n(wb(), wb(), ISH), false, 0b0101, ISH, n(nc(), nc(), OSH)},
        {"stage 2 Device", n(wb(), wb(), ISH), false, 0b0001, NSH, dev(nGnRE)},
        {"stage 1 Device stays", dev(nGnRnE, NSH), false, 0b1111, ISH, dev(nGnRnE)},
        {"stronger Device", dev(GRE, NSH), false, 0b0001, NSH, dev(nGnRE)},
        {"mixed types", n(wb(), wt(), ISH), false, 0b1111, NSH, n(wb(), wt(), ISH)},
        {"13.1.5.1", n(wb(), nc(), ISH), false, 0b1010, OSH, n(wt(), nc(), OSH)},
        {"MAIR 0x40", stage1_meaning(0x40, ISH), false, 0b1111, ISH,
         n(wt(true, true, true), nc(), ISH)},
        {"WB to WT keeps hints", n(wb(true, false, true), nc(), ISH), false, 0b1110, OSH,
         n(wt(true, false, true), nc(), OSH)},
        {"FWB over NC", n(nc(), nc(), NSH), true, 0b0110, ISH, n(wb(), wb(), ISH)},
        {"FWB over Device", dev(nGnRnE, NSH), true, 0b0110, NSH, n(wb(), wb(), NSH)},
        {"FWB over a Device that arrived as OSH", dev(nGnRnE), true, 0b0110, NSH,
         n(wb(), wb(), OSH)},
        {"FWB keeps hints of a cacheable level", n(wt(true, false), wt(true, false), OSH), true,
         0b0110, NSH, n(wb(true, false), wb(true, false), OSH)},
        {"FWB NC", n(wb(), wb(), ISH), true, 0b0101, ISH, n(nc(), nc(), OSH)},
        {"FWB NC leaves Device", dev(nGnRE, ISH), true, 0b0101, ISH, dev(nGnRE)},
        {"FWB Device", n(wb(), wb(), ISH), true, 0b0001, ISH, dev(nGnRE)},
        {"FWB Device never weakens", dev(nGnRnE, ISH), true, 0b0001, ISH, dev(nGnRnE)},
        {"FWB as stage 1", n(wb(), wb(), NSH), true, 0b0111, ISH, n(wb(), wb(), ISH)},
        {"FWB bit 3 is RES0: 0b1110", n(nc(), nc(), ISH), true, 0b1110, ISH, n(wb(), wb(), ISH)},
        {"FWB bit 3 is RES0: 0b1001", n(wb(), wb(), ISH), true, 0b1001, ISH, dev(nGnRE)},
    };
    for (const Row& r : rows) EXPECT_EQ(combine(r.in, {r.mem_attr, r.sh2, r.fwb}), r.out) << r.why;
}

// What S2PTW asks: is a location Device at stage 2, whatever comes in?
TEST(Combine, MapsDeviceByMemAttrAlone) {
    for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr) {
        EXPECT_EQ(core::maps_device({mem_attr, ISH, false}), mem_attr < 4) << unsigned(mem_attr);
        EXPECT_EQ(core::maps_device({mem_attr, ISH, true}), (mem_attr & 7) < 4)
            << unsigned(mem_attr);
    }
}

}  // namespace
}  // namespace smmu::test
