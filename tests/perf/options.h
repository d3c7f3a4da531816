// The command line of smmu_bench.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace smmu::perf {

struct Options {
    std::vector<std::string> rows;                ///< none: all
    std::optional<std::filesystem::path> output;  ///< where bench.json goes
    unsigned rounds = 21;
    double seconds = 0;  ///< more than 0: no table, the rows one after the other for so long each
    double limit = 0;    ///< more than 0: a row beyond limit times its target is an error
    bool all = false;    ///< also what is measured without a target
    bool is_help = false;
};

/// Prints to stderr what is wrong with it: nothing is returned then.
std::optional<Options> read_command_line(int argc, const char* const* argv);
/// The text of --help.
std::string help();

}  // namespace smmu::perf
