// What the VMM test program, its guests and the test know in common.
#pragma once
#include <stdint.h>

namespace smmu::test::vmm {

constexpr uint32_t guests = 2;
constexpr uint64_t rounds = 10;
constexpr uint64_t held_for = 3;  ///< EOIs, in Script::Held

/// What the host does (its x0 at reset; another value: InTheMiddle, with the sum as exit status).
enum class Case : uint64_t {
    InTurn,         ///< Busy and Sleepy share the CPU
    BothSleep,      ///< two Sleepy
    InTheMiddle,    ///< StopsInHandler stops, Held runs to its end, StopsInHandler goes on
    OneMisbehaves,  ///< Pair and Busy share the CPU
    WithDriver,     ///< Driver and Sleepy share the CPU
};
/// What each guest is told to do.
enum class Script : uint64_t {
    Busy,            ///< waits for interrupts without WFI
    Sleepy,          ///< by WFI
    StopsInHandler,  ///< as Busy; its first tick makes it call its host before the interrupt's end
    Held,            ///< one tick, then an interrupt whose line stays high for three EOIs
    Pair,            ///< reads its device with an instruction that cannot be emulated
    Driver,          ///< the software's own driver of an interrupt controller, interrupts masked
};

// --- The emulated device, one for each guest; an IPA
constexpr uint64_t device_ipa = 0x0A00'0000;
constexpr uint64_t reg_id = 0x00;        ///< 32 bits: which guest this is, from 1
constexpr uint64_t reg_minus_id = 0x04;  ///< 8 bits: the negative of that
constexpr uint64_t reg_tick = 0x08;      ///< 64 bits: id << 32 | how often the timer has come
constexpr uint64_t reg_doorbell = 0x10;  ///< raises the interrupt until it is seen so many times
constexpr uint64_t reg_status = 0x18;    ///< reads 1 while it is high; writing 1 says: seen
constexpr uint64_t reg_script = 0x20;    ///< 64 bits: a Script

constexpr uint32_t device_irq = 106;  ///< level-sensitive SPI
constexpr uint32_t self_sgi = 3;

// --- What the host leaves behind
constexpr uint64_t results_address = 0x40F0'0000;
constexpr uint64_t most_ticks = 64;

struct GuestResult {
    uint64_t ended;                    ///< 1: by the guest's own call
    uint64_t stop, syndrome, pc, ipa;  ///< otherwise: why
    uint64_t ticks, doorbells, sgis;   ///< interrupts as the guest counted them
    uint64_t latest;                   ///< ticks of the counter that a timer interrupt was late by
    uint64_t wrong;                    ///< registers, interrupts and answers that were not its own
    uint64_t foreign_ticks;            ///< writes to its device that another guest made
};

struct Results {
    GuestResult guest[guests];
    uint64_t tick_count;
    uint64_t tick_of[most_ticks];  ///< whose tick, in the order in which they came
};

}  // namespace smmu::test::vmm
