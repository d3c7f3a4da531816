// The loop that runs a VM, and the change from one VM to another.  Arm ARM D1.3.
#include "sw_stubs/vmm/vm.h"

#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/vmm/ich.h"

namespace smmu::sw::vmm {

using namespace aarch64;

namespace {

Vm* current = nullptr;  // whose VmRegisters the CPU holds

// HCR_EL2: stage 2 on, interrupts and SErrors to EL2, EL1 is AArch64, no SMC past the host.
constexpr uint64_t hcr_vm = 1 << 0, hcr_fmo = 1 << 3, hcr_imo = 1 << 4, hcr_amo = 1 << 5,
                   hcr_twi = 1 << 13, hcr_tsc = 1 << 19, hcr_rw = uint64_t{1} << 31;
constexpr uint64_t guest_hcr = hcr_rw | hcr_tsc | hcr_amo | hcr_imo | hcr_fmo | hcr_vm;

// Stage 2 of the CPU: 39-bit addresses begin at level 1; write-back walks; 40 bits come out.
constexpr uint8_t ipa_bits = 39, pa_bits = 40;
constexpr uint64_t vtcr =
    uint64_t{1} << 31 | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 6 | (64 - ipa_bits);

// CPTR_EL2: RES1 bits and TFP, since no floating-point state is ever switched.
constexpr uint64_t floating_point_traps = 0x33FF;
constexpr uint64_t el1h_masked = 0x3C5;
constexpr uint64_t sctlr_el1_reset = 0x30D0'0800;  // RES1 bits; MMU and caches off

// CNTV_CTL_EL0
constexpr uint64_t ctl_enable = 1 << 0, ctl_imask = 1 << 1, ctl_istatus = 1 << 2;

/// Once: both interrupts only have to bring the guest back.  The timer's is ended by the guest.
bool connect_interrupts() {
    static bool connected = false;
    if (!connected)
        connected = gic::connect(virt::cntv_ppi, gic::Trigger::Level, {}, gic::EndedBy::Guest) &&
                    gic::connect(virt::gic_maintenance_ppi, gic::Trigger::Level, {});
    return connected;
}

}  // namespace

bool Vm::create(Arena& arena, const VmSetup& setup) {
    setup_ = setup;
    const PageTable::Format format{Stage::Two, Stage2Types::Combine, ipa_bits, pa_bits};
    if (!stage2_.allocate(arena, format)) return false;
    for (const MemoryRegion& region : setup.memory) {
        const bool ram = region.kind == MemoryKind::Ram;
        const Mapping mapping{ram ? MemoryUse::Cacheable : MemoryUse::Device, true, true, ram};
        if (stage2_.map({region.ipa, region.size}, region.pa, mapping) != MapResult::Done)
            return false;
    }

    if (current == this) current = nullptr;
    ended_ = waiting_ = false;
    registers_ = {};
    registers_.pc = setup.entry;
    registers_.pstate = el1h_masked;
    vm_registers_ = {};
    vm_registers_.set<SCTLR_EL1>(sctlr_el1_reset);
    vm_registers_.set<CNTVOFF_EL2>(now());  // its time begins now
    vm_registers_.set<VPIDR_EL2>(MIDR_EL1::read());
    vm_registers_.set<VMPIDR_EL2>(uint64_t{1} << 31);
    vm_registers_.set<VTCR_EL2>(vtcr);
    vm_registers_.set<VTTBR_EL2>(uint64_t{setup.vmid} << 48 | stage2_.root());

    ich_ = {};
    vgic_ = {};
    vgic_.map(virt::cntv_ppi, virt::cntv_ppi);
    distributor_ = VgicDistributor(vgic_);
    redistributor_ = VgicRedistributor(vgic_);
    mmio_ = {};
    return enough_list_registers() && connect_interrupts() &&
           mmio_.add(virt::gicd.base, virt::gicd.size, distributor_) &&
           mmio_.add(virt::gicr.base, virt::gicr.size, redistributor_);
}

void Vm::take_cpu() {
    if (current == this) return;
    if (current != nullptr) current->vm_registers_.save();
    CPTR_EL2::write(floating_point_traps);
    CNTHCTL_EL2::write(0);  // the physical counter and timer are the host's
    HCR_EL2::write(guest_hcr);
    vm_registers_.load();
    isb();
    invalidate_vm_tlb();
    current = this;
}

uint64_t Vm::wakes_at() const {
    const bool here = current == this;
    const uint64_t control = here ? CNTV_CTL_EL0::read() : vm_registers_.get<CNTV_CTL_EL0>();
    const uint64_t time = here ? CNTV_CVAL_EL0::read() : vm_registers_.get<CNTV_CVAL_EL0>();
    const uint64_t offset = here ? CNTVOFF_EL2::read() : vm_registers_.get<CNTVOFF_EL2>();
    const bool runs = !ended_ && (control & (ctl_enable | ctl_imask)) == ctl_enable;
    return runs && time <= ~offset ? time + offset : ~uint64_t{0};
}

/// The timer's interrupt stays active in the distributor as long as the guest has not ended it, or
/// does not want it: it would bring the guest back at once.
void Vm::give_interrupts() {
    const bool due = (CNTV_CTL_EL0::read() & (ctl_enable | ctl_imask | ctl_istatus)) ==
                     (ctl_enable | ctl_istatus);
    vgic_.set_level(virt::cntv_ppi, due);
    vgic_.fill(ich_);
    gic::set_active(virt::cntv_ppi, due || vgic_.listed(virt::cntv_ppi));
    load(ich_);
}

VmExit Vm::run(uint64_t microseconds) {
    if (!ended_) {
        last_ = enter(microseconds, guest_hcr);
        ended_ = last_.why != Stop::NextJob;
    }
    return last_;
}

VmExit Vm::run_slice(uint64_t microseconds) {
    if (ended_) return last_;
    last_ = enter(microseconds, guest_hcr | hcr_twi);
    if (last_.why == Stop::TimedOut) last_.why = Stop::SliceOver;
    waiting_ = last_.why == Stop::Waiting;
    ended_ = last_.why == Stop::Crash || last_.why == Stop::Error;
    return last_;
}

VmExit Vm::enter(uint64_t microseconds, uint64_t hcr) {
    VmExit exit{};
    const uint64_t deadline = now() + ticks(microseconds);
    take_cpu();
    HCR_EL2::write(hcr);
    while (now() < deadline) {
        gic::set_alarm(deadline);  // a guest that never comes back is brought back
        give_interrupts();
        isb();
        const Exit kind = enter_guest(&registers_);
        save(ich_);
        vgic_.take_back(ich_);
        if (kind == Exit::Irq)
            gic::take_pending();
        else if (kind != Exit::Synchronous)
            return fail(exit), exit;
        else if (!serve_exception(exit))
            return exit;
    }
    return exit;
}

void Vm::answer(uint64_t job, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const uint64_t values[5] = {job, a, b, c, d};
    for (unsigned i = 0; i < 5; ++i) registers_.x[i] = values[i];
}

}  // namespace smmu::sw::vmm
