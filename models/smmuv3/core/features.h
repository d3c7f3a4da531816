// What one instance of the SMMU can do.  ID registers are computed from this, never typed in; a bit
// is 1 only when the feature works.  Arm IHI 0070 G.b, 2 and 6.3.1 to 6.3.8.
#pragma once
#include "smmuv3/arch/ecmdq.h"
#include "smmuv3/arch/regs.h"

namespace smmu::core {

/// IDR0.STALL_MODEL: what may become of a faulting transaction (3.12).
enum class StallModel : uint8_t { StallAndTerminate = 0b00, Terminate = 0b01, Stall = 0b10 };

/// Flags of one stage count only where that stage is there.
struct Features {
    unsigned minor_revision = 3;         ///< AIDR.ArchMinorRev: 1 to 4 for SMMUv3.1 to SMMUv3.4
    bool stage1 = true;                  ///< IDR0.S1P
    bool stage2 = true;                  ///< IDR0.S2P
    bool forced_write_back = true;       ///< IDR3.FWB
    bool two_level_stream_table = true;  ///< IDR0.ST_LEVEL
    bool two_level_cd_table = true;      ///< IDR0.CD2L
    bool wide_asid = true;               ///< IDR0.ASID16
    bool wide_vmid = true;               ///< IDR0.VMID16
    bool vmid_wildcard = true;           ///< IDR0.VMW
    bool coherent_access = true;         ///< IDR0.COHACC
    bool msi = true;                     ///< IDR0.MSI
    /// IDR0.HTTU: 0 none, 1 access flag, 2 access flag and dirty state.  Needs memory behind `ptw`
    /// that knows the AtomicExtension.
    unsigned httu = 0;
    bool el2 = true;                     ///< IDR0.Hyp: EL2 and EL2-E2H StreamWorlds
    unsigned stream_id_bits = 16;        ///< IDR1.SIDSIZE, 0 to 32
    unsigned substream_id_bits = 20;     ///< IDR1.SSIDSIZE, 0 to 20
    unsigned output_address_bits = 44;   ///< IDR5.OAS: 32, 36, 40, 42, 44, 48 or 52
    unsigned virtual_address_bits = 48;  ///< IDR5.VAX: 48 or 52 for each of TTB0 and TTB1
    bool granule_4k = true;              ///< IDR5.GRAN4K
    bool granule_16k = true;             ///< IDR5.GRAN16K
    bool granule_64k = true;             ///< IDR5.GRAN64K
    bool lpa2 = false;                   ///< IDR5.DS: 52-bit addresses with 4KB and 16KB granules
    bool small_tables = false;           ///< IDR3.STT
    bool range_invalidation = true;      ///< IDR3.RIL
    unsigned bbml = 2;                   ///< IDR3.BBML: 0 to 2
    bool e0pd = true;                    ///< IDR3.E0PD
    bool walks_to_device_are_nc = true;  ///< IDR3.PTWNNC
    bool epan = true;                    ///< IDR3.EPAN
    bool no_tag_access = false;          ///< IDR3.MTEPERM
    StallModel stall_model = StallModel::StallAndTerminate;
    unsigned stall_max = 64;         ///< IDR5.STALL_MAX: stall records outstanding, 1 to 65535
    bool always_abort = false;       ///< IDR0.TERM_MODEL: no RAZ/WI
    bool ats = false;                ///< IDR0.ATS: ATS, by way of the sockets `ats` and `ats_inv`
    bool split_stage_ats = true;     ///< !IDR0.NS1ATS, with ats and both stages
    bool record_ats_errors = true;   ///< IDR0.ATSRECERR, with ats: CR2.REC_CFG_ATS
    bool pri = false;                ///< IDR0.PRI, with ats: page requests and their queue
    bool pasid_in_responses = true;  ///< IDR3.PPS, with pri: STE.PPAR does not count
    bool atos = false;               ///< IDR0.ATOS: registers GATOS_*
    bool vatos = false;              ///< IDR0.VATOS, with atos and both stages: the VATOS page
    unsigned vatos_page = 0;  ///< IDR2.BA_VATOS: 64 KiB pages beyond register page 1, 0 to 1023
    bool sev = false;         ///< IDR0.SEV: output `event_wake`
    bool ecmdq = false;       ///< IDR1.ECMDQ: control pages with Command queues
    unsigned ecmdq_page = 1;  ///< first of them: 64 KiB pages beyond register page 1
    unsigned ecmdq_pages_log2 = 0;     ///< IDR6.CMDQ_CONTROL_PAGE_LOG2NUMP, 0 to 8
    unsigned ecmdq_queues_log2 = 3;    ///< IDR6.CMDQ_CONTROL_PAGE_LOG2NUMQ, 0 to 8: queues a page
    unsigned command_queue_log2 = 19;  ///< IDR1.CMDQS, 0 to 19
    unsigned event_queue_log2 = 19;    ///< IDR1.EVENTQS, 0 to 19
    unsigned page_request_queue_log2 = 19;  ///< IDR1.PRIQS, with pri, 0 to 19
    /// IMPLEMENTATION DEFINED: whether stage 1 hands Device and iNC-oNC to stage 2 as Outer
    /// Shareable instead of with the descriptor's SH.  It shows only where S2FWB forces such a type
    /// to write-back.
    bool effective_shareability_at_stage1 = false;
    /// IMPLEMENTATION DEFINED: whether CMD_TLBI_S2_IPA also removes translations of both stages, all
    /// those of its VMID.  Without it they stay until a CMD_TLBI_NH_* (4.4.3.1).
    bool s2_ipa_reaches_nested = false;

