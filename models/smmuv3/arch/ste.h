// Level 1 Stream Table Descriptor and Stream Table Entry.  Arm IHI 0070 G.b, 5.1 and 5.2.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

struct L1Std : Record<L1Std, 1> {                            // 5.1
    static constexpr F<  4,  0, uint8_t>    Span{};          // 0 invalid; 1..11: 2^(Span-1) STEs; 12..31 count as 0
    static constexpr P< 55,  6>             L2Ptr{};
};

/// Bit 2 clear: every transaction is aborted and no event is recorded, whatever the other two say.
enum class SteConfig : uint8_t { Abort = 0b000, Bypass = 0b100, S1 = 0b101, S2 = 0b110, S1S2 = 0b111 };
constexpr bool aborts(SteConfig c)         { return (static_cast<uint8_t>(c) & 0b100) == 0; }
constexpr bool has_stage1(SteConfig c)     { return (static_cast<uint8_t>(c) & 0b101) == 0b101; }
constexpr bool has_stage2(SteConfig c)     { return (static_cast<uint8_t>(c) & 0b110) == 0b110; }

/// What is left of it for a transaction whose stage 1 is bypassed (S1DSS).
constexpr SteConfig without_stage1(SteConfig c) {
    return has_stage2(c) ? SteConfig::S2 : has_stage1(c) ? SteConfig::Bypass : c;
}

/// Whose translations a stage-1 stream uses: STE.STRW, and CR2.E2H for EL2.  Arm IHI 0070 G.b, 3.3.4.
enum class StreamWorld : uint8_t { El1, El2, El2E2h };

/// STE.EATS.  Arm IHI 0070 G.b, 3.9.1.
enum class AtsMode : uint8_t { Disabled = 0, Full = 1, SplitStage = 2, WithDpt = 3 };

enum class S1Format  : uint8_t { Linear = 0, TwoLevel4K = 1, TwoLevel64K = 2 };
enum class S1Default : uint8_t { Terminate = 0, Bypass = 1, Substream0 = 2 };

struct Ste : Record<Ste, 8> {                                // 5.2
    //                 hi   lo
    static constexpr B<      0>             V{};
    static constexpr F<  3,  1, SteConfig>  Config{};
    static constexpr F<  5,  4, S1Format>   S1Fmt{};
    static constexpr P< 55,  6>             S1ContextPtr{};
    static constexpr F< 63, 59, uint8_t>    S1CDMax{};

    static constexpr F< 65, 64, S1Default>  S1DSS{};
    static constexpr F< 67, 66, uint8_t>    S1CIR{};
    static constexpr F< 69, 68, uint8_t>    S1COR{};
    static constexpr F< 71, 70, uint8_t>    S1CSH{};
    static constexpr B<     72>             S2HWU59{};
    static constexpr B<     73>             S2HWU60{};
    static constexpr B<     74>             S2HWU61{};
    static constexpr B<     75>             S2HWU62{};
    static constexpr B<     76>             DRE{};
    static constexpr F< 80, 77, uint8_t>    CONT{};
    static constexpr B<     81>             DCP{};
    static constexpr B<     82>             PPAR{};
    static constexpr B<     83>             MEV{};
    static constexpr F< 87, 84, uint8_t>    SW_RESERVED{};
    static constexpr B<     88>             S1PIE{};
    static constexpr B<     89>             S2FWB{};
    static constexpr B<     90>             S1MPAM{};
    static constexpr B<     91>             S1STALLD{};
    static constexpr F< 93, 92, uint8_t>    EATS{};
    static constexpr F< 95, 94, uint8_t>    STRW{};
    static constexpr F< 99, 96, uint8_t>    MemAttr{};
    static constexpr B<    100>             MTCFG{};
    static constexpr F<104,101, uint8_t>    ALLOCCFG{};
    static constexpr F<109,108, uint8_t>    SHCFG{};
    static constexpr F<111,110, uint8_t>    NSCFG{};
    static constexpr F<113,112, uint8_t>    PRIVCFG{};
    static constexpr F<115,114, uint8_t>    INSTCFG{};

    static constexpr F<143,128, uint16_t>   S2VMID{};
    static constexpr F<165,160, uint8_t>    S2T0SZ{};
    static constexpr F<167,166, uint8_t>    S2SL0{};
    static constexpr F<169,168, uint8_t>    S2IR0{};
    static constexpr F<171,170, uint8_t>    S2OR0{};
    static constexpr F<173,172, uint8_t>    S2SH0{};
    static constexpr F<175,174, uint8_t>    S2TG{};
    static constexpr F<178,176, uint8_t>    S2PS{};
    static constexpr B<    179>             S2AA64{};
    static constexpr B<    180>             S2ENDI{};
    static constexpr B<    181>             S2AFFD{};
    static constexpr B<    182>             S2PTW{};
    static constexpr B<    183>             S2HD{};
    static constexpr B<    184>             S2HA{};
    static constexpr B<    185>             S2S{};
    static constexpr B<    186>             S2R{};
    static constexpr B<    187>             S2HAFT{};
    static constexpr B<    188>             S2PIE{};
    static constexpr B<    189>             S2POE{};
    static constexpr F<191,190, uint8_t>    DPT_VMATCH{};

    static constexpr B<    192>             S2NSW{};
    static constexpr B<    193>             S2NSA{};
    static constexpr B<    194>             S2SL0_2{};
    static constexpr B<    195>             S2DS{};
    static constexpr P<247,196>             S2TTB{};
    static constexpr F<254,253, uint8_t>    S2SKL{};

    static constexpr F<287,272, uint16_t>   PARTID{};
    static constexpr F<293,288, uint8_t>    S_S2T0SZ{};
    static constexpr F<295,294, uint8_t>    S_S2SL0{};
    static constexpr F<303,302, uint8_t>    S_S2TG{};
    static constexpr F<319,304, uint16_t>   MECID{};

    static constexpr F<327,320, uint8_t>    PMG{};
    static constexpr B<    328>             MPAM_NS{};
    static constexpr B<    329>             AssuredOnly{};
    static constexpr B<    330>             TL0{};
    static constexpr B<    331>             TL1{};
    static constexpr P<375,332>             VMSPtr{};

    static constexpr B<    384>             S2SW{};
    static constexpr B<    385>             S2SA{};
    static constexpr B<    386>             S_S2SL0_2{};
    static constexpr P<439,388>             S_S2TTB{};
    static constexpr F<446,445, uint8_t>    S_S2SKL{};

    static constexpr F<511,448, uint64_t>   S2POI{};         // S2POI<p> is its bits [4p+3:4p]
};
static_assert(sizeof(Ste) == 64 && sizeof(L1Std) == 8);

}  // namespace smmu::arch
