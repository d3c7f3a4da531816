// Why a guest came back by a synchronous exception, and the instruction that did it.  Arm ARM
// D24.2.40 (ESR_EL2).
#pragma once
#include <stdint.h>

namespace smmu::sw::vmm {

/// ESR_EL2.EC, those that the host can do something about.
enum class ExceptionClass : uint64_t {
    Wait = 0x01,  ///< WFI, under HCR_EL2.TWI
    Hvc = 0x16,
    SystemRegister = 0x18,  ///< MRS or MSR
    InstructionAbort = 0x20,
    DataAbort = 0x24,
};
inline ExceptionClass exception_class(uint64_t syndrome) {
    return static_cast<ExceptionClass>(syndrome >> 26);
}

/// A trapped MRS or MSR.
struct RegisterTrap {
    uint32_t encoding;  ///< the fields of ISS that name the register, in their places
    unsigned target;    ///< t of Xt; 31 is the zero register
    bool read;          ///< MRS

    explicit RegisterTrap(uint64_t syndrome)
        : encoding(static_cast<uint32_t>(syndrome) & 0x3F'FC1E),
          target(syndrome >> 5 & 0x1F),
          read((syndrome & 1) != 0) {}
};

/// Op0 at bit 20, Op2 at 17, Op1 at 14, CRn at 10, CRm at 1.
constexpr uint32_t trapped_icc_sgi1r = 3 << 20 | 5 << 17 | 0 << 14 | 12 << 10 | 11 << 1;
constexpr uint32_t trapped_icc_dir = 3 << 20 | 1 << 17 | 0 << 14 | 12 << 10 | 11 << 1;

/// What a write of ICC_SGI1R_EL1 sends to the only CPU of a VM, affinity 0.0.0.0.  Arm IHI 0069,
/// 12.2.
struct Sgi {
    bool to_self;
    uint32_t intid;

    explicit Sgi(uint64_t value)
        : to_self((value & (affinity | range_selector | all_but_self)) == 0 && (value & 1) != 0),
          intid(value >> 24 & 0xF) {}

private:
    static constexpr uint64_t affinity = 0xFF'00FF'00FF'0000;
    static constexpr uint64_t range_selector = uint64_t{0xF} << 44,
                              all_but_self = uint64_t{1} << 40;
};

}  // namespace smmu::sw::vmm
