// What is kept of the CDs of substreams, and what CMD_CFGI_* drop.  Command words are typed from
// Arm IHI 0070 G.b, 4.3; names carry the rule of the check list.
#include "tests/core/command_bench.h"
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

class SubstreamCaching : public CommandBench<SubstreamBench> {
protected:
    static constexpr uint64_t elsewhere = 0x7'0000'0000;

    /// Eight CDs, in one table or behind an L1CD.
    Context& eight(S1Format format, S1Default s1dss = S1Default::Terminate) {
        forget();
        Context& c = make(SteConfig::S1, 8, format, s1dss);
        two_level_ = format != S1Format::Linear;
        if (two_level_) put_l1cd(c, table, level2);
        for (uint32_t ssid = 0; ssid < 8; ++ssid) put_cd(c, cd_of(ssid), ssid);
        return c;
    }
    uint64_t cd_of(uint32_t ssid) const { return (two_level_ ? level2 : table) + 64 * ssid; }
    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }
    /// Gives a CD another ASID and other tables, as software would before an invalidation.
    void replace(Context& c, uint32_t ssid) {
        Tables tables(
            memory, [&c](uint64_t bytes) { return c.allocate_stage1(bytes); }, c.stage1.layout());
        tables.map(va, elsewhere, stage1_leaf());
        memory.put(cd_of(ssid), Cd{c.cd}.set(Cd::TTB0, tables.root()).set(Cd::ASID, 0x999));
    }
    /// Where a warm access goes; says whether the CD was read.
    uint64_t seen(const Access& a) {
        const Outcome o = warm(a);
        cd_was_read = memory.count(Purpose::Cd) != 0;
        return o.address;
    }
    bool cd_was_read = false;

private:
    bool two_level_ = false;
};

constexpr S1Format formats[] = {S1Format::Linear, S1Format::TwoLevel4K};

TEST_F(SubstreamCaching, CD_37_EverySubstreamHasItsOwnCdAndAsid) {
    for (const S1Format format : formats) {
        eight(format);
        // As many as the bench's TLB has ways: the same address of all ASIDs is in one set.
        for (uint32_t ssid = 0; ssid < 4; ++ssid) EXPECT_EQ(seen(of(ssid)), page_of(ssid));
        for (uint32_t ssid = 0; ssid < 4; ++ssid) {
            EXPECT_EQ(seen(of(ssid)), page_of(ssid));
            EXPECT_TRUE(memory.log.empty()) << "neither configuration nor tables";
        }
    }
}

