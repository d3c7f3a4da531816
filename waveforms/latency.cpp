// The statistic of one kind of time.
#include "waveforms/latency.h"

#include <algorithm>

namespace smmu {

void Latency::add(uint64_t ps) {
    ++count_;
    sum_ += ps;
    min_ = std::min(min_, ps);
    max_ = std::max(max_, ps);
    counts_(ps);
    if (samples_.size() == exact_) return;
    samples_.push_back(ps);
    sorted_ = false;
}

uint64_t Latency::percentile(unsigned per_mille) const {
    if (count_ == 0) return 0;
    const uint64_t rank = std::max<uint64_t>(1, (count_ * per_mille + 999) / 1000);
    if (is_exact()) {
        if (!sorted_) std::sort(samples_.begin(), samples_.end());
        sorted_ = true;
        return samples_[rank - 1];
    }
    uint64_t below = 0;
    for (const Bin& bin : bins()) {
        below += bin.count;
        if (below >= rank) return std::clamp(bin.last, min_, max_);
    }
    return max_;
}

std::vector<Latency::Bin> Latency::bins() const {
    std::vector<Bin> all;
    for (int i = 0; i < counts_.axis().size(); ++i)
        if (const uint64_t count = counts_.at(i); count != 0)
            all.push_back({OctaveAxis::first(i), OctaveAxis::first(i + 1) - 1, count});
    return all;
}

}  // namespace smmu
