// Transactions with and without a SubstreamID: what S1DSS, S1CDMax and Config make of them.
// Arm IHI 0070 G.b, 3.3.2, 5.2 (S1DSS, S1CDMax); names carry the rule of the check list.
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

class SubstreamDefault : public SubstreamBench {
protected:
    /// A table of eight CDs, and a mapping of `va` itself for the streams whose stage 1 is
    /// bypassed.
    Context& eight(SteConfig config, S1Default s1dss, uint8_t cd_max = 3) {
        Context& c = make(config, cd_max, S1Format::Linear, s1dss);
        for (uint32_t ssid = 0; ssid < 8; ++ssid) put_cd(c, table + 64 * ssid, ssid);
        if (c.nested) c.stage2.map(va, physical(c, va), stage2_leaf());
        return c;
    }
};

constexpr unsigned no_ssid = ~0u;

/// What becomes of a transaction: the CD of that number, or one of these.
constexpr unsigned bypassed = 100, disabled = 101, bad = 102;

struct TruthRow {
    unsigned s1dss, cd_max;
    unsigned without, with_0, with_5, with_8;  ///< by SubstreamID
};
// 5.2, S1DSS; 7.3.7; 7.3.9.
constexpr TruthRow stage1_rows[] = {
    {0b00, 0, 0, bad, bad, bad},    {0b01, 0, 0, bad, bad, bad},    {0b10, 0, 0, bad, bad, bad},
    {0b11, 0, 0, bad, bad, bad},    {0b00, 3, disabled, 0, 5, bad}, {0b01, 3, bypassed, 0, 5, bad},
    {0b10, 3, 0, disabled, 5, bad}, {0b11, 3, disabled, 0, 5, bad},
};

TEST_F(SubstreamDefault, CD_01_CD_03_CD_05_CD_06_CD_08_CD_09_TruthTable) {
    for (const SteConfig config : with_stage1)
        for (const TruthRow& r : stage1_rows) {
            Context& c = eight(config, static_cast<S1Default>(r.s1dss), uint8_t(r.cd_max));
            const std::pair<unsigned, unsigned> columns[] = {
                {no_ssid, r.without}, {0, r.with_0}, {5, r.with_5}, {8, r.with_8}};
            for (const auto& [ssid, what] : columns) {
                SCOPED_TRACE(::testing::Message()
                             << "S1DSS " << r.s1dss << " S1CDMax " << r.cd_max << " SSID " << ssid);
                const Access a = ssid == no_ssid ? access(va) : of(ssid);
                if (what == disabled) {
                    expect_refused(a, EventId::F_STREAM_DISABLED);
                } else if (what == bad) {
                    expect_refused(a, EventId::C_BAD_SUBSTREAMID);
                } else if (what == bypassed) {
                    expect_forwarded(cold(a), physical(c, va));
                    EXPECT_EQ(memory.count(Purpose::Cd), 0u);
                } else {
                    expect_cd(c, a, what);
                }
            }
        }
}

