// Address translation operations: registers of the groups GATOS and VATOS.  Arm IHI 0070 G.b, 9, 6.3.37 to 6.3.44,
// 6.3.99 to 6.3.102.
#pragma once
#include "smmuv3/arch/regs.h"

namespace smmu::arch {

/// What is looked up: ATOS_ADDR.TYPE.
enum class AtosType : uint8_t { Reserved = 0b00, Stage1 = 0b01, Stage2 = 0b10, BothStages = 0b11 };

struct AtosCtrl : Record<AtosCtrl, 1> {                      // 9.1.1
    static constexpr B<     0>           RUN{};
};
struct AtosSid : Record<AtosSid, 1> {                        // 9.1.2
    static constexpr F<31,  0, uint32_t> STREAMID{};
    static constexpr F<51, 32, uint32_t> SUBSTREAMID{};
    static constexpr B<    52>           SSID_VALID{};
};
struct AtosAddr : Record<AtosAddr, 1> {                      // 9.1.3
    static constexpr B<     6>           HTTUI{};            // access flag and dirty state stay as they are
    static constexpr B<     7>           InD{};              // counts for reads
    static constexpr B<     8>           RnW{};
    static constexpr B<     9>           PnU{};
    static constexpr F<11, 10, AtosType> TYPE{};
    static constexpr P<63, 12>           ADDR{};
};

/// The codes of ATOS_PAR that are no events (9.1.5); the others have the numbers of EventId.
enum class AtosFault : uint8_t { INTERNAL_ERR = 0xFD, INV_STAGE = 0xFE, INV_REQ = 0xFF };
/// What stage 2 translated when it faulted; 0 for everything else.
enum class AtosReason : uint8_t { None = 0b00, Cd = 0b01, Tt = 0b10, In = 0b11 };

struct AtosPar : Record<AtosPar, 1> {                        // 9.1.4
    static constexpr B<     0>           FAULT{};
    // FAULT = 0
    static constexpr F< 9,  8, uint8_t>  SH{};
    static constexpr B<    11>           Size{};             // more than 4 KiB: see set_result()
    static constexpr P<55, 12>           ADDR{};
    static constexpr F<63, 56, uint8_t>  ATTR{};             // as a byte of MAIR
    // FAULT = 1
    static constexpr F< 2,  1, AtosReason> REASON{};
    static constexpr F<11,  4, uint8_t>  FAULTCODE{};
    static constexpr P<55, 12>           FADDR{};
};

/// Address and size of a result: 2^shift bytes, shift 12 to 55.  Above 4 KiB bit shift-1 is the lowest one of ADDR.
constexpr AtosPar& set_result(AtosPar& par, uint64_t address, unsigned shift) {
    const uint64_t base = address & ~((uint64_t{1} << shift) - 1);
    return shift <= 12 ? par.set(AtosPar::ADDR, base)
                       : par.set(AtosPar::ADDR, base | uint64_t{1} << (shift - 1)).set(AtosPar::Size, true);
}

/// Offsets of the registers of a group, from the begin of their page.
struct AtosGroup {
    unsigned ctrl, sid, addr, par;
};
constexpr AtosGroup gatos{0x100, 0x108, 0x110, 0x118};       // page 0
constexpr AtosGroup vatos{0xA00, 0xA08, 0xA10, 0xA18};       // VATOS page

struct VatosSel : Register<VatosSel, 0x180> {                // 6.3.44
    static constexpr F<15,  0, uint16_t> VMID{};
};

/// Begin of the VATOS page, from page 0.
constexpr uint64_t vatos_page(Idr2 idr2) {
    return register_pages_size + uint64_t{idr2[Idr2::BA_VATOS]} * register_page_size;
}

}  // namespace smmu::arch
