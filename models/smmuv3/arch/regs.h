// Registers of the Non-secure programming interface, pages 0 and 1.  Arm IHI 0070 G.b, 6.3.
#pragma once
#include "smmuv3/arch/bits.h"

namespace smmu::arch {

// --- Identification -------------------------------------------------------------------------------------------------

struct Idr0 : Register<Idr0, 0x000> {                        // 6.3.1
    static constexpr B<     0>           S2P{};
    static constexpr B<     1>           S1P{};
    static constexpr F< 3,  2, uint8_t>  TTF{};              // bit 0 VMSAv8-32 LPAE, bit 1 VMSAv8-64
    static constexpr B<     4>           COHACC{};
    static constexpr B<     5>           BTM{};
    static constexpr F< 7,  6, uint8_t>  HTTU{};
    static constexpr B<     8>           DORMHINT{};
    static constexpr B<     9>           Hyp{};
    static constexpr B<    10>           ATS{};
    static constexpr B<    11>           NS1ATS{};
    static constexpr B<    12>           ASID16{};
    static constexpr B<    13>           MSI{};
    static constexpr B<    14>           SEV{};
    static constexpr B<    15>           ATOS{};
    static constexpr B<    16>           PRI{};
    static constexpr B<    17>           VMW{};
    static constexpr B<    18>           VMID16{};
    static constexpr B<    19>           CD2L{};
    static constexpr B<    20>           VATOS{};
    static constexpr F<22, 21, uint8_t>  TTENDIAN{};         // 0 mixed, 2 little, 3 big
    static constexpr B<    23>           ATSRECERR{};
    static constexpr F<25, 24, uint8_t>  STALL_MODEL{};      // 0 both, 1 terminate only, 2 stall only
    static constexpr B<    26>           TERM_MODEL{};
    static constexpr F<28, 27, uint8_t>  ST_LEVEL{};         // 1: two-level Stream tables
    static constexpr B<    30>           RME_IMPL{};
};
struct Idr1 : Register<Idr1, 0x004> {                        // 6.3.2
    static constexpr F< 5,  0, uint8_t>  SIDSIZE{};
    static constexpr F<10,  6, uint8_t>  SSIDSIZE{};
    static constexpr F<15, 11, uint8_t>  PRIQS{};
    static constexpr F<20, 16, uint8_t>  EVENTQS{};
    static constexpr F<25, 21, uint8_t>  CMDQS{};
    static constexpr B<    26>           ATTR_PERMS_OVR{};
    static constexpr B<    27>           ATTR_TYPES_OVR{};
    static constexpr B<    28>           REL{};
    static constexpr B<    29>           QUEUES_PRESET{};
    static constexpr B<    30>           TABLES_PRESET{};
    static constexpr B<    31>           ECMDQ{};
};
struct Idr2 : Register<Idr2, 0x008> {                        // 6.3.3
    static constexpr F< 9,  0, uint16_t> BA_VATOS{};
};
struct Idr3 : Register<Idr3, 0x00C> {                        // 6.3.4
    static constexpr B<     2>           HAD{};
    static constexpr B<     3>           PBHA{};
    static constexpr B<     4>           XNX{};
    static constexpr B<     5>           PPS{};
    static constexpr B<     7>           MPAM{};
    static constexpr B<     8>           FWB{};
    static constexpr B<     9>           STT{};
    static constexpr B<    10>           RIL{};
    static constexpr F<12, 11, uint8_t>  BBML{};
    static constexpr B<    13>           E0PD{};
    static constexpr B<    14>           PTWNNC{};
    static constexpr B<    15>           DPT{};
    static constexpr B<    16>           PASIDTT{};
    static constexpr B<    17>           EPAN{};
    static constexpr B<    18>           S1PI{};
    static constexpr B<    19>           S2PI{};
    static constexpr B<    20>           S2PO{};
    static constexpr B<    21>           THE{};
    static constexpr B<    22>           MTEPERM{};
    static constexpr B<    23>           AIE{};
};
struct Idr4 : Register<Idr4, 0x010> {};                      // 6.3.5, IMPLEMENTATION DEFINED
struct Idr5 : Register<Idr5, 0x014> {                        // 6.3.6
    static constexpr F< 2,  0, uint8_t>  OAS{};              // an address size code, see address_bits()
    static constexpr B<     4>           GRAN4K{};
    static constexpr B<     5>           GRAN16K{};
    static constexpr B<     6>           GRAN64K{};
    static constexpr B<     7>           DS{};
    static constexpr B<     8>           D128{};
    static constexpr F<11, 10, uint8_t>  VAX{};
    static constexpr F<31, 16, uint16_t> STALL_MAX{};
};
struct Iidr : Register<Iidr, 0x018> {                        // 6.3.7
    static constexpr F<11,  0, uint16_t> Implementer{};
    static constexpr F<15, 12, uint8_t>  Revision{};
    static constexpr F<19, 16, uint8_t>  Variant{};
    static constexpr F<31, 20, uint16_t> ProductID{};
};
struct Aidr : Register<Aidr, 0x01C> {                        // 6.3.8
    static constexpr F< 3,  0, uint8_t>  ArchMinorRev{};
    static constexpr F< 7,  4, uint8_t>  ArchMajorRev{};
};

/// Bits of an address for the codes of IDR5.OAS, CD.IPS and STE.S2PS; 0b111 counts as 0b110 before SMMUv3.4.
constexpr unsigned address_bits(uint8_t code) {
    constexpr uint8_t sizes[8] = {32, 36, 40, 42, 44, 48, 52, 52};
    return sizes[code & 7];
}

// --- Control --------------------------------------------------------------------------------------------------------

struct Cr0 : Register<Cr0, 0x020> {                          // 6.3.9
    static constexpr B<     0>           SMMUEN{};
    static constexpr B<     1>           PRIQEN{};
    static constexpr B<     2>           EVENTQEN{};
    static constexpr B<     3>           CMDQEN{};
    static constexpr B<     4>           ATSCHK{};
    static constexpr F< 8,  6, uint8_t>  VMW{};
    static constexpr B<    10>           DPT_WALK_EN{};
};
struct Cr0Ack : Register<Cr0Ack, 0x024> {                    // 6.3.10, the fields of CR0
    static constexpr B<     0>           SMMUEN{};
    static constexpr B<     1>           PRIQEN{};
    static constexpr B<     2>           EVENTQEN{};
    static constexpr B<     3>           CMDQEN{};
    static constexpr B<     4>           ATSCHK{};
    static constexpr F< 8,  6, uint8_t>  VMW{};
    static constexpr B<    10>           DPT_WALK_EN{};
};
struct Cr1 : Register<Cr1, 0x028> {                          // 6.3.11
    static constexpr F< 1,  0, uint8_t>  QUEUE_IC{};
    static constexpr F< 3,  2, uint8_t>  QUEUE_OC{};
    static constexpr F< 5,  4, uint8_t>  QUEUE_SH{};
    static constexpr F< 7,  6, uint8_t>  TABLE_IC{};
    static constexpr F< 9,  8, uint8_t>  TABLE_OC{};
    static constexpr F<11, 10, uint8_t>  TABLE_SH{};
};
struct Cr2 : Register<Cr2, 0x02C> {                          // 6.3.12
    static constexpr B<     0>           E2H{};
    static constexpr B<     1>           RECINVSID{};
    static constexpr B<     2>           PTM{};
    static constexpr B<     3>           REC_CFG_ATS{};
};
struct Gbpa : Register<Gbpa, 0x044> {                        // 6.3.14
    static constexpr F< 3,  0, uint8_t>  MemAttr{};
    static constexpr B<     4>           MTCFG{};
    static constexpr F<11,  8, uint8_t>  ALLOCCFG{};
    static constexpr F<13, 12, uint8_t>  SHCFG{};
    static constexpr F<17, 16, uint8_t>  PRIVCFG{};
    static constexpr F<19, 18, uint8_t>  INSTCFG{};
    static constexpr B<    20>           ABORT{};
    static constexpr B<    31>           Update{};
};
struct IrqCtrl : Register<IrqCtrl, 0x050> {                  // 6.3.16
    static constexpr B<     0>           GERROR_IRQEN{};
    static constexpr B<     1>           PRIQ_IRQEN{};
    static constexpr B<     2>           EVENTQ_IRQEN{};
};
struct IrqCtrlAck : Register<IrqCtrlAck, 0x054> {            // 6.3.18, the fields of IRQ_CTRL
    static constexpr B<     0>           GERROR_IRQEN{};
    static constexpr B<     1>           PRIQ_IRQEN{};
    static constexpr B<     2>           EVENTQ_IRQEN{};
};
struct Gerror : Register<Gerror, 0x060> {                    // 6.3.19: an error is active while GERROR and GERRORN differ
    static constexpr B<     0>           CMDQ_ERR{};
    static constexpr B<     2>           EVENTQ_ABT_ERR{};
    static constexpr B<     3>           PRIQ_ABT_ERR{};
    static constexpr B<     4>           MSI_CMDQ_ABT_ERR{};
    static constexpr B<     5>           MSI_EVENTQ_ABT_ERR{};
    static constexpr B<     6>           MSI_PRIQ_ABT_ERR{};
    static constexpr B<     7>           MSI_GERROR_ABT_ERR{};
    static constexpr B<     8>           SFM_ERR{};
    static constexpr B<     9>           CMDQP_ERR{};
    static constexpr B<    10>           DPT_ERR{};
};
struct Gerrorn : Register<Gerrorn, 0x064> {                  // 6.3.20, the fields of GERROR
    static constexpr B<     0>           CMDQ_ERR{};
    static constexpr B<     2>           EVENTQ_ABT_ERR{};
    static constexpr B<     3>           PRIQ_ABT_ERR{};
    static constexpr B<     4>           MSI_CMDQ_ABT_ERR{};
    static constexpr B<     5>           MSI_EVENTQ_ABT_ERR{};
    static constexpr B<     6>           MSI_PRIQ_ABT_ERR{};
    static constexpr B<     7>           MSI_GERROR_ABT_ERR{};
    static constexpr B<     8>           SFM_ERR{};
    static constexpr B<     9>           CMDQP_ERR{};
    static constexpr B<    10>           DPT_ERR{};
};
/// Where an MSI goes.  All three are RES0 while IDR0.MSI is 0.
struct GerrorIrqCfg0 : Register<GerrorIrqCfg0, 0x068, uint64_t> {     // 6.3.21
    static constexpr P<55,  2>           ADDR{};             // 0: no MSI
};
struct GerrorIrqCfg1 : Register<GerrorIrqCfg1, 0x070> {      // 6.3.22
    static constexpr F<31,  0>           DATA{};
};
struct GerrorIrqCfg2 : Register<GerrorIrqCfg2, 0x074> {      // 6.3.23
    static constexpr F< 3,  0, uint8_t>  MemAttr{};          // as STE.MemAttr
    static constexpr F< 5,  4, uint8_t>  SH{};
};

// --- Stream table ---------------------------------------------------------------------------------------------------

struct StrtabBase : Register<StrtabBase, 0x080, uint64_t> {  // 6.3.24
    static constexpr P<55,  6>           ADDR{};
    static constexpr B<    62>           RA{};
};
enum class StreamTableFormat : uint8_t { Linear = 0b00, TwoLevel = 0b01 };
struct StrtabBaseCfg : Register<StrtabBaseCfg, 0x088> {      // 6.3.25
    static constexpr F< 5,  0, uint8_t>  LOG2SIZE{};
    static constexpr F<10,  6, uint8_t>  SPLIT{};            // 6, 8 or 10; anything else counts as 6
    static constexpr F<17, 16, StreamTableFormat> FMT{};
};
/// SPLIT takes 6, 8 or 10; everything else behaves as 6.
constexpr unsigned split_of(StrtabBaseCfg config) {
    const unsigned split = config[StrtabBaseCfg::SPLIT];
    return split == 8 || split == 10 ? split : 6;
}

// --- Queues ---------------------------------------------------------------------------------------------------------

/// Why the Command queue stopped: CMDQ_CONS.ERR.  Arm IHI 0070 G.b, 7.1.
enum class CommandError : uint8_t { None = 0, Illegal = 1, Abort = 2, AtcInvSync = 3 };

struct CmdqBase : Register<CmdqBase, 0x090, uint64_t> {      // 6.3.26
    static constexpr F< 4,  0, uint8_t>  LOG2SIZE{};
    static constexpr P<55,  5>           ADDR{};
    static constexpr B<    62>           RA{};
};
struct CmdqProd : Register<CmdqProd, 0x098> {                // 6.3.27: index and, above it, the wrap flag
    static constexpr F<19,  0>           WR{};
};
struct CmdqCons : Register<CmdqCons, 0x09C> {                // 6.3.28
    static constexpr F<19,  0>           RD{};
    static constexpr F<30, 24, CommandError> ERR{};
};
struct EventqBase : Register<EventqBase, 0x0A0, uint64_t> {  // 6.3.29
    static constexpr F< 4,  0, uint8_t>  LOG2SIZE{};
    static constexpr P<55,  5>           ADDR{};
    static constexpr B<    62>           WA{};
};
struct EventqIrqCfg0 : Register<EventqIrqCfg0, 0x0B0, uint64_t> {     // 6.3.30
    static constexpr P<55,  2>           ADDR{};
};
struct EventqIrqCfg1 : Register<EventqIrqCfg1, 0x0B8> {      // 6.3.31
    static constexpr F<31,  0>           DATA{};
};
struct EventqIrqCfg2 : Register<EventqIrqCfg2, 0x0BC> {      // 6.3.32
    static constexpr F< 3,  0, uint8_t>  MemAttr{};
    static constexpr F< 5,  4, uint8_t>  SH{};
};
struct PriqBase : Register<PriqBase, 0x0C0, uint64_t> {      // 6.3.33
    static constexpr F< 4,  0, uint8_t>  LOG2SIZE{};
    static constexpr P<55,  5>           ADDR{};
    static constexpr B<    62>           WA{};
};
struct PriqIrqCfg0 : Register<PriqIrqCfg0, 0x0D0, uint64_t> {         // 6.3.34
    static constexpr P<55,  2>           ADDR{};
};
struct PriqIrqCfg1 : Register<PriqIrqCfg1, 0x0D8> {          // 6.3.35
    static constexpr F<31,  0>           DATA{};
};
struct PriqIrqCfg2 : Register<PriqIrqCfg2, 0x0DC> {          // 6.3.36
    static constexpr F< 3,  0, uint8_t>  MemAttr{};
    static constexpr F< 5,  4, uint8_t>  SH{};
    static constexpr B<    31>           LO{};               // interrupt for Last requests only
};
struct EventqProd : Register<EventqProd, 0x1'00A8> {         // 6.3.95, page 1
    static constexpr F<19,  0>           WR{};
    static constexpr B<    31>           OVFLG{};
};
struct EventqCons : Register<EventqCons, 0x1'00AC> {         // 6.3.96, page 1
    static constexpr F<19,  0>           RD{};
    static constexpr B<    31>           OVACKFLG{};
};
struct PriqProd : Register<PriqProd, 0x1'00C8> {             // 6.3.97, page 1
    static constexpr F<19,  0>           WR{};
    static constexpr B<    31>           OVFLG{};
};
struct PriqCons : Register<PriqCons, 0x1'00CC> {             // 6.3.98, page 1
    static constexpr F<19,  0>           RD{};
    static constexpr B<    31>           OVACKFLG{};
};

/// Both register pages together, and where the second begins.
constexpr unsigned register_page_size   = 0x1'0000;
constexpr unsigned register_pages_size  = 2 * register_page_size;

}  // namespace smmu::arch
