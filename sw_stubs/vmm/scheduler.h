// Several VMs on one CPU, in turn.
#pragma once
#include <stdint.h>

#include "sw_stubs/vmm/vm.h"

namespace smmu::sw::vmm {

class RoundRobin {
public:
    /// False when four are there.
    bool add(Vm& vm);

    struct Stopped {
        Vm* vm = nullptr;  ///< nullptr: time is over
        VmExit exit{};
    };
    /// Gives each VM that can use it a slice, until one of them needs its caller: NextJob, Crash or Error.  The CPU
    /// sleeps while all of them wait.
    Stopped run(uint64_t microseconds, uint64_t slice_microseconds);

private:
    static constexpr unsigned most_vms = 4;

    Vm* vms_[most_vms] = {};
    unsigned count_ = 0;
    unsigned next_ = 0;
};

}  // namespace smmu::sw::vmm
