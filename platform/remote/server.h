// Serves the sockets of one client until it has gone.
#pragma once
#include <string>

#include "platform/remote/session.h"

namespace smmu::platform::remote {

/// Paths to connect to; empty: none.
struct Sockets {
    std::string qtest;
    std::string monitor;
};

/// Exit status 0 from now on when SIGTERM comes.
void end_on_sigterm();

/// Returns when all sockets are closed or QMP said quit.  Refused: a socket on which nobody
/// listens.
std::optional<Refusal> serve(Target& target, const Sockets& sockets);

}  // namespace smmu::platform::remote
