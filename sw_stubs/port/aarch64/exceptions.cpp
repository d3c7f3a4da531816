// An exception that nobody expected: say what is known, and end with a failure.
#include "sw_stubs/port/aarch64/cpu.h"
#include "sw_stubs/port/aarch64/firmware.h"
#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::aarch64 {
namespace {

/// As vectors.S stores it.
struct Registers {
    uint64_t x[31];
    uint64_t sp;
};

constexpr uint64_t far_not_valid = 1 << 10;  // ESR_EL2.ISS.FnV of an abort

const char* kind_of(uint64_t vector) {
    constexpr const char* kinds[4] = {"synchronous exception", "IRQ", "FIQ", "SError"};
    return kinds[vector & 3];
}
const char* origin_of(uint64_t vector) {
    constexpr const char* origins[4] = {"EL2 (SP_EL0)", "EL2", "AArch64 guest", "AArch32 guest"};
    return origins[(vector >> 2) & 3];
}

/// Arm ARM D19.2.37, the classes that can be met here.
const char* describe_class(uint64_t exception_class) {
    switch (exception_class) {
        case 0x00: return "undefined instruction";
        case 0x07: return "floating point is switched off";
        case 0x0E: return "illegal execution state";
        case 0x16: return "HVC";
        case 0x18: return "system register access";
        case 0x21: return "instruction abort";
        case 0x22: return "PC alignment";
        case 0x25: return "data abort";
        case 0x26: return "SP alignment";
        case 0x3C: return "BRK";
        default: return "other";
    }
}

}  // namespace

extern "C" [[noreturn]] void unexpected_exception(uint64_t vector, const Registers* registers) {
    const uint64_t esr = ESR_EL2::read();
    print("\n*** unexpected ", kind_of(vector), " from ", origin_of(vector), ": ",
          describe_class(esr >> 26), "\n");
    const bool far_valid = (esr & far_not_valid) == 0;
    print("    ESR ", Hex{esr, 8}, "  ELR ", Hex{ELR_EL2::read(), 16}, "  FAR ",
          Hex{FAR_EL2::read(), 16}, far_valid ? "\n" : " (not valid)\n");
    for (unsigned i = 0; i < 31; ++i)
        print(i % 4 == 0 ? "\n    x" : "  x", Decimal{i}, Column{8 + 24 * (i % 4)},
              Hex{registers->x[i], 16});
    print("  sp", Column{8 + 24 * 3}, Hex{registers->sp, 16}, "\n");
    exit(1);
}

}  // namespace smmu::sw::aarch64
