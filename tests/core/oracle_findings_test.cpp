// What the comparison with the second opinion (tests/oracle) has found: one directed test a finding.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

class OracleFindings : public Bench {};

/// S2SL0_2 counts for 4KB tables with S2DS = 1; everywhere else it is not looked at (5.2 S2SL0).
TEST_F(OracleFindings, STE_36_S2sl0_2DoesNotCountWithoutS2ds) {
    features.small_tables = true;
    for (const bool lpa2 : {false, true}) {
        features.lpa2 = lpa2;
        for (uint8_t sl0 = 0; sl0 < 4; ++sl0)
            for (uint8_t t0sz = 16; t0sz <= 48; ++t0sz) {
                const Ste ste = Ste{Context(memory, SteConfig::S2).ste}
                                    .set(Ste::S2SL0, sl0)
                                    .set(Ste::S2T0SZ, t0sz);
                put(stream, ste);
                const bool legal = read(0).event != EventId::C_BAD_STE;
                put(stream, Ste{ste}.set(Ste::S2SL0_2, true));
                EXPECT_EQ(read(0).event != EventId::C_BAD_STE, legal)
                    << "S2SL0 " << int(sl0) << " S2T0SZ " << int(t0sz);
            }
    }
    put(stream, Ste{Context(memory, SteConfig::S2).ste}
                    .set(Ste::S2SL0, 3)
                    .set(Ste::S2SL0_2, true)
                    .set(Ste::S2T0SZ, 43));
    EXPECT_NE(read(0).event, EventId::C_BAD_STE);
}

// A block may be larger than what IPS or S2PS lets out: 4TB of a 64KB table and 32 bits.

class BlocksBeyondOutputSize : public OracleFindings {
protected:
    static constexpr uint64_t table = 0x5000'0000, inside = 0xFFFF'F000, outside = 0x1'0000'0000;

    BlocksBeyondOutputSize() {
        features.output_address_bits = 52;
        features.granule_64k = true;
    }
    /// One block at level 1, from address 0 to address 0.
    void map_all(uint64_t leaf) { memory.poke(table, leaf | 0b01); }
    void expect_fault(const Access& a, bool stage2) {
        expect_aborted(warm(a), EventId::F_ADDR_SIZE);
        EXPECT_EQ(event()[arch::Event::S2], stage2);
    }
};

TEST_F(BlocksBeyondOutputSize, ADDR_08_ATranslationOfStage1EndsWhereIpsEnds) {
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::TG0, 0b01).set(Cd::T0SZ, 16).set(Cd::IPS, 0).set(Cd::TTB0, table);
    attach(c);
    map_all(stage1_leaf().word[0]);
    const Outcome o = warm(access(inside));
    expect_forwarded(o, inside);
    EXPECT_EQ(o.shift, 32u);
    expect_fault(access(outside), false);
    // Any address of the block names its translation.
    tlb.invalidate({false, {}, 0, false, false, {}, true, true, outside, outside});
    warm(access(inside));
    EXPECT_EQ(recorded.tlb_lookups.misses, 1u);
}

TEST_F(BlocksBeyondOutputSize, ADDR_10_ATranslationOfStage2EndsWhereS2psEnds) {
    Context c(memory, SteConfig::S2);
    c.ste.set(Ste::S2TG, 0b01).set(Ste::S2T0SZ, 16).set(Ste::S2SL0, 2).set(Ste::S2PS, 0);
    attach(c);
    put(stream, c.ste.set(Ste::S2TTB, table));
    map_all(stage2_leaf().word[0]);
    const Outcome o = warm(access(inside));
    expect_forwarded(o, inside);
    EXPECT_EQ(o.shift, 32u);
    expect_fault(access(outside), true);
    tlb.invalidate({false, {}, 0, false, false, {}, true, true, outside, outside});
    warm(access(inside));
    EXPECT_EQ(recorded.tlb_lookups.misses, 1u);
}

}  // namespace
}  // namespace smmu::test
