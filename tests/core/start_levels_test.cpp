// Where walks begin and how many descriptors they read: every granule, start level and input size
// of both stages.  Arm ARM D8.2.8 to D8.2.10; names carry the rule of the check list.
#include "tests/core/granules.h"

namespace smmu::test {
namespace {

using arch::Event;

class StartLevels : public GranuleBench {
protected:
    static constexpr uint64_t pa = 0x0000'0056'789A'0000;
    static uint64_t last_page(unsigned txsz) { return (uint64_t{1} << (64 - txsz)) - 0x1'0000; }

    void expect_walk(uint64_t address, Purpose purpose, unsigned descriptors) {
        expect_forwarded(read(address), pa | (address & 0xFFF));
        EXPECT_EQ(memory.count(purpose), descriptors);
    }
    /// Outside the range nothing is read.
    void expect_outside(uint64_t address, Purpose purpose, bool stage2) {
        expect_aborted(read(address), EventId::F_TRANSLATION);
        EXPECT_EQ(event()[Event::S2], stage2);
        EXPECT_EQ(memory.count(purpose), 0u);
    }
};

TEST_F(StartLevels, WALK_01_ADDR_16_Stage1FromEveryLevel) {
    for (const Start& s : stage1_starts)
        for (unsigned txsz = s.smallest; txsz <= s.largest; ++txsz)
            for (const bool lpa2 : {false, true}) {
                if (!fits(s.granule, lpa2, txsz)) continue;
                SCOPED_TRACE(::testing::Message() << s << " TxSZ " << txsz << " DS " << lpa2);
                Context::Shape shape;
                shape.t0sz = txsz;
                shape.stage1 = format(s.granule, lpa2);
                Context c(memory, SteConfig::S1, 0x4000'0000, shape);
                for (const uint64_t va : {uint64_t{0}, last_page(txsz)})
                    c.stage1.map(va, pa, stage1_leaf());
                attach(c);
                for (const uint64_t va : {uint64_t{0x123}, last_page(txsz) + 0x456})
                    expect_walk(va, Purpose::Stage1Table, s.reads());
                const uint64_t beyond = uint64_t{1} << (64 - txsz);
                expect_outside(beyond, Purpose::Stage1Table, false);
                expect_outside(uint64_t{1} << 54, Purpose::Stage1Table, false);
            }
}

TEST_F(StartLevels, WALK_01_ADDR_07_UpperHalfFromEveryLevel) {
    for (const Start& s : stage1_starts)
        for (const unsigned txsz : {s.smallest, s.largest}) {
            SCOPED_TRACE(::testing::Message() << s << " TxSZ " << txsz);
            Context::Shape shape;
            shape.t0sz = txsz;
            shape.stage1 = wide(s.granule);
            Context c(memory, SteConfig::S1, 0x4000'0000, shape);
            const uint64_t first = ~uint64_t{0} << (64 - txsz), last = ~uint64_t{0xFFFF};
            for (const uint64_t va : {first, last}) c.stage1.map(va, pa, stage1_leaf());
            c.use_ttb1();
            attach(c);
            expect_walk(first, Purpose::Stage1Table, s.reads());
            expect_walk(last + 0x456, Purpose::Stage1Table, s.reads());
            expect_outside(first - 1, Purpose::Stage1Table, false);
            expect_outside(first & ~(uint64_t{1} << 63), Purpose::Stage1Table, false);
        }
}

TEST_F(StartLevels, WALK_01_STE_36_ADDR_09_Stage2FromEveryLevel) {
    for (const Start& s : stage2_starts)
        for (unsigned txsz = s.smallest; txsz <= s.largest; ++txsz)
            for (const bool lpa2 : {false, true}) {
                const bool needs_ds = s.level == -1 || (s.granule == Granule::K16 && s.level == 0);
                if (!fits(s.granule, lpa2, txsz) || (needs_ds && !lpa2)) continue;
                SCOPED_TRACE(::testing::Message() << s << " S2T0SZ " << txsz << " DS " << lpa2);
                Context::Shape shape;
                shape.s2t0sz = txsz;
                shape.s2sl0 = s.sl;
                shape.stage2 = format(s.granule, lpa2);
                Context c(memory, SteConfig::S2, 0x4000'0000, shape);
                for (const uint64_t ipa : {uint64_t{0}, last_page(txsz)})
                    c.stage2.map(ipa, pa, stage2_leaf());
                attach(c);
                for (const uint64_t ipa : {uint64_t{0x123}, last_page(txsz) + 0x456})
                    expect_walk(ipa, Purpose::Stage2Table, s.reads());
                if (txsz == 12) continue;  // that is IAS
                expect_outside(uint64_t{1} << (64 - txsz), Purpose::Stage2Table, true);
                EXPECT_EQ(event()[Event::IPA], uint64_t{1} << (64 - txsz));
            }
}

// The last of sixteen tables, by its address: indexes of the start level are not cut to one table.
TEST_F(StartLevels, STE_37_ConcatenatedTablesOfEveryGranule) {
    struct Row {
        Granule granule;
        unsigned sl, t0sz;
        uint64_t ipa, offset;  ///< of an entry in the sixteenth table
    };
    const Row rows[] = {
        {Granule::K4, 1, 21, 15ull << 39 | 5ull << 30, 15 * 0x1000 + 5 * 8},
        {Granule::K4, 0, 30, 15ull << 30 | 5ull << 21, 15 * 0x1000 + 5 * 8},
        {Granule::K16, 1, 24, 15ull << 36 | 5ull << 25, 15 * 0x4000 + 5 * 8},
        {Granule::K16, 0, 35, 15ull << 25 | 5ull << 14, 15 * 0x4000 + 5 * 8},
        {Granule::K64, 1, 18, 15ull << 42 | 5ull << 29, 15 * 0x1'0000 + 5 * 8},
        {Granule::K64, 0, 31, 15ull << 29 | 5ull << 16, 15 * 0x1'0000 + 5 * 8},
    };
    for (const Row& r : rows) {
        Context::Shape shape;
        shape.s2t0sz = r.t0sz;
        shape.s2sl0 = r.sl;
        shape.stage2 = format(r.granule, false);
        Context c(memory, SteConfig::S2, 0x4000'0000, shape);
        const int level = c.stage2.layout().start_level;
        c.stage2.map(r.ipa, 0x40'0000'0000, stage2_leaf(), level);
        // The base is aligned to the size of all sixteen.
        c.ste.set(Ste::S2TTB, c.stage2.root() | (r.offset & 0xF'0000) | 0x3000);
        attach(c);
        expect_forwarded(read(r.ipa), 0x40'0000'0000);
        EXPECT_EQ(memory.log.back().address, c.stage2.root() + r.offset) << "row " << &r - rows;
    }
}

}  // namespace
}  // namespace smmu::test
