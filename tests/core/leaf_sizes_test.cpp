// Pages and blocks: every granule and level, at either stage and at both; what is no block faults.
// Arm ARM D8.3.1; names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::Event;

class LeafSizes : public GranuleBench {
protected:
    // Where the leaves of all sizes begin: aligned to the largest, 4 TB.
    static constexpr uint64_t va = 0x0000'0800'0000'0000, ipa = 0x0000'1000'0000'0000,
                              pa = 0x0000'2400'0000'0000;
    /// An offset with bits down to the lowest, and inside every leaf of that size.
    static uint64_t offset(unsigned shift) {
        return 0x02DC'BA98'7654'3ABC % (uint64_t{1} << shift);
    }

    /// 48 bits at both stages.
    static Context::Shape shape(DescriptorFormat stage1, DescriptorFormat stage2) {
        Context::Shape s;
        s.t0sz = s.s2t0sz = 16;
        s.s2sl0 = 2;
        s.stage1 = stage1;
        s.stage2 = stage2;
        return s;
    }
    unsigned cached_shift() const {
        EXPECT_EQ(recorded.translations.size(), 1u);
        return recorded.translations.empty() ? 0 : recorded.translations.front().shift;
    }
};

TEST_F(LeafSizes, WALK_03_Stage1PagesAndBlocks) {
    for (const LeafSize& l : leaf_sizes)
        for (const bool lpa2 : {false, true}) {
            if (l.wide && !lpa2 && l.granule != Granule::K64) continue;
            SCOPED_TRACE(::testing::Message() << l << " DS " << lpa2);
            Context c(memory, SteConfig::S1, 0x4000'0000, shape(format(l.granule, lpa2), {}));
            c.stage1.map(va, pa, stage1_leaf(), l.level);
            attach(c);
            expect_forwarded(read(va + offset(l.shift)), pa + offset(l.shift));
            EXPECT_EQ(cached_shift(), l.shift);
            EXPECT_EQ(memory.count(Purpose::Stage1Table),
                      unsigned(l.level - c.stage1.layout().start_level + 1));
            expect_forwarded(read(va + (uint64_t{1} << l.shift) - 1),
                             pa + (uint64_t{1} << l.shift) - 1);
        }
}

TEST_F(LeafSizes, WALK_03_Stage2PagesAndBlocks) {
    for (const LeafSize& l : leaf_sizes)
        for (const bool lpa2 : {false, true}) {
            if (l.wide && !lpa2 && l.granule != Granule::K64) continue;
            SCOPED_TRACE(::testing::Message() << l << " DS " << lpa2);
            Context c(memory, SteConfig::S2, 0x4000'0000, shape({}, format(l.granule, lpa2)));
            c.stage2.map(ipa, pa, stage2_leaf(), l.level);
            attach(c);
            expect_forwarded(read(ipa + offset(l.shift)), pa + offset(l.shift));
            EXPECT_EQ(cached_shift(), l.shift);
            EXPECT_EQ(memory.count(Purpose::Stage2Table),
                      unsigned(l.level - c.stage2.layout().start_level + 1));
        }
}

// Every size under every size: the smaller one is cached, the larger one is where it was cut from.
TEST_F(LeafSizes, WALK_03_WALK_47_Nested) {
    for (const LeafSize& one : leaf_sizes)
        for (const LeafSize& two : leaf_sizes) {
            SCOPED_TRACE(::testing::Message() << one << " over " << two);
            Context c(memory, SteConfig::S1S2, 0x4000'0000,
                      shape(format(one.granule, one.wide), format(two.granule, two.wide)));
            const unsigned smaller = std::min(one.shift, two.shift);
            // Only what lies in the last part of the stage-1 leaf is mapped at stage 2.
            const uint64_t part = (uint64_t{1} << one.shift) - (uint64_t{1} << smaller);
            c.stage1.map(va, ipa, stage1_leaf(), one.level);
            c.stage2.map(ipa + part, pa, stage2_leaf(), two.level);
            attach(c);
            expect_forwarded(read(va + part + offset(smaller)), pa + offset(smaller));
            EXPECT_EQ(cached_shift(), smaller);
            EXPECT_EQ(recorded.translations.at(0).leaf_shift, one.shift);
            const auto n1 = unsigned(one.level - c.stage1.layout().start_level + 1);
            const auto n2 = unsigned(two.level - c.stage2.layout().start_level + 1);
            const auto n2_page = unsigned(4 - c.stage2.layout().start_level);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), n1);
            // The CD, and each table of stage 1, lie in a page of stage 2.
            EXPECT_EQ(memory.count(Purpose::Stage2Table), n2_page + n1 * n2_page + n2);
        }
}

TEST_F(LeafSizes, WALK_02_WALK_03_BlocksWhereThereAreNone) {
    const auto is_leaf = [](DescriptorFormat f, int level) {
        for (const LeafSize& l : leaf_sizes)
            if (l.granule == f.granule && l.level == level)
                return level != 3 && (!l.wide || f.lpa2 || f.lpa);
        return false;
    };
    for (const Granule g : {Granule::K4, Granule::K16, Granule::K64})
        for (const bool is_wide : {false, true}) {
            features.output_address_bits = is_wide ? 52 : 48;
            features.lpa2 = is_wide;
            const DescriptorFormat f = is_wide ? wide(g) : narrow(g);
            // The longest walk: start level -1, 0 or 1.
            Context::Shape s = shape(f, f);
            s.t0sz = is_wide ? 12 : 16;
            Context c(memory, SteConfig::S1, 0x4000'0000, s);
            c.stage1.map(0, pa, stage1_leaf());
            attach(c);
            for (int level = c.stage1.layout().start_level; level <= 3; ++level) {
                SCOPED_TRACE(::testing::Message()
                             << name(g) << " wide " << is_wide << " " << level);
                const uint64_t at = c.stage1.slot(0, level), good = memory.word(at);
                memory.poke(at, (stage1_leaf().word[0] & ~uint64_t{0x300}) | 0b01);
                if (is_leaf(f, level))
                    expect_forwarded(read(0x123), 0x123);
                else
                    expect_aborted(read(0x123), EventId::F_TRANSLATION);
                memory.poke(at, good & ~uint64_t{1});
                expect_aborted(read(0x123), EventId::F_TRANSLATION);
                memory.poke(at, good);
            }
        }
}

// nT and RES0 bits between the attributes and the output address.
TEST_F(LeafSizes, OutputBitsBelowALeafsSizeAreIgnored) {
    for (const LeafSize& l : leaf_sizes) {
        SCOPED_TRACE(::testing::Message() << l);
        Context c(memory, SteConfig::S1, 0x4000'0000, shape(format(l.granule, l.wide), {}));
        c.stage1.map(va, pa, stage1_leaf(), l.level);
        const unsigned lowest = l.granule == Granule::K64 ? 16 : 12;  // below: OA[51:48] with 64KB
        c.stage1.add_bits(va, l.level, (uint64_t{1} << l.shift) - (uint64_t{1} << lowest));
        attach(c);
        expect_forwarded(read(va + 0x123), pa + 0x123);
    }
}

}  // namespace
}  // namespace smmu::test
