// The SMMU that a guest sees.  Its registers are trapped, its tables and queues are in the guest's
// memory, and what it is told becomes calls of the IOMMU API: the guest's stage 1 stands on the
// host's stage 2 in the real SMMU.
//
// A guest may write anything anywhere: addresses, sizes and indexes are cut or checked, and what it
// does wrong shows in its own registers and queues only.  The work for one access is bounded.
#pragma once
#include "sw_stubs/vmm/iommu.h"
#include "sw_stubs/vmm/virtual_device.h"
#include "sw_stubs/vmm/vsmmu_registers.h"

namespace smmu::sw::vmm {

/// Wires of the guest's interrupt controller, edges; null: not connected.
struct VirtualSmmuInterrupts {
    VirtualInterrupt* event = nullptr;
    VirtualInterrupt* gerror = nullptr;
    VirtualInterrupt* command_sync = nullptr;
    VirtualInterrupt* page_request = nullptr;
    MessageSink* messages = nullptr;  ///< null: the guest's SMMU has no MSIs
};

class VirtualSmmu final : public VirtualDevice {
public:
    /// All devices of the VM are assigned.  Also puts everything back as it was at power-on.
    void start(Iommu& iommu, GuestMemory& memory, const VirtualSmmuInterrupts& interrupts);

    /// 4 and 8 bytes; everything else reads as zero and ignores writes.
    uint64_t read(uint64_t offset, unsigned size) override;
    void write(uint64_t offset, unsigned size, uint64_t value) override;

    /// Brings what Iommu::take() took to the guest, as far as its Event queue has room.
    void deliver();

private:
    void write_register(uint64_t offset, uint32_t value);

    // Streams (vsmmu_streams.cpp).
    void reload(uint32_t first, uint32_t last);
    void reload_all() { reload(0, UINT32_MAX); }
    void forget_streams(uint32_t first, uint32_t last);
    void load(uint32_t stream);
    GuestSte stream_entry(uint32_t stream);
    bool find_entry(uint32_t stream, uint64_t& address);

    // Commands (vsmmu_commands.cpp).
    void run_commands();
    arch::CommandError execute(const arch::Command& command);
    arch::CommandError invalidate_stage1(const arch::Command& command);
    arch::CommandError invalidate_context(const arch::Command& command);
    arch::CommandError invalidate_atc(const arch::Command& command);
    arch::CommandError resume(const arch::Command& command);
    arch::CommandError sync(const arch::Command& command);
    void enqueue(const arch::Command& command);
    void flush();

    // Events (vsmmu_events.cpp).
    void record(const arch::Event& event);
    bool put_event(const arch::Event& event);
    void take_faults();
    void take_stall(const iommu_api::PageFault& fault);
    void record_stalls();
    template <class Match>
    void end_stalls(bool retry, Match match);
    void end_all_stalls();
    void drop_faults(uint32_t stream);

    // Page requests (vsmmu_page_requests.cpp).
    /// A group of page requests that is in the guest's PRI queue.
    struct PageGroup {
        uint32_t cookie = 0;  ///< of the fault queue; 0: none
        uint32_t stream = 0;
        uint16_t index = 0;  ///< PRGIndex
    };
    enum class Recorded : uint8_t { Written, Overflow, Lost };
    void take_page_request(const iommu_api::PageFault& fault);
    Recorded record(const arch::PageRequest& request);
    void forget(const PageGroup& group);
    void page_request_interrupt();
    arch::CommandError respond(const arch::Command& command);

    // Interrupts (vsmmu_interrupts.cpp).
    VirtualInterrupt* wire(InterruptSource source) const;
    void interrupt(InterruptSource source);
    void interrupt(InterruptSource source, const Message& message);
    Message message_of(const arch::Sync& sync) const;

    /// An access that waits for the guest.
    struct Stall {
        uint32_t cookie = 0;  ///< of the fault queue; 0: none
        uint32_t stream = 0;
        uint16_t stag = 0;
        bool recorded = false;
        arch::Event event{};
    };

    Iommu* iommu_ = nullptr;
    GuestMemory* memory_ = nullptr;
    VirtualSmmuInterrupts interrupts_{};
    VirtualRegisters registers_{};
    arch::Command batch_[iommu_api::most_commands]{};
    unsigned batched_ = 0;
    Stall stalls_[iommu_api::most_faults]{};
    PageGroup groups_[iommu_api::most_faults]{};
    uint16_t next_stag_ = 0;  ///< not given again soon: an answer may come late
};

}  // namespace smmu::sw::vmm
