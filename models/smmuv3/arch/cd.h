// Level 1 Context Descriptor and Context Descriptor.  Arm IHI 0070 G.b, 5.3 and 5.4.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

struct L1Cd : Record<L1Cd, 1> {                              // 5.3
    static constexpr B<      0>             V{};
    static constexpr P< 55, 12>             L2Ptr{};
};

struct Cd : Record<Cd, 8> {
    //                 hi   lo
    static constexpr F<  5,  0, uint8_t>    T0SZ{};
    static constexpr F<  7,  6, uint8_t>    TG0{};           // 0 4K, 1 64K, 2 16K
    static constexpr F<  9,  8, uint8_t>    IR0{};
    static constexpr F< 11, 10, uint8_t>    OR0{};
    static constexpr F< 13, 12, uint8_t>    SH0{};
    static constexpr B<     14>             EPD0{};
    static constexpr B<     15>             ENDI{};
    static constexpr F< 21, 16, uint8_t>    T1SZ{};
    static constexpr F< 23, 22, uint8_t>    TG1{};           // 2 4K, 3 64K, 1 16K
    static constexpr F< 25, 24, uint8_t>    IR1{};
    static constexpr F< 27, 26, uint8_t>    OR1{};
    static constexpr F< 29, 28, uint8_t>    SH1{};
    static constexpr B<     30>             EPD1{};
    static constexpr B<     31>             V{};
    static constexpr F< 34, 32, uint8_t>    IPS{};
    static constexpr B<     35>             AFFD{};
    static constexpr B<     36>             WXN{};
    static constexpr B<     37>             UWXN{};
    static constexpr B<     38>             TBI0{};
    static constexpr B<     39>             TBI1{};
    static constexpr B<     40>             PAN{};
    static constexpr B<     41>             AA64{};
    static constexpr B<     42>             HD{};
    static constexpr B<     43>             HA{};
    static constexpr B<     44>             S{};
    static constexpr B<     45>             R{};
    static constexpr B<     46>             A{};
    static constexpr B<     47>             ASET{};
    static constexpr F< 63, 48, uint16_t>   ASID{};

    static constexpr B<     64>             NSCFG0{};
    static constexpr B<     65>             HAD0{};          // DisCH0 with 128-bit tables
    static constexpr B<     66>             E0PD0{};
    static constexpr B<     67>             HAFT{};
    static constexpr P<119, 68>             TTB0{};
    static constexpr B<    122>             PnCH{};
    static constexpr B<    123>             EPAN{};
    static constexpr F<127,124, uint8_t>    HWU0{};          // bits [59:62] of leaf descriptors

    static constexpr B<    128>             NSCFG1{};
    static constexpr B<    129>             HAD1{};
    static constexpr B<    130>             E0PD1{};
    static constexpr B<    131>             AIE{};
    static constexpr P<183,132>             TTB1{};
    static constexpr B<    186>             DS{};
    static constexpr B<    187>             PIE{};
    static constexpr F<191,188, uint8_t>    HWU1{};

    static constexpr F<255,192, uint64_t>   MAIR{};          // Attr<n> is its bits [8n+7:8n]
    static constexpr F<319,256, uint64_t>   AMAIR{};

    static constexpr F<367,352, uint16_t>   PARTID{};
    static constexpr F<375,368, uint8_t>    PMG{};

    static constexpr F<431,384, uint64_t>   PIIU{};
    static constexpr F<495,448, uint64_t>   PIIP{};
};
static_assert(sizeof(Cd) == 64 && sizeof(L1Cd) == 8);

}  // namespace smmu::arch
