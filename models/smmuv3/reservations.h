// A resource that serves some users at a time, in local time: ports, banks, links, walk slots.
//
// Users come in the order of the kernel, not of their local times: one that runs ahead has its place
// already when one comes whose time is earlier.  The earlier one is not delayed by what begins later:
// it fills the gap, even if it is longer than the gap is.  So the error is at most one quantum.
#pragma once
#include <systemc>
#include <vector>

namespace smmu {

class Reservations {
public:
    explicit Reservations(unsigned servers) : servers_(servers) {}

    /// The first free place from `at` on, for that long; returns its begin.
    sc_core::sc_time reserve(const sc_core::sc_time& at, const sc_core::sc_time& length);

    struct Place {
        unsigned server;
        sc_core::sc_time begin;
    };
    static constexpr unsigned none = ~0u;
    /// The same for a length that only its end will tell: give() must follow.  `none` if every server
    /// is taken so.
    Place take(const sc_core::sc_time& at);
    void give(const Place& place, const sc_core::sc_time& end);

private:
    struct Interval {
        sc_core::sc_time begin, end;
    };
    struct Server {
        std::vector<Interval> busy;  ///< disjoint, in order; what is over by the kernel's time goes
        bool taken = false;
    };
    static sc_core::sc_time free_from(const Server& server, const sc_core::sc_time& at);
    static void add(Server& server, Interval interval);
    Place find(const sc_core::sc_time& at);

    std::vector<Server> servers_;
};

}  // namespace smmu
