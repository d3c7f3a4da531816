// Command queue entries against Arm IHI 0070 G.b, 4.1 to 4.4 and 4.7.3.
#include "smmuv3/arch/cmd.h"

#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

static_assert(sizeof(Command) == 16);

TEST(Opcode, ValuesAreThoseOfSection4_1_1) {
    EXPECT_EQ(static_cast<int>(Opcode::PREFETCH_CONFIG), 0x01);
    EXPECT_EQ(static_cast<int>(Opcode::PREFETCH_ADDR), 0x02);
    EXPECT_EQ(static_cast<int>(Opcode::CFGI_STE), 0x03);
    EXPECT_EQ(static_cast<int>(Opcode::CFGI_STE_RANGE), 0x04);
    EXPECT_EQ(static_cast<int>(Opcode::CFGI_CD), 0x05);
    EXPECT_EQ(static_cast<int>(Opcode::CFGI_CD_ALL), 0x06);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_NH_ALL), 0x10);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_NH_ASID), 0x11);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_NH_VA), 0x12);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_NH_VAA), 0x13);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_EL2_ALL), 0x20);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_EL2_ASID), 0x21);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_EL2_VA), 0x22);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_EL2_VAA), 0x23);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_S12_VMALL), 0x28);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_S2_IPA), 0x2A);
    EXPECT_EQ(static_cast<int>(Opcode::TLBI_NSNH_ALL), 0x30);
    EXPECT_EQ(static_cast<int>(Opcode::RESUME), 0x44);
    EXPECT_EQ(static_cast<int>(Opcode::STALL_TERM), 0x45);
    EXPECT_EQ(static_cast<int>(Opcode::SYNC), 0x46);
}

TEST(Command, EveryFormatBeginsWithAnEightBitOpcode) {
    const Rows rows = {
        field("Opcode", Command::Op, 7, 0),
        reserved(9, 8),
        field("SSec", Command::SSec, 10),
        reserved(127, 11),
    };
    expect_tiled<Command>(128, rows);
}

TEST(Prefetch, HasTheFieldsOfSection4_2) {
    const Rows rows = {
        field("Opcode", Prefetch::Op, 7, 0),
        reserved(9, 8),
        field("SSec", Prefetch::SSec, 10),
        field("SSV", Prefetch::SSV, 11),
        field("SubstreamID", Prefetch::SubstreamID, 31, 12),
        field("StreamID", Prefetch::StreamID, 63, 32),
        field("Size", Prefetch::Size, 68, 64),  // this and what follows: CMD_PREFETCH_ADDR
        field("Stride", Prefetch::Stride, 73, 69),
        reserved(75, 74),
        field("Address", Prefetch::Address, 127, 76),
    };
    expect_tiled<Prefetch>(128, rows);
}

TEST(CfgiSte, HasTheFieldsOfSection4_3_1) {
    const Rows rows = {
        field("Opcode", CfgiSte::Op, 7, 0),
        reserved(9, 8),
        field("SSec", CfgiSte::SSec, 10),
        reserved(31, 11),
        field("StreamID", CfgiSte::StreamID, 63, 32),
        field("Leaf", CfgiSte::Leaf, 64),
        reserved(127, 65),
    };
    expect_tiled<CfgiSte>(128, rows);
}

TEST(CfgiSteRange, HasTheFieldsOfSection4_3_2) {
    const Rows rows = {
        field("Opcode", CfgiSteRange::Op, 7, 0),
        reserved(9, 8),
        field("SSec", CfgiSteRange::SSec, 10),
        reserved(31, 11),
        field("StreamID", CfgiSteRange::StreamID, 63, 32),
        field("Range", CfgiSteRange::Range, 68, 64),
        reserved(127, 69),
    };
    expect_tiled<CfgiSteRange>(128, rows);
}

TEST(CfgiCd, HasTheFieldsOfSection4_3_3) {
    const Rows rows = {
        field("Opcode", CfgiCd::Op, 7, 0),
        reserved(9, 8),
        field("SSec", CfgiCd::SSec, 10),
        reserved(11),
        field("SubstreamID", CfgiCd::SubstreamID, 31, 12),
        field("StreamID", CfgiCd::StreamID, 63, 32),
        field("Leaf", CfgiCd::Leaf, 64),
        reserved(127, 65),
    };
    expect_tiled<CfgiCd>(128, rows);
}

