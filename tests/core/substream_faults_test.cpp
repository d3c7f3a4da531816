// Faults on the way to the CD of a substream: descriptors, fetches, records and their order.
// Arm IHI 0070 G.b, 5.3, 7.3; records are typed word by word; names carry the rule of the check
// list.
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::FaultClass;
using arch::Stage2Leaf;

constexpr uint64_t in_read = 0x0000'0208'0000'0000;   // CLASS = IN, RnW
constexpr uint64_t cd_read = 0x0000'0088'0000'0000;   // CLASS = CD, S2, RnW
constexpr uint64_t cd_write = 0x0000'0082'0000'0000;  // CLASS = CD, S2, PnU

class SubstreamFaults : public SubstreamBench {
protected:
    /// 256 CDs in tables of 64; those of substream 0x45 are there.
    Context& two_level(SteConfig config, S1Default s1dss = S1Default::Terminate) {
        Context& c = make(config, 8, S1Format::TwoLevel4K, s1dss);
        put_l1cd(c, table + 8, level2);
        put_cd(c, level2 + 0x140, 0x45);
        return c;
    }
    void expect_record(const Access& a, const Golden& expected) {
        EXPECT_EQ(cold(a).action, Action::Abort);
        EXPECT_EQ(golden(event()), expected);
    }
};

