// Whole files in and out, with a sentence when it does not work.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/expected.h"

namespace smmu::platform {

/// Refused: "cannot read FILE: No such file or directory".
Expected<std::vector<uint8_t>> read_file(const std::filesystem::path& path);

/// Makes the folder if there is none.  Empty: written.
std::optional<Refusal> write_file(const std::filesystem::path& path, std::string_view text);

/// The folder of the running executable.
std::filesystem::path own_folder();

}  // namespace smmu::platform
