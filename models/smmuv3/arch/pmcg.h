// Registers of a performance monitor counter group, and what it counts.  Arm IHI 0070 G.b, 10.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

/// What a counter may count (10.3).
enum class PmcgEvent : uint16_t {
    ClockCycle            = 0,
    Transaction           = 1,                               // or ATS Translation Request
    TlbMiss               = 2,
    ConfigMiss            = 3,
    WalkAccess            = 4,                               // translation tables, both stages
    ConfigAccess          = 5,                               // Stream table and CD table
    TranslationRequest    = 6,                               // ATS
    TranslatedTransaction = 7                                // ATS
};
constexpr unsigned pmcg_events = 8;
/// Event 0 has no StreamID (10.3).
constexpr bool has_stream(PmcgEvent event) { return event != PmcgEvent::ClockCycle; }

constexpr unsigned most_pmcg_counters = 64;

/// Sizes of counters that CFGR.SIZE can say.
constexpr bool is_pmcg_counter_size(unsigned bits) {
    return bits == 32 || bits == 36 || bits == 40 || bits == 44 || bits == 48 || bits == 64;
}

/// Arrays with a register for each counter: where register 0 is, and how far apart they are.
constexpr uint32_t pmcg_evcntr = 0x000;                      // 10.5.2.1
constexpr uint32_t pmcg_svr    = 0x600;                      // 10.5.2.3: values that a capture has kept
constexpr uint32_t pmcg_counter_stride(unsigned counter_bits) { return counter_bits <= 32 ? 4 : 8; }
constexpr uint32_t pmcg_word_stride = 4;                     // EVTYPER, SMR

struct PmcgEvtyper : Register<PmcgEvtyper, 0x400> {          // 10.5.2.2
    static constexpr F<15,  0, PmcgEvent> EVENT{};
    static constexpr B<    16>           FILTER_PARTID{};
    static constexpr B<    17>           FILTER_PMG{};
    static constexpr F<19, 18, uint8_t>  FILTER_MPAM_SP{};
    static constexpr B<    28>           FILTER_REALM_SID{};
    static constexpr B<    29>           FILTER_SID_SPAN{};  // SMR names a span of StreamIDs
    static constexpr B<    30>           FILTER_SEC_SID{};
    static constexpr B<    31>           OVFCAP{};           // an overflow captures all counters
};
struct PmcgSmr : Register<PmcgSmr, 0xA00> {                  // 10.5.2.4, without a filter by PARTID or PMG
    static constexpr F<31,  0>           STREAMID{};
};

/// Bit n is of counter n.  SET and CLR read alike; a one written sets or clears.
struct PmcgCntenset : Register<PmcgCntenset, 0xC00, uint64_t> {       // 10.5.2.5
    static constexpr F<63,  0, uint64_t> CNTEN{};
};
struct PmcgCntenclr : Register<PmcgCntenclr, 0xC20, uint64_t> {       // 10.5.2.6
    static constexpr F<63,  0, uint64_t> CNTEN{};
};
struct PmcgIntenset : Register<PmcgIntenset, 0xC40, uint64_t> {       // 10.5.2.7
    static constexpr F<63,  0, uint64_t> INTEN{};
};
struct PmcgIntenclr : Register<PmcgIntenclr, 0xC60, uint64_t> {       // 10.5.2.8
    static constexpr F<63,  0, uint64_t> INTEN{};
};
struct PmcgOvsclr : Register<PmcgOvsclr, 0xC80, uint64_t> {           // 10.5.2.9
    static constexpr F<63,  0, uint64_t> OVS{};
};
struct PmcgOvsset : Register<PmcgOvsset, 0xCC0, uint64_t> {           // 10.5.2.10
    static constexpr F<63,  0, uint64_t> OVS{};
};

struct PmcgCapr : Register<PmcgCapr, 0xD88> {                // 10.5.2.11, write-only
    static constexpr B<     0>           CAPTURE{};
};
struct PmcgCfgr : Register<PmcgCfgr, 0xE00> {                // 10.5.2.13
    static constexpr F< 5,  0, uint8_t>  NCTR{};             // counters - 1
    static constexpr F<13,  8, uint8_t>  SIZE{};             // bits of a counter - 1
    static constexpr B<    20>           RELOC_CTRS{};       // counters and their status are in page 1
    static constexpr B<    21>           MSI{};
    static constexpr B<    22>           CAPTURE{};
    static constexpr B<    23>           SID_FILTER_TYPE{};  // 1: the filter of counter 0 is that of all
    static constexpr B<    24>           MPAM{};
    static constexpr B<    25>           FILTER_PARTID_PMG{};
};
struct PmcgCr : Register<PmcgCr, 0xE04> {                    // 10.5.2.14
    static constexpr B<     0>           E{};
};
/// Bit n: event n can be counted.  CEID1 is the same for events from 64 on: none of them is architected.
struct PmcgCeid0 : Register<PmcgCeid0, 0xE20, uint64_t> {    // 10.5.2.16
    static constexpr F<63,  0, uint64_t> N{};
};
struct PmcgIrqCtrl : Register<PmcgIrqCtrl, 0xE50> {          // 10.5.2.19
    static constexpr B<     0>           IRQEN{};
};
struct PmcgIrqCtrlAck : Register<PmcgIrqCtrlAck, 0xE54> {    // 10.5.2.20
    static constexpr B<     0>           IRQEN{};
};
struct PmcgIrqCfg0 : Register<PmcgIrqCfg0, 0xE58, uint64_t> {         // 10.5.2.21
    static constexpr P<55,  2>           ADDR{};             // 0: no MSI
};
struct PmcgIrqCfg1 : Register<PmcgIrqCfg1, 0xE60> {          // 10.5.2.22
    static constexpr F<31,  0>           DATA{};
};
struct PmcgIrqCfg2 : Register<PmcgIrqCfg2, 0xE64> {          // 10.5.2.23
    static constexpr F< 3,  0, uint8_t>  MEMATTR{};          // as STE.MemAttr
    static constexpr F< 5,  4, uint8_t>  SH{};
};
struct PmcgIrqStatus : Register<PmcgIrqStatus, 0xE68> {      // 10.5.2.24
    static constexpr B<     0>           IRQ_ABT{};
};
struct PmcgAidr : Register<PmcgAidr, 0xE70> {                // 10.5.2.26
    static constexpr F< 3,  0, uint8_t>  ArchMinorRev{};
    static constexpr F< 7,  4, uint8_t>  ArchMajorRev{};
};
struct PmcgPmdevarch : Register<PmcgPmdevarch, 0xFBC> {      // 10.5.2.29
    static constexpr F<15,  0, uint16_t> ARCHID{};
    static constexpr F<19, 16, uint8_t>  REVISION{};
    static constexpr B<    20>           PRESENT{};
    static constexpr F<31, 21, uint16_t> ARCHITECT{};
};
struct PmcgPmdevtype : Register<PmcgPmdevtype, 0xFCC> {      // 10.5.2.29
    static constexpr F< 3,  0, uint8_t>  Class{};
    static constexpr F< 7,  4, uint8_t>  SubType{};
};

/// Where each page of a group has its 64 KiB here, and with it the next group (IMPLEMENTATION DEFINED; 10.5 recommends
/// a span of 64 KiB for page 1 alone).
constexpr uint32_t pmcg_page_size  = 0x1'0000;
constexpr uint32_t pmcg_group_size = 2 * pmcg_page_size;

}  // namespace smmu::arch
