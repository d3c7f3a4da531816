// The core's thread and its time.  This file may wait().
#include "cpu/cpu.h"

#include <unicorn/unicorn.h>

#include "cpu/cpu_register.h"
#include "cpu/unicorn_internals.h"
#include "cpu/unicorn_stores.h"

namespace smmu {

namespace {

constexpr size_t stack_size = 4 << 20;  // translator and ARM model run on it

/// Why a core cannot be built like this, or nullptr.
const char* refuse(const CpuParams& params) {
    if (params.clock_period == sc_core::SC_ZERO_TIME)
        return "clock_period must be longer than zero";
    if (params.quantum < 1 || params.quantum > 1'000'000)
        return "quantum must be 1..1000000 instructions";
    return unicorn::refuse();
}

uc_engine* open_engine() {
    uc_engine* engine = nullptr;
    uint64_t pc = 0;
    const bool open = uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &engine) == UC_ERR_OK &&
                      uc_ctl_set_cpu_model(engine, UC_CPU_ARM64_A72) == UC_ERR_OK &&
                      uc_ctl_exits_enable(engine) == UC_ERR_OK &&  // else address 0 would end a run
                      uc_reg_read(engine, UC_ARM64_REG_PC, &pc) == UC_ERR_OK;  // creates the core
    if (!open)
        SC_REPORT_ERROR("/smmu/cpu", "libunicorn cannot start a Cortex-A72: free some memory");
    return engine;
}

}  // namespace

void Aarch64Cpu::CloseEngine::operator()(uc_struct* engine) const { uc_close(engine); }

Aarch64Cpu::Aarch64Cpu(sc_core::sc_module_name name, CpuParams params)
    : sc_module(name),
      params_(params),
      period_(params.clock_period.value()),
      quantum_(period_ * params.quantum),
      irq_pin_([this](bool level) { pin_changed(unicorn::Pin::Irq, level); }),
      fiq_pin_([this](bool level) { pin_changed(unicorn::Pin::Fiq, level); }),
      virq_pin_([this](bool level) { pin_changed(unicorn::Pin::Virq, level); }) {
    irq.bind(irq_pin_);
    fiq.bind(fiq_pin_);
    virq.bind(virq_pin_);
    system_registers.bind(*this);
    if (const char* reason = refuse(params_)) {
        SC_REPORT_ERROR("/smmu/cpu", reason);
        return;
    }
    engine_.reset(open_engine());
    internals_ = std::make_unique<unicorn::Internals>(engine_.get());
    internals_->reset_to_el2();

    using SC_CURRENT_USER_MODULE = Aarch64Cpu;
    SC_THREAD(run);
    set_stack_size(stack_size);
}

Aarch64Cpu::~Aarch64Cpu() = default;

void Aarch64Cpu::start_of_simulation() {
    if (!engine_) return;  // the constructor has refused
    map_memory();
    hook_exceptions();
    uc_hook hook{};
    uc_hook_add(engine_.get(), &hook, UC_HOOK_BLOCK, reinterpret_cast<void*>(&Aarch64Cpu::on_block),
                this, 1, 0);
}

void Aarch64Cpu::run() {
    uc_reg_write(engine_.get(), UC_ARM64_REG_PC, &reset_state_.pc);
    uc_reg_write(engine_.get(), UC_ARM64_REG_X0, &reset_state_.x0);
    uc_reg_write(engine_.get(), UC_ARM64_REG_X1, &reset_state_.x1);
    while (!powered_off_) {
        execute();
        const bool goes_on = run_.leave && run_.budget != 0 && !internals_->halted();
        if (goes_on) continue;
        synchronise();
        if (internals_->halted()) wait_for_interrupt();
    }
}

/// Runs until the quantum is used up, the core waits (WFI, WFE, YIELD) or is off, or an interrupt
/// input rose: the simulator looks at those when a run begins.
void Aarch64Cpu::execute() {
    run_.leave = false;
    account();
    const uint64_t before = instructions_;
    uint64_t pc = 0;
    uc_reg_read(engine_.get(), UC_ARM64_REG_PC, &pc);
    uc_emu_start(engine_.get(), pc, 0, 0, 0);
    account();
    if (instructions_ == before && !run_.leave) ahead_ += period_;  // time goes on
}

/// Turns executed instructions into local time and computes what is left of the quantum.
void Aarch64Cpu::account() {
    instructions_ += run_.executed;
    ahead_ += period_ * run_.executed;
    run_.executed = 0;
    run_.budget = ahead_ < quantum_ ? (quantum_ - ahead_) / period_ : 0;
}

// A block that begins within the budget runs whole.
void Aarch64Cpu::on_block(uc_struct* engine, uint64_t, uint32_t size, void* self) {
    constexpr uint32_t instruction_size = 4;
    Run& run = static_cast<Aarch64Cpu*>(self)->run_;
    if (run.leave || run.executed >= run.budget) {
        uc_emu_stop(engine);
        return;
    }
    run.executed += size / instruction_size;
}

void Aarch64Cpu::synchronise() {
    const sc_core::sc_time delay = sc_core::sc_time::from_value(ahead_);
    ahead_ = 0;
    wait(delay);
}

void Aarch64Cpu::wait_for_interrupt() {
    while (!internals_->interrupt_pending()) wait(wake_);
    internals_->clear_halted();
}

void Aarch64Cpu::pin_changed(unicorn::Pin pin, bool level) {
    internals_->set_pin(pin, level);
    if (!level) return;
    run_.leave = true;
    wake_.notify();
}

sc_core::sc_time Aarch64Cpu::local_time() const {
    return sc_core::sc_time_stamp() +
           sc_core::sc_time::from_value(ahead_ + period_ * run_.executed);
}

}  // namespace smmu
