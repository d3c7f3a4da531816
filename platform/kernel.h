// The SystemC kernel as the commands use it: one simulation in a process, its reports as sentences.
#pragma once
#include <functional>
#include <string>

namespace smmu::platform {

/// Exit statuses of a simulation that did not end by itself.
constexpr int failed = 1;
constexpr int not_built = 2;

/// One line on stderr, after what the UART has printed.
void say(const std::string& sentence);
int complain(const std::string& sentence, int status);

/// Runs `simulation` where SystemC wants its models built and run, once in a process; its result,
/// or failed or not_built with a sentence where a model reported an error.
int in_kernel(const std::function<int()>& simulation);

}  // namespace smmu::platform
