// The interrupt controller of a guest: the alarm is the virtual timer, the only one that is the guest's own.
#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic_level.h"

namespace smmu::sw::aarch64::gic::level {

void prepare() {
    ICC_SRE_EL1::write(0b111);
    isb();
}

uint32_t timer_ppi() { return virt::cntv_ppi; }
uint64_t counter() {
    isb();  // or the counter is read too early
    return CNTVCT_EL0::read();
}
void set_timer(uint64_t count) {
    CNTV_CVAL_EL0::write(count);
    CNTV_CTL_EL0::write(1);
}
void stop_timer(void*) { CNTV_CTL_EL0::write(0); }

}  // namespace smmu::sw::aarch64::gic::level
