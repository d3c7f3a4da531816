// Runs firmware on the platform until it ends.
#pragma once
#include <filesystem>

#include "platform/acpi/tables.h"
#include "platform/config/config.h"
#include "platform/firmware.h"

namespace smmu::platform {

struct RunRequest {
    Config config;
    Firmware firmware;
    acpi::Bytes iort;  ///< what the software sees; empty: made from the hardware
    std::filesystem::path
        output;  ///< folder for config.json, stats.json, walks.csv, trace.json; empty: none of them
};

/// Exit status: what the firmware said; 1 when the simulation ended without that, after one
/// sentence on std::cerr; 2 when the platform could not be built.  The UART writes to std::cout.
/// Once in a process (SystemC).
int run(const RunRequest& request);

}  // namespace smmu::platform