TEST_F(SubstreamCaching, CMD_12_CfgiCdDropsTheCdOfItsSubstream) {
    for (const S1Format format : formats)
        for (const uint64_t leaf : {0, 1}) {
            Context& c = eight(format);
            for (const uint32_t ssid : {2u, 5u}) EXPECT_EQ(seen(of(ssid)), page_of(ssid));
            for (const uint32_t ssid : {2u, 5u}) replace(c, ssid);
            EXPECT_EQ(seen(of(5)), page_of(5)) << "cached";
            run(0x0000'0042'0000'4805, leaf);  // SubstreamID 4
            run(0x0000'0041'0000'5805, leaf);  // another stream
            EXPECT_EQ(seen(of(5)), page_of(5));
            run(0x0000'0042'0000'5805, leaf);
            EXPECT_EQ(seen(of(5)), elsewhere);
            EXPECT_TRUE(cd_was_read);
            EXPECT_EQ(seen(of(2)), page_of(2));
            EXPECT_FALSE(cd_was_read);
        }
}

TEST_F(SubstreamCaching, CMD_10_CMD_11_CMD_12_WiderCommandsDropAllCds) {
    struct Row {
        uint64_t word0, word1;
    };
    for (const Row& r : {Row{0x0000'0042'0000'0006, 0},      // CFGI_CD_ALL
                         Row{0x0000'0042'0000'0003, 0},      // CFGI_STE
                         Row{0x0000'0042'0000'0003, 1},      // Leaf
                         Row{0x0000'0043'0000'0004, 0},      // CFGI_STE_RANGE
                         Row{0x0000'0000'0000'0004, 31}}) {  // CFGI_ALL
        Context& c = eight(S1Format::TwoLevel4K);
        for (const uint32_t ssid : {2u, 5u}) EXPECT_EQ(seen(of(ssid)), page_of(ssid));
        for (const uint32_t ssid : {2u, 5u}) replace(c, ssid);
        run(r.word0, r.word1);
        for (const uint32_t ssid : {2u, 5u}) EXPECT_EQ(seen(of(ssid)), elsewhere);
    }
}

TEST_F(SubstreamCaching, CMD_12_WithoutSubstreamIdItIsCd0) {
    Context& c = eight(S1Format::Linear, S1Default::Substream0);
    EXPECT_EQ(seen(access(va)), page_of(0));
    replace(c, 0);
    run(0x0000'0042'0000'1805);
    EXPECT_EQ(seen(access(va)), page_of(0));
    run(0x0000'0042'0000'0805);
    EXPECT_EQ(seen(access(va)), elsewhere);
}

// A changed L1CD is seen after a CFGI_CD for a substream behind it.
TEST_F(SubstreamCaching, CMD_12_CD_13_ANewL1CdIsSeen) {
    Context& c = eight(S1Format::TwoLevel4K);
    EXPECT_EQ(seen(of(5)), page_of(5));
    put_cd(c, level2 + 0x1'0000 + 5 * 64, 6);
    put_l1cd(c, table, level2 + 0x1'0000);
    EXPECT_EQ(seen(of(5)), page_of(5));
    run(0x0000'0042'0000'5805);
    EXPECT_EQ(seen(of(5)), page_of(6));
}

TEST_F(SubstreamCaching, ST_26_CD_15_ARefusalIsNeverCached) {
    Context& c = eight(S1Format::TwoLevel4K);
    const uint64_t l1cd = memory.word(table);
    memory.poke(table, 0);
    EXPECT_EQ(warm(of(5)).event, EventId::C_BAD_SUBSTREAMID);
    memory.poke(table, l1cd);
    EXPECT_EQ(seen(of(5)), page_of(5));
    forget();
    for (const uint64_t at : {table, cd_of(5)}) {
        memory.abort_at(at);
        EXPECT_EQ(warm(of(5)).event, EventId::F_CD_FETCH);
        memory.repair(at);
        EXPECT_EQ(seen(of(5)), page_of(5));
        forget();
    }
    EXPECT_EQ(warm(access(va)).event, EventId::F_STREAM_DISABLED);
    EXPECT_TRUE(recorded.configurations.empty());
    put(stream, c.ste.set(Ste::S1DSS, S1Default::Substream0));
    EXPECT_EQ(seen(access(va)), page_of(0));
}

TEST_F(SubstreamCaching, STE_67_S1dssAndS1cdmaxChangeWithTheConfigurationAlone) {
    Context& c = eight(S1Format::Linear, S1Default::Substream0);
    EXPECT_EQ(seen(access(va)), page_of(0));
    EXPECT_EQ(seen(of(5)), page_of(5));
    put(stream, c.ste.set(Ste::S1DSS, S1Default::Bypass).set(Ste::S1CDMax, 2));
    run(0x0000'0042'0000'0003);
    EXPECT_EQ(seen(access(va)), va) << "the TLB entry of stage 1 is not used";
    EXPECT_EQ(warm(of(5)).event, EventId::C_BAD_SUBSTREAMID);
    put(stream, c.ste.set(Ste::S1DSS, S1Default::Terminate));
    run(0x0000'0042'0000'0003);
    EXPECT_EQ(warm(access(va)).event, EventId::F_STREAM_DISABLED);
    EXPECT_EQ(seen(of(0)), page_of(0));
}

// A stage 1 that is bypassed leaves stage-2 entries: those of the VMID.
TEST_F(SubstreamCaching, CD_06_TLB_11_ABypassedStage1UsesStage2Entries) {
    Context& c = make(SteConfig::S1S2, 3, S1Format::Linear, S1Default::Bypass);
    put_cd(c, table + 64, 1);
    c.stage2.map(va, 0x9000, stage2_leaf());
    EXPECT_EQ(seen(of(1)), physical(c, page_of(1)));
    EXPECT_EQ(seen(access(va)), 0x9000u) << "the nested entry of the same address is not used";
    ASSERT_EQ(recorded.translations.size(), 1u);
    EXPECT_FALSE(recorded.translations[0].tag.stage1);
    c.stage2.map(va, 0xA000, stage2_leaf());
    run(0x0000'0A0B'0000'002A, va);  // TLBI_S2_IPA
    EXPECT_EQ(seen(access(va)), 0xA000u);
    EXPECT_EQ(seen(of(1)), physical(c, page_of(1)));
    EXPECT_TRUE(memory.log.empty()) << "4.4.3.1 does not reach the nested entry";
}

}  // namespace
}  // namespace smmu::test
