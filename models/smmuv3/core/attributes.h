// Memory attributes on their way through the SMMU: decode, override, combine, make consistent.
// Arm IHI 0070 G.b, 13.1, 13.4; FEAT_S2FWB of the Arm ARM.  Pure functions, no state.
#pragma once
#include "smmuv3/arch/attributes.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/arch/ste.h"

namespace smmu::core {

/// An SH field: 0b01 is reserved and counts as Non-shareable.
constexpr arch::Shareability shareability(uint8_t sh) {
    return (sh & 0b10) != 0 ? static_cast<arch::Shareability>(sh)
                            : arch::Shareability::NonShareable;
}

/// Attribute half of a stage-1 leaf descriptor.
struct Stage1Attributes {
    uint8_t mair = 0;  ///< the byte of CD.MAIR that AttrIndx chose
    arch::Shareability sh = arch::Shareability::NonShareable;  ///< descriptor bits [9:8]
};
/// Encodings that a PE leaves unpredictable are defined here (5.4 MAIR).  Shareability stays as
/// written.
arch::MemoryAttributes decode(Stage1Attributes stage1);

/// The byte of MAIR that decodes to these attributes.
uint8_t mair_byte(arch::MemoryAttributes attributes);

/// IR/OR/SH of a table walk (CD.{IRx,ORx,SHx}, STE.{S2IR0,S2OR0,S2SH0}).
arch::MemoryAttributes walk_attributes(uint8_t inner, uint8_t outer, uint8_t sh);
/// IR/OR/SH of a CD fetch (STE.{S1CIR,S1COR,S1CSH}): other read-allocate encodings than a walk's.
arch::MemoryAttributes cd_attributes(uint8_t inner, uint8_t outer, uint8_t sh);
/// IC/OC/SH of a register (CR1.TABLE_*, CR1.QUEUE_*): 0b11 counts as Non-cacheable; `allocate` is
/// the RA or WA hint.
arch::MemoryAttributes register_attributes(uint8_t inner, uint8_t outer, uint8_t sh, bool allocate);

/// What STE and GBPA fields replace in an incoming transaction (13.1.4).
struct Overrides {
    bool replace_type = false;  ///< MTCFG
    uint8_t mem_attr = 0;       ///< MemAttr[3:0]
    uint8_t alloc = 0;          ///< ALLOCCFG: 0b0xxx incoming, 0b1RWT
    uint8_t sh = 0b01;          ///< SHCFG: 0b01 incoming
    uint8_t privilege = 0;      ///< PRIVCFG: 0b10 unprivileged, 0b11 privileged
    uint8_t instruction = 0;    ///< INSTCFG: 0b10 data, 0b11 instruction
};
Overrides overrides(const arch::Ste& ste);
Overrides overrides(arch::Gbpa gbpa);

arch::MemoryAttributes apply(const Overrides& by, arch::MemoryAttributes incoming);
constexpr bool privileged_after(const Overrides& by, bool incoming) {
    return by.privilege == 0b11 || (by.privilege != 0b10 && incoming);
}
/// INSTCFG acts on reads only; a write is always Data.
constexpr bool instruction_after(const Overrides& by, bool incoming, bool write) {
    return !write && (by.instruction == 0b11 || (by.instruction != 0b10 && incoming));
}

/// Stage 1 replaces the incoming type and shareability; hints combine if the incoming type has any
/// (13.4.2).
arch::MemoryAttributes replace_by_stage1(arch::MemoryAttributes incoming,
                                         arch::MemoryAttributes stage1);

/// Attribute half of a stage-2 leaf descriptor, and how it reads.  In one byte: every walk carries it
/// from cache to cache.
struct Stage2Attributes {
    uint8_t mem_attr : 4;        ///< MemAttr[3:0], descriptor bits [5:2]
    arch::Shareability sh : 2;   ///< descriptor bits [9:8]
    bool forced_write_back : 1;  ///< STE.S2FWB: how mem_attr reads
    bool no_tag_access : 1;      ///< IDR3.MTEPERM: more encodings (3.23.1)

    constexpr Stage2Attributes(unsigned mem_attr_ = 0,
                               arch::Shareability sh_ = arch::Shareability::NonShareable,
                               bool forced_write_back_ = false, bool no_tag_access_ = false)
        : mem_attr(mem_attr_ & 0b1111),
          sh(sh_),
          forced_write_back(forced_write_back_),
          no_tag_access(no_tag_access_) {}
    static Stage2Attributes from(uint8_t byte) {
        return __builtin_bit_cast(Stage2Attributes, byte);
    }
    uint8_t byte() const { return __builtin_bit_cast(uint8_t, *this); }
    bool operator!=(const Stage2Attributes& o) const { return byte() != o.byte(); }
};
static_assert(sizeof(Stage2Attributes) == 1);

/// What stage 2 makes of the attributes that reach it, from stage 1 or from the transaction
/// (13.1.5, 13.1.6).
arch::MemoryAttributes combine(arch::MemoryAttributes in, Stage2Attributes stage2);

/// Stage 2 maps this as some Device type, whatever comes in: what STE.S2PTW asks of a table's
/// location.
constexpr bool maps_device(const Stage2Attributes& s) {
    return (s.mem_attr & (s.forced_write_back ? 0b0100 : 0b1100)) == 0;
}

/// 13.1.7: Device and iNC-oNC are Outer Shareable; only cacheable levels have hints; no allocation,
/// no transience.
arch::MemoryAttributes make_consistent(arch::MemoryAttributes a);

}  // namespace smmu::core
