// Bytes as the text of the qtest protocol: hexadecimal and base64.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smmu::platform::remote {

using Bytes = std::vector<uint8_t>;

/// Lower case, two digits a byte.
std::string to_hex(const Bytes& bytes);

/// nullopt: an odd number of digits, or something that is none.
std::optional<Bytes> from_hex(std::string_view text);

/// RFC 4648, section 4, with padding.
std::string to_base64(const Bytes& bytes);

/// nullopt: not base64; the padding may be missing.
std::optional<Bytes> from_base64(std::string_view text);

}  // namespace smmu::platform::remote
