// What each command invalidates, and which are illegal.  Arm IHI 0070 G.b, 4.
#include "smmuv3/core/commands.h"

#include <algorithm>

namespace smmu::core {

using namespace arch;

namespace {

// --- Scopes of TLB invalidations

TlbScope of_vmid(uint16_t vmid, const CommandControls& controls) {
    TlbScope s;
    s.vmid = Vmid{vmid};
    s.vmid_mask = controls.vmid_mask;
    return s;
}

TlbScope of_all_vmids() {
    TlbScope s;
    s.by_vmid = false;
    return s;
}

/// TLBI_NH_ALL, and what the other NH commands narrow down.
TlbScope stage1_of_vmid(const TlbiNh& c, const CommandControls& controls) {
    TlbScope s = of_vmid(c[TlbiNh::VMID], controls);
    s.entries = TlbScope::Stage1;
    return s;
}

/// TLBI_EL2_ALL, and what the other EL2 commands narrow down.
TlbScope of_el2() {
    TlbScope s = of_all_vmids();
    s.el2 = true;
    return s;
}

TlbScope with_asid(TlbScope s, const TlbiNh& c) {
    s.by_asid = true;
    s.asid = Asid{c[TlbiNh::ASID]};
    return s;
}

/// *_ASID leaves global entries.
TlbScope without_globals(TlbScope s) {
    s.with_globals = false;
    return s;
}

// --- Addresses: one, or a range (4.4.1.1)

constexpr uint64_t granule_bytes(uint8_t tg) { return uint64_t{1} << (10 + 2 * tg); }
static_assert(granule_bytes(1) == 0x1000 && granule_bytes(2) == 0x4000 &&
              granule_bytes(3) == 0x1'0000);

/// SCALE has a sixth bit with LPA2 only; values above 39 count as 39.
unsigned scale_of(const TlbiRange& c, const Features& features) {
    const unsigned scale = c[TlbiRange::SCALE];
    return features.lpa2 ? std::min(scale, 39u) : scale & 31;
}

/// Granule without range or level is reserved; level 1 of 16KB tables has leaves with LPA2 only.
bool is_reserved(const TlbiRange& c, const Features& features) {
    const uint8_t tg = c[TlbiRange::TG];
    const bool no_level =
        c[TlbiRange::TTL] == 0 || (tg == 2 && c[TlbiRange::TTL] == 1 && !features.lpa2);
    return tg != 0 && c[TlbiRange::NUM] == 0 && scale_of(c, features) == 0 && no_level;
}

/// TG and TTL are hints that would let more entries stay; here none that the range holds does.
TlbScope at_address(TlbScope s, uint64_t address, const TlbiRange& c, const Features& features) {
    s.by_address = true;
    s.leaf_only = c[TlbiRange::Leaf];
    s.first = s.last = address;
    const uint8_t tg = c[TlbiRange::TG];
    if (!features.range_invalidation || tg == 0) return s;
    const uint64_t granules = (uint64_t{c[TlbiRange::NUM]} + 1) << scale_of(c, features);
    const uint64_t end = s.first + granules * granule_bytes(tg) - 1;
    s.last = end < s.first ? ~uint64_t{0} : end;  // a range does not wrap
    return s;
}

// --- ATS and PRI

constexpr unsigned everything = 52;  // ATC_INV.Size

/// Without substreams there is no PASID, whatever SSV says.
InvalidateRequest invalidate_request(const AtcInv& c, const Features& features) {
    InvalidateRequest r;
    r.stream = {c[AtcInv::StreamID]};
    r.substream_valid = c[AtcInv::SSV] && features.substream_id_bits != 0;
    if (r.substream_valid) {
        r.substream = {c[AtcInv::SubstreamID]};
        r.global = c[AtcInv::Global];
    }
    const uint64_t span = low_mask(page_shift + c[AtcInv::Size]);
    r.first = c[AtcInv::Address] & ~span;
    r.last = r.first | span;
    return r;
}

PrgResponse prg_response(const PriResp& c, const Features& features) {
    PrgResponse r;
    r.stream = {c[PriResp::StreamID]};
    r.substream_valid = c[PriResp::SSV] && features.substream_id_bits != 0;
    if (r.substream_valid) r.substream = {c[PriResp::SubstreamID]};
    r.prg_index = c[PriResp::PRGIndex];
    r.status = c[PriResp::Resp] == PageResponse::Success          ? PrgStatus::Success
               : c[PriResp::Resp] == PageResponse::InvalidRequest ? PrgStatus::InvalidRequest
                                                                  : PrgStatus::ResponseFailure;
    return r;
}

}  // namespace

CommandError execute(const Command& c, const Features& features, const CommandControls& controls,
                     CommandTarget& target) {
    const auto invalidate = [&](bool is_there, const TlbScope& scope) {
        if (!is_there) return CommandError::Illegal;
        target.invalidate_tlb(scope);
        return CommandError::None;
    };
    const auto range = view<TlbiRange>(c);
    const auto invalidate_at = [&](bool is_there, const TlbScope& scope, uint64_t address) {
        if (features.range_invalidation && is_reserved(range, features))
            return CommandError::Illegal;
        return invalidate(is_there, at_address(scope, address, range, features));
    };
    const uint64_t va = range[TlbiRange::Address];
    const auto nh = view<TlbiNh>(c);

    switch (c[Command::Op]) {
        case Opcode::PREFETCH_CONFIG:
        case Opcode::PREFETCH_ADDR:
            if (c[Command::SSec]) return CommandError::Illegal;
            target.prefetch(view<Prefetch>(c));
            return CommandError::None;

        case Opcode::CFGI_STE: {
            if (c[Command::SSec]) return CommandError::Illegal;
            const StreamId stream{view<CfgiSte>(c)[CfgiSte::StreamID]};
            target.invalidate_config(stream, stream);
            return CommandError::None;
        }
        case Opcode::CFGI_STE_RANGE: {  // the aligned block of 2^(Range+1) StreamIDs; Range 31 is
                                        // CMD_CFGI_ALL
            if (c[Command::SSec]) return CommandError::Illegal;
            const auto v = view<CfgiSteRange>(c);
            const uint32_t block = ~uint32_t{0} >> (31 - v[CfgiSteRange::Range]);
            const uint32_t stream = v[CfgiSteRange::StreamID];
            target.invalidate_config(StreamId{stream & ~block}, StreamId{stream | block});
            return CommandError::None;
        }
        case Opcode::CFGI_CD: {
            if (c[Command::SSec] || !features.stage1) return CommandError::Illegal;
            const auto v = view<CfgiCd>(c);
            target.invalidate_context(StreamId{v[CfgiCd::StreamID]},
                                      SubstreamId{v[CfgiCd::SubstreamID]});
            return CommandError::None;
        }
        case Opcode::CFGI_CD_ALL: {  // CDs are cached with their STE
            if (c[Command::SSec] || !features.stage1) return CommandError::Illegal;
            const StreamId stream{view<CfgiCd>(c)[CfgiCd::StreamID]};
            target.invalidate_config(stream, stream);
            return CommandError::None;
        }

        case Opcode::TLBI_NH_ALL: return invalidate(features.stage1, stage1_of_vmid(nh, controls));
        case Opcode::TLBI_NH_ASID:
            return invalidate(features.stage1,
                              without_globals(with_asid(stage1_of_vmid(nh, controls), nh)));
        case Opcode::TLBI_NH_VA:
            return invalidate_at(features.stage1, with_asid(stage1_of_vmid(nh, controls), nh), va);
        case Opcode::TLBI_NH_VAA:
            return invalidate_at(features.stage1, stage1_of_vmid(nh, controls), va);

        case Opcode::TLBI_EL2_ALL: return invalidate(features.has_el2(), of_el2());
        case Opcode::TLBI_EL2_ASID:
            return invalidate(features.has_el2(), without_globals(with_asid(of_el2(), nh)));
        case Opcode::TLBI_EL2_VA:  // without ASIDs the parameter does not count
            return invalidate_at(features.has_el2(),
                                 controls.e2h ? with_asid(of_el2(), nh) : of_el2(), va);
        case Opcode::TLBI_EL2_VAA: return invalidate_at(features.has_el2(), of_el2(), va);

        case Opcode::TLBI_S12_VMALL:
            return invalidate(features.stage2,
                              of_vmid(view<TlbiS12Vmall>(c)[TlbiS12Vmall::VMID], controls));
        case Opcode::TLBI_S2_IPA: {  // nested entries by choice: software follows with TLBI_NH_ALL
            const auto v = view<TlbiS2Ipa>(c);
            TlbScope s = of_vmid(v[TlbiS2Ipa::VMID], controls);
            s.entries = TlbScope::Stage2Only;
            const CommandError error = invalidate_at(features.stage2, s, v[TlbiS2Ipa::Address]);
            if (error != CommandError::None || !features.s2_ipa_reaches_nested) return error;
            s.entries = TlbScope::Nested;  // they do not know their IPA: all of them
            s.leaf_only = v[TlbiS2Ipa::Leaf];
            return invalidate(true, s);
        }
        case Opcode::TLBI_NSNH_ALL: return invalidate(true, of_all_vmids());

        case Opcode::ATC_INV:
            if (c[Command::SSec] || !features.ats) return CommandError::Illegal;
            if (view<AtcInv>(c)[AtcInv::Size] > everything) return CommandError::Illegal;
            if (controls.smmu_enabled)
                target.invalidate_atc(invalidate_request(view<AtcInv>(c), features));
            return CommandError::None;
        case Opcode::PRI_RESP:
            if (c[Command::SSec] || !features.has_pri()) return CommandError::Illegal;
            if (view<PriResp>(c)[PriResp::Resp] == PageResponse::Reserved)
                return CommandError::Illegal;
            if (controls.smmu_enabled) target.respond(prg_response(view<PriResp>(c), features));
            return CommandError::None;

        case Opcode::RESUME: {
            if (c[Command::SSec] || !features.can_stall()) return CommandError::Illegal;
            const auto v = view<Resume>(c);
            const bool abort = v[Resume::Ab] || features.always_abort;
            const StallEnd end = v[Resume::Ac] ? StallEnd::Retry
                                 : abort       ? StallEnd::Abort
                                               : StallEnd::RazWi;
            target.resume(StreamId{v[Resume::StreamID]}, v[Resume::STAG], end);
            return CommandError::None;
        }
        case Opcode::STALL_TERM:
            if (c[Command::SSec] || !features.can_stall()) return CommandError::Illegal;
            target.terminate_stalls(StreamId{view<StallTerm>(c)[StallTerm::StreamID]});
            return CommandError::None;

        case Opcode::SYNC:
            return view<Sync>(c)[Sync::CS] == CompletionSignal::Reserved ? CommandError::Illegal
                                                                         : CommandError::None;
    }
    return CommandError::Illegal;  // an opcode outside the enum: reserved, or of a feature that is
                                   // not built
}

}  // namespace smmu::core
