// What answers the firmware's SMC: PSCI, and the call that ends the simulation.  Arm DEN 0022
// (PSCI 1.0), DEN 0028 (SMCCC).
#pragma once
#include <cstdint>
#include <functional>
#include <utility>

#include "cpu/smc_handler.h"

namespace smmu::platform {

/// How the firmware ends the run.
struct Ending {
    enum class Cause : uint8_t {
        Off,    ///< PSCI SYSTEM_OFF
        Reset,  ///< PSCI SYSTEM_RESET
        Exit,   ///< virt::smc_exit
    };
    Cause cause;
    uint64_t status = 0;  ///< of Exit
};

/// VERSION, FEATURES, SYSTEM_OFF, SYSTEM_RESET and virt::smc_exit; every other function gets
/// NOT_SUPPORTED.
class Psci final : public SmcHandler {
public:
    explicit Psci(std::function<void(Ending)> on_end) : on_end_(std::move(on_end)) {}

    SmcResult smc(const SmcCall& call) override;

private:
    std::function<void(Ending)> on_end_;
};

}  // namespace smmu::platform
