// Stands in for run.cpp where the platform was built without its CPU.
#include <iostream>

#include "platform/run.h"

namespace smmu::platform {

int run(const RunRequest&) {
    std::cerr << "smmu-vp: built without a CPU: install Unicorn (Debian: libunicorn-dev), then "
                 "configure and build again\n";
    return 2;
}

}  // namespace smmu::platform
