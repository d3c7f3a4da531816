// Interrupt handlers of the SMMU; they run where the host looks for interrupts (gic.h).
#include "sw_stubs/demos/first_light/event_log.h"

#include "sw_stubs/port/aarch64/gic.h"

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

void EventLog::take_events() {
    for (arch::Event event; smmu_->events().take(event);) {
        if (count_ == capacity)
            ++lost_;
        else
            events_[count_++] = event;
    }
    if (smmu_->events().take_overflow()) ++lost_;
}

void EventLog::on_error(void* self) {
    auto& log = *static_cast<EventLog*>(self);
    log.smmu_->handle_errors();
    ++log.errors_;
}

bool EventLog::wait_for_event(arch::Event& event) {
    constexpr uint64_t longest_microseconds = 1000;
    const auto any = [](const void* self) {
        return static_cast<const EventLog*>(self)->count_ != 0;
    };
    const bool came = by_interrupt_ ? gic::wait(any, this, longest_microseconds) : poll([this] {
        take_events();
        return count_ != 0;
    });
    if (!came) return false;
    event = events_[0];
    --count_;
    for (unsigned i = 0; i < count_; ++i) events_[i] = events_[i + 1];
    return true;
}

}  // namespace smmu::sw::demo
