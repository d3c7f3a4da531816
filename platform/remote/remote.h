// The command that a client drives: builds the machine it asks for and serves its sockets.
#pragma once
#include <vector>

#include "platform/config/config.h"
#include "platform/remote/options.h"

namespace smmu::platform::remote {

/// Exit status: 0 when the client has gone, asked for the end, or sent SIGTERM; 2 after one
/// sentence on std::cerr when something was refused; 1 when a model reported an error.  Once in a
/// process (SystemC).
int remote(const Options& options, const Config& config);

}  // namespace smmu::platform::remote
