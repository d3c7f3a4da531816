// The interrupt controller of a host: physical interrupts are EL2's, the alarm is the hypervisor timer.
#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic_level.h"

namespace smmu::sw::aarch64::gic::level {

void prepare() {
    ICC_SRE_EL2::write(0b1111);                  // system registers, also for EL1
    HCR_EL2::write(uint64_t{1} << 31 | 1 << 4);  // RW, IMO
    isb();
}

uint32_t timer_ppi() { return virt::cnthp_ppi; }
uint64_t counter() { return now(); }
void set_timer(uint64_t count) {
    CNTHP_CVAL_EL2::write(count);
    CNTHP_CTL_EL2::write(1);
}
void stop_timer(void*) { CNTHP_CTL_EL2::write(0); }

}  // namespace smmu::sw::aarch64::gic::level
