// The runs that pointers were granted from lately: while nothing is invalidated, a request inside of
// one needs no look into the TLBs.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "smmuv3/dmi_grants.h"

namespace smmu {

/// Like the micro TLB it is emptied by comparing generations: an answer from before the latest
/// invalidation or register change never matches.  All are of one requester.
class DmiRuns {
public:
    /// A run without its pages, and for whom it holds.
    struct Run {
        uint64_t generation = 0;  ///< in which the TLBs were asked; 0: empty
        uint64_t first = 0, last = 0, output = 0;
        DmiGrants::Range granted{};  ///< the part that DmiGrants knows of
        arch::MemoryAttributes incoming{}, outgoing{};
        bool reads = false, writes = false;
    };

    /// A run that holds the address and permits the access.
    const Run* find(uint64_t address, bool write, const arch::MemoryAttributes& incoming,
                    uint64_t generation) const {
        for (const Run& run : runs_)
            if (address - run.first <= run.last - run.first && run.generation == generation &&
                (write ? run.writes : run.reads) && run.incoming == incoming)
                return &run;
        return nullptr;
    }

    /// What was granted of those that would answer such accesses.
    std::vector<core::Run> granted(const arch::MemoryAttributes& incoming,
                                   uint64_t generation) const {
        std::vector<core::Run> all;
        for (const Run& run : runs_)
            if (run.generation == generation && run.incoming == incoming)
                all.push_back({run.granted.first, run.granted.last,
                               run.output + (run.granted.first - run.first), run.outgoing,
                               run.reads, run.writes});
        return all;
    }

    /// In place of what is known of the same addresses, of what is void, or of the oldest.
    void add(const Run& run) {
        Run* into = nullptr;
        for (Run& old : runs_) {
            if (old.generation == run.generation && old.first <= run.last && run.first <= old.last)
                old.generation = 0;
            if (!into && old.generation != run.generation) into = &old;
        }
        if (!into) {
            into = &runs_[oldest_];
            oldest_ = (oldest_ + 1) % runs_.size();
        }
        *into = run;
    }
    void clear() { runs_ = {}; }

private:
    std::array<Run, 8> runs_{};
    size_t oldest_ = 0;
};

}  // namespace smmu
