// What one instance of the SMMU can do.  ID registers are computed from this, never typed in; a bit
// is 1 only when the feature works.  Arm IHI 0070 G.b, 2 and 6.3.1 to 6.3.8.
#pragma once
#include "smmuv3/arch/regs.h"

namespace smmu::core {

struct Features {
    unsigned minor_revision = 1;         ///< AIDR.ArchMinorRev: SMMUv3.1
    bool stage1 = true;                  ///< IDR0.S1P
    bool stage2 = true;                  ///< IDR0.S2P
    bool forced_write_back = true;       ///< IDR3.FWB
    bool two_level_stream_table = true;  ///< IDR0.ST_LEVEL
    bool wide_asid = true;               ///< IDR0.ASID16
    bool wide_vmid = true;               ///< IDR0.VMID16
    bool coherent_access = true;         ///< IDR0.COHACC
    unsigned stream_id_bits = 16;        ///< IDR1.SIDSIZE, 0 to 32
    unsigned output_address_bits = 44;   ///< IDR5.OAS: 32, 36, 40, 42, 44 or 48
    unsigned command_queue_log2 = 19;    ///< IDR1.CMDQS, 0 to 19
    unsigned event_queue_log2 = 19;      ///< IDR1.EVENTQS, 0 to 19
    /// IMPLEMENTATION DEFINED: whether stage 1 hands Device and iNC-oNC to stage 2 as Outer
    /// Shareable instead of with the descriptor's SH.  It shows only where S2FWB forces such a type
    /// to write-back.
    bool effective_shareability_at_stage1 = false;

    /// IAS: what stage 1 may output and stage 2 take in.  VMSAv8-64 only, so it equals OAS (3.4).
    constexpr unsigned intermediate_address_bits() const { return output_address_bits; }
};

/// Code of an address size for IDR5.OAS, or 0xFF when the field has none.
constexpr uint8_t address_size_code(unsigned bits) {
    for (uint8_t code = 0; code < 6; ++code)
        if (arch::address_bits(code) == bits) return code;
    return 0xFF;
}

/// Why these features cannot be built, or nullptr.
constexpr const char* refuse(const Features& f) {
    if (f.minor_revision == 0) return "minor_revision 0 (SMMUv3.0) is not built: use 1";
    if (f.minor_revision > 1)
        return "minor_revision 2 and above need range invalidation, BBML and Hyp, which are not "
               "built: use 1";
    if (!f.stage1 && !f.stage2) return "at least one of stage1 and stage2 must be there";
    if (f.forced_write_back && !f.stage2) return "forced_write_back needs stage2";
    if (f.stream_id_bits > 32) return "stream_id_bits must be 0 to 32";
    if (f.stream_id_bits >= 7 && !f.two_level_stream_table)
        return "stream_id_bits of 7 and above need two_level_stream_table";
    if (address_size_code(f.output_address_bits) == 0xFF)
        return "output_address_bits must be 32, 36, 40, 42, 44 or 48";
    if (f.command_queue_log2 > 19 || f.event_queue_log2 > 19)
        return "command_queue_log2 and event_queue_log2 must be 0 to 19";
    return nullptr;
}

constexpr arch::Idr0 idr0(const Features& f) {
    using R = arch::Idr0;
    return R{}
        .set(R::S1P, f.stage1)
        .set(R::S2P, f.stage2)
        .set(R::TTF, 0b10)
        .set(R::COHACC, f.coherent_access)
        .set(R::ASID16, f.wide_asid)
        .set(R::VMID16, f.wide_vmid && f.stage2)
        .set(R::TTENDIAN, 0b10)
        .set(R::STALL_MODEL, 0b01)
        .set(R::ST_LEVEL, f.two_level_stream_table ? 1 : 0);
}

constexpr arch::Idr1 idr1(const Features& f) {
    using R = arch::Idr1;
    return R{}
        .set(R::SIDSIZE, static_cast<uint8_t>(f.stream_id_bits))
        .set(R::EVENTQS, static_cast<uint8_t>(f.event_queue_log2))
        .set(R::CMDQS, static_cast<uint8_t>(f.command_queue_log2))
        .set(R::ATTR_PERMS_OVR, true)
        .set(R::ATTR_TYPES_OVR, true);
}

/// HAD (with stage 1) and XNX (with stage 2) are mandatory in SMMUv3.1.
constexpr arch::Idr3 idr3(const Features& f) {
    using R = arch::Idr3;
    return R{}.set(R::HAD, f.stage1).set(R::XNX, f.stage2).set(R::FWB, f.forced_write_back);
}

constexpr arch::Idr5 idr5(const Features& f) {
    using R = arch::Idr5;
    return R{}.set(R::OAS, address_size_code(f.output_address_bits)).set(R::GRAN4K, true);
}

constexpr arch::Aidr aidr(const Features& f) {
    return arch::Aidr{}.set(arch::Aidr::ArchMinorRev, static_cast<uint8_t>(f.minor_revision));
}

}  // namespace smmu::core
