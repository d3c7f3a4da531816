// What the caches alone say of an address and its neighbours: what a direct memory pointer may rest
// on.  Memory is not looked at, and nothing is left behind.
#pragma once
#include <optional>
#include <vector>

#include "smmuv3/core/translate.h"

namespace smmu::core {

/// Addresses with the same distance to their output, the same permissions and attributes.
struct Run {
    uint64_t first = 0, last = 0;  ///< input
    uint64_t output = 0;           ///< of `first`
    arch::MemoryAttributes attributes{};
    bool reads = false, writes = false;  ///< by the same stream, privilege and kind

    uint64_t distance() const { return output - first; }
};

struct CachedRun : Run {
    /// By rising input; none where nothing translates, nor where the run goes over `known` ones.
    std::vector<Translation> pages;
};

/// The run around the access; nothing if it faults or is not all cached.  It grows over at most
/// `most_pages` entries of the TLB, and over those of `known` that it meets: of these nothing is asked
/// again, so a run that grows page by page costs no more than its pages.
std::optional<CachedRun> cached_run(const View& smmu, const Access& access, unsigned most_pages,
                                    const std::vector<Run>& known);

}  // namespace smmu::core
