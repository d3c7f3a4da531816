// Which grants an invalidation reaches.
#include "smmuv3/dmi_grants.h"

namespace smmu {

void DmiGrants::add(const core::CachedRun& run, Range granted) {
    if (run.pages.empty()) everything_ = true;
    for (const core::Translation& page : run.pages) {
        const uint64_t last = page.input + (uint64_t{1} << page.shift) - 1;
        if (page.input <= granted.last && last >= granted.first) pages_[page.input] = page;
    }
}

template <class Which>
std::vector<DmiGrants::Range> DmiGrants::take_pages(Which&& which) {
    std::vector<Range> taken;
    for (auto at = pages_.begin(); at != pages_.end();) {
        const core::Translation& page = at->second;
        if (!which(page)) {
            ++at;
            continue;
        }
        const uint64_t last = page.input + (uint64_t{1} << page.shift) - 1;
        if (!taken.empty() && taken.back().last + 1 == page.input)
            taken.back().last = last;
        else
            taken.push_back({page.input, last});
        at = pages_.erase(at);
    }
    return taken;
}

std::vector<DmiGrants::Range> DmiGrants::take(const core::TlbScope& scope) {
    return take_pages([&](const core::Translation& page) { return is_in(page, scope); });
}

std::vector<DmiGrants::Range> DmiGrants::take_all() {
    if (!everything_) return take_pages([](const core::Translation&) { return true; });
    everything_ = false;
    pages_.clear();
    return {{0, ~uint64_t{0}}};
}

std::vector<DmiGrants::Range> DmiGrants::take_output(uint64_t first, uint64_t last) {
    if (everything_) return take_all();
    return take_pages([&](const core::Translation& page) {
        const uint64_t end = page.output + (uint64_t{1} << page.shift) - 1;
        return page.output <= last && end >= first;
    });
}

}  // namespace smmu
