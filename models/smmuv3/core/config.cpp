// Legality and meaning of STE and CD.  Arm IHI 0070 G.b, 5.2.2 and 5.4.2.
#include "smmuv3/core/config.h"

#include <algorithm>

#include "smmuv3/core/walk_step.h"

namespace smmu::core {

using arch::AtsMode;
using arch::beyond;
using arch::Cd;
using arch::EventId;
using arch::Ste;
using arch::StreamWorld;

namespace {

// --- STE

/// STE.STRW counts for Config 0b101 where Hyp is there (5.2).
bool uses_strw(const Ste& ste, const Features& features) {
    return ste[Ste::Config] == arch::SteConfig::S1 && features.has_el2();
}

StreamWorld world_of(const Ste& ste, const Features& features, bool e2h) {
    if (!uses_strw(ste, features) || ste[Ste::STRW] == 0b00) return StreamWorld::El1;
    return e2h ? StreamWorld::El2E2h : StreamWorld::El2;
}

TableRequest stage2_request(const Ste& ste) {
    TableRequest r;
    r.base = ste[Ste::S2TTB];
    r.txsz = ste[Ste::S2T0SZ];
    r.ps = ste[Ste::S2PS];
    r.ds = ste[Ste::S2DS];
    r.ir = ste[Ste::S2IR0];
    r.orgn = ste[Ste::S2OR0];
    r.sh = ste[Ste::S2SH0];
    return r;
}

unsigned start_level_code(const Ste& ste) {
    return ste[Ste::S2SL0] | static_cast<unsigned>(ste[Ste::S2SL0_2]) << 2;
}

/// True if stage 2 of the STE is ILLEGAL (5.2.2).
bool stage2_is_illegal(const Ste& ste, const Features& features) {
    if (!ste[Ste::S2AA64]) return true;  // VMSAv8-32 tables are not built
    if (ste[Ste::S2S] ? !features.can_stall() : features.must_stall()) return true;
    if ((ste[Ste::S2HA] && features.httu < 1) || (ste[Ste::S2HD] && features.httu < 2)) return true;
    if (ste[Ste::S2ENDI]) return true;  // IDR0.TTENDIAN: little
    TableRequest request = stage2_request(ste);
    return !find_granule(ste[Ste::S2TG], features, request.granule) ||
           is_illegal_stage2(request, start_level_code(ste), features);
}

bool stage1_is_illegal(const Ste& ste, const Features& features) {
    if (!features.stage1) return true;
    if (ste[Ste::S1STALLD] && features.stall_model != StallModel::StallAndTerminate) return true;
    if (uses_strw(ste, features) && (ste[Ste::STRW] & 0b01) != 0) return true;
    if (features.substream_id_bits != 0) {
        const unsigned cd_bits = ste[Ste::S1CDMax];
        const auto format = ste[Ste::S1Fmt];
        const bool two_levels =
            format == arch::S1Format::TwoLevel4K || format == arch::S1Format::TwoLevel64K;
        if (cd_bits > features.substream_id_bits) return true;
        if (cd_bits != 0 && two_levels && !features.two_level_cd_table) return true;
    }
    return !has_stage2(ste[Ste::Config]) &&
           beyond(ste[Ste::S1ContextPtr], features.output_address_bits);
}

/// Only stages that cannot stall, and split-stage only with both (5.2 EATS).  For streams that
/// translate.
bool ats_is_illegal(const Ste& ste, const Features& features) {
    const auto config = ste[Ste::Config];
    if (config == arch::SteConfig::Bypass) return false;
    switch (static_cast<AtsMode>(ste[Ste::EATS])) {
        case AtsMode::Full: return has_stage2(config) && ste[Ste::S2S];
        case AtsMode::SplitStage:
            return config != arch::SteConfig::S1S2 || ste[Ste::S2S] || !features.split_stage_ats;
        case AtsMode::Disabled:
        case AtsMode::WithDpt: break;
    }
    return false;
}

/// EATS with what it ignores; the DPT is not built (IDR3.DPT = 0).
AtsMode ats_of(const Ste& ste, const Features& features) {
    const auto mode = static_cast<AtsMode>(ste[Ste::EATS]);
    const bool counts = features.ats && ste[Ste::Config] != arch::SteConfig::Bypass;
    return counts && mode != AtsMode::WithDpt ? mode : AtsMode::Disabled;
}

bool is_illegal(const Ste& ste, const Features& features) {
    const auto config = ste[Ste::Config];
    if (!ste[Ste::V]) return true;
    if (arch::aborts(config)) return false;
    if (has_stage1(config) && stage1_is_illegal(ste, features)) return true;
    if (has_stage2(config) && (!features.stage2 || stage2_is_illegal(ste, features))) return true;
    const bool uses_vmid = features.stage2 && (has_stage1(config) || has_stage2(config)) &&
                           world_of(ste, features, false) == StreamWorld::El1;
    if (features.ats && ats_is_illegal(ste, features)) return true;
    return uses_vmid && !features.wide_vmid && ste[Ste::S2VMID] > 0xFF;
}

Stage2Config stage2_of(const Ste& ste, const Features& features) {
    TableRequest request = stage2_request(ste);
    find_granule(ste[Ste::S2TG], features, request.granule);
    Stage2Config c;
    c.root = stage2_root(request, start_level_code(ste), features);
    c.access_flag_faults = !ste[Ste::S2AFFD];
    c.update_access_flag = ste[Ste::S2HA];
    c.update_dirty_state = ste[Ste::S2HA] && ste[Ste::S2HD];
    c.protected_walk = ste[Ste::S2PTW] && has_stage1(ste[Ste::Config]);
    c.forced_write_back = features.forced_write_back && ste[Ste::S2FWB];
    c.device_walk_is_nc = features.walks_to_device_are_nc;
    c.no_tag_access = features.no_tag_access;
    c.record = ste[Ste::S2R];
    c.stall = ste[Ste::S2S];
    return c;
}

// --- CD

TableRequest stage1_request(const Cd& cd, bool upper) {
    TableRequest r;
    r.base = upper ? cd[Cd::TTB1] : cd[Cd::TTB0];
    r.txsz = upper ? cd[Cd::T1SZ] : cd[Cd::T0SZ];
    r.ps = cd[Cd::IPS];
    r.ds = cd[Cd::DS];
    r.ir = upper ? cd[Cd::IR1] : cd[Cd::IR0];
    r.orgn = upper ? cd[Cd::OR1] : cd[Cd::OR0];
    r.sh = upper ? cd[Cd::SH1] : cd[Cd::SH0];
    return r;
}

/// ILLEGAL whatever its tables are (5.4.2).
bool is_illegal(const Cd& cd, const StreamConfig& stream, const Features& features) {
    if (!cd[Cd::V] || !cd[Cd::AA64]) return true;  // VMSAv8-32 tables are not built
    const bool may_stall = features.can_stall() && !stream.stage1_stall_disabled;
    if (cd[Cd::S] ? !may_stall : features.must_stall()) return true;
    if (features.always_abort && !cd[Cd::A]) return true;
    if ((cd[Cd::HA] && features.httu < 1) || (cd[Cd::HD] && features.httu < 2)) return true;
    const bool has_asid = stream.world != StreamWorld::El2;
    return has_asid && !features.wide_asid && cd[Cd::ASID] > 0xFF;
}

/// The bits above the range must all equal VA[55], or be zero where there is no upper half; with TBI
/// the top byte does not count (3.4.1).
void set_range(Stage1Half& half, bool is_upper) {
    const unsigned top = half.top_byte_ignored ? 55 : 63;
    half.bits_above = arch::low_mask(top + 1) & ~arch::low_mask(half.root.input_bits);
    half.bits_above_are = is_upper ? half.bits_above : 0;
}

/// One half of the VA space, false if it is ILLEGAL.
bool decode_half(TableRequest request, bool granule_found, bool disabled, const Features& features,
                 Stage1Half& half) {
    half.disabled = disabled;
    if (disabled) return true;
    if (!granule_found || is_illegal_stage1(request, features)) return false;
    half.root = stage1_root(request, features);
    return true;
}

}  // namespace

void name_translations(StreamConfig& c) {
    const bool first = has_stage1(c.config), second = has_stage2(c.config);
    c.stages = {first, second};
    c.tag1 = TlbTag{c.vmid,  first ? c.stage1.asid : arch::Asid{0},
                    c.world, first && c.stage1.asid_set,
                    first,   second};
    c.tag2 = TlbTag{c.vmid, arch::Asid{0}, StreamWorld::El1, false, false, true};
}

Result<StreamConfig> decode(const Ste& ste, const Features& features, bool e2h) {
    if (is_illegal(ste, features)) return fault(EventId::C_BAD_STE);

    StreamConfig c;
    c.config = c.written = ste[Ste::Config];
    c.world = world_of(ste, features, e2h);
    // EL2 StreamWorlds have no VMID.
    const bool has_vmid = features.stage2 && c.world == StreamWorld::El1;
    c.vmid = arch::Vmid{has_vmid ? ste[Ste::S2VMID] : uint16_t{0}};
    c.stage1_stall_disabled = has_stage1(c.config) && ste[Ste::S1STALLD];
    c.ats = ats_of(ste, features);
    c.pasid_in_responses = ste[Ste::PPAR];
    c.overrides = overrides(ste);
    if (has_stage2(c.config)) c.stage2 = stage2_of(ste, features);
    name_translations(c);
    return c;
}

Result<Stage1Config> decode(const Cd& cd, const StreamConfig& stream, const Features& features) {
    const bool one_half = stream.world == StreamWorld::El2;
    const bool no_low = cd[Cd::EPD0] && !one_half, no_high = cd[Cd::EPD1] || one_half;
    if (is_illegal(cd, stream, features)) return fault(EventId::C_BAD_CD);
    if (cd[Cd::ENDI] && !(no_low && no_high)) return fault(EventId::C_BAD_CD);  // TTENDIAN: little

    Stage1Config c;
    TableRequest low = stage1_request(cd, false), high = stage1_request(cd, true);
    const bool low_granule = find_granule(cd[Cd::TG0], features, low.granule);
    const bool high_granule = find_granule1(cd[Cd::TG1], features, high.granule);
    if (!decode_half(low, low_granule, no_low, features, c.half[0]) ||
        !decode_half(high, high_granule, no_high, features, c.half[1]))
        return fault(EventId::C_BAD_CD);

    c.half[0].top_byte_ignored = cd[Cd::TBI0];
    c.half[1].top_byte_ignored = cd[Cd::TBI1] && !one_half;
    set_range(c.half[0], false);
    set_range(c.half[1], true);
    if (!cd[Cd::HAD0]) c.half[0].root.hierarchy = Hierarchy::All;
    if (!cd[Cd::HAD1]) c.half[1].root.hierarchy = Hierarchy::All;
    c.half[0].privileged_only = features.e0pd && cd[Cd::E0PD0] && !one_half;
    c.half[1].privileged_only = features.e0pd && cd[Cd::E0PD1];
    c.mair = cd[Cd::MAIR];
    c.asid = arch::Asid{one_half ? uint16_t{0} : cd[Cd::ASID]};
    c.asid_set = cd[Cd::ASET];
    c.has_privilege = c.has_upper_half = !one_half;
    c.access_flag_faults = !cd[Cd::AFFD];
    c.update_access_flag = cd[Cd::HA];
    c.update_dirty_state = cd[Cd::HA] && cd[Cd::HD];
    c.write_execute_never = cd[Cd::WXN];
    c.privileged_access_never = cd[Cd::PAN] && !one_half;
    c.execute_counts_for_pan = features.epan && cd[Cd::EPAN];
    c.abort = cd[Cd::A];
    c.record = cd[Cd::R];
    c.stall = cd[Cd::S];
    for (unsigned r = 0; r < LeafRestrictions::count; ++r) c.permissions[r] = permissions(r, c);
    return c;
}

}  // namespace smmu::core