TEST_F(SubstreamDefault, CD_04_STE_48_WithoutStage1EverySubstreamIsBad) {
    for (const SteConfig config : {SteConfig::Bypass, SteConfig::S2})
        for (unsigned s1dss = 0; s1dss < 4; ++s1dss) {
            Context& c = eight(config, static_cast<S1Default>(s1dss));
            for (const uint32_t ssid : {0u, 5u, 8u, 0xF'FFFFu})
                expect_refused(of(ssid), EventId::C_BAD_SUBSTREAMID);
            expect_forwarded(cold(access(va)), physical(c, va));
        }
}

TEST_F(SubstreamDefault, ST_18_AnAbortingStreamAsksNothing) {
    for (unsigned config = 0; config < 4; ++config) {
        Context& c = eight(SteConfig::S1, S1Default::Terminate);
        put(stream, c.ste.set(Ste::Config, static_cast<SteConfig>(config)));
        expect_aborted_silently(cold(of(9)));
        expect_aborted_silently(cold(access(va)));
    }
}

// --- Stage 1 bypassed by S1DSS -------------------------------------------------------------------

TEST_F(SubstreamDefault, CD_06_NothingOfABrokenCdTableMatters) {
    for (const SteConfig config : with_stage1) {
        Context& c = eight(config, S1Default::Bypass);
        memory.put(physical(c, table), Cd{});
        memory.abort_at(physical(c, table));
        if (c.nested) c.stage2.unmap(table);
        expect_forwarded(cold(access(va)), physical(c, va));
    }
}

TEST_F(SubstreamDefault, CD_07_ADDR_04_ADDR_20_WALK_49_AnOversizedAddressAlwaysAborts) {
    for (const SteConfig config : with_stage1) {
        Context& c = eight(config, S1Default::Bypass);
        put(stream, c.ste.set(Ste::S2R, false));
        c.cd.set(Cd::A, false).set(Cd::R, false);
        c.write_cd();
        expect_aborted(cold(access(uint64_t{1} << 44)), EventId::F_ADDR_SIZE);
        EXPECT_EQ(
            golden(event()),
            (Golden{{0x0000'0042'0000'0011, 0x0000'0208'0000'0000, 0x0000'1000'0000'0000, 0}}));
    }
    // Within IAS, beyond S2T0SZ: a fault of stage 2.
    Context& c = eight(SteConfig::S1S2, S1Default::Bypass);
    put(stream, c.ste.set(Ste::S2T0SZ, 21));
    expect_aborted(cold(access(uint64_t{1} << 43)), EventId::F_TRANSLATION);
    EXPECT_TRUE(event()[arch::Event::S2]);
    // With a SubstreamID stage 1 translates, and the same address is outside T0SZ or not mapped.
    expect_aborted(cold(substream(access(uint64_t{1} << 50), 5)), EventId::F_TRANSLATION);
    EXPECT_FALSE(event()[arch::Event::S2]);
}

TEST_F(SubstreamDefault, CD_06_AttributesAreThoseOfABypass) {
    using arch::Shareability;
    Context& c = eight(SteConfig::S1, S1Default::Bypass);
    put(stream, c.ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b1010).set(Ste::SHCFG, 0b11));
    const arch::CacheAttributes wt{arch::Cacheability::WriteThrough, true, true, false};
    EXPECT_EQ(cold(access(va)).attributes, arch::normal(wt, wt, Shareability::Inner));
    Context& nested = eight(SteConfig::S1S2, S1Default::Bypass);
    nested.stage2.map(va, va, stage2_leaf().set(arch::Stage2Leaf::MemAttr, 0b0101));
    EXPECT_EQ(cold(access(va)).attributes,
              arch::normal(arch::non_cacheable, arch::non_cacheable, Shareability::Outer));
}

TEST_F(SubstreamDefault, CD_39_TopBytesAreNotIgnoredWhereStage1IsBypassed) {
    eight(SteConfig::S1, S1Default::Bypass);
    memory.put(table, Cd{memory.get<Cd>(table)}.set(Cd::TBI0, true));
    const uint64_t tagged = 0xA500'0000'0000'0000 | va;
    expect_forwarded(cold(substream(access(tagged), 0)), page_of(0));
    expect_aborted(cold(access(tagged)), EventId::F_ADDR_SIZE);
}

// E0PD belongs to stage 1.
TEST_F(SubstreamDefault, CD_43_E0pdDoesNotReachABypassedStage1) {
    eight(SteConfig::S1, S1Default::Bypass);
    memory.put(table, Cd{memory.get<Cd>(table)}.set(Cd::E0PD0, true));
    expect_aborted(cold(of(0)), EventId::F_TRANSLATION);
    expect_forwarded(cold(access(va)), va);
}

}  // namespace
}  // namespace smmu::test
