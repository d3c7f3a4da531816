// ATS and PRI messages and commands against Arm IHI 0070 G.b, 4.5, 5.2, 8, and the PCI Express Base Specification, 10.2.3.
#include "smmuv3/arch/ats.h"

#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/ste.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

TEST(AtcInv, HasTheFieldsOfSection4_5_1) {
    EXPECT_EQ(static_cast<int>(Opcode::ATC_INV), 0x40);
    const Rows rows = {
        field("Opcode", AtcInv::Op, 7, 0),
        reserved(8),
        field("G", AtcInv::Global, 9),
        field("SSec", AtcInv::SSec, 10),
        field("SSV", AtcInv::SSV, 11),
        field("SubstreamID", AtcInv::SubstreamID, 31, 12),
        field("StreamID", AtcInv::StreamID, 63, 32),
        field("Size", AtcInv::Size, 69, 64),
        reserved(75, 70),
        field("Address", AtcInv::Address, 127, 76),
    };
    expect_tiled<AtcInv>(128, rows);
}

TEST(PriResp, HasTheFieldsOfSection4_5_2) {
    EXPECT_EQ(static_cast<int>(Opcode::PRI_RESP), 0x41);
    const Rows rows = {
        field("Opcode", PriResp::Op, 7, 0),
        reserved(9, 8),
        field("SSec", PriResp::SSec, 10),
        field("SSV", PriResp::SSV, 11),
        field("SubstreamID", PriResp::SubstreamID, 31, 12),
        field("StreamID", PriResp::StreamID, 63, 32),
        field("PRGIndex", PriResp::PRGIndex, 72, 64),
        reserved(75, 73),
        field("Resp", PriResp::Resp, 77, 76),
        reserved(127, 78),
    };
    expect_tiled<PriResp>(128, rows);
    EXPECT_EQ(static_cast<int>(PageResponse::ResponseFailure), 0b00);
    EXPECT_EQ(static_cast<int>(PageResponse::InvalidRequest), 0b01);
    EXPECT_EQ(static_cast<int>(PageResponse::Success), 0b10);
    EXPECT_EQ(static_cast<int>(PageResponse::Reserved), 0b11);
}

TEST(PageRequest, HasTheFieldsOfChapter8) {
    const Rows rows = {
        field("StreamID", PageRequest::StreamID, 31, 0),
        field("SubstreamID", PageRequest::SubstreamID, 51, 32),
        reserved(57, 52),
        field("Priv", PageRequest::Priv, 58),
        field("X", PageRequest::X, 59),
        field("R", PageRequest::R, 60),
        field("W", PageRequest::W, 61),
        field("Last", PageRequest::Last, 62),
        field("SSV", PageRequest::SSV, 63),
        field("PRGIndex", PageRequest::PRGIndex, 72, 64),
        reserved(75, 73),
        field("Address", PageRequest::Address, 127, 76),
    };
    expect_tiled<PageRequest>(128, rows);
}

TEST(PageRequest, StopMarkersAreLastWithoutReadAndWriteAndWithAPasid) {
    using P = PageRequest;
    const P marker = P{}.set(P::SSV, true).set(P::Last, true);
    EXPECT_TRUE(is_stop_marker(marker));
    EXPECT_FALSE(is_stop_marker(P{marker}.set(P::SSV, false)));
    EXPECT_FALSE(is_stop_marker(P{marker}.set(P::Last, false)));
    EXPECT_FALSE(is_stop_marker(P{marker}.set(P::R, true)));
    EXPECT_FALSE(is_stop_marker(P{marker}.set(P::W, true)));
}

TEST(PrgStatus, ValuesAreThoseOfSection8_3) {
    EXPECT_EQ(static_cast<int>(PrgStatus::Success), 0b0000);
    EXPECT_EQ(static_cast<int>(PrgStatus::InvalidRequest), 0b0001);
    EXPECT_EQ(static_cast<int>(PrgStatus::ResponseFailure), 0b1111);
}

TEST(AtsMode, ValuesAreThoseOfEats) {
    EXPECT_EQ(static_cast<int>(AtsMode::Disabled), 0b00);
    EXPECT_EQ(static_cast<int>(AtsMode::Full), 0b01);
    EXPECT_EQ(static_cast<int>(AtsMode::SplitStage), 0b10);
    EXPECT_EQ(static_cast<int>(AtsMode::WithDpt), 0b11);
}

TEST(TranslationEntry, HasTheFieldsOfACompletion) {
    const Rows rows = {
        field("R", TranslationEntry::R, 0),
        field("W", TranslationEntry::W, 1),
        field("U", TranslationEntry::U, 2),
        field("Exe", TranslationEntry::Exe, 3),
        field("Priv", TranslationEntry::Priv, 4),
        field("Global", TranslationEntry::Global, 5),
        reserved(9, 6),
        field("N", TranslationEntry::N, 10),
        field("S", TranslationEntry::S, 11),
        field("Address", TranslationEntry::Address, 63, 12),
    };
    expect_tiled<TranslationEntry>(64, rows);
}

/// S, and the lowest zero of the address bits.
TEST(TranslationEntry, SizesGoIntoTheAddress) {
    const struct {
        unsigned shift;
        uint64_t word;
    } sizes[] = {{12, 0xABCD'EF00'0000'0000}, {13, 0xABCD'EF00'0000'0800},  // bit 12 is 0
                 {14, 0xABCD'EF00'0000'1800},  // bit 12 is 1, bit 13 is 0
                 {16, 0xABCD'EF00'0000'7800}, {21, 0xABCD'EF00'000F'F800},
                 {30, 0xABCD'EF00'1FFF'F800}};
    for (const auto& [shift, word] : sizes) {
        TranslationEntry e{};
        set_range(e, 0xABCD'EF00'0000'0000 | ((uint64_t{1} << shift) - 1), shift);
        EXPECT_EQ(e.word[0], word) << shift;
        EXPECT_EQ(entry_shift(e), shift);
        EXPECT_EQ(entry_address(e), 0xABCD'EF00'0000'0000);
    }
    const TranslationEntry everything{{{0xFFFF'FFFF'FFFF'F800}}};
    EXPECT_EQ(entry_shift(everything), 64u);
    EXPECT_EQ(entry_address(everything), 0u);
}

}  // namespace
}  // namespace smmu::arch
