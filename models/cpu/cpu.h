// A modelled AArch64 core (Cortex-A72, Armv8.0) as a TLM-2.0 initiator.
//
// The instruction set simulator is Unicorn; this module gives it a bus, time, interrupts and a
// world outside. README.md says what is modelled.
#pragma once
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>

#include "cpu/cache_maintenance.h"
#include "cpu/interrupt_pin.h"
#include "cpu/smc_handler.h"
#include "cpu/system_registers.h"

struct uc_struct;

namespace smmu {

namespace unicorn {
class Internals;
class FastStores;
enum class Pin : uint8_t;
enum class Access : uint8_t;
}  // namespace unicorn

struct CpuParams {
    sc_core::sc_time clock_period{1.0, sc_core::SC_NS};  ///< of one instruction, not zero
    uint32_t quantum = 1000;             ///< instructions the core may run ahead, 1..1'000'000
    uint64_t ram_address = 0x4000'0000;  ///< any address of the RAM that the bus grants by DMI
};

/// Registers at the start; the core is at EL2 Non-secure, MMU and caches off, interrupts masked.
struct ResetState {
    uint64_t pc = 0;
    uint64_t x0 = 0;
    uint64_t x1 = 0;
};

class Aarch64Cpu : public sc_core::sc_module, private SystemRegisters {
public:
    /// What is not RAM, in accesses of 1, 2, 4 or 8 bytes.  RAM is reached through one DMI grant,
    /// which must hold for the whole simulation.
    tlm_utils::simple_initiator_socket<Aarch64Cpu, 32> mem{"mem"};
    InterruptIn irq{"irq"}, fiq{"fiq"}, virq{"virq"};  ///< levels; may stay unconnected
    sc_core::sc_export<SystemRegisters> system_registers{"system_registers"};
    sc_core::sc_port<CacheMaintenance, 1, sc_core::SC_ZERO_OR_MORE_BOUND> cache{"cache"};
    sc_core::sc_port<SmcHandler, 1, sc_core::SC_ZERO_OR_MORE_BOUND> smc{"smc"};

    explicit Aarch64Cpu(sc_core::sc_module_name name, CpuParams params = {});
    ~Aarch64Cpu() override;

    /// Where the core starts; before the simulation does.
    void set_reset_state(const ResetState& state) { reset_state_ = state; }

    /// Somebody else wrote [pa_begin, pa_end), which may hold instructions: forget them.
    void invalidate_code(uint64_t pa_begin, uint64_t pa_end);

    sc_core::sc_time local_time() const override;
    RegisterAccess state() const override;
    /// Instructions executed so far; a block that an exception left counts whole.
    uint64_t instructions() const { return instructions_ + run_.executed; }

private:
    struct CloseEngine {
        void operator()(uc_struct* engine) const;
    };
    /// A catch-all range of addresses outside RAM.
    struct Window {
        Aarch64Cpu* cpu;
        uint64_t base;
    };
    struct Register;
    /// Encoding of a SYS instruction with CRn = 7.
    struct SysOperation {
        uint32_t op1, crm, op2;
        bool operator==(const SysOperation& o) const {
            return op1 == o.op1 && crm == o.crm && op2 == o.op2;
        }
    };
    /// One run of the simulator, from the last change of `ahead_` on.
    struct Run {
        bool leave = false;   ///< before the next block: an interrupt input rose, or power is off
        uint64_t budget = 0;  ///< instructions until the core must let others run
        uint64_t executed = 0;
    };

    void add(SystemRegister definition) override;
    void start_of_simulation() override;

    // cpu.cpp: the core's thread and its time
    void run();
    void execute();
    void account();
    void synchronise();
    void wait_for_interrupt();
    void pin_changed(unicorn::Pin pin, bool level);
    static void on_block(uc_struct*, uint64_t address, uint32_t size, void* self);

    // cpu_memory.cpp
    void map_memory();
    void map_window(Window& window, uint64_t size);
    bool access(tlm::tlm_command command, uint64_t address, unsigned size, uint64_t& value);
    static uint64_t on_mmio_read(uc_struct*, uint64_t offset, unsigned size, void* window);
    static void on_mmio_write(uc_struct*, uint64_t offset, unsigned size, uint64_t value,
                              void* window);

    // cpu_exceptions.cpp
    void hook_exceptions();
    void call_smc_handler();
    bool maintenance_allowed() const;
    static void on_exception(uc_struct*, uint32_t number, void* self);
    void maintain_data_line(SysOperation sys, uint64_t virtual_address);
    void maintain_code(SysOperation sys, uint64_t virtual_address);

    const CpuParams params_;
    const uint64_t period_, quantum_;  // as sc_time::value(): each register access needs them
    ResetState reset_state_;
    std::unique_ptr<uc_struct, CloseEngine> engine_;
    std::unique_ptr<unicorn::Internals> internals_;
    std::unique_ptr<unicorn::FastStores> fast_stores_;
    std::deque<Register> registers_;  // the simulator keeps pointers to its elements
    InterruptPin irq_pin_, fiq_pin_, virq_pin_;

    uint64_t ram_begin_ = 0, ram_end_ = 0;
    Window below_ram_{}, above_ram_{};
    tlm::tlm_generic_payload payload_;  // one access at a time

    Run run_;
    uint64_t instructions_ = 0;
    uint64_t ahead_ = 0;  // of the kernel's time, as period_, without run_.executed
    sc_core::sc_event wake_;
    bool powered_off_ = false;
};

}  // namespace smmu