    constexpr bool can_stall() const { return stall_model != StallModel::Terminate; }
    constexpr bool must_stall() const { return stall_model == StallModel::Stall; }
    constexpr bool has_el2() const { return el2 && stage1 && stage2; }
    constexpr bool has_pri() const { return ats && pri; }
    constexpr bool has_vatos() const { return atos && vatos && stage1 && stage2; }
    /// Bytes from register page 0 to the end of the last page that is there (6.1).
    constexpr uint64_t register_bytes() const {
        const uint64_t vatos_end = has_vatos() ? vatos_page + 1 : 0;
        const uint64_t ecmdq_end = ecmdq ? ecmdq_page + (1u << ecmdq_pages_log2) : 0;
        return arch::register_pages_size +
               (vatos_end > ecmdq_end ? vatos_end : ecmdq_end) * arch::register_page_size;
    }
    /// The STU: log2 of the smallest page.
    constexpr unsigned smallest_page_shift() const {
        return granule_4k ? 12 : granule_16k ? 14 : 16;
    }
    constexpr bool has_vmid_wildcard() const { return vmid_wildcard && stage2; }

    /// IAS: what stage 1 may output and stage 2 take in.  VMSAv8-64 only, so it equals OAS (3.4).
    constexpr unsigned intermediate_address_bits() const { return output_address_bits; }
};

/// Code of an address size for IDR5.OAS, or 0xFF when the field has none.
constexpr uint8_t address_size_code(unsigned bits) {
    for (uint8_t code = 0; code < 7; ++code)
        if (arch::address_bits(code) == bits) return code;
    return 0xFF;
}

/// Why these features cannot be built, or nullptr.
const char* refuse(const Features& f);

constexpr arch::Idr0 idr0(const Features& f) {
    using R = arch::Idr0;
    return R{}
        .set(R::S1P, f.stage1)
        .set(R::S2P, f.stage2)
        .set(R::TTF, 0b10)
        .set(R::COHACC, f.coherent_access)
        .set(R::Hyp, f.has_el2())
        .set(R::ATS, f.ats)
        .set(R::NS1ATS, f.ats && f.stage1 && f.stage2 && !f.split_stage_ats)
        .set(R::ATSRECERR, f.ats && f.record_ats_errors)
        .set(R::PRI, f.has_pri())
        .set(R::ATOS, f.atos)
        .set(R::VATOS, f.has_vatos())
        .set(R::SEV, f.sev)
        .set(R::ASID16, f.wide_asid)
        .set(R::HTTU, static_cast<uint8_t>(f.httu))
        .set(R::MSI, f.msi)
        .set(R::VMW, f.has_vmid_wildcard())
        .set(R::VMID16, f.wide_vmid && f.stage2)
        .set(R::CD2L, f.two_level_cd_table && f.stage1)
        .set(R::TTENDIAN, 0b10)
        .set(R::STALL_MODEL, static_cast<uint8_t>(f.stall_model))
        .set(R::TERM_MODEL, f.always_abort)
        .set(R::ST_LEVEL, f.two_level_stream_table ? 1 : 0);
}

constexpr arch::Idr1 idr1(const Features& f) {
    using R = arch::Idr1;
    return R{}
        .set(R::SIDSIZE, static_cast<uint8_t>(f.stream_id_bits))
        .set(R::SSIDSIZE, static_cast<uint8_t>(f.substream_id_bits))
        .set(R::EVENTQS, static_cast<uint8_t>(f.event_queue_log2))
        .set(R::PRIQS, f.has_pri() ? static_cast<uint8_t>(f.page_request_queue_log2) : uint8_t{0})
        .set(R::ECMDQ, f.ecmdq)
        .set(R::CMDQS, static_cast<uint8_t>(f.command_queue_log2))
        .set(R::ATTR_PERMS_OVR, true)
        .set(R::ATTR_TYPES_OVR, true);
}

constexpr arch::Idr2 idr2(const Features& f) {
    using R = arch::Idr2;
    return R{}.set(R::BA_VATOS, f.has_vatos() ? static_cast<uint16_t>(f.vatos_page) : uint16_t{0});
}

/// HAD (with stage 1) and XNX (with stage 2) are mandatory in SMMUv3.1.
constexpr arch::Idr3 idr3(const Features& f) {
    using R = arch::Idr3;
    return R{}
        .set(R::HAD, f.stage1)
        .set(R::XNX, f.stage2)
        .set(R::PPS, f.has_pri() && f.substream_id_bits != 0 && f.pasid_in_responses)
        .set(R::FWB, f.forced_write_back)
        .set(R::STT, f.small_tables)
        .set(R::RIL, f.range_invalidation)
        .set(R::BBML, static_cast<uint8_t>(f.bbml))
        .set(R::E0PD, f.e0pd)
        .set(R::PTWNNC, f.walks_to_device_are_nc && f.stage2)
        .set(R::EPAN, f.epan)
        .set(R::MTEPERM, f.no_tag_access && f.stage2);
}

constexpr arch::Idr5 idr5(const Features& f) {
    using R = arch::Idr5;
    return R{}
        .set(R::OAS, address_size_code(f.output_address_bits))
        .set(R::GRAN4K, f.granule_4k)
        .set(R::GRAN16K, f.granule_16k)
        .set(R::GRAN64K, f.granule_64k)
        .set(R::DS, f.lpa2)
        .set(R::VAX, f.virtual_address_bits > 48 ? 1 : 0)
        .set(R::STALL_MAX, f.can_stall() ? static_cast<uint16_t>(f.stall_max) : uint16_t{0});
}

constexpr arch::Idr6 idr6(const Features& f) {
    using R = arch::Idr6;
    if (!f.ecmdq) return R{};
    return R{}
        .set(R::CMDQ_CONTROL_PAGE_LOG2NUMP, static_cast<uint8_t>(f.ecmdq_pages_log2))
        .set(R::CMDQ_CONTROL_PAGE_LOG2NUMQ, static_cast<uint8_t>(f.ecmdq_queues_log2));
}

constexpr arch::Aidr aidr(const Features& f) {
    return arch::Aidr{}.set(arch::Aidr::ArchMinorRev, static_cast<uint8_t>(f.minor_revision));
}

}  // namespace smmu::core
