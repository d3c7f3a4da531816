// The loop that runs a VM.  Arm ARM D1.3 (exceptions), D19.2.37 (syndromes).
#include "sw_stubs/vmm/vm.h"

#include "boards/virt.h"
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/print.h"
#include "sw_stubs/vmm/iommu.h"

namespace smmu::sw::vmm {

using namespace aarch64;

namespace {

Vm* current = nullptr;  // whose VmRegisters the CPU holds

// HCR_EL2: stage 2 on, interrupts and SErrors to EL2, EL1 is AArch64, no SMC past the host.
constexpr uint64_t hcr_vm = 1 << 0, hcr_fmo = 1 << 3, hcr_imo = 1 << 4, hcr_amo = 1 << 5,
                   hcr_tsc = 1 << 19, hcr_rw = uint64_t{1} << 31;
constexpr uint64_t guest_hcr = hcr_rw | hcr_tsc | hcr_amo | hcr_imo | hcr_fmo | hcr_vm;

// Stage 2 of the CPU: 39-bit addresses begin at level 1; write-back walks; 40 bits come out.
constexpr uint8_t ipa_bits = 39, pa_bits = 40;
constexpr uint64_t vtcr =
    uint64_t{1} << 31 | 2 << 16 | 3 << 12 | 1 << 10 | 1 << 8 | 1 << 6 | (64 - ipa_bits);

// CPTR_EL2: RES1 bits and TFP, since no floating-point state is ever switched.
constexpr uint64_t floating_point_traps = 0x33FF;
constexpr uint64_t el1h_masked = 0x3C5;
constexpr uint64_t sctlr_el1_reset = 0x30D0'0800;  // RES1 bits; MMU and caches off

constexpr uint64_t class_hvc = 0x16, class_instruction_abort = 0x20, class_data_abort = 0x24;

Answer answer_of(iommu_api::Errno e) {
    if (e == iommu_api::Errno::None) return Answer::Ok;
    return e == iommu_api::Errno::NoEnt ? Answer::BadStream : Answer::Refused;
}

GuestError describe_exit(const GuestRegisters& registers) {
    GuestError e{ESR_EL2::read(), registers.pc, 0, 0};
    const uint64_t exception_class = e.syndrome >> 26;
    if (exception_class == class_data_abort || exception_class == class_instruction_abort) {
        e.address = FAR_EL2::read();
        e.ipa = (HPFAR_EL2::read() >> 4 & 0xFF'FFFF'FFFF) << 12 | (e.address & 0xFFF);
    }
    return e;
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

    ended_ = false;
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
    return true;
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

VmExit Vm::run(uint64_t microseconds) {
    if (!ended_) {
        last_ = enter(microseconds);
        ended_ = last_.why != Stop::NextJob;
    }
    return last_;
}

VmExit Vm::enter(uint64_t microseconds) {
    VmExit exit{};
    const uint64_t deadline = now() + ticks(microseconds);
    take_cpu();
    while (now() < deadline) {
        CNTP_CVAL_EL0::write(deadline);  // a guest that never comes back is brought back
        CNTP_CTL_EL0::write(1);
        isb();
        const Exit kind = enter_guest(&registers_);
        if (kind == Exit::Irq) {
            gic::take_pending();
        } else if (kind != Exit::Synchronous || ESR_EL2::read() >> 26 != class_hvc) {
            exit.why = Stop::Error;
            exit.error = describe_exit(registers_);
            return exit;
        } else if (!serve_hypercall(exit)) {
            return exit;
        }
    }
    return exit;
}

/// False when the caller of run() must act.
bool Vm::serve_hypercall(VmExit& exit) {
    uint64_t(&x)[31] = registers_.x;
    const auto reply = [&](Answer answer) {
        x[0] = static_cast<uint64_t>(answer);
        return true;
    };
    switch (static_cast<Hypercall>(x[0])) {
        case Hypercall::Print: return reply(print_text(x[1], x[2]));
        case Hypercall::AttachStage1:
            return reply(answer_of(setup_.iommu->attach(x[1], GuestSte{{x[2], x[3]}})));
        case Hypercall::Invalidate: {
            const arch::Command command{{{x[1], x[2]}}};
            unsigned done = 0;
            return reply(answer_of(setup_.iommu->invalidate(&command, 1, done)));
        }
        case Hypercall::NextJob:
            exit.why = Stop::NextJob;
            exit.result[0] = x[1];
            exit.result[1] = x[2];
            return false;
        case Hypercall::Crash:
            exit.why = Stop::Crash;
            exit.error = {x[1], x[2], x[3], 0};
            return false;
    }
    return reply(Answer::UnknownCall);
}

void Vm::answer(uint64_t job, uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
    const uint64_t values[5] = {job, a, b, c, d};
    for (unsigned i = 0; i < 5; ++i) registers_.x[i] = values[i];
}

Answer Vm::print_text(uint64_t ipa, uint64_t length) const {
    if (length > longest_text) return Answer::BadAddress;
    const PhysicalAddress at = setup_.memory.ram_at(ipa, length);
    if (!at.mapped) return Answer::BadAddress;
    print_one(reinterpret_cast<const char*>(at.address), length);
    return Answer::Ok;
}

}  // namespace smmu::sw::vmm
