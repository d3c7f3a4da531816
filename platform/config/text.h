// Values and limits of parameters as words: shared by what is read, refused and shown.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "platform/config/parameter.h"

namespace smmu::platform {

/// "from 100 to 1000000 ns", "44 or 48", "true or false", "kept or dropped".
std::string allowed(const Parameter& parameter);

/// "10000", "true", "kept".
std::string value_text(const Parameter& parameter, uint64_t value);

/// A number as people type them: decimal or 0x-hexadecimal, below 2^64.  nullopt: it is none.
std::optional<uint64_t> parse_number(std::string_view text);

/// Reads what a person typed: decimal or 0x-hexadecimal, true or false, a word.  nullopt: not of
/// this kind.
std::optional<uint64_t> parse_value(const Parameter& parameter, std::string_view text);

/// Whether a number is one of those that the parameter takes.
bool takes(const Parameter& parameter, uint64_t value);

/// The known name that looks most like `path`; empty: none is near.
std::string_view nearest_parameter(std::string_view path);

}  // namespace smmu::platform
