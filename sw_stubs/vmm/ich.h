// The virtual CPU interface of this CPU: into it and back.  Arm IHI 0069, 12.4.
#pragma once
#include "sw_stubs/port/aarch64/system_register.h"
#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {

/// The CPU has the list registers that IchRegisters stands for: ICH_VTR_EL2.ListRegs is one less.
inline bool enough_list_registers() {
    return (aarch64::ICH_VTR_EL2::read() & 0x1F) + 1 >= IchRegisters::list_registers;
}

inline void load(const IchRegisters& ich) {
    using namespace aarch64;
    ICH_VMCR_EL2::write(ich.vmcr);
    ICH_AP0R0_EL2::write(ich.ap0r0);
    ICH_AP1R0_EL2::write(ich.ap1r0);
    ICH_LR_EL2<0>::write(ich.lr[0]);
    ICH_LR_EL2<1>::write(ich.lr[1]);
    ICH_LR_EL2<2>::write(ich.lr[2]);
    ICH_LR_EL2<3>::write(ich.lr[3]);
    ICH_HCR_EL2::write(ich.hcr);
}

/// Switches it off too: outside the guest it neither interrupts nor wakes anybody.
inline void save(IchRegisters& ich) {
    using namespace aarch64;
    ich.hcr = ICH_HCR_EL2::read();
    ich.vmcr = ICH_VMCR_EL2::read();
    ich.ap0r0 = ICH_AP0R0_EL2::read();
    ich.ap1r0 = ICH_AP1R0_EL2::read();
    ich.lr[0] = ICH_LR_EL2<0>::read();
    ich.lr[1] = ICH_LR_EL2<1>::read();
    ich.lr[2] = ICH_LR_EL2<2>::read();
    ich.lr[3] = ICH_LR_EL2<3>::read();
    ICH_HCR_EL2::write(0);
}

}  // namespace smmu::sw::vmm
