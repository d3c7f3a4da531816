// The commands that the driver sends, by what they do.  Arm IHI 0070 G.b, 4.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/types.h"

namespace smmu::sw::commands {

using arch::Command;
using arch::Opcode;

/// Everything that depends on a stream's STE, its CDs included; with its level 1 descriptor too.
constexpr Command forget_stream(arch::StreamId stream) {
    return arch::view<Command>(
        arch::command<arch::CfgiSte>(Opcode::CFGI_STE).set(arch::CfgiSte::StreamID, stream.value));
}
/// The same, keeping the level 1 descriptor.
constexpr Command forget_ste(arch::StreamId stream) {
    return arch::view<Command>(arch::command<arch::CfgiSte>(Opcode::CFGI_STE)
                                   .set(arch::CfgiSte::StreamID, stream.value)
                                   .set(arch::CfgiSte::Leaf, true));
}
/// One CD, and its level 1 descriptor unless `leaf`.
constexpr Command forget_cd(arch::StreamId stream, arch::SubstreamId substream = {0},
                            bool leaf = true) {
    return arch::view<Command>(arch::command<arch::CfgiCd>(Opcode::CFGI_CD)
                                   .set(arch::CfgiCd::SubstreamID, substream.value)
                                   .set(arch::CfgiCd::StreamID, stream.value)
                                   .set(arch::CfgiCd::Leaf, leaf));
}
/// All CDs of a stream.
constexpr Command forget_all_cds(arch::StreamId stream) {
    return arch::view<Command>(
        arch::command<arch::CfgiCd>(Opcode::CFGI_CD_ALL).set(arch::CfgiCd::StreamID, stream.value));
}
/// CMD_CFGI_ALL: all cached configuration.
constexpr Command forget_configuration() {
    constexpr uint8_t all = 31;
    return arch::view<Command>(arch::command<arch::CfgiSteRange>(Opcode::CFGI_STE_RANGE)
                                   .set(arch::CfgiSteRange::Range, all));
}

/// A hint: the stream will be used soon.
constexpr Command prefetch(arch::StreamId stream) {
    return arch::view<Command>(arch::command<arch::Prefetch>(Opcode::PREFETCH_CONFIG)
                                   .set(arch::Prefetch::StreamID, stream.value));
}

/// All translations of EL2; only where IDR0.Hyp is 1.
constexpr Command forget_el2() {
    return arch::view<Command>(arch::command<Command>(Opcode::TLBI_EL2_ALL));
}
/// All translations of NS-EL1, both stages, all VMs.
constexpr Command forget_all_translations() {
    return arch::view<Command>(arch::command<Command>(Opcode::TLBI_NSNH_ALL));
}
/// Both stages of one VM.
constexpr Command forget_vm(arch::Vmid vmid) {
    return arch::view<Command>(arch::command<arch::TlbiS12Vmall>(Opcode::TLBI_S12_VMALL)
                                   .set(arch::TlbiS12Vmall::VMID, vmid.value));
}
/// Stage 1 of one VM, and what was made of both stages.
constexpr Command forget_stage1(arch::Vmid vmid) {
    return arch::view<Command>(
        arch::command<arch::TlbiNh>(Opcode::TLBI_NH_ALL).set(arch::TlbiNh::VMID, vmid.value));
}
/// Stage 2 of one page or block.
constexpr Command forget_ipa(arch::Vmid vmid, uint64_t ipa) {
    return arch::view<Command>(arch::command<arch::TlbiS2Ipa>(Opcode::TLBI_S2_IPA)
                                   .set(arch::TlbiS2Ipa::VMID, vmid.value)
                                   .set(arch::TlbiS2Ipa::Leaf, true)
                                   .set(arch::TlbiS2Ipa::Address, ipa));
}

/// One address space at stage 1: a guest's SMMU driver leaves the VMID to its host.
struct AddressSpace {
    arch::Vmid vmid{0};
    arch::Asid asid{0};
};
constexpr Command forget_asid(AddressSpace space) {
    return arch::view<Command>(arch::command<arch::TlbiNh>(Opcode::TLBI_NH_ASID)
                                   .set(arch::TlbiNh::VMID, space.vmid.value)
                                   .set(arch::TlbiNh::ASID, space.asid.value));
}
constexpr Command forget_va(AddressSpace space, uint64_t va) {
    return arch::view<Command>(arch::command<arch::TlbiNh>(Opcode::TLBI_NH_VA)
                                   .set(arch::TlbiNh::VMID, space.vmid.value)
                                   .set(arch::TlbiNh::ASID, space.asid.value)
                                   .set(arch::TlbiNh::Leaf, true)
                                   .set(arch::TlbiNh::Address, va));
}

/// What becomes of a stalled transaction; only where the SMMU can stall.
enum class Resumption : uint8_t { Retry, Abort };
constexpr Command resume(arch::StreamId stream, uint16_t stag, Resumption how) {
    return arch::view<Command>(arch::command<arch::Resume>(Opcode::RESUME)
                                   .set(arch::Resume::Ac, how == Resumption::Retry)
                                   .set(arch::Resume::Ab, how == Resumption::Abort)
                                   .set(arch::Resume::StreamID, stream.value)
                                   .set(arch::Resume::STAG, stag));
}

/// Completion is seen in CMDQ_CONS, so no signal is asked for.
constexpr Command sync() { return arch::view<Command>(arch::command<arch::Sync>(Opcode::SYNC)); }
/// The same, and `data` is written to `address`; only where IDR0.MSI is 1.
constexpr Command sync_with_message(uint64_t address, uint32_t data) {
    constexpr uint8_t device_nGnRE = 0b0001;
    return arch::view<Command>(arch::command<arch::Sync>(Opcode::SYNC)
                                   .set(arch::Sync::CS, arch::CompletionSignal::Irq)
                                   .set(arch::Sync::MSIAttr, device_nGnRE)
                                   .set(arch::Sync::MSIData, data)
                                   .set(arch::Sync::MSIAddress, address));
}

}  // namespace smmu::sw::commands
