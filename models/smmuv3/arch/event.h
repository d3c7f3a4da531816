// Event queue records.  Arm IHI 0070 G.b, 7.3.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

enum class EventId : uint8_t {
    C_BAD_STREAMID     = 0x02,
    F_STE_FETCH        = 0x03,
    C_BAD_STE          = 0x04,
    F_BAD_ATS_TREQ     = 0x05,
    F_STREAM_DISABLED  = 0x06,
    F_TRANSL_FORBIDDEN = 0x07,
    C_BAD_SUBSTREAMID  = 0x08,
    F_CD_FETCH         = 0x09,
    C_BAD_CD           = 0x0A,
    F_WALK_EABT        = 0x0B,
    F_TRANSLATION      = 0x10,
    F_ADDR_SIZE        = 0x11,
    F_ACCESS           = 0x12,
    F_PERMISSION       = 0x13,
};

/// What the SMMU was doing when it met the fault.
enum class FaultClass : uint8_t { Cd = 0b00, Tt = 0b01, In = 0b10 };

/// All formats at once: a format uses the rows that its section names, the rest of its record is RES0.
struct Event : Record<Event, 4> {
    //                 hi   lo
    static constexpr F<  7,  0, EventId>    Id{};
    static constexpr B<     11>             SSV{};
    static constexpr F< 31, 12, uint32_t>   SubstreamID{};
    static constexpr F< 63, 32, uint32_t>   StreamID{};

    static constexpr F< 79, 64, uint16_t>   Reason{};        // fetch and walk aborts: IMPLEMENTATION DEFINED
    static constexpr B<     80>             GPCF{};          // fetch and walk aborts
    static constexpr F< 79, 64, uint16_t>   STAG{};          // translation-related faults
    static constexpr B<     95>             Stall{};
    static constexpr F< 67, 64, uint8_t>    Span{};          // F_BAD_ATS_TREQ: STUs asked for, and ...
    static constexpr B<     92>             Priv{};          // ... with which permissions, before overrides
    static constexpr B<     93>             X{};
    static constexpr B<     94>             W{};
    static constexpr B<     95>             R{};
    static constexpr B<     97>             PnU{};
    static constexpr B<     98>             InD{};
    static constexpr B<     99>             RnW{};
    static constexpr B<    102>             NSIPA{};
    static constexpr B<    103>             S2{};
    static constexpr F<105,104, FaultClass> Class{};
    static constexpr B<    108>             TTRnW{};         // F_PERMISSION with Class Tt

    static constexpr F<191,128, uint64_t>   InputAddr{};

    static constexpr P<247,204>             IPA{};           // stage-2 faults: IPA[55:12]
    static constexpr P<247,195>             FetchAddr{};     // fetch and walk aborts: address[55:3]
};
static_assert(sizeof(Event) == 32);

}  // namespace smmu::arch