// Of all invalidations by address, with IDR3.RIL = 1 (without it these fields are RES0).
TEST(TlbiRange, HasTheFieldsOfSection4_4_1_1) {
    const Rows rows = {
        reserved(11, 0),
        field("NUM", TlbiRange::NUM, 16, 12),
        reserved(19, 17),
        field("SCALE", TlbiRange::SCALE, 25, 20),
        reserved(63, 26),
        field("Leaf", TlbiRange::Leaf, 64),
        reserved(70, 65),
        field("TTL128", TlbiRange::TTL128, 71),
        field("TTL", TlbiRange::TTL, 73, 72),
        field("TG", TlbiRange::TG, 75, 74),
        field("Address", TlbiRange::Address, 127, 76),
    };
    expect_tiled<TlbiRange>(128, rows);
}

TEST(TlbiNh, HasTheFieldsOfSection4_4_2) {
    const Rows rows = {
        field("Opcode", TlbiNh::Op, 7, 0),     reserved(11, 8),
        field("NUM", TlbiNh::NUM, 16, 12),     reserved(19, 17),
        field("SCALE", TlbiNh::SCALE, 25, 20), reserved(31, 26),
        field("VMID", TlbiNh::VMID, 47, 32),   field("ASID", TlbiNh::ASID, 63, 48),
        field("Leaf", TlbiNh::Leaf, 64),       reserved(70, 65),
        field("TTL128", TlbiNh::TTL128, 71),   field("TTL", TlbiNh::TTL, 73, 72),
        field("TG", TlbiNh::TG, 75, 74),       field("Address", TlbiNh::Address, 127, 76),
    };
    expect_tiled<TlbiNh>(128, rows);
}

TEST(TlbiS12Vmall, HasTheFieldsOfSection4_4_3_2) {
    const Rows rows = {
        field("Opcode", TlbiS12Vmall::Op, 7, 0),
        reserved(31, 8),
        field("VMID", TlbiS12Vmall::VMID, 47, 32),
        reserved(127, 48),
    };
    expect_tiled<TlbiS12Vmall>(128, rows);
}

TEST(TlbiS2Ipa, HasTheFieldsOfSection4_4_3_1) {
    const Rows rows = {
        field("Opcode", TlbiS2Ipa::Op, 7, 0),
        reserved(11, 8),
        field("NUM", TlbiS2Ipa::NUM, 16, 12),
        reserved(19, 17),
        field("SCALE", TlbiS2Ipa::SCALE, 25, 20),
        reserved(31, 26),
        field("VMID", TlbiS2Ipa::VMID, 47, 32),
        reserved(63, 48),
        field("Leaf", TlbiS2Ipa::Leaf, 64),
        reserved(70, 65),
        field("TTL128", TlbiS2Ipa::TTL128, 71),
        field("TTL", TlbiS2Ipa::TTL, 73, 72),
        field("TG", TlbiS2Ipa::TG, 75, 74),
        field("Address", TlbiS2Ipa::Address, 119, 76),
        reserved(127, 120),
    };
    expect_tiled<TlbiS2Ipa>(128, rows);
}

TEST(Resume, HasTheFieldsOfSection4_7_1) {
    const Rows rows = {
        field("Opcode", Resume::Op, 7, 0),
        reserved(9, 8),
        field("SSec", Resume::SSec, 10),
        reserved(11),
        field("Ac", Resume::Ac, 12),
        field("Ab", Resume::Ab, 13),
        reserved(31, 14),
        field("StreamID", Resume::StreamID, 63, 32),
        field("STAG", Resume::STAG, 79, 64),
        reserved(127, 80),
    };
    expect_tiled<Resume>(128, rows);
}

TEST(StallTerm, HasTheFieldsOfSection4_7_2) {
    const Rows rows = {
        field("Opcode", StallTerm::Op, 7, 0),
        reserved(9, 8),
        field("SSec", StallTerm::SSec, 10),
        reserved(31, 11),
        field("StreamID", StallTerm::StreamID, 63, 32),
        reserved(127, 64),
    };
    expect_tiled<StallTerm>(128, rows);
}

