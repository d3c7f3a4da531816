// What the SMMU knows about one VM: the devices it owns, and the stage 2 they stand on.  A user of
// the IOMMUFD-shaped API, as a VMM on another system would be.
//
// Built from the same memory map as the CPU's stage 2, and yet not the same: devices reach RAM only,
// and the memory types are written for S2FWB, which this CPU does not have.
#pragma once
#include <stdint.h>

#include "sw_stubs/iommu_api/context.h"
#include "sw_stubs/vmm/hypercall.h"
#include "sw_stubs/vmm/memory_map.h"

namespace smmu::sw::vmm {

/// Which stage 2 a device stands on.
enum class Policy : uint8_t {
    Driver,          ///< the driver's own rule: S2FWB wherever the SMMU has it
    TestWithoutFwb,  ///< for showing what happens without; under a VMID of its own
};

/// A device that is given to the VM.
struct AssignedDevice {
    arch::StreamId stream{0};
    uint32_t virtual_stream = 0;            ///< the StreamID by which the guest knows it
    bool canwbs = false;                    ///< what the IORT says of its root complex
    bool stall = false;                     ///< its faulting accesses may wait
    bool rc_ats = false;                    ///< what the IORT says of its root complex
    iommu_api::PciFunction* pci = nullptr;  ///< null: it has no ATS
    bool pri = false;                       ///< it asks for pages; needs ATS
};

class Iommu {
public:
    constexpr Iommu() = default;
    Iommu(const Iommu&) = delete;  // its parts refer to each other
    Iommu& operator=(const Iommu&) = delete;

    /// Takes the VM's RAM into an address space.  Error: what IOAS_MAP says.
    iommu_api::Errno create(iommu_api::Instance& smmu, const MemoryMap& memory);

    /// Gives everything back; the VM has no devices any more.
    void close() { iommu_api::close(context_); }

    /// Gives a device to the VM: until the guest attaches something, it aborts.  Errors: NoMem, and
    /// what binding says.
    iommu_api::Errno assign(const AssignedDevice& device);

    /// Puts a device on another stage 2, with the stage 1 that the guest attached.
    iommu_api::Errno use(uint32_t virtual_stream, Policy policy);

    /// A guest's STE for one of its devices.  Errors: NoEnt (no such device), Io (words that a guest
    /// may not use), OpNotSupp (the device must not be nested), NoMem, TimedOut.
    iommu_api::Errno attach(uint64_t virtual_stream, const GuestSte& guest);
    /// Is that what it has?
    bool is_attached(uint64_t virtual_stream, const GuestSte& guest);

    /// Commands of a guest, on every stage 2 that its devices stand on.  `done`: how many of them
    /// were executed; the one after these is to blame for an error (Io: not for a guest).
    iommu_api::Errno invalidate(const arch::Command* commands, unsigned count, unsigned& done);

    /// Is it a StreamID of one of the guest's devices?
    bool has(uint64_t virtual_stream) const;

    /// An event of the SMMU.  False: it is not this VM's.
    bool take(const arch::Event& event);
    /// A page request of the SMMU.  False: it is not this VM's.
    bool take(const arch::PageRequest& request);
    /// The PRI queue has overflown, and was emptied since.
    void page_requests_lost() { iommu_api::page_requests_lost(context_, *smmu_); }
    /// The next event for the guest, under its own StreamID.  `lost`: some are gone, before this one
    /// or behind the last.
    bool next_event(arch::Event& event, bool& lost);
    /// What waits for an answer and was not told yet: how many records, groups of page requests
    /// together.
    unsigned next_faults(iommu_api::PageFault (&list)[iommu_api::most_faults]);
    /// `success`: a stalled access is tried again, the pages of a group are there.
    iommu_api::Errno answer_fault(uint32_t cookie, bool success);
    /// The StreamID by which the guest knows a device of a PageFault.
    uint32_t virtual_stream_of(const iommu_api::PageFault& fault) const;

    unsigned device_count() const { return device_count_; }
    uint32_t virtual_stream(unsigned index) const { return devices_[index].is.virtual_stream; }
    /// The ID registers of the SMMU as they read.
    IdRegisters host_registers() const { return smmu_->facts().registers; }
    /// Has a device ATS, has one PRI?
    bool has_ats();
    bool has_pri();

    // For looking at.
    arch::Ste ste_of(uint32_t virtual_stream);
    /// Of a device's stage 2.
    Stage2Config stage2_of(uint32_t virtual_stream);
    iommu_api::Context& context() { return context_; }

private:
    /// A nest parent, and what stands on it for this VM.
    struct Stage2 {
        Policy policy = Policy::Driver;
        uint32_t parent = 0;  ///< a HWPT; 0: there is none here
        uint32_t viommu = 0;  ///< 0: the device for which it was made must not be nested
        uint32_t events_fd = 0;
        uint32_t next_sequence = 0;
    };
    struct Device {
        AssignedDevice is{};
        uint32_t id = 0;
        uint32_t vdevice = 0;
        uint32_t nested = 0;  ///< a HWPT
        Stage2* on = nullptr;
        GuestSte ste{};  ///< V = 0 before the guest attaches something
    };
    Device* find(uint64_t virtual_stream);
    bool read_event(Stage2& stage2, arch::Event& event, bool& lost);
    iommu_api::Errno stage2_for(Device& device, Policy policy, Stage2*& found);
    iommu_api::Errno make_stage2(const Device& device, Policy policy, Stage2& made);
    iommu_api::Errno stand_on(Device& device, Stage2& stage2);
    iommu_api::Errno install(Device& device, const GuestSte& guest);
    bool concerns(const Stage2& stage2, const arch::Command& command);

    static constexpr unsigned most_devices = 4;
    static constexpr unsigned most_stage2 = 4;

    /// What the calls carry is the VMM's own; what is mapped is named by its physical address.
    iommu_api::FlatCaller caller_{0, UINT64_MAX};
    iommu_api::Context context_{caller_};
    iommu_api::Instance* smmu_ = nullptr;
    uint32_t ioas_ = 0;
    uint32_t faults_ = 0, faults_fd_ = 0;
    Stage2 stage2s_[most_stage2]{};
    Device devices_[most_devices]{};
    unsigned device_count_ = 0;
};

}  // namespace smmu::sw::vmm
