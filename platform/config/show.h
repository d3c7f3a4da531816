// Shows parameters: as help on a terminal, as the reference page, as a configuration file.
#pragma once
#include <string>

#include "platform/config/config.h"

namespace smmu::platform {

/// One row each: name, default, what is allowed, the sentence.
std::string parameters_as_text();

/// docs/parameters.md
std::string parameters_as_markdown();

/// All values of `config`, in the form that read_json() takes.
std::string to_json(const Config& config);

}  // namespace smmu::platform
