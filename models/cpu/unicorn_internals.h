// The one place that reaches behind Unicorn's public interface.
//
// Unicorn is a complete QEMU ARM model whose exception delivery, interrupt lines and reset state
// are unplugged.  Debian's library exports QEMU's functions; this file calls them and knows where
// the few fields lie that they do not return. Nothing here is used before refuse() has said that
// the library at hand is the one described.
#pragma once
#include <cstdint>
#include <optional>

struct uc_struct;

namespace smmu::unicorn {

/// Why this build of libunicorn cannot be used, in one sentence, or nullptr.  Runs a small program
/// once.
const char* refuse();

/// Interrupt inputs of the CPU.
enum class Pin : uint8_t { Irq, Fiq, Virq };

/// How an access ended in error.
enum class Access : uint8_t { Read, Write };

/// One system register as the ARM model wants it; `context` comes back in each call.
struct RegisterHooks {
    const char* name;
    uint8_t op0, op1, crn, crm, op2;
    void* context;
    uint64_t (*read)(void* context);               ///< nullptr: MRS is UNDEFINED
    void (*write)(void* context, uint64_t value);  ///< nullptr: MSR is UNDEFINED
    int (*check)(void* context, bool is_read);     ///< a CheckResult
};

/// Numbers of the ARM model's access check.
enum CheckResult : int {
    check_ok = 0,
    check_trap_el1 = 1,
    check_undefined = 2,
    check_trap_el2 = 3
};

class Internals {
public:
    explicit Internals(uc_struct* engine) : engine_(engine) {}

    /// Cold reset into EL2 Non-secure, AArch64, with EL3 present so that SMC reaches the exception
    /// hook.
    void reset_to_el2();
    /// Takes the exception that the exception hook was called for: ESR, FAR, HPFAR, ELR, SPSR, EL
    /// and PC.
    void take_exception();

    /// Takes effect when the next run begins.
    void set_pin(Pin pin, bool level);
    /// An interrupt input is high, masked or not: WFI does not wait.
    bool interrupt_pending() const;
    /// The last run ended in WFI.
    bool halted() const;
    void clear_halted();

    unsigned exception_level() const;
    uint64_t hcr_el2() const;

    /// Physical address of a virtual one under the current translation regime, through both stages.
    std::optional<uint64_t> physical_address(uint64_t virtual_address) const;
    /// Forgets translated code.  Offsets are relative to the start of the (only) RAM block.
    void invalidate_code(uint64_t begin, uint64_t end);

    /// Lets 8-byte accesses reach the MMIO callbacks of the window at `address` whole.  False: no
    /// such window.
    bool widen_mmio(uint64_t address);
    /// Ends the lookup of *virtual* addresses in the list of mapped blocks.  After the last
    /// mapping.
    void stop_checking_virtual_addresses(uint64_t ram_base);
    /// Synchronous external abort of the access whose MMIO callback is running.  Unwinds by
    /// longjmp: no object with a destructor may be alive in the callback.
    [[noreturn]] void external_abort(Access access);

    void add_register(const RegisterHooks& hooks);

private:
    friend class SelfTest;
    uc_struct* engine_;
};

}  // namespace smmu::unicorn
