// A guest's commands on their way to the Command queue of the host.
#include "sw_stubs/iommu_api/context.h"
#include "sw_stubs/iommu_api/convert.h"

namespace smmu::sw::iommu_api {
namespace {

constexpr unsigned command_bytes = sizeof(InvalidateArmSmmuV3);

/// A shorter entry is extended with zeros, a longer one must end in zeros.
Errno read_command(Caller& caller, const HwptInvalidate& request, uint32_t index,
                   arch::Command& command) {
    const uint64_t at = request.data_uptr + uint64_t{index} * request.entry_len;
    const uint32_t bytes = request.entry_len < command_bytes ? request.entry_len : command_bytes;
    command = {};
    if (!caller.read(at, &command, bytes)) return Errno::Fault;
    for (uint32_t i = command_bytes; i < request.entry_len; ++i) {
        uint8_t more = 0;
        if (!caller.read(at + i, &more, 1)) return Errno::Fault;
        if (more != 0) return Errno::TooBig;
    }
    return Errno::None;
}

Errno check_readable(Caller& caller, const HwptInvalidate& request) {
    arch::Command ignored{};
    for (uint32_t i = 0; i < request.entry_num; ++i)
        if (const Errno e = read_command(caller, request, i, ignored); e != Errno::None) return e;
    return Errno::None;
}

Errno convert_for(Context& context, const Viommu& viommu, arch::Command& command) {
    return convert(command, viommu.vmid, [&](uint32_t vsid, arch::StreamId& physical) {
        for (const Vdevice& v : context.vdevices) {
            if (v.id == 0 || v.viommu != &viommu || v.virt_id != vsid) continue;
            physical = v.device->setup.streams.id[0];
            return true;
        }
        return false;
    });
}

/// In lists of at most 63, each waited for.  What stands before a bad command is executed, and only
/// that counts as handled.
Errno execute(Context& context, const Viommu& viommu, const HwptInvalidate& request,
              uint32_t& handled) {
    arch::Command list[most_commands]{};
    unsigned listed = 0;
    for (uint32_t i = 0; i < request.entry_num; ++i) {
        arch::Command& command = list[listed];
        Errno bad = read_command(*context.caller, request, i, command);
        if (bad == Errno::None) bad = convert_for(context, viommu, command);
        if (bad == Errno::None) ++listed;

        const bool last = i + 1 == request.entry_num;
        if (listed != 0 && (bad != Errno::None || last || listed == most_commands)) {
            const Errno e = viommu.instance->send(list, listed, Wait::Yes);
            if (e != Errno::None) {
                handled += listed - 1;
                return e;
            }
            handled += listed;
            listed = 0;
        }
        if (bad != Errno::None) return bad;
    }
    return Errno::None;
}

}  // namespace

/// No entries: says whether the type is known.
Errno hwpt_invalidate(Context& context, HwptInvalidate& command) {
    const HwptInvalidate request = command;
    command.entry_num = 0;
    if (request.reserved != 0) return Errno::OpNotSupp;
    if (request.entry_num != 0 && (request.data_uptr == 0 || request.entry_len == 0))
        return Errno::Inval;
    const Viommu* const viommu = context.viommus.find(request.hwpt_id);
    if (viommu == nullptr) {
        const Hwpt* const hwpt = context.hwpts.find(request.hwpt_id);
        if (hwpt != nullptr) return hwpt->nested() ? Errno::OpNotSupp : Errno::Inval;
        return exists(context, request.hwpt_id) ? Errno::Inval : Errno::NoEnt;
    }
    if (request.data_type != invalidate_data_arm_smmuv3) return Errno::Inval;
    if (const Errno e = check_readable(*context.caller, request); e != Errno::None) return e;
    return execute(context, *viommu, request, command.entry_num);
}

}  // namespace smmu::sw::iommu_api
