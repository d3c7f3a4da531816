// The direct memory pointers that a TBU has granted, so that an invalidation withdraws what it reaches
// and nothing else.
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
    bool empty() const { return spans_.empty() && !everything_; }

    // What has to be withdrawn, neighbours joined, and is no longer granted.
    std::vector<Range> take(const core::TlbScope& scope);
    std::vector<Range> take_all();
    /// Memory withdrew these output addresses.
    std::vector<Range> take_output(uint64_t first, uint64_t last);

private:
    /// Pages one behind the other, input and output, that every invalidation sees alike.
    struct Span {
        core::Translation page;  ///< the first of them
        uint64_t last;

        uint64_t first() const { return page.input; }
        uint64_t last_output() const { return page.output + (last - page.input); }
        bool goes_on_with(const Span& next) const;
        /// The same from a later page on.
        Span from(uint64_t address) const;
    };
    void insert(const Span& span);
    /// Whole pages from `first` to `last`.
    void remove(Range range);
    /// Removes what `reached(span)` says of each.
    template <class Reached>
    std::vector<Range> take_where(Reached&& reached);

    std::map<uint64_t, Span> spans_;  ///< by their first address; none overlap
    bool everything_ = false;         ///< granted where nothing translates
};

}  // namespace smmu
