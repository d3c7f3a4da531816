// What happened at local times, to be dealt with in the order of these times: a master that runs ahead
// keeps nobody else's record back.
#pragma once
#include <algorithm>
#include <deque>
#include <systemc>

namespace smmu {

template <class T>
class LocalTimeQueue {
public:
    struct Entry {
        T what;
        sc_core::sc_time when;
    };

    void push(const T& what, sc_core::sc_time when) {
        const auto later = std::upper_bound(
            entries_.begin(), entries_.end(), when,
            [](const sc_core::sc_time& t, const Entry& other) { return t < other.when; });
        entries_.insert(later, {what, when});
    }
    /// True if the time of the first has come; else waits for that time or for `more`.
    bool is_due(const sc_core::sc_event& more) const {
        if (entries_.empty()) {
            sc_core::wait(more);
            return false;
        }
        const sc_core::sc_time when = entries_.front().when, now = sc_core::sc_time_stamp();
        if (when > now) sc_core::wait(when - now, more);
        return when <= now;
    }
    T take() {
        const T first = entries_.front().what;
        entries_.pop_front();
        return first;
    }
    void clear() { entries_.clear(); }
    template <class Which>
    bool holds_any(Which&& which) const {
        return std::any_of(entries_.begin(), entries_.end(),
                           [&](const Entry& e) { return which(e.what); });
    }

private:
    std::deque<Entry> entries_;
};

}  // namespace smmu
