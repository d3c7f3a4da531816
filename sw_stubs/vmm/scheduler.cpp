// Whose turn it is.
#include "sw_stubs/vmm/scheduler.h"

#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic.h"

namespace smmu::sw::vmm {

bool RoundRobin::add(Vm& vm) {
    if (count_ == most_vms) return false;
    vms_[count_++] = &vm;
    return true;
}

RoundRobin::Stopped RoundRobin::run(uint64_t microseconds, uint64_t slice_microseconds) {
    const uint64_t deadline = aarch64::now() + aarch64::ticks(microseconds);
    unsigned idle = 0;  // VMs in a row that had nothing to do
    while (count_ != 0 && aarch64::now() < deadline) {
        if (idle == count_) {
            uint64_t wake = deadline;
            for (unsigned i = 0; i < count_; ++i)
                if (vms_[i]->wakes_at() < wake) wake = vms_[i]->wakes_at();
            aarch64::gic::sleep_until(wake);
            idle = 0;
        }
        Vm& vm = *vms_[next_];
        next_ = (next_ + 1) % count_;
        ++idle;
        if (!vm.runnable()) continue;
        idle = 0;
        const VmExit exit = vm.run_slice(slice_microseconds);
        if (exit.why != Stop::SliceOver && exit.why != Stop::Waiting) return {&vm, exit};
    }
    return {};
}

}  // namespace smmu::sw::vmm
