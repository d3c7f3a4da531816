// Event records, one test a format, against Arm IHI 0070 G.b, 7.3.
#include "smmuv3/arch/event.h"

#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_tiled;
using test::field;
using test::reserved;
using test::Row;
using test::Rows;

/// The first doubleword of the formats that know whether a SubstreamID came with the transaction.
Rows with_header(const Rows& rest) {
    Rows rows = {
        field("event number", Event::Id, 7, 0),
        reserved(10, 8),
        field("SSV", Event::SSV, 11),
        field("SubstreamID", Event::SubstreamID, 31, 12),
        field("StreamID", Event::StreamID, 63, 32),
    };
    rows.insert(rows.end(), rest.begin(), rest.end());
    return rows;
}

TEST(EventId, EVT_03_ValuesAreThoseOfSection7_3) {
    EXPECT_EQ(static_cast<int>(EventId::C_BAD_STREAMID), 0x02);
    EXPECT_EQ(static_cast<int>(EventId::F_STE_FETCH), 0x03);
    EXPECT_EQ(static_cast<int>(EventId::C_BAD_STE), 0x04);
    EXPECT_EQ(static_cast<int>(EventId::F_BAD_ATS_TREQ), 0x05);
    EXPECT_EQ(static_cast<int>(EventId::F_STREAM_DISABLED), 0x06);
    EXPECT_EQ(static_cast<int>(EventId::F_TRANSL_FORBIDDEN), 0x07);
    EXPECT_EQ(static_cast<int>(EventId::C_BAD_SUBSTREAMID), 0x08);
    EXPECT_EQ(static_cast<int>(EventId::F_CD_FETCH), 0x09);
    EXPECT_EQ(static_cast<int>(EventId::C_BAD_CD), 0x0A);
    EXPECT_EQ(static_cast<int>(EventId::F_WALK_EABT), 0x0B);
    EXPECT_EQ(static_cast<int>(EventId::F_TRANSLATION), 0x10);
    EXPECT_EQ(static_cast<int>(EventId::F_ADDR_SIZE), 0x11);
    EXPECT_EQ(static_cast<int>(EventId::F_ACCESS), 0x12);
    EXPECT_EQ(static_cast<int>(EventId::F_PERMISSION), 0x13);
    EXPECT_EQ(static_cast<int>(FaultClass::Cd), 0b00);
    EXPECT_EQ(static_cast<int>(FaultClass::Tt), 0b01);
    EXPECT_EQ(static_cast<int>(FaultClass::In), 0b10);
}

TEST(Event, BadStreamIdBadSteAndBadCdCarryTheStreamOnly) {
    expect_tiled<Event>(256, with_header({reserved(255, 64)}));
}

TEST(Event, BadTranslationRequestSaysWhatWasAskedFor) {
    expect_tiled<Event>(256, with_header({
                                 field("Span", Event::Span, 67, 64),
                                 reserved(91, 68),
                                 field("PRIV", Event::Priv, 92),
                                 field("X", Event::X, 93),
                                 field("W", Event::W, 94),
                                 field("R", Event::R, 95),
                                 reserved(127, 96),
                                 field("InputAddr", Event::InputAddr, 191, 128),
                                 reserved(255, 192),
                             }));
}

TEST(Event, ForbiddenTranslatedAccessHasNoSubstream) {
    const Rows rows = {
        field("event number", Event::Id, 7, 0),
        reserved(31, 8),
        field("StreamID", Event::StreamID, 63, 32),
        reserved(98, 64),
        field("RnW", Event::RnW, 99),
        reserved(127, 100),
        field("InputAddr", Event::InputAddr, 191, 128),
        reserved(255, 192),
    };
    expect_tiled<Event>(256, rows);
}

TEST(Event, BadSubstreamIdHasNoSsv) {
    const Rows rows = {
        field("event number", Event::Id, 7, 0),
        reserved(11, 8),
        field("SubstreamID", Event::SubstreamID, 31, 12),
        field("StreamID", Event::StreamID, 63, 32),
        reserved(255, 64),
    };
    expect_tiled<Event>(256, rows);
}

