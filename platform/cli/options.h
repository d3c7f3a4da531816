// The command line: which command, with which options.
#pragma once
#include <string>
#include <vector>

#include "platform/expected.h"

namespace smmu::platform {

enum class Command : uint8_t { Run, Iort, Parameters, Help, Version };

/// Options of one call; what a command does not know stays empty.
struct Options {
    Command command = Command::Run;
    std::string config;                 ///< run, parameters: --config
    std::vector<std::string> settings;  ///< run, parameters: --set, in order
    std::string firmware;               ///< run
    std::string iort;                   ///< run: --iort; iort: the file
    std::string output;                 ///< run
    std::vector<std::string> ram;       ///< run: --ram FILE@ADDR, in order
    bool json = false;                  ///< iort, parameters
    bool markdown = false;              ///< parameters
};

/// `arguments` without the program's name.  Refused: unknown command or option, missing value.
Expected<Options> read_command_line(const std::vector<std::string>& arguments);

/// Commands, options, and all parameters with default and limits.
std::string help();

}  // namespace smmu::platform
