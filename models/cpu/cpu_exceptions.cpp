// What leaves the simulator beside memory accesses: exceptions, SMC, cache maintenance.
#include <unicorn/unicorn.h>

#include "cpu/cpu.h"
#include "cpu/unicorn_internals.h"

namespace smmu {

namespace {

constexpr uint32_t exception_smc = 13;

constexpr uint64_t hcr_vm = 1 << 0;
constexpr uint64_t hcr_dc = 1 << 12;
constexpr uint64_t sctlr_uci = 1 << 26;

// CRm of the SYS instructions with CRn = 7.  Arm ARM C5.1.2.
enum CacheOperation : unsigned {
    ic_iallu_is = 1,
    ic_iallu_or_ivau = 5,  // op1 = 0 or 3
    dc_ivac = 6,
    dc_cvac = 10,
    dc_civac = 14,
};

}  // namespace

void Aarch64Cpu::hook_exceptions() {
    uc_hook hook{};
    uc_hook_add(engine_.get(), &hook, UC_HOOK_INTR,
                reinterpret_cast<void*>(&Aarch64Cpu::on_exception), this, 1, 0);

    // Also sees DC ZVA, AT and TLBI; those are the simulator's business.
    const auto on_sys =
        +[](uc_struct*, uc_arm64_reg, const uc_arm64_cp_reg* sys, void* self) -> uint32_t {
        constexpr uint32_t let_it_execute = 0;
        auto& cpu = *static_cast<Aarch64Cpu*>(self);
        if (sys->crn == 7) {
            cpu.maintain_data_line({sys->op1, sys->crm, sys->op2}, sys->val);
            cpu.maintain_code({sys->op1, sys->crm, sys->op2}, sys->val);
        }
        return let_it_execute;
    };
    uc_hook_add(engine_.get(), &hook, UC_HOOK_INSN, reinterpret_cast<void*>(on_sys), this, 1, 0,
                UC_ARM64_INS_SYS);
}

void Aarch64Cpu::on_exception(uc_struct* engine, uint32_t number, void* self) {
    auto& cpu = *static_cast<Aarch64Cpu*>(self);
    if (number == exception_smc)
        cpu.call_smc_handler();
    else
        cpu.internals_->take_exception();

    // A vector that cannot be fetched raises exceptions without end and without a block.
    ++cpu.run_.executed;
    if (cpu.run_.leave || cpu.run_.executed >= cpu.run_.budget) uc_emu_stop(engine);
}

/// PC is already behind the SMC.
void Aarch64Cpu::call_smc_handler() {
    SmcCall call;
    call.el = internals_->exception_level();
    for (size_t i = 0; i < call.x.size(); ++i)
        uc_reg_read(engine_.get(), UC_ARM64_REG_X0 + static_cast<int>(i), &call.x[i]);
    account();
    const SmcResult result = smc.size() != 0 ? smc->smc(call) : SmcResult{};
    for (size_t i = 0; i < result.x.size(); ++i)
        uc_reg_write(engine_.get(), UC_ARM64_REG_X0 + static_cast<int>(i), &result.x[i]);
    account();
    if (!result.power_off) return;
    powered_off_ = true;
    run_.leave = true;
}

/// Without SCTLR_EL1.UCI the instructions trap at EL0, and must have no effect.
bool Aarch64Cpu::maintenance_allowed() const {
    if (internals_->exception_level() != 0) return true;
    uc_arm64_cp_reg sctlr_el1{1, 0, 3, 0, 0, 0};
    uc_reg_read(engine_.get(), UC_ARM64_REG_CP_REG, &sctlr_el1);
    return (sctlr_el1.val & sctlr_uci) != 0;
}

void Aarch64Cpu::maintain_data_line(SysOperation sys, uint64_t virtual_address) {
    const bool ivac = sys == SysOperation{0, dc_ivac, 1};
    const bool cvac = sys == SysOperation{3, dc_cvac, 1};
    const bool civac = sys == SysOperation{3, dc_civac, 1};
    if ((!ivac && !cvac && !civac) || cache.size() == 0) return;
    const unsigned el = internals_->exception_level();
    if (!maintenance_allowed() || (ivac && el == 0)) return;  // the instruction traps
    const auto address = internals_->physical_address(virtual_address);
    if (!address) return;
    const uint64_t line = *address & ~(CacheMaintenance::line_size - 1);

    // A guest must not be able to discard what its hypervisor wrote.  Arm ARM D7.5.
    const bool virtualised = el < 2 && (internals_->hcr_el2() & (hcr_vm | hcr_dc)) != 0;
    if (cvac)
        cache->clean(line);
    else if (civac || virtualised)
        cache->clean_and_invalidate(line);
    else
        cache->invalidate(line);
}

/// The simulator keeps translated code and treats IC as a no-operation.
void Aarch64Cpu::maintain_code(SysOperation sys, uint64_t virtual_address) {
    constexpr uint64_t line = CacheMaintenance::line_size;
    if (sys == SysOperation{0, ic_iallu_or_ivau, 0} || sys == SysOperation{0, ic_iallu_is, 0}) {
        if (internals_->exception_level() != 0) invalidate_code(ram_begin_, ram_end_);
    } else if (sys == SysOperation{3, ic_iallu_or_ivau, 1} && maintenance_allowed()) {
        const auto address = internals_->physical_address(virtual_address & ~(line - 1));
        if (address) invalidate_code(*address, *address + line);
    }
}

}  // namespace smmu
