// Interrupt handlers of the SMMU; they run where the host looks for interrupts (gic.h).
#include "sw_stubs/demos/host/event_log.h"

#include "sw_stubs/driver/event_text.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::demo {

namespace gic = aarch64::gic;

bool EventLog::connect(Smmu& smmu, uint32_t event_intid, uint32_t gerror_intid) {
    constexpr uint32_t none = 0;
    smmu_ = &smmu;
    by_interrupt_ = event_intid != none;
    const auto connect_one = [this](uint32_t intid, void (*handler)(void*)) {
        return intid == none || gic::connect(intid, gic::Trigger::Edge, {handler, this});
    };
    return connect_one(event_intid, on_events) && connect_one(gerror_intid, on_error);
}

void EventLog::on_events(void* self) { static_cast<EventLog*>(self)->take_events(); }

bool EventLog::forward_to(vmm::Iommu& iommu, vmm::VirtualSmmu& vsmmu) {
    if (guest_count_ == most_guests) return false;
    guests_[guest_count_++] = {&iommu, &vsmmu, 0};
    return true;
}

void EventLog::take_events() {
    handle_events(*smmu_, *this);
    for (unsigned i = 0; i < guest_count_; ++i) guests_[i].vsmmu->deliver();
}

bool EventLog::take(const arch::Event& event) {
    for (unsigned i = 0; i < guest_count_; ++i) {
        if (!guests_[i].iommu->take(event)) continue;
        ++guests_[i].forwarded;
        return true;
    }
    return false;
}

/// No guest's.
void EventLog::log(const arch::Event& event) {
    if (event[arch::Event::StreamID] == expected_stream_) {
        ++expected_;
        return;
    }
    ++pending_;
    aarch64::print("  event of the host: ", describe(event).c_str(), '\n');
}

void EventLog::on_error(void* self) {
    auto& log = *static_cast<EventLog*>(self);
    log.smmu_->handle_errors();
    ++log.errors_;
}

bool EventLog::wait_for_forwarded(unsigned events) {
    constexpr uint64_t longest_microseconds = 1000;
    wanted_ = events;
    const auto came = [](const void* self) {
        const auto& log = *static_cast<const EventLog*>(self);
        return log.forwarded() >= log.wanted_;
    };
    return by_interrupt_ ? gic::wait(came, this, longest_microseconds) : poll([this] {
        take_events();
        return forwarded() >= wanted_;
    });
}

}  // namespace smmu::sw::demo
