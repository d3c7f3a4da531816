// Devices that the platform gives to a context and takes back.
#include "sw_stubs/iommu_api/capability.h"
#include "sw_stubs/iommu_api/context.h"

namespace smmu::sw::iommu_api {
namespace {

/// A StreamID that a device names twice counts once.
Streams without_duplicates(const Streams& given) {
    Streams s;
    for (unsigned i = 0; i < given.count; ++i) {
        bool known = false;
        for (unsigned k = 0; k < s.count; ++k) known = known || s.id[k] == given.id[i];
        if (!known) s.id[s.count++] = given.id[i];
    }
    return s;
}

void end_vdevice(Context& context, Vdevice& vdevice) {
    --vdevice.viommu->users;
    vdevice.device->vdevice = nullptr;
    context.ids.bury(vdevice.id);
    context.vdevices.give(vdevice);
}

}  // namespace

Errno bind(Context& context, const DeviceSetup& given, uint32_t& dev_id) {
    if (given.instance == nullptr || given.streams.count == 0) return Errno::NoDev;
    if (given.streams.count > most_streams || given.resv_count > most_resv_regions)
        return Errno::NoMem;
    if (!capable(given, Capability::CacheCoherency)) return Errno::Inval;
    if (!given.isolated_msi && !context.policy.unsafe_interrupts) return Errno::Perm;

    DeviceSetup setup = given;
    const Features features = given.instance->facts().features;
    setup.streams = without_duplicates(given.streams);
    setup.stall = features.stall_forced || (features.stall && given.stall);
    if (setup.pasid_bits > pasid_bits(features)) setup.pasid_bits = pasid_bits(features);
    if (const Errno e = setup.instance->claim(setup.streams); e != Errno::None) return e;

    Device* const device = make(context, context.devices);
    Errno e = device == nullptr ? Errno::NoMem : Errno::None;
    for (unsigned i = 0; i < setup.streams.count && e == Errno::None; ++i)
        e = setup.instance->install(setup.streams.id[i], abort_ste());
    if (e != Errno::None) {
        setup.instance->release(setup.streams);
        if (device != nullptr) unmake(context, context.devices, *device);
        return e;
    }
    device->setup = setup;
    device->enforce_coherency = capable(setup, Capability::EnforceCacheCoherency);
    dev_id = device->id;
    return Errno::None;
}

Errno unbind(Context& context, uint32_t dev_id) {
    Device* const device = context.devices.find(dev_id);
    if (device == nullptr) return Errno::NoEnt;
    Errno worst = Errno::None;
    for (PasidAttachment& p : device->pasids)
        if (p.hwpt != nullptr)
            if (const Errno e = detach_pasid(context, dev_id, p.pasid); e != Errno::None) worst = e;
    if (const Errno e = detach(context, dev_id); e != Errno::None) worst = e;
    if (device->vdevice != nullptr) end_vdevice(context, *device->vdevice);
    device->setup.instance->release(device->setup.streams);
    unmake(context, context.devices, *device);
    return worst;
}

}  // namespace smmu::sw::iommu_api
