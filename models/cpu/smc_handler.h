// Who answers the SMC instruction: the platform plays the firmware at EL3 (PSCI), which is not
// modelled as code.
#pragma once
#include <array>
#include <cstdint>
#include <systemc>

namespace smmu {

/// Arguments of an SMC from EL1 or EL2 (SMC Calling Convention, Arm DEN 0028): x0 is the function
/// identifier.
struct SmcCall {
    std::array<uint64_t, 8> x{};
    unsigned el = 2;  ///< exception level of the caller, 1 or 2
};

/// x0..x3 of the answer; the other registers keep their values.
struct SmcResult {
    static constexpr uint64_t not_supported = ~uint64_t{0};

    std::array<uint64_t, 4> x{not_supported, 0, 0, 0};
    bool power_off = false;  ///< the CPU executes nothing after this call
};

struct SmcHandler : virtual sc_core::sc_interface {
    virtual SmcResult smc(const SmcCall& call) = 0;
};

}  // namespace smmu
