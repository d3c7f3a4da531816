// Hexadecimal by Boost.Algorithm; base64 by hand, since what Boost has of it either throws away the
// length or is private.
#include "platform/remote/bytes.h"

#include <algorithm>
#include <boost/algorithm/hex.hpp>
#include <iterator>

namespace smmu::platform::remote {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string to_hex(const Bytes& bytes) {
    std::string text;
    text.reserve(2 * bytes.size());
    boost::algorithm::hex_lower(bytes, std::back_inserter(text));
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    try {
        boost::algorithm::unhex(text.begin(), text.end(), std::back_inserter(bytes));
    } catch (const boost::algorithm::hex_decode_error&) {
        return std::nullopt;
    }
    return bytes;
}

std::string to_base64(const Bytes& bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (size_t at = 0; at < bytes.size(); at += 3) {
        const size_t count = std::min<size_t>(3, bytes.size() - at);
        uint32_t group = 0;
        for (size_t i = 0; i < 3; ++i) group = group << 8 | (i < count ? bytes[at + i] : 0u);
        for (size_t i = 0; i < 4; ++i)
            text += i <= count ? alphabet[group >> (18 - 6 * i) & 0x3F] : '=';
    }
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    for (unsigned i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3 + 2);
    uint32_t group = 0;
    unsigned bits = 0;
    for (const char character : text) {
        const size_t value = alphabet.find(character);
        if (value == alphabet.npos) return std::nullopt;
        group = group << 6 | static_cast<uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes.push_back(static_cast<uint8_t>(group >> bits));
    }
    return bytes;
}

}  // namespace smmu::platform::remote
