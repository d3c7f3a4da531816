// ATS and PRI: what an endpoint and the SMMU say to each other, and the record of the PRI queue.
// Arm IHI 0070 G.b, 3.9, 8, 13.6, 13.7; PCI Express Base Specification, 10.2 to 10.4.
#pragma once
#include "smmuv3/arch/bits.h"
#include "smmuv3/arch/types.h"

namespace smmu::arch {

// --- Translation ----------------------------------------------------------------------------------------------------

/// Translation Request: "where may I access this page?"  Reads are always asked for.
struct TranslationRequest {
    StreamId    stream{0};
    SubstreamId substream{0};              ///< the PASID; counts with substream_valid
    bool        substream_valid = false;
    bool        no_write        = false;   ///< NW: no write is intended
    bool        execute         = false;   ///< Execute_Requested; counts with a PASID only
    bool        privileged      = false;   ///< Privileged_Mode_Requested; counts with a PASID only
    bool        source_cxl      = false;   ///< Source-CXL (3.9.3)
    uint8_t     units           = 1;       ///< STUs asked for, 1 to 15
    uint64_t    address         = 0;       ///< the 4 KiB page that holds it is meant
};

enum class AtsStatus : uint8_t { Success, UnsupportedRequest, CompleterAbort };

/// One entry of a Translation Completion, as it goes over the bus.
struct TranslationEntry : Record<TranslationEntry, 1> {
    static constexpr B<     0>           R{};
    static constexpr B<     1>           W{};
    static constexpr B<     2>           U{};                // untranslated access only: always 0 here
    static constexpr B<     3>           Exe{};
    static constexpr B<     4>           Priv{};
    static constexpr B<     5>           Global{};           // always 0 here
    static constexpr B<    10>           N{};                // non-snooped: always 0 here (13.6.2.1)
    static constexpr B<    11>           S{};                // more than 4 KiB, see entry_shift()
    static constexpr P<63, 12>           Address{};
};

struct TranslationCompletion {
    AtsStatus        status = AtsStatus::CompleterAbort;
    TranslationEntry entry{};              ///< with Success
    bool             cxl_io = false;       ///< CXL.io: not for CXL.cache (3.9.3)
};

/// Address and size of an entry: 2^shift bytes, shift 12 to 63.  Above 4 KiB the lowest address bits
/// say the size: ones below bit shift-1, and a zero there.
constexpr TranslationEntry& set_range(TranslationEntry& e, uint64_t address, unsigned shift) {
    const uint64_t base = address & ~((uint64_t{1} << shift) - 1);
    const uint64_t ones = ((uint64_t{1} << (shift - 1)) - 1) & ~uint64_t{0xFFF};
    return shift <= 12 ? e.set(TranslationEntry::Address, base)
                       : e.set(TranslationEntry::Address, base | ones).set(TranslationEntry::S, true);
}
constexpr unsigned entry_shift(TranslationEntry e) {
    if (!e[TranslationEntry::S]) return 12;
    unsigned shift = 13;
    while (shift < 64 && bits(e.word[0], shift - 1, shift - 1) != 0) ++shift;
    return shift;
}
constexpr uint64_t entry_address(TranslationEntry e) {
    const unsigned shift = entry_shift(e);
    return shift > 63 ? 0 : e.word[0] >> shift << shift;
}

// --- Invalidation ---------------------------------------------------------------------------------------------------

/// Invalidate Request to one endpoint.
struct InvalidateRequest {
    StreamId    stream{0};
    SubstreamId substream{0};
    bool        substream_valid = false;
    bool        global          = false;   ///< Global Invalidate: of all PASIDs; with a PASID only
    uint64_t    first = 0, last = 0;       ///< every translation that holds one of these addresses
};

/// How it ended.  Nobody: no endpoint has that StreamID.
enum class InvalidateStatus : uint8_t { Nobody, Success, UnsupportedRequest, TimedOut };

// --- Page requests --------------------------------------------------------------------------------------------------

/// Page Request, and at the same time the record of the PRI queue.
struct PageRequest : Record<PageRequest, 2> {                // 8
    static constexpr F< 31,  0, uint32_t> StreamID{};
    static constexpr F< 51, 32, uint32_t> SubstreamID{};
    static constexpr B<     58>           Priv{};
    static constexpr B<     59>           X{};
    static constexpr B<     60>           R{};
    static constexpr B<     61>           W{};
    static constexpr B<     62>           Last{};
    static constexpr B<     63>           SSV{};
    static constexpr F< 72, 64, uint16_t> PRGIndex{};
    static constexpr P<127, 76>           Address{};
};
constexpr unsigned page_request_bytes = sizeof(PageRequest);
static_assert(page_request_bytes == 16);

/// Only says that a PASID is no longer in use: nobody waits for an answer to it.
constexpr bool is_stop_marker(const PageRequest& r) {
    using P = PageRequest;
    return r[P::SSV] && r[P::Last] && !r[P::W] && !r[P::R];
}

/// Response codes of a PRG Response (8.3).
enum class PrgStatus : uint8_t { Success = 0b0000, InvalidRequest = 0b0001, ResponseFailure = 0b1111 };

/// PRG Response to one endpoint: what became of a group of page requests.
struct PrgResponse {
    StreamId    stream{0};
    SubstreamId substream{0};
    bool        substream_valid = false;
    uint16_t    prg_index       = 0;       ///< 9 bits
    PrgStatus   status          = PrgStatus::ResponseFailure;
};

}  // namespace smmu::arch
