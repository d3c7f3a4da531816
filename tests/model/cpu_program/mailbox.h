// What the test program and the test say to each other: a case number in, values and exceptions
// out, in RAM.
#pragma once
#include <stdint.h>

namespace smmu::test {

constexpr uint64_t ram_base = 0x4000'0000;
constexpr uint64_t ram_size = 0x100'0000;
constexpr uint64_t mailbox_address = 0x4010'0000;
constexpr uint64_t device_base = 0x0900'0000;   // answers every access of its page
constexpr uint64_t failing_base = 0x0A00'0000;  // answers with an error
constexpr uint64_t gicd_base = 0x0800'0000;
constexpr uint64_t gicr_base = 0x080A'0000;

// Offsets in the device's page that ask the test for something.
constexpr uint64_t pulse_spi = 0x800;  // an edge on INTID = the value
constexpr uint64_t raise_virq = 0x808;
constexpr uint64_t lower_virq = 0x810;
constexpr uint64_t patch_code = 0x818;      // makes the function at code_pa return the value
constexpr uint64_t patch_and_tell = 0x820;  // the same, and tells the CPU model

// Guest addresses: VA 0xC000'0000 -> IPA 0x8000'0000 -> PA 0x4020'0000; the rest of RAM is mapped
// 1:1.
constexpr uint64_t alias_va = 0xC000'0000;
constexpr uint64_t alias_ipa = 0x8000'0000;
constexpr uint64_t alias_pa = 0x4020'0000;

constexpr uint64_t absent_va = alias_va + 0x100'0000;  // stage 1 maps it, stage 2 does not
constexpr uint64_t absent_ipa = alias_ipa + 0x100'0000;
constexpr uint64_t bad_table_va = 0x1'4000'0000;  // stage 1 has a table for it at absent_ipa
constexpr uint64_t unmapped_va = 0x1'0000'0000;   // stage 1 does not map it
constexpr uint64_t code_pa = alias_pa + 0x8000;
constexpr uint64_t code_va = alias_va + 0x8000;

constexpr uint64_t exit_function = 0xC200'0001;  // SMC: ends the run, x1 = status

enum class Case : uint64_t {
    Registers,
    ExceptionsAtEl2,
    GuestExceptions,
    Stage2Aborts,
    MmioWidths,
    ExternalAborts,
    GuestExternalAbort,
    Smc,
    CacheMaintenance,
    GuestCacheMaintenance,
    InterruptAtEl2,
    TimerWakesWfi,
    VirtualInterrupt,
    GuestTimer,
    RegisterTraps,
    EndlessLoop,
    EndlessExceptions,
    WaitForEvent,
    CodeWrittenByDma,
    GuestCodeWrittenByDma,
    CodeWrittenByTheCore,
    ListRegister,
    MappedInterrupt,
    GuestSgi,
    VirtualInterruptByHcr,
    WfiTrap,
    WfiWithAVirtualInterrupt,
    VirtualTimer,
    HypervisorTimer,
    GuestIdentity,
    Stage1TableBeyondStage2,
};

struct ExceptionRecord {
    uint64_t el;      // that took it
    uint64_t vector;  // offset from VBAR
    uint64_t esr, far, hpfar, elr, spsr;
};

struct Mailbox {
    uint64_t exception_count;
    ExceptionRecord exceptions[16];
    uint64_t value_count;
    uint64_t values[16];
};

}  // namespace smmu::test
