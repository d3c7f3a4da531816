// What the SMMU reports by interrupt: events and global errors, kept until somebody asks.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/events.h"
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::demo {

class EventLog {
public:
    /// Connects the SMMU's interrupts, by the numbers that the IORT gives; 0 means that there is none.
    bool connect(Smmu& smmu, uint32_t event_intid, uint32_t gerror_intid);

    /// From now on a guest gets what is its own.
    void forward_to(vmm::Iommu& iommu, vmm::VirtualSmmu& vsmmu);

    /// Waits until as many events have been given to the guest: for the interrupt, at most a millisecond; without one,
    /// by looking.
    bool wait_for_forwarded(unsigned events);

    /// Events that were given to the guest, and those that are the host's.
    unsigned forwarded() const { return forwarded_; }
    unsigned pending() const { return pending_; }
    unsigned errors() const { return errors_; }

    // The sink of handle_events().
    bool take(const arch::Event& event);
    void log(const arch::Event& event);
    void lost() { ++lost_; }

private:
    static void on_events(void* self);
    static void on_error(void* self);
    void take_events();

    Smmu* smmu_ = nullptr;
    bool by_interrupt_ = true;
    vmm::Iommu* iommu_ = nullptr;
    vmm::VirtualSmmu* vsmmu_ = nullptr;
    unsigned forwarded_ = 0;
    unsigned wanted_ = 0;
    unsigned pending_ = 0;
    unsigned errors_ = 0;
    unsigned lost_ = 0;
};

}  // namespace smmu::sw::demo
