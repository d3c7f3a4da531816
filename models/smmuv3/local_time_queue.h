// What happened at local times, to be dealt with in the order of these times: a master that runs ahead
// keeps nobody else's record back.
#pragma once
#include <systemc>
#include <utility>

#include "smmuv3/ring.h"

namespace smmu {

template <class T>
class LocalTimeQueue {
public:
    struct Entry {
        T what;
        sc_core::sc_time when{};
    };

    void push(const T& what, const sc_core::sc_time& when) {
        entries_.push({what, when});
        for (size_t i = entries_.size() - 1; i != 0 && entries_[i - 1].when > when; --i)
            std::swap(entries_[i - 1], entries_[i]);
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
    bool empty() const { return entries_.empty(); }
    /// Of one that is not empty.
    const sc_core::sc_time& first_time() const { return entries_.front().when; }
    /// How many are for that time or before.
    size_t count_until(const sc_core::sc_time& when) const {
        size_t n = 0;
        while (n != entries_.size() && entries_[n].when <= when) ++n;
        return n;
    }
    T take() {
        const T first = entries_.front().what;
        entries_.pop();
        return first;
    }
    void clear() { entries_.clear(); }
    template <class Which>
    bool holds_any(Which&& which) const {
        for (size_t i = 0; i != entries_.size(); ++i)
            if (which(entries_[i].what)) return true;
        return false;
    }

private:
    Ring<Entry> entries_;
};

}  // namespace smmu
