// ID registers, firmware tables and devices to yes or no.
#include "sw_stubs/iommu_api/capability.h"

namespace smmu::sw::iommu_api {

bool capable(const DeviceSetup& device, Capability capability) {
    const Features f = device.instance->facts().features;
    const bool coherent = f.coherency == Coherency::Coherent;  // firmware's word, not IDR0's
    switch (capability) {
        case Capability::CacheCoherency: return coherent;
        case Capability::NoExec: return true;
        case Capability::PreBootProtection: return false;
        case Capability::EnforceCacheCoherency: return device.canwbs;
        case Capability::DeferredFlush: return true;
        case Capability::DirtyTracking: return f.dirty_state && coherent;
        case Capability::PciAts: return f.ats && device.rc_ats && device.pci != nullptr;
    }
    return false;
}

HwInfoArmSmmuV3 hw_info(const IdRegisters& registers) {
    HwInfoArmSmmuV3 info{};
    for (unsigned i = 0; i < 6; ++i) info.idr[i] = registers.idr[i];
    info.iidr = registers.iidr;
    info.aidr = registers.aidr;
    return info;
}

HwInfoArmSmmuV3 usable_by_guest(const HwInfoArmSmmuV3& info) {
    HwInfoArmSmmuV3 kept{};
    for (unsigned i = 0; i < 6; ++i) kept.idr[i] = info.idr[i] & usable_id_bits.idr[i];
    return kept;
}
namespace {

/// False when it is behind another SMMU than its other streams, or has too many.
bool add(FirmwareDevice& device, const iort::Walk& walk) {
    device.end = walk.end;
    if (!walk.found()) return false;
    if (device.exists && device.smmu.offset() != walk.node.offset()) return false;
    if (device.streams.count == most_streams) return false;
    device.exists = true;
    device.smmu = walk.node;
    device.streams.id[device.streams.count++] = {walk.id};
    return true;
}

}  // namespace

FirmwareDevice pci_device(const iort::Iort& iort, uint32_t segment, const uint32_t* requester_ids,
                          unsigned count) {
    FirmwareDevice device;
    device.complete = count != 0;
    for (unsigned i = 0; i < count && device.complete; ++i)
        device.complete = add(device, iort::stream_of(iort, segment, requester_ids[i]));
    const iort::MaybeNode root = iort::find_root_complex(iort, segment);
    if (device.exists && root) {
        const iort::RootComplex says = iort::root_complex(root.node);
        device.rc_ats = says.ats;
        device.rc_canwbs = says.memory.canwbs;
    }
    return device;
}

FirmwareDevice named_component(const iort::Iort& iort, const iort::Node& node) {
    FirmwareDevice device;
    for (uint32_t i = 0; i < node.mapping_count(); ++i)
        if (!add(device, iort::walk_single(iort, node, i, iort::Target::Smmu))) break;
    device.complete = device.exists;
    return device;
}

}  // namespace smmu::sw::iommu_api
