// The SMMU's side of a VM.
#include "sw_stubs/vmm/iommu.h"

namespace smmu::sw::vmm {

using namespace arch;

bool Iommu::create(const IommuSetup& setup) {
    setup_ = setup;
    const Features& features = setup.smmu->features();
    const auto other = static_cast<uint16_t>(setup.vmid + 1);
    if (!contexts_[0].create(*setup.arena, features, {setup.vmid})) return false;
    if (!contexts_[1].create(*setup.arena, features, {other}, Stage2Types::Combine)) return false;
    for (VmContext& context : contexts_)
        for (const MemoryRegion& region : setup.memory) {
            if (region.kind != MemoryKind::Ram) continue;
            const AddressRange range{region.ipa, region.size};
            if (context.stage2.map(range, region.pa, Mapping{}) != MapResult::Done) return false;
        }
    return true;
}

bool Iommu::assign(StreamId stream, bool canwbs) {
    if (device_count_ == most_devices) return false;
    Device& device = devices_[device_count_++];
    device.stream = stream;
    device.canwbs = canwbs;
    return install(device);
}

bool Iommu::use(StreamId stream, Policy policy) {
    Device* const device = find(stream.value);
    if (device == nullptr) return false;
    device->policy = policy;
    return install(*device);
}

Answer Iommu::attach_stage1(uint64_t stream, const GuestSte& guest) {
    Device* const device = find(stream);
    if (device == nullptr) return Answer::BadStream;
    const CheckedSte checked = check(guest);
    if (!checked.legal || !may_nest(setup_.smmu->features(), device->canwbs))
        return Answer::Refused;
    device->stage1 = checked;
    return install(*device) ? Answer::Ok : Answer::Refused;
}

/// The guest's words are not passed on: a command is made anew from the fields that are the guest's to say.
Answer Iommu::invalidate(Command command) {
    switch (const Opcode op = command[Command::Op]) {
        case Opcode::TLBI_NH_ALL:
        case Opcode::TLBI_NH_ASID:
        case Opcode::TLBI_NH_VA:
        case Opcode::TLBI_NH_VAA: return invalidate_stage1(view<TlbiNh>(command));
        case Opcode::CFGI_CD:
        case Opcode::CFGI_CD_ALL: {
            const auto guests = view<CfgiCd>(command);
            if (find(guests[CfgiCd::StreamID]) == nullptr) return Answer::BadStream;
            return send(view<Command>(arch::command<CfgiCd>(op)
                                          .set(CfgiCd::SubstreamID, guests[CfgiCd::SubstreamID])
                                          .set(CfgiCd::StreamID, guests[CfgiCd::StreamID])
                                          .set(CfgiCd::Leaf, guests[CfgiCd::Leaf])));
        }
        case Opcode::PREFETCH_CONFIG:
        case Opcode::PREFETCH_ADDR:
        case Opcode::CFGI_STE:
        case Opcode::CFGI_STE_RANGE:
        case Opcode::TLBI_EL2_ALL:
        case Opcode::TLBI_EL2_ASID:
        case Opcode::TLBI_EL2_VA:
        case Opcode::TLBI_EL2_VAA:
        case Opcode::TLBI_S12_VMALL:
        case Opcode::TLBI_S2_IPA:
        case Opcode::TLBI_NSNH_ALL:
        case Opcode::RESUME:
        case Opcode::STALL_TERM:
        case Opcode::SYNC: return Answer::Refused;
    }
    return Answer::Refused;
}

/// Once for each stage 2 in use; the VMID is ours.
Answer Iommu::invalidate_stage1(const TlbiNh& guests) {
    for (const VmContext& context : contexts_) {
        const auto ours = arch::command<TlbiNh>(guests[TlbiNh::Op])
                              .set(TlbiNh::VMID, context.vmid.value)
                              .set(TlbiNh::ASID, guests[TlbiNh::ASID])
                              .set(TlbiNh::NUM, guests[TlbiNh::NUM])
                              .set(TlbiNh::SCALE, guests[TlbiNh::SCALE])
                              .set(TlbiNh::Leaf, guests[TlbiNh::Leaf])
                              .set(TlbiNh::TTL, guests[TlbiNh::TTL])
                              .set(TlbiNh::TG, guests[TlbiNh::TG])
                              .set(TlbiNh::Address, guests[TlbiNh::Address]);
        if (const Answer a = send(view<Command>(ours)); a != Answer::Ok) return a;
    }
    return Answer::Ok;
}

Ste Iommu::ste_of(StreamId stream) const {
    for (unsigned i = 0; i < device_count_; ++i)
        if (devices_[i].stream == stream) return devices_[i].ste;
    return {};
}

Iommu::Device* Iommu::find(uint64_t stream) {
    for (unsigned i = 0; i < device_count_; ++i)
        if (devices_[i].stream.value == stream) return &devices_[i];
    return nullptr;
}

bool Iommu::install(Device& device) {
    const Features& features = setup_.smmu->features();
    device.ste = nested_ste(device.stage1, context(device.policy).config(features), features);
    return setup_.smmu->set_stream(device.stream, device.ste) == Status::Done;
}

Answer Iommu::send(const Command& command) {
    setup_.smmu->commands().insert(command);
    return setup_.smmu->commands().sync() == Completion::Done ? Answer::Ok : Answer::Refused;
}

}  // namespace smmu::sw::vmm
