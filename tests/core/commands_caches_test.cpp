// What translations see after each command: CFGI_* and TLBI_* through the caches.  Command words are
// typed from Arm IHI 0070 G.b, 4; names carry the rule of the check list.
#include "smmuv3/core/commands.h"

#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::CommandError;
using arch::StreamId;

constexpr arch::Command words(uint64_t word0, uint64_t word1 = 0) { return {{{word0, word1}}}; }

/// The caches of the bench, as the SMMU's commands reach them.
class CachedCommands : public Bench, private core::CommandTarget {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000, elsewhere = 0xF000;

    void run(const arch::Command& c) {
        EXPECT_EQ(core::execute(c, features, {}, *this), CommandError::None);
    }
    void use(Context& c) {
        c.stage1.map(va, c.nested ? ipa : pa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        attach(c);
    }
    /// Where a warm access goes, and whether it read structures or tables.
    uint64_t warm_address() { return warm(access(va)).address; }
    bool configuration_was_read() const { return memory.count(Purpose::Ste) != 0; }
    bool tables_were_read() const {
        return memory.count(Purpose::Stage1Table) + memory.count(Purpose::Stage2Table) != 0;
    }

private:
    void invalidate_config(StreamId first, StreamId last) override {
        configs.invalidate(first, last);
    }
    void invalidate_tlb(const core::TlbScope& scope) override { tlb.invalidate(scope); }
    void invalidate_context(StreamId of, arch::SubstreamId which) override {
        configs.invalidate(of, which);
    }
    void resume(StreamId, uint16_t, core::StallEnd) override {}
    void terminate_stalls(StreamId) override {}
};

TEST_F(CachedCommands, CMD_13_CfgiMakesANewSteAndCdSeenAndLeavesTheTlb) {
    Context c(memory, SteConfig::S1), other(memory, SteConfig::S1, 0x8000'0000);
    other.stage1.map(va, elsewhere, stage1_leaf());
    other.cd.set(Cd::ASID, 0x0D0D);
    other.write_cd();
    const arch::Command dropping[] = {
        words(0x0000'0042'0000'0003),     words(0x0000'0042'0000'0003, 1),  // CFGI_STE
        words(0x0000'0043'0000'0004, 0),                                    // CFGI_STE_RANGE
        words(0x0000'0000'0000'0004, 31),                                   // CFGI_ALL
        words(0x0000'0042'0000'0005),     words(0x0000'0042'0000'0005, 1),  // CFGI_CD
        words(0x0000'0042'0000'0006)};                                      // CFGI_CD_ALL
    for (const arch::Command& command : dropping) {
        configs.invalidate_all();
        tlb.invalidate_all();
        use(c);
        EXPECT_EQ(warm_address(), pa);
        put(stream, other.ste);
        EXPECT_EQ(warm_address(), pa) << "the cached configuration";
        run(words(0x0000'0041'0000'0003));
        run(words(0x0000'0044'0000'0004, 1));
        run(words(0x0000'0000'0000'0030));
        EXPECT_EQ(warm_address(), pa) << "no command for this stream yet";
        EXPECT_TRUE(tables_were_read() && !configuration_was_read()) << "TLBI keeps configurations";
        run(command);
        EXPECT_EQ(warm_address(), elsewhere);
        EXPECT_TRUE(configuration_was_read());
    }
    // Back to the first: its translation was never invalidated.
    put(stream, c.ste);
    run(words(0x0000'0042'0000'0003));
    EXPECT_EQ(warm_address(), pa);
    EXPECT_TRUE(configuration_was_read() && !tables_were_read()) << "CMD-13";
}

// 4.3.3: also what has no SubstreamID and uses the CD of substream 0 (S1DSS = 0b10).
TEST_F(CachedCommands, CMD_12_CfgiCdMakesANewCdSeenOfItsSubstreamAlone) {
    Context c(memory, SteConfig::S1);
    c.ste.set(Ste::S1CDMax, 2).set(Ste::S1DSS, arch::S1Default::Substream0);
    use(c);
    for (unsigned i = 1; i < 4; ++i) memory.put(c.cd_place.physical + 64 * i, c.cd);
    const auto is_there = [&](uint32_t ssid) {
        const Access a = ssid == 0 ? access(va) : substream(access(va), ssid);
        return warm(a).action == Action::Forward;
    };
    const auto all_are_there = [&] { return is_there(0) && is_there(1) && is_there(2); };
    EXPECT_TRUE(all_are_there());
    for (unsigned i = 0; i < 3; ++i) memory.put(c.cd_place.physical + 64 * i, Cd{});
    EXPECT_TRUE(all_are_there()) << "their CDs are cached";
    run(words(0x0000'0042'0000'3005));
    run(words(0x0000'0041'0000'1005));
    EXPECT_TRUE(all_are_there()) << "another substream, another stream";
    run(words(0x0000'0042'0000'1005));
    EXPECT_TRUE(is_there(0) && !is_there(1) && is_there(2));
    run(words(0x0000'0042'0000'0005));
    EXPECT_TRUE(!is_there(0) && !is_there(1) && is_there(2));
    run(words(0x0000'0042'0000'0006));
    EXPECT_FALSE(is_there(2)) << "CFGI_CD_ALL";
}

TEST_F(CachedCommands, TLB_11_AStage2ChangeNeedsS2IpaAndThenNhForNestedEntries) {
    const arch::Command s2_ipa = words(0x0000'0A0B'0000'002A, ipa);
    for (const arch::Command& then :
         {words(0x0000'0A0B'0000'0010), words(0x0000'0A0B'0000'0013, va)}) {
        tlb.invalidate_all();
        Context c(memory);
        use(c);
        EXPECT_EQ(warm_address(), pa);
        c.stage2.map(ipa, elsewhere, stage2_leaf());
        run(s2_ipa);
        EXPECT_EQ(warm_address(), pa) << "4.4.3.1: not required to reach nested entries";
        run(then);
        EXPECT_EQ(warm_address(), elsewhere);
    }
}

TEST_F(CachedCommands, S2IpaIsEnoughForAStage2OnlyStream) {
    Context c(memory, SteConfig::S2);
    c.stage2.map(va, pa, stage2_leaf());
    attach(c);
    EXPECT_EQ(warm_address(), pa);
    c.stage2.map(va, elsewhere, stage2_leaf());
    run(words(0x0000'0A0B'0000'0010));  // NH_ALL: stage 1 only
    EXPECT_EQ(warm_address(), pa);
    run(words(0x0000'0A0B'0000'002A, va));
    EXPECT_EQ(warm_address(), elsewhere);
}

TEST_F(CachedCommands, TLB_12_AStage1OnlyStreamIsTaggedWithItsVmid) {
    for (const uint64_t opcode : {0x10, 0x28}) {  // NH_ALL, S12_VMALL
        tlb.invalidate_all();
        Context c(memory, SteConfig::S1);
        use(c);
        EXPECT_EQ(warm_address(), pa);
        c.stage1.map(va, elsewhere, stage1_leaf());
        run(words(0x0000'0000'0000'0000 | opcode));
        EXPECT_EQ(warm_address(), pa);
        run(words(0x0000'0A0B'0000'0000 | opcode));
        EXPECT_EQ(warm_address(), elsewhere);
    }
}

TEST_F(CachedCommands, TLB_20_WithoutStage2TheVmidIsZero) {
    features.stage2 = features.forced_write_back = false;
    Context c(memory, SteConfig::S1);
    use(c);
    EXPECT_EQ(warm_address(), pa);
    c.stage1.map(va, elsewhere, stage1_leaf());
    run(words(0x0000'0000'0000'0010));
    EXPECT_EQ(warm_address(), elsewhere);
}

}  // namespace
}  // namespace smmu::test
