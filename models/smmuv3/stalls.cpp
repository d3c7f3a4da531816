// Who is stalled, and who may be recorded.
#include "smmuv3/stalls.h"

#include <algorithm>

namespace smmu {

Stalls::Stall& Stalls::enter(const arch::Event& event, uint64_t number) {
    auto free =
        std::find_if(places_.begin(), places_.end(), [](const auto& s) { return s->number == 0; });
    if (free == places_.end()) free = places_.insert(free, std::make_unique<Stall>());
    Stall& stall = **free;
    stall.event = event;
    stall.event.set(arch::Event::STAG, static_cast<uint16_t>(free - places_.begin()));
    stall.number = number;
    stall.recorded = stall.ended = false;
    stall.listener = nullptr;
    return stall;
}

void Stalls::leave(Stall& stall) { stall.number = 0; }

Stalls::Stall* Stalls::next_to_record() {
    const auto outstanding = std::count_if(places_.begin(), places_.end(), [](const auto& s) {
        return s->number != 0 && s->recorded && !s->ended;
    });
    if (static_cast<size_t>(outstanding) >= most_records_) return nullptr;
    Stall* oldest = nullptr;
    for (auto& s : places_)
        if (s->number != 0 && !s->recorded && !s->ended &&
            (oldest == nullptr || s->number < oldest->number))
            oldest = s.get();
    return oldest;
}

void Stalls::end(Stall& stall, StallEnd how) {
    stall.ended = true;
    stall.end = how;
    if (stall.listener)
        stall.listener->ended(stall);
    else
        stall.wake.notify(sc_core::SC_ZERO_TIME);
}

void Stalls::resume(arch::StreamId stream, uint16_t stag, StallEnd how) {
    end_all(how, [&](const Stall& s) {
        return s.recorded && s.stream() == stream && s.event[arch::Event::STAG] == stag;
    });
}

void Stalls::terminate(arch::StreamId stream) {
    end_all(StallEnd::Abort, [&](const Stall& s) { return s.stream() == stream; });
}

void Stalls::abort_all() {
    end_all(StallEnd::Abort, [](const Stall&) { return true; });
}

void Stalls::retry_unrecorded() {
    end_all(StallEnd::Retry, [](const Stall& s) { return !s.recorded; });
}

}  // namespace smmu