TEST(Sync, HasTheFieldsOfSection4_7_3) {
    const Rows rows = {
        field("Opcode", Sync::Op, 7, 0),
        reserved(11, 8),
        field("CS", Sync::CS, 13, 12),
        reserved(21, 14),
        field("MSH", Sync::MSH, 23, 22),
        field("MSIAttr", Sync::MSIAttr, 27, 24),
        reserved(31, 28),
        field("MSIData", Sync::MSIData, 63, 32),
        reserved(65, 64),
        field("MSIAddress", Sync::MSIAddress, 119, 66),
        reserved(127, 120),
    };
    expect_tiled<Sync>(128, rows);
    EXPECT_EQ(static_cast<int>(CompletionSignal::None), 0b00);
    EXPECT_EQ(static_cast<int>(CompletionSignal::Irq), 0b01);
    EXPECT_EQ(static_cast<int>(CompletionSignal::Sev), 0b10);
    EXPECT_EQ(static_cast<int>(CompletionSignal::Reserved), 0b11);
}

TEST(Command, GoldenEntriesHaveTheseWords) {
    const auto cfgi =
        command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, 0x108).set(CfgiSte::Leaf, true);
    EXPECT_EQ(cfgi.word[0], 0x0000'0108'0000'0003u);
    EXPECT_EQ(cfgi.word[1], 1u);

    const auto all = command<CfgiSteRange>(Opcode::CFGI_STE_RANGE).set(CfgiSteRange::Range, 31);
    EXPECT_EQ(all.word[0], 4u);
    EXPECT_EQ(all.word[1], 31u);

    const auto va = command<TlbiNh>(Opcode::TLBI_NH_VA)
                        .set(TlbiNh::VMID, 0xABCD)
                        .set(TlbiNh::ASID, 0x1234)
                        .set(TlbiNh::Leaf, true)
                        .set(TlbiNh::Address, 0xFFFF'8000'1234'5678);
    EXPECT_EQ(va.word[0], 0x1234'ABCD'0000'0012u);
    EXPECT_EQ(va.word[1], 0xFFFF'8000'1234'5001u);

    // 16KB granule, level 2: 32 << 6 granules from 0x4000 on.
    const auto range = command<TlbiS2Ipa>(Opcode::TLBI_S2_IPA)
                           .set(TlbiS2Ipa::VMID, 0xABCD)
                           .set(TlbiS2Ipa::NUM, 31)
                           .set(TlbiS2Ipa::SCALE, 6)
                           .set(TlbiS2Ipa::TG, 0b10)
                           .set(TlbiS2Ipa::TTL, 0b10)
                           .set(TlbiS2Ipa::Address, 0x4000);
    EXPECT_EQ(range.word[0], 0x0000'ABCD'0061'F02Au);
    EXPECT_EQ(range.word[1], 0x0000'0000'0000'4A00u);

    const auto el2 = command<TlbiNh>(Opcode::TLBI_EL2_VA)
                         .set(TlbiNh::ASID, 0x1234)
                         .set(TlbiNh::Address, 0x0000'8000'1234'5000);
    EXPECT_EQ(el2.word[0], 0x1234'0000'0000'0022u);
    EXPECT_EQ(el2.word[1], 0x0000'8000'1234'5000u);

    const auto sync = command<Sync>(Opcode::SYNC)
                          .set(Sync::CS, CompletionSignal::Sev)
                          .set(Sync::MSH, 3)
                          .set(Sync::MSIAttr, 0xF);
    EXPECT_EQ(sync.word[0], 0x0FC0'2046u);
    EXPECT_EQ(sync.word[1], 0u);
}

TEST(Command, ViewKeepsAllSixteenBytes) {
    const Command raw{{{0x1234'ABCD'0000'0012, 0xFFFF'8000'1234'5001}}};
    const auto tlbi = view<TlbiNh>(raw);
    EXPECT_EQ(tlbi[TlbiNh::Op], Opcode::TLBI_NH_VA);
    EXPECT_EQ(tlbi[TlbiNh::VMID], 0xABCD);
    EXPECT_EQ(tlbi[TlbiNh::ASID], 0x1234);
    EXPECT_TRUE(tlbi[TlbiNh::Leaf]);
    EXPECT_EQ(tlbi[TlbiNh::Address], 0xFFFF'8000'1234'5000u);
}

}  // namespace
}  // namespace smmu::arch
