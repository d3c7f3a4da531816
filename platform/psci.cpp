// What answers the firmware's SMC.
#include "platform/psci.h"

#include "boards/virt.h"

namespace smmu::platform {
namespace {

constexpr uint64_t success = 0;
constexpr uint64_t version_1_0 = 0x0001'0000;

SmcResult answer(uint64_t x0) {
    SmcResult result;
    result.x[0] = x0;
    return result;
}

bool supported(uint32_t function) {
    return function == virt::psci_version || function == virt::psci_features ||
           function == virt::psci_system_off || function == virt::psci_system_reset;
}

}  // namespace

SmcResult Psci::smc(const SmcCall& call) {
    const auto end = [this](Ending ending) {
        on_end_(ending);
        SmcResult result = answer(success);
        result.power_off = true;
        return result;
    };
    switch (static_cast<uint32_t>(
        call.x[0])) {  // a function identifier is 32 bits, whatever stands above
        case virt::psci_version: return answer(version_1_0);
        case virt::psci_features:
            return answer(supported(static_cast<uint32_t>(call.x[1])) ? success
                                                                      : SmcResult::not_supported);
        case virt::psci_system_off: return end({Ending::Cause::Off});
        case virt::psci_system_reset: return end({Ending::Cause::Reset});
        case virt::smc_exit: return end({Ending::Cause::Exit, call.x[1]});
        default: return answer(SmcResult::not_supported);
    }
}

}  // namespace smmu::platform
