// Command queue entries.  Arm IHI 0070 G.b, 4.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

enum class Opcode : uint8_t {
    PREFETCH_CONFIG = 0x01,
    PREFETCH_ADDR   = 0x02,
    CFGI_STE        = 0x03,
    CFGI_STE_RANGE  = 0x04,                                  // Range 31 is CMD_CFGI_ALL
    CFGI_CD         = 0x05,
    CFGI_CD_ALL     = 0x06,
    TLBI_NH_ALL     = 0x10,
    TLBI_NH_ASID    = 0x11,
    TLBI_NH_VA      = 0x12,
    TLBI_NH_VAA     = 0x13,
    TLBI_EL2_ALL    = 0x20,
    TLBI_EL2_ASID   = 0x21,
    TLBI_EL2_VA     = 0x22,
    TLBI_EL2_VAA    = 0x23,
    TLBI_S12_VMALL  = 0x28,
    TLBI_S2_IPA     = 0x2A,
    TLBI_NSNH_ALL   = 0x30,
    ATC_INV         = 0x40,
    PRI_RESP        = 0x41,
    RESUME          = 0x44,
    STALL_TERM      = 0x45,
    SYNC            = 0x46,
};

struct Command : Record<Command, 2> {
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};            // 4.1.6: a Non-secure queue must not set it
};

struct Prefetch : Record<Prefetch, 2> {                      // 4.2
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr B<     11>           SSV{};
    static constexpr F< 31, 12, uint32_t> SubstreamID{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr F< 68, 64, uint8_t>  Size{};            // PREFETCH_ADDR
    static constexpr F< 73, 69, uint8_t>  Stride{};          // PREFETCH_ADDR
    static constexpr P<127, 76>           Address{};         // PREFETCH_ADDR
};
struct CfgiSte : Record<CfgiSte, 2> {                        // 4.3.1
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr B<     64>           Leaf{};
};
struct CfgiSteRange : Record<CfgiSteRange, 2> {              // 4.3.2
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr F< 68, 64, uint8_t>  Range{};
};
struct CfgiCd : Record<CfgiCd, 2> {                          // 4.3.3, 4.3.4 (CFGI_CD_ALL: StreamID only)
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr F< 31, 12, uint32_t> SubstreamID{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr B<     64>           Leaf{};
};
/// What all invalidations by address share.                 // 4.4.1.1
struct TlbiRange : Record<TlbiRange, 2> {
    static constexpr F< 16, 12, uint8_t>  NUM{};
    static constexpr F< 25, 20, uint8_t>  SCALE{};
    static constexpr B<     64>           Leaf{};
    static constexpr B<     71>           TTL128{};
    static constexpr F< 73, 72, uint8_t>  TTL{};
    static constexpr F< 75, 74, uint8_t>  TG{};              // 0 one address, 1 4K, 2 16K, 3 64K
    static constexpr P<127, 76>           Address{};
};
struct TlbiNh : Record<TlbiNh, 2> {                          // 4.4.2: NH_* and EL2_* (no VMID)
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr F< 16, 12, uint8_t>  NUM{};             // *_VA, *_VAA
    static constexpr F< 25, 20, uint8_t>  SCALE{};           // *_VA, *_VAA
    static constexpr F< 47, 32, uint16_t> VMID{};
    static constexpr F< 63, 48, uint16_t> ASID{};            // *_ASID, *_VA
    static constexpr B<     64>           Leaf{};            // *_VA, *_VAA
    static constexpr B<     71>           TTL128{};          // *_VA, *_VAA
    static constexpr F< 73, 72, uint8_t>  TTL{};             // *_VA, *_VAA
    static constexpr F< 75, 74, uint8_t>  TG{};              // *_VA, *_VAA
    static constexpr P<127, 76>           Address{};         // *_VA, *_VAA
};
struct TlbiS12Vmall : Record<TlbiS12Vmall, 2> {              // 4.4.3.2
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr F< 47, 32, uint16_t> VMID{};
};
struct TlbiS2Ipa : Record<TlbiS2Ipa, 2> {                    // 4.4.3.1
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr F< 16, 12, uint8_t>  NUM{};
    static constexpr F< 25, 20, uint8_t>  SCALE{};
    static constexpr F< 47, 32, uint16_t> VMID{};
    static constexpr B<     64>           Leaf{};
    static constexpr B<     71>           TTL128{};
    static constexpr F< 73, 72, uint8_t>  TTL{};
    static constexpr F< 75, 74, uint8_t>  TG{};
    static constexpr P<119, 76>           Address{};         // IPA[55:12]
};

struct AtcInv : Record<AtcInv, 2> {                          // 4.5.1
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<      9>           Global{};
    static constexpr B<     10>           SSec{};
    static constexpr B<     11>           SSV{};
    static constexpr F< 31, 12, uint32_t> SubstreamID{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr F< 69, 64, uint8_t>  Size{};            // log2 of 4 KiB pages; 52: everything
    static constexpr P<127, 76>           Address{};
};
/// CMD_PRI_RESP.Resp.  0b11 is illegal.
enum class PageResponse : uint8_t { ResponseFailure = 0b00, InvalidRequest = 0b01, Success = 0b10, Reserved = 0b11 };
struct PriResp : Record<PriResp, 2> {                        // 4.5.2
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr B<     11>           SSV{};
    static constexpr F< 31, 12, uint32_t> SubstreamID{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr F< 72, 64, uint16_t> PRGIndex{};
    static constexpr F< 77, 76, PageResponse> Resp{};
};

struct Resume : Record<Resume, 2> {                          // 4.7.1
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr B<     12>           Ac{};              // 1 retry, 0 terminate
    static constexpr B<     13>           Ab{};              // terminate: 1 abort, 0 RAZ/WI
    static constexpr F< 63, 32, uint32_t> StreamID{};
    static constexpr F< 79, 64, uint16_t> STAG{};
};
struct StallTerm : Record<StallTerm, 2> {                    // 4.7.2
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr B<     10>           SSec{};
    static constexpr F< 63, 32, uint32_t> StreamID{};
};

/// How CMD_SYNC says that it is done.  0b11 is illegal.
enum class CompletionSignal : uint8_t { None = 0b00, Irq = 0b01, Sev = 0b10, Reserved = 0b11 };
struct Sync : Record<Sync, 2> {                              // 4.7.3
    static constexpr F<  7,  0, Opcode>   Op{};
    static constexpr F< 13, 12, CompletionSignal> CS{};
    static constexpr F< 23, 22, uint8_t>  MSH{};
    static constexpr F< 27, 24, uint8_t>  MSIAttr{};
    static constexpr F< 63, 32, uint32_t> MSIData{};
    static constexpr P<119, 66>           MSIAddress{};
};

/// The same sixteen bytes under another table of names.
template <class To, class From>
constexpr To view(const From& c) { return To{{{c.word[0], c.word[1]}}}; }

/// A command of format C with its opcode set.
template <class C>
constexpr C command(Opcode op) { return C{}.set(C::Op, op); }

}  // namespace smmu::arch
