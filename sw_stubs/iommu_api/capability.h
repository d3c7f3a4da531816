// What a device behind an SMMU can do for the API: nesting, coherence, and what firmware says.
#pragma once
#include "sw_stubs/iommu_api/device.h"
#include "sw_stubs/iommu_api/uapi_data.h"
#include "sw_stubs/iort/map.h"

namespace smmu::sw::iommu_api {

/// Both stages, one on the other, and commands of a guest need no CMD_SYNC of their own.
inline bool can_nest(const InstanceFacts& facts) {
    return facts.features.nesting && !facts.features.force_sync;
}

/// The numbers are Linux's.
enum class Capability : uint8_t {
    CacheCoherency = 0,         ///< the SMMU and what passes it see the CPU's caches
    NoExec = 1,                 ///< mappings can forbid instruction fetches
    PreBootProtection = 2,      ///< the device was kept off memory before the host ran: not known
    EnforceCacheCoherency = 3,  ///< coherent whatever attributes the device gives
    DeferredFlush = 4,          ///< invalidation may come later than the unmap
    DirtyTracking = 5,
    PciAts = 6,  ///< the device's own translations can be used
};
bool capable(const DeviceSetup& device, Capability capability);

/// What GET_HW_INFO gives, unfiltered, and the part of it that a VMM may show to its guest.
HwInfoArmSmmuV3 hw_info(const IdRegisters& registers);
HwInfoArmSmmuV3 usable_by_guest(const HwInfoArmSmmuV3& info);

/// May a guest own the stage 1 of this device?  Its attributes must not reach past the caches:
/// the root complex sees to it, or stage 2 has the last word.
inline bool keeps_coherent(const DeviceSetup& device) {
    return may_nest(device.instance->facts().features, device.canwbs);
}

/// What the IORT says of a device.
struct FirmwareDevice {
    iort::WalkEnd end = iort::WalkEnd::NoNode;  ///< of the last walk
    bool exists = false;                        ///< at least one StreamID was found
    bool complete = false;                      ///< all are, behind one SMMU, and there was room
    iort::Node smmu{};
    Streams streams{};
    bool rc_ats = false;
    bool rc_canwbs = false;
};

/// A PCI function by the requester IDs that it uses (DMA aliases).  The flags of the root complex
/// count even when a later alias could not be mapped.
FirmwareDevice pci_device(const iort::Iort& iort, uint32_t segment, const uint32_t* requester_ids,
                          unsigned count);
/// A named component: its single mappings, one after the other.  It never has CANWBS, though its
/// node has memory access properties too.
FirmwareDevice named_component(const iort::Iort& iort, const iort::Node& node);

}  // namespace smmu::sw::iommu_api
