// Calls that make a guest's SMMU, its devices and the queue of its events.
#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {

/// First whether this device could have one at all, then on which stage 2.
Errno viommu_alloc(Context& context, ViommuAlloc& command) {
    if (command.flags != 0 || command.type == viommu_default) return Errno::OpNotSupp;
    const Device* const device = context.devices.find(command.dev_id);
    if (device == nullptr) return Errno::NoEnt;
    const bool built_in = context.policy.arm_nesting && context.policy.form == Form::Merged;
    if (!built_in || command.type != viommu_arm_smmuv3) return Errno::OpNotSupp;
    if (!can_nest(device->setup.instance->facts()) || !keeps_coherent(device->setup))
        return Errno::OpNotSupp;

    Hwpt* const parent = context.hwpts.find(command.hwpt_id);
    if (parent == nullptr || parent->nested()) return Errno::NoEnt;
    if (!parent->nest_parent) return Errno::Inval;
    if (parent->instance != device->setup.instance) return Errno::Inval;
    Viommu* const viommu = make(context, context.viommus);
    if (viommu == nullptr) return Errno::NoMem;
    viommu->instance = parent->instance;
    viommu->parent = parent;
    viommu->vmid = parent->instance->domain(parent->domain).stage2.vmid;
    ++parent->users;
    command.out_viommu_id = viommu->id;
    return Errno::None;
}

Errno vdevice_alloc(Context& context, VdeviceAlloc& command) {
    if (command.virt_id > UINT32_MAX) return Errno::Inval;  // a StreamID
    Viommu* const viommu = context.viommus.find(command.viommu_id);
    if (viommu == nullptr) return Errno::NoEnt;
    Device* const device = context.devices.find(command.dev_id);
    if (device == nullptr) return Errno::NoEnt;
    if (device->setup.instance != viommu->instance) return Errno::Inval;
    if (device->vdevice != nullptr) return Errno::Exist;
    for (const Vdevice& v : context.vdevices)
        if (v.id != 0 && v.viommu == viommu && v.virt_id == command.virt_id) return Errno::Exist;

    Vdevice* const vdevice = make(context, context.vdevices);
    if (vdevice == nullptr) return Errno::NoMem;
    vdevice->viommu = viommu;
    vdevice->device = device;
    vdevice->virt_id = static_cast<uint32_t>(command.virt_id);
    device->vdevice = vdevice;
    ++viommu->users;
    command.out_vdevice_id = vdevice->id;
    return Errno::None;
}

Errno veventq_alloc(Context& context, VeventqAlloc& command) {
    if (command.flags != 0 || command.reserved != 0 || command.type == veventq_default)
        return Errno::OpNotSupp;
    if (command.veventq_depth == 0) return Errno::Inval;
    Viommu* const viommu = context.viommus.find(command.viommu_id);
    if (viommu == nullptr) return Errno::NoEnt;
    if (command.type != veventq_arm_smmuv3) return Errno::OpNotSupp;
    for (const Veventq& q : context.veventqs)
        if (q.id != 0 && q.viommu == viommu && q.type == command.type) return Errno::Exist;

    uint32_t fd = 0;
    File* const file = new_file(context, fd);
    Veventq* const queue = file == nullptr ? nullptr : make(context, context.veventqs);
    if (queue == nullptr) return Errno::NoMem;
    queue->viommu = viommu;
    queue->type = command.type;
    queue->depth = command.veventq_depth;
    ++viommu->users;
    file->events = queue;
    ++queue->users;
    command.out_veventq_id = queue->id;
    command.out_veventq_fd = fd;
    return Errno::None;
}

}  // namespace smmu::sw::iommu_api
