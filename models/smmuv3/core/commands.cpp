// What each command invalidates, and which are illegal.  Arm IHI 0070 G.b, 4.
#include "smmuv3/core/commands.h"

namespace smmu::core {

using namespace arch;

namespace {

TlbScope of_vmid(uint16_t vmid) {
    TlbScope s;
    s.vmid = Vmid{vmid};
    return s;
}

TlbScope at_address(TlbScope s, uint64_t address) {
    s.by_address = true;
    s.address = address;
    return s;
}

/// TLBI_NH_ALL, and what the other NH commands narrow down.
TlbScope stage1_of_vmid(const TlbiNh& c) {
    TlbScope s = of_vmid(c[TlbiNh::VMID]);
    s.entries = TlbScope::Stage1;
    return s;
}

TlbScope stage1_of_asid(const TlbiNh& c) {
    TlbScope s = stage1_of_vmid(c);
    s.by_asid = true;
    s.asid = Asid{c[TlbiNh::ASID]};
    return s;
}

TlbScope stage2_of_ipa(const TlbiS2Ipa& c) {
    TlbScope s = at_address(of_vmid(c[TlbiS2Ipa::VMID]), c[TlbiS2Ipa::Address]);
    s.entries = TlbScope::Stage2Only;
    return s;
}

}  // namespace

CommandError execute(const Command& c, const Features& features, CommandTarget& target) {
    const auto invalidate = [&](bool has_stage, const TlbScope& scope) {
        if (!has_stage) return CommandError::Illegal;
        target.invalidate_tlb(scope);
        return CommandError::None;
    };

    switch (c[Command::Op]) {
        case Opcode::PREFETCH_CONFIG:  // a hint: nothing is fetched
        case Opcode::PREFETCH_ADDR:
            return c[Command::SSec] ? CommandError::Illegal : CommandError::None;

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
        case Opcode::CFGI_CD:  // there is one CD a stream while IDR1.SSIDSIZE is 0, cached with its
                               // STE
        case Opcode::CFGI_CD_ALL: {
            if (c[Command::SSec] || !features.stage1) return CommandError::Illegal;
            const StreamId stream{view<CfgiCd>(c)[CfgiCd::StreamID]};
            target.invalidate_config(stream, stream);
            return CommandError::None;
        }

        case Opcode::TLBI_NH_ALL:
            return invalidate(features.stage1, stage1_of_vmid(view<TlbiNh>(c)));
        case Opcode::TLBI_NH_ASID: {  // leaves global entries
            TlbScope s = stage1_of_asid(view<TlbiNh>(c));
            s.with_globals = false;
            return invalidate(features.stage1, s);
        }
        case Opcode::TLBI_NH_VA: {
            const auto v = view<TlbiNh>(c);
            return invalidate(features.stage1, at_address(stage1_of_asid(v), v[TlbiNh::Address]));
        }
        case Opcode::TLBI_NH_VAA: {
            const auto v = view<TlbiNh>(c);
            return invalidate(features.stage1, at_address(stage1_of_vmid(v), v[TlbiNh::Address]));
        }
        case Opcode::TLBI_S12_VMALL:
            return invalidate(features.stage2, of_vmid(view<TlbiS12Vmall>(c)[TlbiS12Vmall::VMID]));
        case Opcode::TLBI_S2_IPA:  // not the nested entries: software follows with TLBI_NH_ALL for
                                   // those
            return invalidate(features.stage2, stage2_of_ipa(view<TlbiS2Ipa>(c)));
        case Opcode::TLBI_NSNH_ALL: target.invalidate_tlb_all(); return CommandError::None;

        case Opcode::SYNC:
            return view<Sync>(c)[Sync::CS] == CompletionSignal::Reserved ? CommandError::Illegal
                                                                         : CommandError::None;
    }
    return CommandError::Illegal;  // an opcode outside the enum: reserved, or of a feature that is
                                   // not built
}

}  // namespace smmu::core
