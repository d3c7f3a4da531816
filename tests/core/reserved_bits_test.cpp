// Bits of structures that are not defined: a structure that has one counts as invalid, or they are
// wholly ignored, which is what happens here.  Bit numbers typed from Arm IHI 0070 G.b, 5.1 to 5.4;
// names carry the rule of the check list.
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

struct Bits {
    unsigned high, low;
};
constexpr Bits of_ste[] = {{58, 56},   {107, 105}, {127, 116}, {159, 144}, {252, 248}, {255, 255},
                           {271, 256}, {301, 296}, {383, 376}, {387, 387}, {444, 440}, {447, 447}};
constexpr Bits of_cd[] = {{121, 120}, {185, 184}, {351, 320}, {383, 376}, {447, 432}, {511, 496}};
constexpr Bits of_l1std[] = {{5, 5}, {63, 56}};
constexpr Bits of_l1cd[] = {{11, 1}, {63, 56}};

class ReservedBits : public SubstreamBench {
protected:
    /// With each undefined bit alone the access is refused as it would be for an invalid structure,
    /// or goes where it goes without it.
    template <size_t N>
    void expect_ignored(const Bits (&all)[N], uint64_t structure, const Access& a,
                        EventId invalid) {
        const Outcome plain = cold(a);
        ASSERT_EQ(plain.action, Action::Forward);
        for (const Bits& bits : all)
            for (unsigned bit = bits.low; bit <= bits.high; ++bit) {
                const uint64_t at = structure + bit / 64 * 8, good = memory.word(at);
                memory.poke(at, good | uint64_t{1} << bit % 64);
                const Outcome o = cold(a);
                memory.poke(at, good);
                if (o.event == invalid) continue;
                EXPECT_EQ(o.action, Action::Forward) << "bit " << bit;
                EXPECT_EQ(o.address, plain.address) << "bit " << bit;
                EXPECT_EQ(o.attributes, plain.attributes) << "bit " << bit;
            }
    }
};

TEST_F(ReservedBits, STE_62_OfAnSteAndACd) {
    for (const SteConfig config : with_stage1) {
        Context& c = make(config, 1);
        put_cd(c, table + 64, 1);
        expect_ignored(of_ste, ste_address(stream), of(1), EventId::C_BAD_STE);
        expect_ignored(of_cd, physical(c, table) + 64, of(1), EventId::C_BAD_CD);
    }
}

TEST_F(ReservedBits, STE_62_OfTheDescriptorsAboveThem) {
    Context& c = make(SteConfig::S1, 8, S1Format::TwoLevel4K);
    put_l1cd(c, table, level2);
    put_cd(c, level2 + 64, 1);
    expect_ignored(of_l1cd, table, of(1), EventId::C_BAD_SUBSTREAMID);
    constexpr uint64_t stes = 0x2000'0000;
    disable();
    write(arch::StrtabBaseCfg::offset, 1 << 16 | 6 << 6 | 8);  // two levels, SPLIT 6
    enable();
    memory.put(stes + 2 * 64, c.ste);
    memory.poke(stream_table + 8, stes | 7);
    expect_ignored(of_l1std, stream_table + 8, of(1), EventId::C_BAD_STREAMID);
}

TEST_F(ReservedBits, CD_50_STE_01_NothingElseCountsWithoutV) {
    Context& c = make(SteConfig::S1, 1);
    put_cd(c, table + 64, 1);
    const uint64_t first = memory.word(table + 64);
    for (unsigned i = 0; i < 8; ++i) memory.poke(table + 64 + 8 * i, ~uint64_t{0});
    memory.poke(table + 64, ~(uint64_t{1} << 31));
    expect_aborted(cold(of(1)), EventId::C_BAD_CD);
    memory.poke(table + 64, first & ~(uint64_t{1} << 31));
    expect_aborted(cold(of(1)), EventId::C_BAD_CD);
    for (unsigned i = 0; i < 8; ++i)
        memory.poke(ste_address(stream) + 8 * i, i == 0 ? ~uint64_t{1} : ~uint64_t{0});
    expect_aborted(cold(of(1)), EventId::C_BAD_STE);
}

}  // namespace
}  // namespace smmu::test
