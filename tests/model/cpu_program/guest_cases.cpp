// Guests with interrupts, timers and traps of their own.
#include "tests/model/cpu_program/guest_cases.h"

#include "tests/model/cpu_program/program.h"
#include "tests/model/cpu_program/registers.h"

namespace smmu::test {
namespace {

// ICH_LR<n>_EL2: pending, group 1, priority 0x80.
constexpr uint64_t pending_lr = 0x5080'0000'0000'0000, lr_hw = 0x2000'0000'0000'0000;
constexpr uint64_t ich_en = 1;

/// What the guest's driver of its CPU interface does.
void enable_virtual_interrupts() {
    write_icc_pmr_el1(0xF0);
    write_icc_igrpen1_el1(1);
}

void give_time() {
    for (int i = 0; i < 100; ++i) asm volatile("isb");
}

}  // namespace

void list_register() {
    write_ich_hcr_el2(ich_en);
    write_ich_lr0_el2(pending_lr | 42);
    run_guest([] {
        write_daif(0);
        give_time();
        report(interrupt_count);  // the guest's interface is still off
        write_daif(mask_irq);
        enable_virtual_interrupts();
        give_time();
        report(interrupt_count);  // masked
        write_daif(0);
        give_time();
        report(interrupt_count);
        report(last_interrupt);
    });
    report(read_ich_lr0_el2());
}

void mapped_interrupt() {
    set_up_gic();
    write_icc_ctlr_el1(2);  // EOIR1 drops the priority, nothing more
    mmio32(device_base + pulse_spi) = test_spi;
    report(read_icc_iar1_el1());
    write_icc_eoir1_el1(test_spi);
    write_ich_hcr_el2(ich_en);
    write_ich_lr0_el2(pending_lr | lr_hw | uint64_t{test_spi} << 32 | 50);
    report(mmio32(gicd_base + 0x300 + test_spi / 32 * 4));  // GICD_ISACTIVER1
    run_guest([] {
        enable_virtual_interrupts();
        write_daif(0);
        give_time();
        report(last_interrupt);
    });
    report(mmio32(gicd_base + 0x300 + test_spi / 32 * 4));
}

void guest_sgi() {
    run_guest([] {
        register uint64_t value asm("x4") = 5u << 24 | 1;
        asm volatile("msr s3_0_c12_c11_5, %0" : : "r"(value));  // ICC_SGI1R_EL1
    });
}

void virtual_interrupt_by_hcr() {
    constexpr uint64_t vi = 1 << 7;
    guest_hcr = vi;
    write_ich_hcr_el2(ich_en);
    write_ich_lr0_el2(pending_lr | 42);
    run_guest([] {
        enable_virtual_interrupts();
        report(read_icc_iar1_el1());  // the list register has nothing more to say, HCR_EL2 has
        write_icc_eoir1_el1(42);
        write_daif(0);
        give_time();
        report(interrupt_count);
        report(last_interrupt);
    });
}

void wfi_trap() {
    constexpr uint64_t twi = 1 << 13;
    guest_hcr = twi;
    run_guest([] {
        asm volatile("wfi");
        report(1);
    });
}

void wfi_with_a_virtual_interrupt() {
    write_ich_hcr_el2(ich_en);
    write_ich_lr0_el2(pending_lr | 42);
    run_guest([] {
        enable_virtual_interrupts();
        write_daif(mask_irq);
        asm volatile("wfi");
        report(interrupt_count);
        report(read_icc_iar1_el1());
    });
}

/// PPI 27 is physical: it leaves the guest, whose host has to hand it on.
void virtual_timer() {
    set_up_gic();
    write_cntvoff_el2(read_cntpct_el0());
    run_guest([] {
        write_cntv_tval_el0(100);
        write_cntv_ctl_el0(1);
        while (interrupt_count == 0) {
        }
        report(last_interrupt);
        report(read_cntvct_el0() >= 100 && read_cntvct_el0() < read_cntpct_el0());
    });
}

void hypervisor_timer() {
    set_up_gic();
    write_cnthp_tval_el2(100);
    write_cnthp_ctl_el2(1);
    run_guest([] {
        while (interrupt_count == 0) {
        }
        report(last_interrupt);
        asm volatile("mrs x4, cnthp_ctl_el2" : : : "x4");
    });
}

void guest_identity() {
    write_vpidr_el2(0x410F'D083);
    write_vmpidr_el2(0x8000'0003);
    report(read_midr_el1() == 0x410F'D083);
    run_guest([] {
        report(read_midr_el1());
        report(read_mpidr_el1());
    });
}

void stage1_table_beyond_stage2() {
    run_guest([] { asm volatile("ldr x4, [%0]" : : "r"(bad_table_va + 0x1238) : "x4"); });
}

}  // namespace smmu::test
