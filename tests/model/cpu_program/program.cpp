// Exceptions, interrupts and translation tables of the CPU test program.
#include "tests/model/cpu_program/program.h"

#include "tests/model/cpu_program/registers.h"

namespace smmu::test {

volatile uint64_t interrupt_count = 0;
volatile uint64_t last_interrupt = 0;
uint64_t guest_hcr = 0;

namespace {

Mailbox& mailbox() { return *reinterpret_cast<Mailbox*>(mailbox_address); }

constexpr uint64_t block = 0x20'0000;

struct Table {
    alignas(4096) uint64_t entry[512];
};
Table stage1, stage2, stage2_devices, stage2_ram, stage2_alias;

uint64_t address_of(const Table& table) { return reinterpret_cast<uint64_t>(&table); }

// 39-bit input addresses, 4 KiB granule, walks start at level 1.  Arm ARM D8.3.
void build_tables() {
    constexpr uint64_t table = 3, s1_block = 0x701, s1_device = 0x401 | 1 << 2;
    constexpr uint64_t s2_normal = 0x7FD, s2_device = 0x4C5;
    stage1.entry[0] = 0 | s1_device;
    stage1.entry[1] = ram_base | s1_block;
    stage1.entry[3] = alias_ipa | s1_block;
    stage1.entry[bad_table_va >> 30] = absent_ipa | table;
    stage2.entry[0] = address_of(stage2_devices) | table;
    stage2.entry[1] = address_of(stage2_ram) | table;
    stage2.entry[2] = address_of(stage2_alias) | table;
    for (uint64_t i = 0x0800'0000 / block; i < 0x0C00'0000 / block; ++i)
        stage2_devices.entry[i] = (i * block) | s2_device;
    for (uint64_t i = 0; i < ram_size / block; ++i)
        stage2_ram.entry[i] = (ram_base + i * block) | s2_normal;
    stage2_alias.entry[0] = alias_pa | s2_normal;
}

void turn_stages_on() {
    constexpr uint64_t vmid = uint64_t{1} << 48;
    constexpr uint64_t rw = uint64_t{1} << 31, amo_imo_fmo = 7 << 3, vm = 1;
    write_vttbr_el2(address_of(stage2) | vmid);
    write_vtcr_el2(25 | 1 << 6 | 3 << 12 | 2 << 16 | uint64_t{1} << 31);
    write_hcr_el2(rw | amo_imo_fmo | vm | guest_hcr);
    write_mair_el1(0x00FF);  // attribute 0: write-back, 1: Device-nGnRnE
    write_tcr_el1(25 | 1 << 8 | 1 << 10 | 3 << 12 | 1 << 23 | uint64_t{2} << 32);
    write_ttbr0_el1(address_of(stage1));
    asm volatile("tlbi alle1\n dsb sy\n isb" : : : "memory");
    write_sctlr_el1(read_sctlr_el1() | 1);
}

}  // namespace

void report(uint64_t value) { mailbox().values[mailbox().value_count++ % 16] = value; }

void run_without_translation(void (*guest)()) {
    write_hcr_el2(uint64_t{1} << 31);
    run_at_el1(guest);
}

void run_guest(void (*guest)()) {
    build_tables();
    turn_stages_on();
    run_at_el1(guest);
}

void set_up_gic() {
    mmio32(gicr_base + 0x14) = 0;  // GICR_WAKER
    mmio32(gicd_base + 0x00) = 2;  // GICD_CTLR.EnableGrp1
    mmio32(gicd_base + 0x80 + test_spi / 32 * 4) = 1u << test_spi % 32;
    mmio32(gicd_base + 0xC00 + test_spi / 16 * 4) = 2u << test_spi % 16 * 2;  // edge
    mmio32(gicd_base + 0x100 + test_spi / 32 * 4) = 1u << test_spi % 32;
    mmio32(gicr_base + 0x1'0080) = ~0u;
    mmio32(gicr_base + 0x1'0100) = 1u << 25 | 1u << 26 | 1u << 27 | 1u << 30;
    write_icc_pmr_el1(0xF0);
    write_icc_igrpen1_el1(1);
    constexpr uint64_t rw = uint64_t{1} << 31, imo = 1 << 4;
    write_hcr_el2(rw | imo);
}

}  // namespace smmu::test

namespace {

using namespace smmu::test;

/// Takes what is pending, and makes a level fall that would stay.
void take_interrupt(bool el2) {
    constexpr uint64_t maintenance_ppi = 25, cnthp_ppi = 26, cntv_ppi = 27, cntp_ppi = 30;
    constexpr uint64_t spurious = 1023;
    interrupt_count = interrupt_count + 1;
    last_interrupt = read_icc_iar1_el1();
    if (last_interrupt == spurious) {  // by HCR_EL2.VI or by the pin
        asm volatile("hvc %0" : : "i"(clear_vi) : "x0", "memory");
        mmio32(device_base + lower_virq) = 1;
        return;
    }
    if (last_interrupt == cntp_ppi) write_cntp_ctl_el0(0);
    if (last_interrupt == cntv_ppi) write_cntv_ctl_el0(0);
    if (el2 && last_interrupt == cnthp_ppi) write_cnthp_ctl_el2(0);
    if (el2 && last_interrupt == maintenance_ppi) write_ich_hcr_el2(1);
    write_icc_eoir1_el1(last_interrupt);
}

}  // namespace

bool on_exception(uint64_t vector, const uint64_t (&frame)[20]) {
    constexpr uint64_t ec_svc = 0x15, ec_hvc = 0x16, ec_fetch_lower = 0x20, ec_fetch = 0x21;
    const bool el2 = read_CurrentEL() >> 2 == 2;
    const bool interrupt = (vector & 0x1FF) == 0x080;
    if (interrupt) {
        take_interrupt(el2);
        return false;
    }

    ExceptionRecord record{};
    record.el = el2 ? 2 : 1;
    record.vector = vector;
    record.esr = el2 ? read_esr_el2() : read_esr_el1();
    record.far = el2 ? read_far_el2() : read_far_el1();
    record.hpfar = el2 ? read_hpfar_el2() : 0;
    record.elr = el2 ? read_elr_el2() : read_elr_el1();
    record.spsr = el2 ? read_spsr_el2() : read_spsr_el1();
    const uint64_t ec = record.esr >> 26;
    if (ec == ec_hvc && (record.esr & 0xFFFF) == 0xFFFF) return true;
    if (ec == ec_hvc && (record.esr & 0xFFFF) == clear_vi) {
        constexpr uint64_t vi = 1 << 7;
        write_hcr_el2(read_hcr_el2() & ~vi);
        return false;
    }
    mailbox().exceptions[mailbox().exception_count++ % 16] = record;

    // A call returns behind itself, a branch into nothing to its caller, everything else is
    // skipped.
    if (ec == ec_hvc || ec == ec_svc) return false;
    const uint64_t link = frame[19];
    const uint64_t next = ec == ec_fetch || ec == ec_fetch_lower ? link : record.elr + 4;
    if (el2)
        write_elr_el2(next);
    else
        write_elr_el1(next);
    return false;
}
