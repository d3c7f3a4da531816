// Interrupt handlers of the SMMU; they run where the host looks for interrupts (gic.h).
#include "sw_stubs/demos/host/event_log.h"

#include "sw_stubs/driver/event_text.h"
#include "sw_stubs/port/aarch64/gic.h"
#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::demo {

namespace gic = aarch64::gic;

bool EventLog::connect(Smmu& smmu, const iort::SmmuInterrupts& interrupts) {
    constexpr uint32_t none = 0;
    smmu_ = &smmu;
    by_interrupt_ = interrupts.event != none;
    const auto connect_one = [this](uint32_t intid, void (*handler)(void*)) {
        return intid == none || gic::connect(intid, gic::Trigger::Edge, {handler, this});
    };
    return connect_one(interrupts.event, on_events) && connect_one(interrupts.gerror, on_error) &&
           connect_one(interrupts.pri, on_page_requests);
}

void EventLog::on_events(void* self) { static_cast<EventLog*>(self)->take_events(); }
void EventLog::on_page_requests(void* self) { static_cast<EventLog*>(self)->take_page_requests(); }

bool EventLog::forward_to(vmm::Iommu& iommu, vmm::VirtualSmmu& vsmmu) {
    if (guest_count_ == most_guests) return false;
    guests_[guest_count_++] = {&iommu, &vsmmu, 0, 0};
    return true;
}

void EventLog::take_events() {
    handle_events(*smmu_, *this);
    for (unsigned i = 0; i < guest_count_; ++i) guests_[i].vsmmu->deliver();
}

void EventLog::take_page_requests() {
    if (!smmu_->features().pri) return;
    struct Sink {
        EventLog& to;
        bool take(const arch::PageRequest& request) {
            for (unsigned i = 0; i < to.guest_count_; ++i) {
                if (!to.guests_[i].iommu->take(request)) continue;
                ++to.guests_[i].pages_forwarded;
                return true;
            }
            return false;
        }
        void log(const arch::PageRequest&) { ++to.pages_refused_; }
        void lost() {
            for (unsigned i = 0; i < to.guest_count_; ++i)
                to.guests_[i].iommu->page_requests_lost();
            to.lost();
        }
    } sink{*this};
    handle_page_requests(smmu_->page_requests(), smmu_->commands(), sink);
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
