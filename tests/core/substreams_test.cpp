// From SubstreamID to CD: linear and two-level tables, and the STEs that are ILLEGAL.
// Arm IHI 0070 G.b, 3.3.2, 5.2 (S1Fmt, S1CDMax, S1ContextPtr), 5.3; names carry the rule of the
// check list.
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

class Substreams : public SubstreamBench {};

// --- Where the CD is -----------------------------------------------------------------------------

TEST_F(Substreams, CD_03_CD_10_LinearTablesOfEverySize) {
    for (const SteConfig config : with_stage1)
        for (uint8_t cd_max = 1; cd_max <= 20; ++cd_max) {
            SCOPED_TRACE(int(cd_max));
            Context& c = make(config, cd_max);
            const uint32_t count = 1u << cd_max;
            for (const uint32_t ssid : {0u, 1u, count / 2, count - 1}) {
                put_cd(c, table + 64 * uint64_t{ssid}, ssid);
                expect_cd(c, of(ssid), ssid);
                EXPECT_EQ(read_at(Purpose::Cd), physical(c, table) + 64 * uint64_t{ssid});
                EXPECT_EQ(memory.count(Purpose::L1Cd), 0u);
            }
            for (const uint32_t ssid : {count, 0xF'FFFFu})
                if (ssid >= count) expect_refused(of(ssid), EventId::C_BAD_SUBSTREAMID);
        }
}

struct TwoLevels {
    uint8_t cd_max;
    uint32_t ssid;
    uint64_t l1cd, cd;  ///< offsets in the tables
};

// Tables of 64 CDs.
TEST_F(Substreams, CD_11_TwoLevelTablesWith4KBLeaves) {
    const TwoLevels rows[] = {
        {1, 1, 0, 0x40},
        {6, 0, 0, 0},
        {6, 63, 0, 0xFC0},
        {7, 63, 0, 0xFC0},
        {7, 64, 8, 0},
        {10, 0x3FF, 0x78, 0xFC0},
        {16, 0x1234, 0x240, 0xD00},
        {20, 0xF'FFFF, 0x1'FFF8, 0xFC0},
    };
    for (const SteConfig config : with_stage1)
        for (const TwoLevels& r : rows) {
            SCOPED_TRACE(::testing::Message() << int(r.cd_max) << " " << r.ssid);
            Context& c = make(config, r.cd_max, S1Format::TwoLevel4K);
            put_l1cd(c, table + r.l1cd, level2 + 0x3000);
            put_cd(c, level2 + 0x3000 + r.cd, r.ssid);
            expect_cd(c, of(r.ssid), r.ssid);
            EXPECT_EQ(read_at(Purpose::L1Cd), physical(c, table + r.l1cd));
            EXPECT_EQ(read_at(Purpose::Cd), physical(c, level2 + 0x3000 + r.cd));
            EXPECT_EQ(memory.count(Purpose::L1Cd), 1u);
            if (r.cd_max < 20) expect_refused(of(1u << r.cd_max), EventId::C_BAD_SUBSTREAMID);
        }
}

// Tables of 1024 CDs.
TEST_F(Substreams, CD_12_TwoLevelTablesWith64KBLeaves) {
    const TwoLevels rows[] = {
        {1, 1, 0, 0x40},   {10, 0x3FF, 0, 0xFFC0},     {11, 0x3FF, 0, 0xFFC0},
        {11, 0x400, 8, 0}, {16, 0x1234, 0x20, 0x8D00}, {20, 0xF'FFFF, 0x1FF8, 0xFFC0},
    };
    for (const SteConfig config : with_stage1)
        for (const TwoLevels& r : rows) {
            SCOPED_TRACE(::testing::Message() << int(r.cd_max) << " " << r.ssid);
            Context& c = make(config, r.cd_max, S1Format::TwoLevel64K);
            put_l1cd(c, table + r.l1cd, level2 + 0x3'0000);
            put_cd(c, level2 + 0x3'0000 + r.cd, r.ssid);
            expect_cd(c, of(r.ssid), r.ssid);
            EXPECT_EQ(read_at(Purpose::L1Cd), physical(c, table + r.l1cd));
            EXPECT_EQ(read_at(Purpose::Cd), physical(c, level2 + 0x3'0000 + r.cd));
        }
}

TEST_F(Substreams, CD_11_CD_12_LowBitsOfL2ptrAreZero) {
    for (const S1Format format : {S1Format::TwoLevel4K, S1Format::TwoLevel64K}) {
        Context& c = make(SteConfig::S1, 8, format);
        memory.poke(table, level2 | 0xFFF);
        put_cd(c, level2 + 0x40, 1);
        expect_cd(c, of(1), 1);
    }
}

// RES0 bits of S1ContextPtr: taken as zero, or any entry of the table is read.
TEST_F(Substreams, CD_10_CD_11_CD_12_AMisalignedTableStaysInside) {
    struct Row {
        S1Format format;
        uint8_t cd_max;
        uint64_t bits, bytes;
    };
    for (const Row& r :
         {Row{S1Format::Linear, 8, 0x3FC0, 0x4000}, Row{S1Format::TwoLevel4K, 12, 0x1C0, 0x200},
          Row{S1Format::TwoLevel64K, 16, 0x1C0, 0x200}}) {
        Context& c = make(SteConfig::S1, r.cd_max, r.format);
        put(stream, c.ste.set(Ste::S1ContextPtr, table | r.bits));
        cold(of(3));
        const uint64_t at = read_at(r.format == S1Format::Linear ? Purpose::Cd : Purpose::L1Cd);
        EXPECT_TRUE(at >= table && at < table + r.bytes) << std::hex << at;
    }
}

// An L1 table of up to eight entries is aligned to 64 bytes, and no more.
TEST_F(Substreams, CD_11_CD_12_SmallL1TablesAreAlignedTo64Bytes) {
    for (const S1Format format : {S1Format::TwoLevel4K, S1Format::TwoLevel64K}) {
        const bool is_4k = format == S1Format::TwoLevel4K;
        Context& c = make(SteConfig::S1, is_4k ? 9 : 13, format);
        put(stream, c.ste.set(Ste::S1ContextPtr, table + 0x1C0));
        const uint32_t ssid = is_4k ? 0x1C1 : 0x1C01;
        put_l1cd(c, table + 0x1C0 + 7 * 8, level2);
        put_cd(c, level2 + 0x40, 1);
        expect_cd(c, of(ssid), 1);
    }
}

TEST_F(Substreams, STE_08_CD_10_ReservedFormatIsLinear) {
    Context& c = make(SteConfig::S1, 7, static_cast<S1Format>(3));
    put_cd(c, table + 64 * 100, 100);
    expect_cd(c, of(100), 100);
    EXPECT_EQ(memory.count(Purpose::L1Cd), 0u);
    features.two_level_cd_table = false;
    expect_cd(c, of(100), 100);
}

// --- ILLEGAL STEs --------------------------------------------------------------------------------

TEST_F(Substreams, STE_05_MoreCdsThanSubstreams) {
    features.substream_id_bits = 8;
    for (const SteConfig config : with_stage1)
        for (uint8_t cd_max = 0; cd_max < 32; ++cd_max) {
            make(config, cd_max);
            const EventId id = cold(access(va)).event;
            EXPECT_EQ(id == EventId::C_BAD_STE, cd_max > 8) << int(cd_max);
        }
    for (const SteConfig config : {SteConfig::Bypass, SteConfig::S2}) {  // STE_48
        make(config, 31);
        EXPECT_NE(cold(access(va)).event, EventId::C_BAD_STE);
    }
}

TEST_F(Substreams, STE_07_TwoLevelsWithoutCd2l) {
    features.two_level_cd_table = false;
    for (const SteConfig config : with_stage1)
        for (const S1Format format : {S1Format::TwoLevel4K, S1Format::TwoLevel64K}) {
            make(config, 1, format);
            expect_refused(of(0), EventId::C_BAD_STE);
            make(config, 0, format);  // STE_08: ignored for a single CD
            EXPECT_NE(cold(access(va)).event, EventId::C_BAD_STE);
        }
    make(SteConfig::S2, 1, S1Format::TwoLevel4K);
    EXPECT_NE(cold(access(va)).event, EventId::C_BAD_STE);
}

TEST_F(Substreams, STE_06_CD_02_WithoutSubstreamsThereIsOneCd) {
    features.substream_id_bits = 0;
    for (const SteConfig config : with_stage1) {
        Context& c = make(config, 31, S1Format::TwoLevel4K, S1Default::Bypass);
        put_cd(c, table, 7);
        expect_cd(c, access(va), 7);
        EXPECT_EQ(memory.count(Purpose::L1Cd), 0u);
        expect_refused(of(0), EventId::C_BAD_SUBSTREAMID);
    }
}

TEST_F(Substreams, STE_09_TableBeyondOas) {
    Context& c = make(SteConfig::S1, 8, S1Format::TwoLevel4K);
    for (const unsigned bit : {44u, 47u, 55u}) {
        put(stream, Ste{c.ste}.set(Ste::S1ContextPtr, uint64_t{1} << bit));
        expect_refused(of(1), EventId::C_BAD_STE);
    }
    features.output_address_bits = 52;  // with an OAS of 52 bits, bit 47 is an address
    put(stream, Ste{c.ste}.set(Ste::S1ContextPtr, uint64_t{1} << 47));
    expect_aborted(cold(of(1)), EventId::C_BAD_SUBSTREAMID);
    EXPECT_EQ(read_at(Purpose::L1Cd), uint64_t{1} << 47);
}

// --- Attributes ----------------------------------------------------------------------------------

TEST_F(Substreams, CD_38_BothFetchesHaveTheAttributesOfTheSte) {
    using arch::Cacheability;
    constexpr arch::CacheAttributes wt{Cacheability::WriteThrough, true, false, false},
        wb{Cacheability::WriteBack, false, false, false};
    Context& c = make(SteConfig::S1, 8, S1Format::TwoLevel4K);
    put(stream, c.ste.set(Ste::S1CIR, 0b10).set(Ste::S1COR, 0b11).set(Ste::S1CSH, 0b10));
    put_l1cd(c, table, level2);
    put_cd(c, level2, 0);
    expect_cd(c, of(0), 0);
    const arch::MemoryAttributes expected = arch::normal(wt, wb, arch::Shareability::Outer);
    EXPECT_EQ(memory.log.at(1).purpose, Purpose::L1Cd);
    EXPECT_EQ(memory.log.at(1).attributes, expected);
    EXPECT_EQ(memory.log.at(1).size, 8u);
    EXPECT_EQ(memory.log.at(2).purpose, Purpose::Cd);
    EXPECT_EQ(memory.log.at(2).attributes, expected);
}

TEST_F(Substreams, CD_16_WALK_47_NestedTwoLevelFetchReadsTwelveWords) {
    Context& c = make(SteConfig::S1S2, 8, S1Format::TwoLevel4K);
    put_l1cd(c, table, level2);
    put_cd(c, level2, 0);
    expect_cd(c, of(0), 0);
    // 4 + 1 for the L1CD, 4 + 1 for the CD, the STE, and the 24 of the walk.
    EXPECT_EQ(memory.log.size(), 5u + 5u + 1u + 24u);
    for (size_t i = 1; i < 11; ++i)
        if (memory.log[i].purpose == Purpose::Stage2Table) {
            EXPECT_EQ(memory.log[i].on_behalf, arch::FaultClass::Cd);
        }
}

}  // namespace
}  // namespace smmu::test