TEST(Event, StreamDisabledHasNoSubstream) {
    const Rows rows = {
        field("event number", Event::Id, 7, 0),
        reserved(31, 8),
        field("StreamID", Event::StreamID, 63, 32),
        reserved(255, 64),
    };
    expect_tiled<Event>(256, rows);
}

TEST(Event, SteAndCdFetchCarryTheAddressOfTheFetch) {
    const Rows rows = with_header({
        field("Reason", Event::Reason, 79, 64),
        field("GPCF", Event::GPCF, 80),
        reserved(194, 81),
        field("FetchAddr", Event::FetchAddr, 247, 195),
        reserved(255, 248),
    });
    expect_tiled<Event>(256, rows);
}

TEST(Event, WalkAbortCarriesTheAccessAndTheAddressOfTheFetch) {
    const Rows rows = with_header({
        field("Reason", Event::Reason, 79, 64),
        field("GPCF", Event::GPCF, 80),
        reserved(96, 81),
        field("PnU", Event::PnU, 97),
        field("InD", Event::InD, 98),
        field("RnW", Event::RnW, 99),
        reserved(102, 100),
        field("S2", Event::S2, 103),
        field("CLASS", Event::Class, 105, 104),
        reserved(127, 106),
        field("InputAddr", Event::InputAddr, 191, 128),
        reserved(194, 192),
        field("FetchAddr", Event::FetchAddr, 247, 195),
        reserved(255, 248),
    });
    expect_tiled<Event>(256, rows);
}

/// F_TRANSLATION, F_ADDR_SIZE, F_ACCESS and F_PERMISSION differ in bits [127:106] only.
Rows translation_fault(const Rows& bits_127_to_106) {
    Rows rows = with_header({
        field("STAG", Event::STAG, 79, 64),
        reserved(94, 80),
        field("Stall", Event::Stall, 95),
        reserved(96),
        field("PnU", Event::PnU, 97),
        field("InD", Event::InD, 98),
        field("RnW", Event::RnW, 99),
        reserved(101, 100),
        field("NSIPA", Event::NSIPA, 102),
        field("S2", Event::S2, 103),
        field("CLASS", Event::Class, 105, 104),
        field("InputAddr", Event::InputAddr, 191, 128),
        reserved(203, 192),
        field("IPA", Event::IPA, 247, 204),
        reserved(255, 248),
    });
    rows.insert(rows.end(), bits_127_to_106.begin(), bits_127_to_106.end());
    return rows;
}

TEST(Event, TranslationAddressSizeAndAccessFaultsCarryTheAccessAndTheIpa) {
    expect_tiled<Event>(256, translation_fault({reserved(127, 106)}));
}

TEST(Event, PermissionFaultAlsoSaysHowTheTableWasAccessed) {
    expect_tiled<Event>(256, translation_fault({
                                 reserved(107, 106),
                                 field("TTRnW", Event::TTRnW, 108),
                                 reserved(127, 109),
                             }));
}

TEST(Event, StageTwoPermissionFaultOfATableReadHasTheseWords) {
    const Event event = Event{}
                            .set(Event::Id, EventId::F_PERMISSION)
                            .set(Event::SSV, true)
                            .set(Event::SubstreamID, 0xABCDE)
                            .set(Event::StreamID, 0x108)
                            .set(Event::RnW, true)
                            .set(Event::PnU, true)
                            .set(Event::S2, true)
                            .set(Event::Class, FaultClass::Tt)
                            .set(Event::TTRnW, true)
                            .set(Event::InputAddr, 0x0000'7FFF'1234'5678)
                            .set(Event::IPA, 0x0000'0000'8765'4321);
    EXPECT_EQ(event.word[0], 0x0000'0108'ABCD'E813u);
    EXPECT_EQ(event.word[1], 0x0000'118A'0000'0000u);
    EXPECT_EQ(event.word[2], 0x0000'7FFF'1234'5678u);
    EXPECT_EQ(event.word[3], 0x0000'0000'8765'4000u);
}

}  // namespace
}  // namespace smmu::arch
