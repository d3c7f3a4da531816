// Bytes as text; base64 vectors are those of RFC 4648, section 10.
#include <gtest/gtest.h>

#include "platform/remote/bytes.h"

namespace smmu::platform::remote {
namespace {

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(Bytes, HexIsLowerCaseAndTwoDigitsAByte) {
    EXPECT_EQ(to_hex({0x00, 0x0A, 0xFF}), "000aff");
    EXPECT_EQ(to_hex({}), "");
}

TEST(Bytes, HexOfEitherCaseReadsBack) {
    EXPECT_EQ(from_hex("000aFf"), (Bytes{0x00, 0x0A, 0xFF}));
    EXPECT_EQ(from_hex(""), Bytes{});
    for (const char* bad : {"0", "000", "0g", "0x00", " 00"}) EXPECT_FALSE(from_hex(bad)) << bad;
}

constexpr struct {
    const char* plain;
    const char* coded;
} rfc4648[] = {{"", ""},
               {"f", "Zg=="},
               {"fo", "Zm8="},
               {"foo", "Zm9v"},
               {"foob", "Zm9vYg=="},
               {"fooba", "Zm9vYmE="},
               {"foobar", "Zm9vYmFy"}};

TEST(Bytes, Base64IsThatOfTheRfc) {
    for (const auto& vector : rfc4648) {
        EXPECT_EQ(to_base64(bytes(vector.plain)), vector.coded);
        EXPECT_EQ(from_base64(vector.coded), bytes(vector.plain)) << vector.coded;
    }
    EXPECT_EQ(to_base64({0xFB, 0xFF}), "+/8=");
    EXPECT_EQ(from_base64("+/8="), (Bytes{0xFB, 0xFF}));
}

TEST(Bytes, Base64MayLackItsPadding) { EXPECT_EQ(from_base64("Zm8"), bytes("fo")); }

TEST(Bytes, WhatIsNoBase64IsRefused) {
    for (const char* bad : {"Z", "Zm9vY", "Zm!v", "Zm 9", "=", "Z===", "Zg=g"})
        EXPECT_FALSE(from_base64(bad) && !from_base64(bad)->empty()) << bad;
}

}  // namespace
}  // namespace smmu::platform::remote
