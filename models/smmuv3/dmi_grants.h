// The direct memory pointers that a TBU has granted, page by page, so that an invalidation withdraws
// what it reaches and nothing else.
#pragma once
#include <map>
#include <vector>

#include "smmuv3/core/cached_run.h"

namespace smmu {

class DmiGrants {
public:
    struct Range {
        uint64_t first, last;
    };

    /// The part of a run that was granted, in input addresses.
    void add(const core::CachedRun& run, Range granted);
    bool empty() const { return pages_.empty() && !everything_; }

    // What has to be withdrawn, neighbours joined, and is no longer granted.
    std::vector<Range> take(const core::TlbScope& scope);
    std::vector<Range> take_all();
    /// Memory withdrew these output addresses.
    std::vector<Range> take_output(uint64_t first, uint64_t last);

private:
    template <class Which>
    std::vector<Range> take_pages(Which&& which);

    std::map<uint64_t, core::Translation> pages_;  ///< by input
    bool everything_ = false;                      ///< granted where nothing translates
};

}  // namespace smmu
