// The ID registers as they read: what a VMM is shown of the SMMU (GET_HW_INFO).  Arm IHI 0070 G.b,
// 6.3.1 to 6.3.8.
#pragma once
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

struct IdRegisters {
    uint32_t idr[6] = {};
    uint32_t iidr = 0;
    uint32_t aidr = 0;
};

/// Nothing is changed: what the driver does not drive shows as well.
IdRegisters read_id_registers(const Registers& registers);

/// The bits that a VMM may rely on when it makes an SMMU for its guest.  S1P and COHACC go without
/// saying, ATS is each device's.
constexpr IdRegisters usable_id_bits{
    {0x1F68'100C,  // ST_LEVEL, TERM_MODEL, STALL_MODEL, TTENDIAN, CD2L, ASID16, TTF
     0x0000'07FF,  // SSIDSIZE, SIDSIZE
     0,
     0x0000'1C00,      // BBML, RIL
     0, 0x0000'0C70},  // VAX, GRAN64K, GRAN16K, GRAN4K
    0,
    0};

}  // namespace smmu::sw
