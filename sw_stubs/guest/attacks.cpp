// Attacks by the guest's own driver: its tables and commands say what is not the guest's to say.
#include "sw_stubs/guest/attacks.h"

#include "sw_stubs/driver/commands.h"
#include "sw_stubs/guest/dma.h"
#include "sw_stubs/guest/jobs.h"

namespace smmu::sw::guest {

using namespace arch;

namespace {

/// From the beginning of the page at word_iova to its middle.
Outcome copy_in_page(uint64_t frame) {
    constexpr uint64_t middle = page_bytes / 2, size = 64;
    return copy(frame, {word_iova, word_iova + middle, size, Snoop::Asked});
}

JobResult result(Outcome outcome) { return {static_cast<uint64_t>(outcome), 0}; }

template <class C>
Command as_command(const C& c) {
    return view<Command>(c);
}

}  // namespace

JobResult reach_beyond(DeviceSpace& space, uint64_t frame, uint64_t ipa) {
    constexpr AddressRange page{word_iova, page_bytes};
    const bool mapped = space.unmap(page) && space.map(word_iova, ipa);
    const Outcome outcome = mapped ? copy_in_page(frame) : Outcome::NeverEnded;
    const bool back = space.unmap(page) && space.map(word_iova, buffer_ipa(word_page));
    return result(back ? outcome : Outcome::NeverEnded);
}

JobResult claim_stage2(DeviceSpace& space, uint64_t frame, const Claim& claim) {
    Ste ste = space.entry();
    ste.set(Ste::Config, SteConfig::S1S2)
        .set(Ste::S2VMID, static_cast<uint16_t>(claim.vmid))
        .set(Ste::S2TTB, claim.table)
        .set(Ste::S2AA64, true)
        .set(Ste::S2T0SZ, uint8_t{24});
    space.smmu().set_stream(claim.stream, ste);
    const Outcome outcome = copy_in_page(frame);
    return result(space.attach(claim.stream) ? outcome : Outcome::NeverEnded);
}

JobResult forget_others(DeviceSpace& space, StreamId stream, uint16_t vmid) {
    constexpr uint16_t same_asid = 7;
    const auto tlbi = [&](Opcode op) {
        return command<TlbiNh>(op)
            .set(TlbiNh::VMID, vmid)
            .set(TlbiNh::ASID, same_asid)
            .set(TlbiNh::Address, word_iova);
    };
    const auto s2_ipa = command<TlbiS2Ipa>(Opcode::TLBI_S2_IPA).set(TlbiS2Ipa::VMID, vmid);
    const auto config = [&](Opcode op) {
        return command<CfgiCd>(op).set(CfgiCd::StreamID, stream.value);
    };
    const Command list[] = {
        as_command(tlbi(Opcode::TLBI_NH_ALL)),
        as_command(tlbi(Opcode::TLBI_NH_ASID)),
        as_command(tlbi(Opcode::TLBI_NH_VA)),
        as_command(tlbi(Opcode::TLBI_NH_VAA)),
        commands::forget_all_translations(),
        commands::forget_stream(stream),
        as_command(config(Opcode::CFGI_CD)),
        as_command(config(Opcode::CFGI_CD_ALL)),
        commands::forget_configuration(),
        // Illegal for this guest's SMMU, which has neither EL2 nor stage 2; the last two only where
        // it has no PRI, no ATS.
        commands::forget_el2(),
        commands::forget_vm({vmid}),
        as_command(s2_ipa),
        as_command(command<PriResp>(Opcode::PRI_RESP).set(PriResp::StreamID, stream.value)),
        as_command(command<AtcInv>(Opcode::ATC_INV).set(AtcInv::StreamID, stream.value)),
    };
    CommandQueue& queue = space.smmu().commands();
    const unsigned before = queue.skipped();
    const Completion end = queue.run(list, sizeof list / sizeof list[0]);
    return {queue.skipped() - before, end != Completion::TimedOut};
}

}  // namespace smmu::sw::guest
