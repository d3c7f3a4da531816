// Reads parameters from a configuration file (JSON) and from the command line (path=value).
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "platform/config/config.h"

namespace smmu::platform {

/// One sentence each: the name, what is wrong, what is allowed.  Empty: everything was taken.
using Refusals = std::vector<std::string>;

/// Groups are objects: {"cpu": {"quantum": 1000}}; {"cpu.quantum": 1000} says the same.
Refusals read_json(Config& config, std::string_view text);

/// "cpu.quantum=1000"; numbers may be hexadecimal with 0x.
Refusals read_setting(Config& config, std::string_view setting);

}  // namespace smmu::platform
