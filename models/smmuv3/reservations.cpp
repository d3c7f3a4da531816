// Interval reservation with back-fill.
#include "smmuv3/reservations.h"

#include <algorithm>

namespace smmu {

using sc_core::sc_time;

namespace {

/// The first interval that begins after `at`.
template <class Busy>
auto after(Busy& busy, const sc_time& at) {
    return std::upper_bound(busy.begin(), busy.end(), at,
                            [](const sc_time& t, const auto& i) { return t < i.begin; });
}

}  // namespace

sc_time Reservations::free_from(const Server& server, const sc_time& at) {
    const auto next = after(server.busy, at);
    if (next == server.busy.begin()) return at;
    return std::max(at, std::prev(next)->end);
}

/// Joined with those that it touches.
void Reservations::add(Server& server, Interval interval) {
    if (interval.begin == interval.end) return;
    auto& busy = server.busy;
    const sc_time now = sc_core::sc_time_stamp();
    const auto over =
        std::find_if(busy.begin(), busy.end(), [&](const Interval& i) { return i.end > now; });
    busy.erase(busy.begin(), over);

    auto first = after(busy, interval.begin);
    if (first != busy.begin() && std::prev(first)->end >= interval.begin) --first;
    auto last = first;
    for (; last != busy.end() && last->begin <= interval.end; ++last) {
        interval.begin = std::min(interval.begin, last->begin);
        interval.end = std::max(interval.end, last->end);
    }
    busy.insert(busy.erase(first, last), interval);
}

Reservations::Place Reservations::find(const sc_time& at) {
    Place best{none, at};
    for (unsigned i = 0; i < servers_.size(); ++i) {
        if (servers_[i].taken) continue;
        const sc_time begin = free_from(servers_[i], at);
        if (best.server == none || begin < best.begin) best = {i, begin};
        if (begin == at) break;
    }
    return best;
}

sc_time Reservations::reserve(const sc_time& at, const sc_time& length) {
    const Place place = find(at);
    add(servers_[place.server], {place.begin, place.begin + length});
    return place.begin;
}

Reservations::Place Reservations::take(const sc_time& at) {
    const Place place = find(at);
    if (place.server != none) servers_[place.server].taken = true;
    return place;
}

void Reservations::give(const Place& place, const sc_time& end) {
    servers_[place.server].taken = false;
    add(servers_[place.server], {place.begin, end});
}

}  // namespace smmu
