// What the caches alone say of an address and its neighbours: what a direct memory pointer may rest
// on.  Memory is not looked at, and nothing is left behind.
#pragma once
#include <optional>
#include <vector>

#include "smmuv3/core/translate.h"

namespace smmu::core {

/// Addresses with the same distance to their output, the same permissions and attributes.
struct CachedRun {
    uint64_t first = 0, last = 0;  ///< input
    uint64_t output = 0;           ///< of `first`
    arch::MemoryAttributes attributes{};
    bool reads = false, writes = false;  ///< by the same stream, privilege and kind
    std::vector<Translation> pages;      ///< by rising input; none where nothing translates
};

/// The run around the access; nothing if it faults or is not all cached.  It grows over at most
/// `most_pages` entries of the TLB.
std::optional<CachedRun> cached_run(const View& smmu, const Access& access, unsigned most_pages);

}  // namespace smmu::core
