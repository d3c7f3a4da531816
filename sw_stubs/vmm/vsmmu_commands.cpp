// The Command queue of a guest.  Arm IHI 0070 G.b, 4, 7.1.
//
// A command reaches the host's SMMU only after it was made anew here from the fields that a guest
// may use; what the guest's SMMU would call illegal stops the guest's queue.
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::vmm {

using namespace arch;

namespace {

bool has_range_invalidation(const IdRegisters& id) { return Idr3{{{id.idr[3]}}}[Idr3::RIL]; }
bool has_ats(const IdRegisters& id) { return Idr0{{{id.idr[0]}}}[Idr0::ATS]; }

/// Granule without range or level (4.4.1.1); SCALE has five bits, since IDR5.DS is 0.
bool is_reserved(const TlbiRange& c) {
    const uint8_t tg = c[TlbiRange::TG];
    const bool no_level =
        c[TlbiRange::TTL] == 0 || (tg == 2 && c[TlbiRange::TTL] == 1);  // no 16KB leaves there
    return tg != 0 && c[TlbiRange::NUM] == 0 && (c[TlbiRange::SCALE] & 31) == 0 && no_level;
}

}  // namespace

/// As many as there are now: the guest stands still.
void VirtualSmmu::run_commands() {
    while (registers_.takes_commands() && !registers_.command_queue().empty()) {
        const QueueState queue = registers_.command_queue();
        const uint64_t at = queue.base + uint64_t{queue.cons.slot(queue.log2size)} * command_bytes;
        Command command{};
        CommandError error = CommandError::Abort;
        if (memory_->read(at, command.word, sizeof command)) error = execute(command);
        if (error != CommandError::None) {
            if (registers_.raise_command_error(error)) interrupt(InterruptSource::Gerror);
            break;
        }
        registers_.consume_command();
    }
    flush();
}

CommandError VirtualSmmu::execute(const Command& command) {
    const bool secure = command[Command::SSec];
    const Opcode op = command[Command::Op];
    switch (op) {
        case Opcode::PREFETCH_CONFIG:  // hints
        case Opcode::PREFETCH_ADDR: return secure ? CommandError::Illegal : CommandError::None;
        case Opcode::CFGI_STE: {
            if (secure) return CommandError::Illegal;
            const uint32_t stream = view<CfgiSte>(command)[CfgiSte::StreamID];
            forget_streams(stream, stream);
            return CommandError::None;
        }
        case Opcode::CFGI_STE_RANGE: {
            if (secure) return CommandError::Illegal;
            const auto v = view<CfgiSteRange>(command);
            const uint32_t block = ~uint32_t{0} >> (31 - v[CfgiSteRange::Range]);
            const uint32_t stream = v[CfgiSteRange::StreamID];
            forget_streams(stream & ~block, stream | block);
            return CommandError::None;
        }
        case Opcode::CFGI_CD:
        case Opcode::CFGI_CD_ALL:
            return secure ? CommandError::Illegal : invalidate_context(command);
        case Opcode::TLBI_NH_ALL:
        case Opcode::TLBI_NH_ASID:
        case Opcode::TLBI_NH_VA:
        case Opcode::TLBI_NH_VAA:
        case Opcode::TLBI_NSNH_ALL: return invalidate_stage1(command);
        case Opcode::RESUME:
        case Opcode::STALL_TERM: return secure ? CommandError::Illegal : resume(command);
        case Opcode::ATC_INV: return invalidate_atc(command);
        case Opcode::PRI_RESP: return respond(command);
        case Opcode::SYNC: return sync(command);
        case Opcode::TLBI_EL2_ALL:  // the guest's SMMU has no EL2 ...
        case Opcode::TLBI_EL2_ASID:
        case Opcode::TLBI_EL2_VA:
        case Opcode::TLBI_EL2_VAA:
        case Opcode::TLBI_S12_VMALL:  // ... and no stage 2
        case Opcode::TLBI_S2_IPA: return CommandError::Illegal;
    }
    return CommandError::Illegal;
}

CommandError VirtualSmmu::invalidate_stage1(const Command& command) {
    const auto guests = view<TlbiNh>(command);
    const Opcode op = command[Command::Op];
    auto ours = arch::command<TlbiNh>(op);
    if (op == Opcode::TLBI_NH_ASID || op == Opcode::TLBI_NH_VA)
        ours.set(TlbiNh::ASID, guests[TlbiNh::ASID]);
    if (op == Opcode::TLBI_NH_VA || op == Opcode::TLBI_NH_VAA) {
        ours.set(TlbiNh::Leaf, guests[TlbiNh::Leaf]).set(TlbiNh::Address, guests[TlbiNh::Address]);
        if (has_range_invalidation(registers_.id())) {
            if (is_reserved(view<TlbiRange>(command))) return CommandError::Illegal;
            ours.set(TlbiNh::NUM, guests[TlbiNh::NUM])
                .set(TlbiNh::SCALE, guests[TlbiNh::SCALE] & 31)
                .set(TlbiNh::TTL, guests[TlbiNh::TTL])
                .set(TlbiNh::TG, guests[TlbiNh::TG]);
        }
    }
    enqueue(view<Command>(ours));
    return CommandError::None;
}

/// Of a stream that the guest does not have nothing is kept.
CommandError VirtualSmmu::invalidate_context(const Command& command) {
    const auto guests = view<CfgiCd>(command);
    if (!iommu_->has(guests[CfgiCd::StreamID])) return CommandError::None;
    auto ours =
        arch::command<CfgiCd>(command[Command::Op]).set(CfgiCd::StreamID, guests[CfgiCd::StreamID]);
    if (command[Command::Op] == Opcode::CFGI_CD)
        ours.set(CfgiCd::SubstreamID, guests[CfgiCd::SubstreamID])
            .set(CfgiCd::Leaf, guests[CfgiCd::Leaf]);
    enqueue(view<Command>(ours));
    return CommandError::None;
}

CommandError VirtualSmmu::invalidate_atc(const Command& command) {
    constexpr uint8_t largest = 52;
    const auto guests = view<AtcInv>(command);
    if (!has_ats(registers_.id()) || guests[AtcInv::SSec] || guests[AtcInv::Size] > largest)
        return CommandError::Illegal;
    if (!registers_.smmu_enabled() || !iommu_->has(guests[AtcInv::StreamID]))
        return CommandError::None;
    enqueue(view<Command>(arch::command<AtcInv>(Opcode::ATC_INV)
                              .set(AtcInv::Global, guests[AtcInv::Global])
                              .set(AtcInv::SSV, guests[AtcInv::SSV])
                              .set(AtcInv::SubstreamID, guests[AtcInv::SubstreamID])
                              .set(AtcInv::StreamID, guests[AtcInv::StreamID])
                              .set(AtcInv::Size, guests[AtcInv::Size])
                              .set(AtcInv::Address, guests[AtcInv::Address])));
    return CommandError::None;
}

/// Everything before it is done, and what devices did wrong until then is in the Event queue.
CommandError VirtualSmmu::sync(const Command& command) {
    const auto v = view<Sync>(command);
    const CompletionSignal signal = v[Sync::CS];
    if (signal == CompletionSignal::Reserved) return CommandError::Illegal;
    flush();
    deliver();
    if (signal == CompletionSignal::Irq) interrupt(InterruptSource::CommandSync, message_of(v));
    return CommandError::None;
}

void VirtualSmmu::enqueue(const Command& command) {
    if (batched_ == iommu_api::most_commands) flush();
    batch_[batched_++] = command;
}

/// Nothing here is refused: it was all made by enqueue()'s callers.  An SMMU that does not answer is
/// the guest's SMMU failing.
void VirtualSmmu::flush() {
    if (batched_ == 0) return;
    unsigned done = 0;
    const iommu_api::Errno e = iommu_->invalidate(batch_, batched_, done);
    batched_ = 0;
    if (e == iommu_api::Errno::None) return;
    if (registers_.raise_service_failure()) interrupt(InterruptSource::Gerror);
}

}  // namespace smmu::sw::vmm
