// `smmu-vp compare`: the figures of two runs beside each other.
#pragma once
#include <filesystem>
#include <ostream>

#include "platform/expected.h"

namespace smmu::platform {

/// The table, from stats.json and walks.csv of both folders.  Refused: a file that is missing or that
/// no run has written.
Expected<std::string> compare(const std::filesystem::path& before,
                              const std::filesystem::path& after);

}  // namespace smmu::platform
