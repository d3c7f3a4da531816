// The GIC's system registers of a PE, and which CPU interface an access to ICC_* reaches.
#pragma once
#include "cpu/system_registers.h"
#include "gicv3/cpu_interface.h"
#include "gicv3/virtual_interface.h"

namespace smmu::gic {

/// ICC_*_EL1, which are ICV_*_EL1 for a guest (HCR_EL2.IMO, FMO), and ICC_SRE.  Arm IHI 0069, 12.2,
/// 12.3.  The arguments stay where they are.
void add_icc_registers(SystemRegisters& cpu, CpuInterface& physical, VirtualInterface& guest);

/// ICH_*_EL2.  Arm IHI 0069, 12.4.
void add_ich_registers(SystemRegisters& cpu, VirtualInterface& guest);

}  // namespace smmu::gic
