// Brings the memory accesses of walks to the transactions that needed them.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "smmuv3/probe.h"

namespace smmu {

/// `Access`: what is kept of each.  A transaction may have several walks: of its pieces, and again
/// after a stall.  Walks that belong to none, for endpoints and prefetches, are forgotten in time.
template <class Access>
class WalkAccesses {
public:
    void add(uint64_t walk, Access access) {
        if (open_.size() > most) open_.erase(open_.begin());
        open_[walk].push_back(std::move(access));
    }
    /// Its walk has ended.
    void ended(const Probe::Miss& m) {
        auto open = open_.extract(m.walk);
        if (!open) return;
        if (ended_.size() > most) ended_.pop_front();
        ended_.push_back(
            {m.tbu, m.access.stream, m.access.address, m.begin, m.end, std::move(open.mapped())});
    }
    /// Those of the transaction, which are forgotten now.
    std::vector<Access> take(const Probe::Transaction& t) {
        std::vector<Access> all;
        for (auto walk = ended_.begin(); walk != ended_.end();) {
            if (!belongs(*walk, t)) {
                ++walk;
                continue;
            }
            for (Access& access : walk->accesses) all.push_back(std::move(access));
            walk = ended_.erase(walk);
        }
        return all;
    }

private:
    struct Ended {
        unsigned tbu;
        arch::StreamId stream;
        uint64_t address;
        sc_core::sc_time begin, end;
        std::vector<Access> accesses;
    };
    static bool belongs(const Ended& walk, const Probe::Transaction& t) {
        return walk.tbu == t.tbu && walk.stream == t.stream && walk.address - t.address < t.size &&
               walk.begin >= t.begin && walk.end <= t.end;
    }

    static constexpr size_t most = 8192;
    std::map<uint64_t, std::vector<Access>> open_;  ///< by number of the walk
    std::deque<Ended> ended_;
};

}  // namespace smmu
