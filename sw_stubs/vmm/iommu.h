// What the SMMU knows about one VM: the devices it owns, and the stage 2 they stand on.
//
// Built from the same memory map as the CPU's stage 2, and yet not the same: devices reach RAM only, and the memory
// types are written for S2FWB, which this CPU does not have.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/nested.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/driver/vm.h"
#include "sw_stubs/vmm/hypercall.h"
#include "sw_stubs/vmm/memory_map.h"

namespace smmu::sw::vmm {

/// Which stage 2 a device stands on.
enum class Policy : uint8_t {
    Driver,          ///< the driver's own rule: S2FWB wherever the SMMU has it
    TestWithoutFwb,  ///< for showing what happens without; under a VMID of its own
};

struct IommuSetup {
    Smmu* smmu = nullptr;
    Arena* arena = nullptr;
    MemoryMap memory{};
    uint16_t vmid = 0;  ///< the SMMU's: this one for Policy::Driver, the next for TestWithoutFwb
};

class Iommu {
public:
    /// Builds both stage 2.  False when the arena has no room.
    bool create(const IommuSetup& setup);

    /// Gives a device to the VM: until the guest attaches something, it aborts.  False when the VM has four already
    /// or the SMMU has no such stream.  `canwbs` is what the IORT says of its root complex.
    bool assign(arch::StreamId stream, bool canwbs);

    /// Puts a device on another stage 2, with the stage 1 that the guest attached.  False when the SMMU did not follow.
    bool use(arch::StreamId stream, Policy policy);

    /// The guest's requests (Hypercall); what the guest says is checked, never believed.
    Answer attach_stage1(uint64_t stream, const GuestSte& guest);
    Answer invalidate(arch::Command command);

    /// The STE that the SMMU has for a device.
    arch::Ste ste_of(arch::StreamId stream) const;
    const VmContext& context(Policy policy) const {
        return contexts_[static_cast<unsigned>(policy)];
    }

private:
    struct Device {
        arch::StreamId stream{0};
        bool canwbs = false;
        Policy policy = Policy::Driver;
        CheckedSte stage1{true, {}, Ats::Off};  ///< V = 0: the device aborts
        arch::Ste ste{};
    };
    Device* find(uint64_t stream);
    bool install(Device& device);
    Answer invalidate_stage1(const arch::TlbiNh& guests);
    Answer send(const arch::Command& command);

    static constexpr unsigned most_devices = 4;

    IommuSetup setup_{};
    VmContext contexts_[2]{};  ///< by Policy
    Device devices_[most_devices]{};
    unsigned device_count_ = 0;
};

}  // namespace smmu::sw::vmm
