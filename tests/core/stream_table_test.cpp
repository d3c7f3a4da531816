// StreamID to STE.  Arm IHI 0070 G.b, 3.3.1, 5.1, 6.3.24, 6.3.25; names carry the rule of the check list.
#include "tests/core/stream_table_bench.h"

namespace smmu::test {
namespace {

TEST_F(StreamTable, ST_01_LinearTableIsIndexedByStreamId) {
    linear(0x1000'0000, 8);
    for (const uint32_t sid : {0u, 1u, 0x42u, 0xFFu}) expect_ste_at(sid, 0x1000'0000 + sid * 64);
    expect_bad_stream(0x100);
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(StreamTable, ST_01_TableOfOneSte) {
    linear(0x1000'0040, 0);
    expect_ste_at(0, 0x1000'0040);
    expect_bad_stream(1);
}

TEST_F(StreamTable, ST_02_SizeIsCappedAtSidsize) {
    linear(0x1000'0000, 20);
    EXPECT_EQ(registers.read(0x88, 4), 20u) << "STRTAB_BASE_CFG reads as written";
    expect_ste_at(0xFFFF, 0x1000'0000 + 0xFFFF * 64);
    expect_bad_stream(0x1'0000);
    linear(0x1000'0000, 63);
    expect_bad_stream(0xFFFF'FFFF);
}

TEST_F(StreamTable, ST_03_LinearBaseIsAlignedToTheWrittenSize) {
    linear(0x1000'3FC0, 8);
    expect_ste_at(1, 0x1000'0040);
    linear(0x1080'0000, 18);  // beyond SIDSIZE: 16 MB all the same
    expect_ste_at(1, 0x1000'0040);
}

TEST_F(StreamTable, ST_04_TwoLevelBaseIsAlignedToTheLevel1Table) {
    put_l1std(0x1000'0000 + 8 * 1, 1, l2);
    two_level(0x1000'07C0, 16, 8);  // 256 descriptors: 2 KB
    expect_ste_at(0x100, l2);
    two_level(0x1000'0000 + 0x1000 - 64, 18, 9);  // reserved SPLIT counts as 6: 4096 descriptors
    put_l1std(0x1000'0000 + 8 * 4, 1, l2);
    expect_ste_at(0x100, l2);
    two_level(0x1000'0040, 8, 6);  // four descriptors: 64 bytes at least
    put_l1std(0x1000'0040 + 8 * 3, 1, l2);
    expect_ste_at(0xC0, l2);
}

TEST_F(StreamTable, ST_05_ST_06_SplitsOfSixEightAndTen) {
    for (const unsigned split : {0u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 31u}) {
        const unsigned effective = split == 8 || split == 10 ? split : 6;
        const uint32_t sid = (5u << effective) + 3;
        two_level(0x1000'0000, 16, split);
        put_l1std(0x1000'0000 + 8 * 5, 3, l2);
        expect_ste_at(sid, l2 + 3 * 64);
        EXPECT_EQ(memory.log.size(), 2u);
        EXPECT_EQ(memory.log[0].purpose, Purpose::L1Std);
        EXPECT_EQ(memory.log[0].size, 8u);
        EXPECT_EQ(memory.log[0].address, 0x1000'0028u);
        put_l1std(0x1000'0000 + 8 * 5, 0, 0);
        linear(0x1000'0000, split << 6 | 8);  // ignored where the table is linear
        expect_ste_at(0x85, 0x1000'0000 + 0x85 * 64);
    }
}

TEST_F(StreamTable, ST_07_ReservedFormatsAreLinear) {
    for (const unsigned format : {2u, 3u}) {
        linear(0x1000'0000, 8, format);
        expect_ste_at(0x42, 0x1000'0000 + 0x42 * 64);
    }
}

TEST_F(StreamTable, ST_07_FormatIsLinearWithoutTwoLevelTables) {
    features.two_level_stream_table = false;
    features.stream_id_bits = 6;
    two_level(0x1000'0000, 6, 6);
    expect_ste_at(0x12, 0x1000'0000 + 0x12 * 64);
}

TEST_F(StreamTable, ST_08_ST_10_SpanOfZeroOrReservedIsNoTable) {
    two_level(0x1000'0000, 16, 10);
    for (unsigned span = 0; span < 32; ++span) {
        if (span >= 1 && span <= 11) continue;
        put_l1std(0x1000'0000, span, l2);
        expect_bad_stream(0);
        EXPECT_EQ(memory.log.size(), 1u) << "nothing is read behind it";
    }
}

TEST_F(StreamTable, ST_09_SpanLimitsTheSecondLevel) {
    two_level(0x1000'0000, 16, 10);
    for (unsigned span = 1; span <= 11; ++span) {
        put_l1std(0x1000'0000, span, l2);
        const uint32_t stes = 1u << (span - 1);
        expect_ste_at(stes - 1, l2 + (stes - 1) * 64);
        if (stes < 1024) expect_bad_stream(stes);
    }
}

TEST_F(StreamTable, ST_11_SpanWiderThanTheSplitIsNoTable) {
    for (const unsigned split : {6u, 8u}) {
        two_level(0x1000'0000, 16, split);
        put_l1std(0x1000'0000, split + 1, l2);
        expect_ste_at(0, l2);
        put_l1std(0x1000'0000, split + 2, l2);
        expect_bad_stream(0);
    }
}

TEST_F(StreamTable, ST_12_SecondLevelIsAlignedToItsSize) {
    two_level(0x1000'0000, 16, 10);
    for (unsigned span = 1; span <= 11; ++span) {
        const uint64_t size = 64ull << (span - 1);
        put_l1std(0x1000'0000, span, l2 + size - 64);
        expect_ste_at(0, l2);
    }
    put_l1std(0x1000'0000, 1, l2 + 0x40);
    expect_ste_at(0, l2 + 0x40);
}

TEST_F(StreamTable, ST_13_TwoLevelTableNoLargerThanItsSplit) {
    two_level(0x1000'0000, 3, 8);
    put_l1std(0x1000'0000, 9, l2);
    expect_ste_at(7, l2 + 7 * 64);
    expect_bad_stream(8);
    EXPECT_TRUE(memory.log.empty());
}

TEST_F(StreamTable, ST_14_AnUnknownStreamIsAbortedWhateverRecinvsidSays) {
    while_disabled(arch::Cr2::offset, 0);
    const Outcome o = from(0x100);
    expect_aborted_silently(o);
    EXPECT_EQ(o.event, EventId::C_BAD_STREAMID);
}

TEST_F(StreamTable, ST_15_AbortedFetchesOfBothLevels) {
    while_disabled(arch::Cr2::offset, 0);  // RECINVSID does not gate it
    two_level(0x1000'0000, 16, 6);
    put_l1std(0x1000'0000 + 8 * 2, 7, l2);
    memory.abort_at(0x1000'0010);
    expect_aborted(from(0x81), EventId::F_STE_FETCH);
    EXPECT_EQ(event()[arch::Event::FetchAddr], 0x1000'0010u);
    memory.repair(0x1000'0010);
    memory.abort_at(l2 + 64 + 56);  // in the STE's last word: the STE's address is reported
    expect_aborted(from(0x81), EventId::F_STE_FETCH);
    EXPECT_EQ(event()[arch::Event::FetchAddr], l2 + 64);
}

TEST_F(StreamTable, ST_16_AddressesBeyondOasAreCut) {
    features.output_address_bits = 32;
    two_level(0x1000'0000, 16, 6);
    put_l1std(0x1000'0000, 1, 0x0000'0007'0000'0000 + l2);
    expect_ste_at(0, l2);
}

TEST_F(StreamTable, ST_17_ATTR_30_SteIsReadAtOnceWithTheAttributesOfCr1) {
    disable();
    write(arch::Cr1::offset, 0x580);  // TABLE_SH Inner is 0b11 at 11:10; here 0b01, OC WB?, IC WT
    enable();
    put(stream, marked());
    cold(access(0));
    const auto& read = memory.log.at(0);
    EXPECT_EQ(read.size, 64u);
    EXPECT_EQ(read.attributes, core::register_attributes(0b10, 0b01, 0b01, false));
    two_level(0x1000'0000, 8, 6);
    put_l1std(0x1000'0008, 7, l2);
    cold(access(0));
    ASSERT_EQ(memory.log.size(), 2u);
    for (const auto& r : memory.log)
        EXPECT_EQ(r.attributes, core::register_attributes(0b10, 0b01, 0b01, false));
}

TEST_F(StreamTable, ATTR_30_ReadAllocateHintIsThatOfStrtabBase) {
    put(stream, marked());
    cold(access(0));
    EXPECT_FALSE(memory.log.at(0).attributes.inner.read_allocate());
    linear(stream_table | uint64_t{1} << 62, 8);
    cold(access(0));
    EXPECT_TRUE(memory.log.at(0).attributes.inner.read_allocate());
    EXPECT_EQ(memory.log.at(0).attributes.shareability, arch::Shareability::Inner);
}

TEST_F(StreamTable, ST_24_NoStreamIdAliasesALowerOne) {
    for (const uint32_t sid : {0x1'0000u, 0x8000'0000u, 0xFFFF'FFFFu}) {
        linear(0x1000'0000, 16);
        expect_bad_stream(sid);
        two_level(0x1000'0000, 16, 8);
        expect_bad_stream(sid);
        EXPECT_TRUE(memory.log.empty());
    }
}

TEST_F(StreamTable, ThirtyTwoBitsOfStreamId) {
    features.stream_id_bits = 32;
    two_level(0x1'0000'0000, 32, 10);
    put_l1std(0x1'0000'0000 + 8 * 0x3F'FFFF, 11, l2);
    expect_ste_at(0xFFFF'FFFF, l2 + 1023 * 64);
}

}  // namespace
}  // namespace smmu::test
