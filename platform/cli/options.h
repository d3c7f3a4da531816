// The command line: which command, with which options.
#pragma once
#include <string>
#include <vector>

#include "platform/expected.h"

namespace smmu::platform {

enum class Command : uint8_t { Run, Analyze, Compare, Iort, Parameters, Help, Version };

/// Options of one call; what a command does not know stays empty.
struct Options {
    Command command = Command::Run;
    std::string config;                 ///< run, analyze, parameters: --config
    std::vector<std::string> settings;  ///< the same: --set, in order
    std::string preset;                 ///< run, analyze, parameters
    std::string trace;                  ///< analyze: --trace
    bool no_what_if = false;            ///< analyze
    std::string firmware;               ///< run
    std::string iort;                   ///< run: --iort; iort: the file
    std::string output;                 ///< run, analyze
    std::vector<std::string> ram;       ///< run: --ram FILE@ADDR, in order
    std::vector<std::string> folders;   ///< compare: two
    bool json = false;                  ///< iort, parameters
    bool markdown = false;              ///< parameters
};

/// `arguments` without the program's name.  Refused: unknown command or option, missing value.
Expected<Options> read_command_line(const std::vector<std::string>& arguments);

/// Commands, options, and all parameters with default and limits.
std::string help();

}  // namespace smmu::platform
