// Everything of a CPU that belongs to a VM.
#pragma once
#include <stddef.h>

#include "sw_stubs/port/aarch64/system_register.h"

namespace smmu::sw::vmm {

/// What every exit saves and every entry loads; world_switch.S knows the layout.
struct GuestRegisters {
    uint64_t x[31] = {};
    uint64_t pc = 0;      ///< ELR_EL2
    uint64_t pstate = 0;  ///< SPSR_EL2
};
static_assert(offsetof(GuestRegisters, pc) == 248 && sizeof(GuestRegisters) == 264);

template <class A, class B>
constexpr bool same_register = false;
template <class A>
constexpr bool same_register<A, A> = true;

/// System registers that are saved and loaded together.
template <class... Register>
class RegisterBank {
public:
    void save() {
        size_t i = 0;
        ((values_[i++] = Register::read()), ...);
    }
    void load() const {
        size_t i = 0;
        (Register::write(values_[i++]), ...);
    }
    template <class Wanted>
    void set(uint64_t value) {
        size_t i = 0;
        ((same_register<Register, Wanted> ? void(values_[i] = value) : void(), ++i), ...);
    }
    template <class Wanted>
    uint64_t get() const {
        size_t i = 0;
        uint64_t value = 0;
        ((same_register<Register, Wanted> ? void(value = values_[i]) : void(), ++i), ...);
        return value;
    }

private:
    uint64_t values_[sizeof...(Register)] = {};
};

/// The EL1 and EL0 state, and what EL2 says about the VM; they change only when another VM gets the CPU.
/// The timer is enabled last, when it knows its time.
using VmRegisters = RegisterBank<
    aarch64::SCTLR_EL1, aarch64::CPACR_EL1, aarch64::TTBR0_EL1, aarch64::TTBR1_EL1,
    aarch64::TCR_EL1, aarch64::MAIR_EL1, aarch64::AMAIR_EL1, aarch64::VBAR_EL1, aarch64::ESR_EL1,
    aarch64::FAR_EL1, aarch64::AFSR0_EL1, aarch64::AFSR1_EL1, aarch64::ELR_EL1, aarch64::SPSR_EL1,
    aarch64::SP_EL0, aarch64::SP_EL1, aarch64::PAR_EL1, aarch64::CONTEXTIDR_EL1, aarch64::TPIDR_EL0,
    aarch64::TPIDRRO_EL0, aarch64::TPIDR_EL1, aarch64::CSSELR_EL1, aarch64::MDSCR_EL1,
    aarch64::VPIDR_EL2, aarch64::VMPIDR_EL2, aarch64::VTCR_EL2, aarch64::VTTBR_EL2,
    aarch64::CNTKCTL_EL1, aarch64::CNTVOFF_EL2, aarch64::CNTV_CVAL_EL0, aarch64::CNTV_CTL_EL0>;

/// Why a guest came back: the vector it came through (port/aarch64/vectors.S).
enum class Exit : uint64_t { Synchronous = 0, Irq = 1, Fiq = 2, SError = 3 };

/// Runs the guest until its next exit.  VmRegisters must be loaded.  world_switch.S.
extern "C" Exit enter_guest(GuestRegisters* registers);

}  // namespace smmu::sw::vmm
