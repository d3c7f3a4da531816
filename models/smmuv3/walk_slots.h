// How many translations may read memory at a time.
#pragma once
#include <optional>
#include <systemc>

#include "smmuv3/params.h"
#include "smmuv3/reservations.h"
#include "smmuv3/timeline.h"

namespace smmu {

class WalkSlots {
public:
    explicit WalkSlots(unsigned slots) : is_limited_(slots != Params::most_slots), slots_(slots) {}

    bool is_limited() const { return is_limited_; }

    /// Taken at the first read, given back at the end of the walk.
    class Lease {
    public:
        Lease(WalkSlots& all, Timeline& time) : all_(all), time_(time) {}
        ~Lease() { end(); }
        Lease(const Lease&) = delete;
        Lease& operator=(const Lease&) = delete;

        /// May wait(), where others hold all slots and nobody knows for how long.
        void begin() {
            if (!all_.is_limited_ || place_) return;
            for (;;) {
                const Reservations::Place place = all_.slots_.take(time_.now());
                if (place.server != Reservations::none) {
                    time_.spend_until(Part::Queue, place.begin);
                    place_ = place;
                    return;
                }
                time_.wait_for(Part::Queue, all_.given_);
            }
        }
        void end() {
            if (!place_) return;
            all_.slots_.give(*place_, time_.now());
            place_.reset();
            all_.given_.notify(sc_core::SC_ZERO_TIME);
        }

    private:
        WalkSlots& all_;
        Timeline& time_;
        std::optional<Reservations::Place> place_;
    };

private:
    const bool is_limited_;
    Reservations slots_;
    sc_core::sc_event given_;
};

}  // namespace smmu