TEST_F(SubstreamFaults, CD_13_CD_50_EVT_22_InvalidL1Cd) {
    for (const SteConfig config : with_stage1) {
        Context& c = two_level(config);
        expect_cd(c, of(0x45), 0x45);
        memory.poke(physical(c, table + 8), 0x00FF'FFFF'FFFF'F000);  // V = 0: L2Ptr is ignored
        expect_record(of(0x45), {{0x0000'0042'0004'5008, 0, 0, 0}});
        EXPECT_EQ(memory.count(Purpose::L1Cd), 1u);
        EXPECT_EQ(memory.count(Purpose::Cd), 0u);
    }
}

TEST_F(SubstreamFaults, CD_14_EVT_22_L2ptrBeyondOas) {
    Context& c = two_level(SteConfig::S1);
    for (const unsigned bit : {44u, 51u, 55u}) {
        put_l1cd(c, table + 8, uint64_t{1} << bit);
        expect_record(of(0x45), {{0x0000'0042'0004'5008, 0, 0, 0}});
        EXPECT_EQ(memory.count(Purpose::Cd), 0u);
    }
    put_l1cd(c, table + 8, 0x0FFF'FFFF'F000);  // the last page that is there
    expect_aborted(cold(of(0x45)), EventId::C_BAD_CD);
}

TEST_F(SubstreamFaults, CD_14_NestedL2ptrBeyondIas) {
    Context& c = two_level(SteConfig::S1S2);
    put_l1cd(c, table + 8, uint64_t{1} << 44);
    const Outcome o = cold(of(0x45));
    EXPECT_EQ(o.action, Action::Abort);
    if (o.event == EventId::C_BAD_SUBSTREAMID) return;  // the other outcome that is allowed
    EXPECT_EQ(o.event, EventId::F_TRANSLATION);
    EXPECT_EQ(event()[Event::Class], FaultClass::Cd);
    EXPECT_TRUE(event()[Event::S2]);
}

// S1DSS = 0b10 without a SubstreamID looks for CD 0.
TEST_F(SubstreamFaults, EVT_22_WithoutSubstreamIdTheRecordSays0) {
    two_level(SteConfig::S1, S1Default::Substream0);
    expect_record(access(va), {{0x0000'0042'0000'0008, 0, 0, 0}});
    EXPECT_EQ(read_at(Purpose::L1Cd), table);
}

TEST_F(SubstreamFaults, EVT_21_StreamDisabledHasTheStreamOnly) {
    two_level(SteConfig::S1);
    expect_record(access(va), {{0x0000'0042'0000'0006, 0, 0, 0}});
    two_level(SteConfig::S1S2, S1Default::Substream0);
    expect_record(of(0), {{0x0000'0042'0000'0006, 0, 0, 0}});
}

TEST_F(SubstreamFaults, EVT_22_OutOfRangeSubstreamId) {
    two_level(SteConfig::S1);
    expect_record(of(0x100), {{0x0000'0042'0010'0008, 0, 0, 0}});
    expect_record(of(0xF'FFFF), {{0x0000'0042'FFFF'F008, 0, 0, 0}});
}

// 0x1-, 0x0A and fetch records say which substream it was.
TEST_F(SubstreamFaults, EVT_01_EVT_04_OtherRecordsHaveSsvAndSubstreamId) {
    two_level(SteConfig::S1);
    const uint64_t cd = level2 + 0x140;
    expect_record(substream(access(0x9000), 0x45), {{0x0000'0042'0004'5810, in_read, 0x9000, 0}});
    memory.put(cd, Cd{});
    expect_record(of(0x45), {{0x0000'0042'0004'580A, 0, 0, 0}});
    memory.abort_at(cd);
    expect_record(of(0x45), {{0x0000'0042'0004'5809, 0, 0, cd}});
    memory.abort_at(table + 8);
    expect_record(of(0x45), {{0x0000'0042'0004'5809, 0, 0, table + 8}});
}

// --- Through stage 2 -----------------------------------------------------------------------------

TEST_F(SubstreamFaults, CD_16_Stage2FaultsGiveTheIpaOfWhatIsRead) {
    Context& c = two_level(SteConfig::S1S2);
    const Access write = privileged(writing(of(0x45)));
    c.stage2.unmap(level2);
    expect_record(of(0x45), {{0x0000'0042'0004'5810, cd_read, va, level2}});
    expect_record(write, {{0x0000'0042'0004'5810, cd_write, va, level2}});
    c.stage2.map(level2, physical(c, level2), stage2_leaf().set(Stage2Leaf::AF, false));
    expect_record(of(0x45), {{0x0000'0042'0004'5812, cd_read, va, level2}});
    c.stage2.map(table, physical(c, table), stage2_leaf().set(Stage2Leaf::S2AP, 0b10));
    expect_record(of(0x45), {{0x0000'0042'0004'5813, cd_read, va, table}});
    c.stage2.unmap(table);
    expect_record(write, {{0x0000'0042'0004'5810, cd_write, va, table}});
}

TEST_F(SubstreamFaults, CD_15_CD_18_AbortsGiveThePhysicalAddress) {
    Context& c = two_level(SteConfig::S1S2);
    memory.abort_at(physical(c, table + 8));
    expect_record(of(0x45), {{0x0000'0042'0004'5809, 0, 0, physical(c, table + 8)}});
    memory.repair(physical(c, table + 8));
    const uint64_t descriptor = c.stage2.slot(table, 3);
    memory.abort_at(descriptor);
    expect_record(of(0x45), {{0x0000'0042'0004'580B, cd_read, va, descriptor}});
}

TEST_F(SubstreamFaults, STALL_06_S2rGovernsFaultsOfTheL1CdToo) {
    Context& c = two_level(SteConfig::S1S2);
    put(stream, c.ste.set(Ste::S2R, false));
    c.stage2.unmap(table);
    expect_aborted_silently(cold(of(0x45)));
}

TEST_F(SubstreamFaults, WALK_27_S2ptwForbidsAnL1CdInDeviceMemory) {
    Context& c = two_level(SteConfig::S1S2);
    put(stream, c.ste.set(Ste::S2PTW, true));
    expect_cd(c, of(0x45), 0x45);
    c.stage2.map(table, physical(c, table), stage2_leaf().set(Stage2Leaf::MemAttr, 0b0001));
    expect_record(of(0x45), {{0x0000'0042'0004'5813, cd_read, va, table}});
}

// --- Order ---------------------------------------------------------------------------------------

TEST_F(SubstreamFaults, STE_49_CD_45_EveryFaultInItsTurn) {
    Context& c = two_level(SteConfig::S1S2, S1Default::Substream0);
    const uint64_t l1cd = physical(c, table + 8), cd = physical(c, level2 + 0x140);
    const uint64_t good_l1cd = memory.word(l1cd);
    const Cd good_cd = memory.get<Cd>(cd);
    // All of it broken.
    c.stage2.unmap(table);
    c.stage2.unmap(level2);
    memory.abort_at(l1cd);
    memory.poke(l1cd, 0);
    memory.abort_at(cd);
    memory.put(cd, Cd{});
    put(stream, Ste{c.ste}.set(Ste::S1STALLD, true));

    expect_aborted(cold(of(0x45)), EventId::C_BAD_STE);
    expect_aborted(cold(of(0x100)), EventId::C_BAD_STE);
    put(stream, c.ste);
    expect_aborted(cold(of(0x100)), EventId::C_BAD_SUBSTREAMID);
    expect_aborted(cold(of(0)), EventId::F_STREAM_DISABLED);
    expect_aborted(cold(of(0x45)), EventId::F_TRANSLATION);
    EXPECT_EQ(event()[Event::IPA], table);
    map_stage2(c, table);
    expect_aborted(cold(of(0x45)), EventId::F_CD_FETCH);
    EXPECT_EQ(event()[Event::FetchAddr], l1cd);
    memory.repair(l1cd);
    expect_aborted(cold(of(0x45)), EventId::C_BAD_SUBSTREAMID);
    memory.poke(l1cd, good_l1cd);
    expect_aborted(cold(of(0x45)), EventId::F_TRANSLATION);
    EXPECT_EQ(event()[Event::IPA], level2);
    map_stage2(c, level2);
    expect_aborted(cold(of(0x45)), EventId::F_CD_FETCH);
    EXPECT_EQ(event()[Event::FetchAddr], cd);
    memory.repair(cd);
    expect_aborted(cold(of(0x45)), EventId::C_BAD_CD);
    memory.put(cd, good_cd);
    expect_cd(c, of(0x45), 0x45);
}

// None of them stalls, is RAZ/WI or is kept from the queue.
TEST_F(SubstreamFaults, CD_46_EVT_27_TheyAlwaysAbortAndAreRecorded) {
    Context& c = two_level(SteConfig::S1, S1Default::Substream0);
    memory.put(level2 + 0x140, Cd{c.cd}.set(Cd::A, false).set(Cd::R, false));
    put(stream, c.ste.set(Ste::S2R, false));
    expect_aborted(cold(of(0x100)), EventId::C_BAD_SUBSTREAMID);
    expect_aborted(cold(of(0)), EventId::F_STREAM_DISABLED);
    memory.abort_at(level2 + 0x140);
    expect_aborted(cold(of(0x45)), EventId::F_CD_FETCH);
}

}  // namespace
}  // namespace smmu::test
