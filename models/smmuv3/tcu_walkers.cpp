// The walkers of AT transactions: a fixed pool of threads, each of which makes one walk at a time.
#include <algorithm>

#include "smmuv3/tcu.h"

namespace smmu {

void Tcu::add_walkers() {
    constexpr unsigned most_walkers = 64;  // threads have stacks; more walk_slots are for LT
    for (unsigned n = 0; n < std::min(params_.walk_slots, most_walkers); ++n) {
        walkers_.push_back(std::make_unique<Walker>());
        Walker& walker = *walkers_.back();
        idle_walkers_.push_back(&walker);
        sc_core::sc_spawn_options options;
        options.dont_initialize();
        options.set_sensitivity(&walker.work);
        sc_core::sc_spawn([this, &walker] { walker_thread(walker); },
                          sc_core::sc_gen_unique_name("walker"), &options);
    }
}

void Tcu::start(Walk& walk) {
    walk.tcu_ = this;
    if (idle_walkers_.empty()) return waiting_walks_.push_back(&walk);
    Walker& walker = *idle_walkers_.back();
    idle_walkers_.pop_back();
    walker.walk = &walk;
    walker.work.notify(sc_core::SC_ZERO_TIME);
}

void Tcu::walker_thread(Walker& walker) {
    for (;;) {
        Walk& walk = *walker.walk;
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        Timeline time(delay);
        walk.reset_seen = resets_;
        translate_once(walk.access, walk.tbu, Style::ApproximatelyTimed, time, walk.stall,
                       walk.answer);
        time.synchronise();
        walk.parts = time.parts();
        walk.client->walked(walk);

        walker.walk = nullptr;
        if (!waiting_walks_.empty()) {
            walker.walk = waiting_walks_.front();
            waiting_walks_.pop_front();
        } else {
            idle_walkers_.push_back(&walker);
            sc_core::wait(walker.work);
        }
    }
}

void Tcu::park(Walk& walk) {
    if (walk.reset_seen != resets_ || !registers_.smmu_enabled())
        return walk.client->resumed(walk, StallEnd::Abort);
    // What the fault comes from was invalidated meanwhile: its record would be stale.
    if (generation_ != walk.answer.generation) return walk.client->resumed(walk, StallEnd::Retry);
    stalls_.enter(walk.stall, ++latest_event_).listener = &walk;
    event_work_.notify(sc_core::SC_ZERO_TIME);
}

void Tcu::Walk::ended(Stalls::Stall& parked) {
    client->resumed(*this, parked.end);
    tcu_->stalls_.leave(parked);
    tcu_->event_work_.notify(sc_core::SC_ZERO_TIME);  // another one may be recorded now
}

}  // namespace smmu
