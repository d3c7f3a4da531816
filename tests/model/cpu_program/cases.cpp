// The cases of the CPU test program: what the modelled core executes.  cpu_test.cpp looks at the
// results.
#include "tests/model/cpu_program/guest_cases.h"
#include "tests/model/cpu_program/program.h"
#include "tests/model/cpu_program/registers.h"

namespace smmu::test {
namespace {

void registers(uint64_t argument) {
    report(read_CurrentEL());
    report(read_ctr_el0());
    report(argument);
}

// --- Exceptions

void exceptions_at_el2() {
    asm volatile("hvc #1");
    asm volatile("svc #2");
    asm volatile("brk #7");
    asm volatile(".inst 0");
}

void guest_exceptions() {
    run_guest([] {
        report(read_CurrentEL());
        asm volatile("svc #2");
        asm volatile("hvc #5");
        asm volatile("ldr x4, [%0]" : : "r"(unmapped_va) : "x4");
        mmio64(alias_va + 0x1000) = 0x1122'3344'5566'7788;
        report(mmio64(alias_va + 0x1000));
    });
}

void stage2_aborts() {
    run_guest([] {
        register uint64_t address asm("x3") = absent_va + 0x1230;
        asm volatile("str w4, [%0]" : : "r"(address));
        asm volatile("ldr x5, [%0]" : : "r"(address) : "x5");
        reinterpret_cast<void (*)()>(absent_va + 0x2000)();
    });
}

// --- Bus

void mmio_widths() {
    const uint64_t value = 0x8877'6655'4433'2211;
    uint64_t read = 0, second = 0;
    asm volatile("strb %w0, [%1, #1]" : : "r"(value), "r"(device_base));
    asm volatile("strh %w0, [%1, #2]" : : "r"(value), "r"(device_base));
    asm volatile("str %w0, [%1, #4]" : : "r"(value), "r"(device_base));
    asm volatile("str %0, [%1, #8]" : : "r"(value), "r"(device_base));
    asm volatile("stp %0, %1, [%2, #16]" : : "r"(value), "r"(uint64_t{1}), "r"(device_base));
    asm volatile("ldr %w0, [%1, #4]" : "=r"(read) : "r"(device_base));
    report(read);
    asm volatile("ldr %0, [%1, #8]" : "=r"(read) : "r"(device_base));
    report(read);
    asm volatile("ldp %0, %1, [%2, #16]" : "=&r"(read), "=&r"(second) : "r"(device_base));
    report(second);
}

void external_aborts() {
    asm volatile("ldr w4, [%0]" : : "r"(failing_base) : "x4");
    asm volatile("str x4, [%0, #8]" : : "r"(failing_base));
    reinterpret_cast<void (*)()>(failing_base + 0x100)();
    reinterpret_cast<void (*)()>(uint64_t{0})();
    report(1);
}

void guest_external_abort() {
    run_guest([] { asm volatile("ldr w4, [%0]" : : "r"(failing_base) : "x4"); });
}

// --- Calls

uint64_t call_smc(uint64_t function, uint64_t argument) {
    register uint64_t x0 asm("x0") = function;
    register uint64_t x1 asm("x1") = argument;
    asm volatile("smc #0" : "+r"(x0), "+r"(x1) : : "x2", "x3", "memory");
    const uint64_t result = x0, second_result = x1;  // the next call would use these registers
    report(second_result);
    return result;
}

void smc() {
    report(call_smc(0x8400'0000, 11));
    run_guest([] { report(call_smc(0x8400'000A, 22)); });
}

// --- Cache maintenance

void maintain(uint64_t address) {
    asm volatile("dc cvac, %0" : : "r"(address));
    asm volatile("dc civac, %0" : : "r"(address));
    asm volatile("dc ivac, %0" : : "r"(address));
    asm volatile("dc cvau, %0" : : "r"(address));
    asm volatile("dc csw, %0" : : "r"(uint64_t{0}));
}

void cache_maintenance() {
    maintain(alias_pa + 0x1079);
    run_without_translation([] { maintain(alias_pa + 0x2000); });
}

void guest_cache_maintenance() {
    run_guest([] {
        maintain(alias_va + 0x1079);
        maintain(unmapped_va);
        maintain(absent_va);
        asm volatile("dc zva, %0" : : "r"(alias_va + 0x3000));
    });
}

// --- Interrupts and time

void interrupt_at_el2() {
    set_up_gic();
    write_daif(0);
    mmio32(device_base + pulse_spi) = test_spi;
    while (interrupt_count == 0) {
    }
    report(last_interrupt);
    report(interrupt_count);
}

void timer_wakes_wfi() {
    set_up_gic();
    report(read_cntfrq_el0());
    const uint64_t before = read_cntpct_el0();
    write_cntp_tval_el0(1000);
    write_cntp_ctl_el0(1);
    asm volatile("wfi");
    report(read_cntpct_el0() - before);
    report(read_cntp_ctl_el0());
    report(interrupt_count);  // masked until here
    write_daif(0);
    asm volatile("isb");
    report(last_interrupt);
}

void virtual_interrupt() {
    run_guest([] {
        write_daif(0);
        mmio32(device_base + raise_virq) = 1;
        while (interrupt_count == 0) {
        }
        report(interrupt_count);
    });
}

void guest_timer() {
    write_cntvoff_el2(1'000'000);
    const uint64_t virtual_count = read_cntvct_el0();
    report(read_cntpct_el0() - (virtual_count + 1'000'000) < 4);
    write_cnthctl_el2(0);
    run_guest([] {
        read_cntpct_el0();
        read_cntp_ctl_el0();
        report(read_cntvct_el0() > 0);
    });
    write_cnthctl_el2(3);
    run_guest([] {
        write_cntp_cval_el0(0x1234'5678'9ABC);
        report(read_cntp_cval_el0());
    });
}

void register_traps() {
    write_cnthctl_el2(0);
    asm volatile("msr s3_0_c12_c12_0, x0");            // ICC_IAR1_EL1 is read-only
    asm volatile("mrs x4, s3_3_c15_c1_1" : : : "x4");  // nobody has it
    run_guest([] {
        read_cntpct_el0();                                 // CNTHCTL_EL2.EL1PCTEN = 0
        asm volatile("mrs x4, s3_4_c12_c9_5" : : : "x4");  // ICC_SRE_EL2
    });
}

void endless_exceptions() { asm volatile("msr vbar_el2, %0\n isb\n hvc #0" : : "r"(failing_base)); }

void wait_for_event() {
    for (;;) {
        asm volatile("wfe");
        asm volatile("yield");
    }
}

// --- Code that changes

uint64_t call(uint64_t address) { return reinterpret_cast<uint64_t (*)()>(address)(); }

void invalidate_instructions(uint64_t address) {
    asm volatile("ic ivau, %0\n dsb ish\n isb" : : "r"(address) : "memory");
}

void code_written_by_dma(uint64_t address) {
    mmio32(device_base + patch_code) = 1;
    report(call(address));
    mmio32(device_base + patch_code) = 2;
    invalidate_instructions(address);
    report(call(address));
    mmio32(device_base + patch_code) = 3;
    asm volatile("ic ialluis\n dsb ish\n isb");
    report(call(address));
    mmio32(device_base + patch_and_tell) = 4;
    report(call(address));
    mmio32(address) = 0x5280'0000 | 5 << 5;  // mov w0, #5
    invalidate_instructions(address);
    report(call(address));
}

/// A function that returns the value; no instruction cache is told.
void write_function(uint64_t address, uint32_t value) {
    mmio32(address) = 0x5280'0000 | value << 5;  // mov w0, #value
    mmio32(address + 4) = 0xD65F'03C0;           // ret
}

void code_written_by_the_core() {
    constexpr uint64_t end_of_page = code_pa + 0x1000;
    for (uint64_t address = code_pa; address < end_of_page + 16; address += 8) mmio64(address) = 0;
    write_function(code_pa, 1);  // a page that held data
    report(call(code_pa));
    write_function(code_pa, 2);  // a page that holds code
    report(call(code_pa));
    write_function(code_pa + 0x80, 3);
    report(call(code_pa + 0x80));
    report(call(code_pa));

    run_guest([] {  // the same page by another address
        report(call(code_va));
        write_function(code_va, 4);
        report(call(code_va));
    });
    report(call(code_pa));
    write_function(code_pa, 5);
    run_guest([] { report(call(code_va)); });

    write_function(end_of_page, 0);  // a function over the end of a page
    mmio32(end_of_page - 4) = 0x5280'0000 | 6 << 5;
    mmio32(end_of_page) = 0x1100'0400;  // add w0, w0, #1
    report(call(end_of_page - 4));
    mmio32(end_of_page) = 0x1100'0800;  // add w0, w0, #2
    report(call(end_of_page - 4));
}

void run(Case which, uint64_t argument) {
    switch (which) {
        case Case::Registers: return registers(argument);
        case Case::ExceptionsAtEl2: return exceptions_at_el2();
        case Case::GuestExceptions: return guest_exceptions();
        case Case::Stage2Aborts: return stage2_aborts();
        case Case::MmioWidths: return mmio_widths();
        case Case::ExternalAborts: return external_aborts();
        case Case::GuestExternalAbort: return guest_external_abort();
        case Case::Smc: return smc();
        case Case::CacheMaintenance: return cache_maintenance();
        case Case::GuestCacheMaintenance: return guest_cache_maintenance();
        case Case::InterruptAtEl2: return interrupt_at_el2();
        case Case::TimerWakesWfi: return timer_wakes_wfi();
        case Case::VirtualInterrupt: return virtual_interrupt();
        case Case::GuestTimer: return guest_timer();
        case Case::RegisterTraps: return register_traps();
        case Case::EndlessLoop:
            for (;;) {
            }
        case Case::EndlessExceptions: return endless_exceptions();
        case Case::WaitForEvent: return wait_for_event();
        case Case::CodeWrittenByDma: return code_written_by_dma(code_pa);
        case Case::GuestCodeWrittenByDma: return run_guest([] { code_written_by_dma(code_va); });
        case Case::CodeWrittenByTheCore: return code_written_by_the_core();
        case Case::ListRegister: return list_register();
        case Case::MappedInterrupt: return mapped_interrupt();
        case Case::GuestSgi: return guest_sgi();
        case Case::VirtualInterruptByHcr: return virtual_interrupt_by_hcr();
        case Case::WfiTrap: return wfi_trap();
        case Case::WfiWithAVirtualInterrupt: return wfi_with_a_virtual_interrupt();
        case Case::VirtualTimer: return virtual_timer();
        case Case::HypervisorTimer: return hypervisor_timer();
        case Case::GuestIdentity: return guest_identity();
        case Case::Stage1TableBeyondStage2: return stage1_table_beyond_stage2();
    }
}

}  // namespace
}  // namespace smmu::test

uint64_t run_case(smmu::test::Case which, uint64_t argument) {
    smmu::test::run(which, argument);
    return 0;
}
