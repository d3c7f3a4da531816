// What the SMMU reports by interrupt: events, page requests and global errors.  What is a guest's goes
// to its own SMMU, the rest is kept until somebody asks.
#pragma once
#include <stdint.h>

#include "sw_stubs/driver/events.h"
#include "sw_stubs/iort/nodes.h"
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::demo {

class EventLog {
public:
    /// Connects the SMMU's interrupts, by the numbers that the IORT gives; 0 means that there is none.
    bool connect(Smmu& smmu, const iort::SmmuInterrupts& interrupts);

    /// From now on this guest, too, gets what is its own.  False when there are two already.
    bool forward_to(vmm::Iommu& iommu, vmm::VirtualSmmu& vsmmu);

    /// Events of the host that this stream causes are counted apart, and not told.
    void expect_from(arch::StreamId stream) { expected_stream_ = stream.value; }

    /// Waits until as many events have been given to the first guest: for the interrupt, at most a millisecond;
    /// without one, by looking.
    bool wait_for_forwarded(unsigned events);
    /// Looks now, whether it interrupted or not.
    void take_events();
    void take_page_requests();

    /// Events that were given to a guest, numbered as they came to forward_to().
    unsigned forwarded(unsigned guest = 0) const { return guests_[guest].forwarded; }
    /// The same for page requests.
    unsigned pages_forwarded(unsigned guest) const { return guests_[guest].pages_forwarded; }
    /// Page requests that were no guest's: refused.
    unsigned pages_refused() const { return pages_refused_; }
    /// Events that are the host's: unexpected, and from where they are expected.
    unsigned pending() const { return pending_; }
    unsigned expected() const { return expected_; }
    unsigned errors() const { return errors_; }
    /// How often a queue was full.
    unsigned losses() const { return lost_; }

    // The sink of handle_events().
    bool take(const arch::Event& event);
    void log(const arch::Event& event);
    void lost() { ++lost_; }

private:
    static void on_events(void* self);
    static void on_page_requests(void* self);
    static void on_error(void* self);

    struct Guest {
        vmm::Iommu* iommu = nullptr;
        vmm::VirtualSmmu* vsmmu = nullptr;
        unsigned forwarded = 0;
        unsigned pages_forwarded = 0;
    };
    static constexpr unsigned most_guests = 2;
    static constexpr uint64_t no_stream = ~uint64_t{0};

    Smmu* smmu_ = nullptr;
    bool by_interrupt_ = true;
    Guest guests_[most_guests]{};
    unsigned guest_count_ = 0;
    uint64_t expected_stream_ = no_stream;
    unsigned expected_ = 0;
    unsigned wanted_ = 0;
    unsigned pending_ = 0;
    unsigned errors_ = 0;
    unsigned pages_refused_ = 0;
    unsigned lost_ = 0;
};

}  // namespace smmu::sw::demo
