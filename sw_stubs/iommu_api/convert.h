// A command of a guest, made into one that the host's SMMU may execute.
#pragma once
#include "smmuv3/arch/cmd.h"
#include "smmuv3/arch/types.h"
#include "sw_stubs/iommu_api/error.h"

namespace smmu::sw::iommu_api {

/// Where the StreamID of a command stands, whatever its opcode.
constexpr uint32_t stream_of(const arch::Command& c) {
    return static_cast<uint32_t>(c.word[0] >> 32);
}
constexpr arch::Command with_stream(const arch::Command& c, arch::StreamId stream) {
    return {{{uint64_t{stream.value} << 32 | (c.word[0] & 0xFFFF'FFFF), c.word[1]}}};
}

/// What has to be put into a command so that it is the guest's alone.
enum class Scope : uint8_t { Vmid, AllOfVmid, Stream, Refused };
constexpr Scope scope_of(const arch::Command& c) {
    using arch::Opcode;
    const auto is = [&](Opcode op) { return (c.word[0] & 0xFF) == static_cast<uint8_t>(op); };
    if (is(Opcode::TLBI_NSNH_ALL)) return Scope::AllOfVmid;
    if (is(Opcode::TLBI_NH_ALL) || is(Opcode::TLBI_NH_ASID) || is(Opcode::TLBI_NH_VA) ||
        is(Opcode::TLBI_NH_VAA))
        return Scope::Vmid;
    if (is(Opcode::CFGI_CD) || is(Opcode::CFGI_CD_ALL) || is(arch::Opcode::ATC_INV))
        return Scope::Stream;
    return Scope::Refused;
}

/// Io: the guest may not use it, or names a StreamID that is not its own; `command` is unchanged.
/// `find` is called with the guest's StreamID: bool find(uint32_t, arch::StreamId& physical).
/// Bits that are not replaced go through as they are.
template <class Find>
constexpr Errno convert(arch::Command& command, arch::Vmid vmid, Find find) {
    switch (scope_of(command)) {
        case Scope::AllOfVmid:
            command =
                arch::view<arch::Command>(arch::command<arch::TlbiNh>(arch::Opcode::TLBI_NH_ALL)
                                              .set(arch::TlbiNh::VMID, vmid.value));
            return Errno::None;
        case Scope::Vmid:
            command = arch::view<arch::Command>(
                arch::view<arch::TlbiNh>(command).set(arch::TlbiNh::VMID, vmid.value));
            return Errno::None;
        case Scope::Stream: {
            arch::StreamId physical{0};
            if (!find(stream_of(command), physical)) return Errno::Io;
            command = with_stream(command, physical);
            return Errno::None;
        }
        case Scope::Refused: return Errno::Io;
    }
    return Errno::Io;
}

}  // namespace smmu::sw::iommu_api
