// How a device that lives next to the CPU (interrupt controller, timer) contributes system
// registers to it.
#pragma once
#include <cstdint>
#include <functional>
#include <systemc>

namespace smmu {

/// Circumstances of one MRS or MSR, for registers whose accessibility depends on them.
struct RegisterAccess {
    unsigned el = 0;       ///< exception level that executes the instruction, 0..2
    uint64_t hcr_el2 = 0;  ///< HCR_EL2 at that moment
    bool write = false;
};

/// What an access does instead of reaching the register.  Arm ARM D1.3, "Synchronous exception
/// types".
enum class RegisterPermission : uint8_t { Allowed, Undefined, TrapToEl1, TrapToEl2 };

/// One AArch64 system register.  The least exception level that may access it follows from op1 (Arm
/// ARM C5.1.3): 3: EL0, 4: EL2, others: EL1.
struct SystemRegister {
    const char* name = "";
    uint8_t op0 = 3, op1 = 0, crn = 0, crm = 0, op2 = 0;
    std::function<uint64_t()> read;       ///< empty: MRS is UNDEFINED
    std::function<void(uint64_t)> write;  ///< empty: MSR is UNDEFINED
    std::function<RegisterPermission(const RegisterAccess&)> permission;  ///< empty: always allowed
};

struct SystemRegisters : virtual sc_core::sc_interface {
    /// Adds a register, or replaces the CPU's own of that encoding.  Before the simulation starts.
    virtual void add(SystemRegister definition) = 0;

    /// The CPU's own time, absolute: sc_time_stamp() plus what it has run ahead.  What a counter
    /// must show.
    virtual sc_core::sc_time local_time() const = 0;

    /// The state of the CPU now, for registers whose meaning depends on it; `write` says nothing.
    virtual RegisterAccess state() const = 0;
};

}  // namespace smmu
