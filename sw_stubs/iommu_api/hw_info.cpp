// What an SMMU is, for a caller that will show a part of it to a guest.
#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

uint64_t capabilities_of(const DeviceSetup& device) {
    uint64_t c = 0;
    if (capable(device, Capability::DirtyTracking)) c |= hw_cap_dirty_tracking;
    if (device.pasid_bits != 0 && device.pasid_exec) c |= hw_cap_pasid_exec;
    if (device.pasid_bits != 0 && device.pasid_priv) c |= hw_cap_pasid_priv;
    if (!capable(device, Capability::PciAts)) c |= hw_cap_ats_not_supported;
    return c;
}

/// As much as the buffer holds; a longer buffer ends in zeros.
bool copy_out(Caller& caller, const GetHwInfo& command, const void* data, uint32_t size) {
    const uint32_t copied = command.data_len < size ? command.data_len : size;
    if (copied != 0 && !caller.write(command.data_uptr, data, copied)) return false;
    const uint8_t zero = 0;
    for (uint32_t i = copied; i < command.data_len; ++i)
        if (!caller.write(command.data_uptr + i, &zero, 1)) return false;
    return true;
}

}  // namespace

Errno get_hw_info(Context& context, GetHwInfo& command) {
    if ((command.flags & ~hw_info_input_type) != 0) return Errno::OpNotSupp;
    for (const uint8_t byte : command.reserved)
        if (byte != 0) return Errno::OpNotSupp;
    const bool asks = (command.flags & hw_info_input_type) != 0;
    const uint32_t type = asks ? command.data_type : hw_info_default;
    const Device* const device = context.devices.find(command.dev_id);
    if (device == nullptr) return Errno::NoEnt;

    const bool known = context.policy.arm_nesting;
    const bool fits = type == hw_info_default || (known && type == hw_info_arm_smmuv3);
    if (!fits) return Errno::OpNotSupp;
    const HwInfoArmSmmuV3 info = hw_info(device->setup.instance->facts().registers);
    const uint32_t size = known ? sizeof(info) : 0;
    if (!copy_out(*context.caller, command, &info, size)) return Errno::Fault;
    command.data_len = size;
    command.data_type = known ? hw_info_arm_smmuv3 : hw_info_none;
    command.out_max_pasid_log2 = device->setup.pasid_bits;
    command.out_capabilities = capabilities_of(device->setup);
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
