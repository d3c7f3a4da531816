// The cases about what a hypervisor needs.  cpu_guest_test.cpp looks at the results.
#pragma once

namespace smmu::test {

void list_register();
void mapped_interrupt();
void guest_sgi();
void virtual_interrupt_by_hcr();
void wfi_trap();
void wfi_with_a_virtual_interrupt();
void virtual_timer();
void hypervisor_timer();
void guest_identity();
void stage1_table_beyond_stage2();

}  // namespace smmu::test
