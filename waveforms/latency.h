// The statistic of one kind of time: percentiles, and a histogram for charts.
//
// Whole picoseconds.  Percentiles are exact as long as the samples fit in the buffer; beyond that
// they come from the histogram and are at most 1/32 too high.
#pragma once
#include <boost/histogram.hpp>
#include <cstdint>
#include <vector>

namespace smmu {

/// 32 bins an octave: value v < 32 has a bin of its own, and from there on a bin is 1/32 of its
/// power of two wide.  An axis of Boost.Histogram.
struct OctaveAxis {
    static constexpr unsigned log2_bins = 5, octaves = 64 - log2_bins;

    int index(uint64_t value) const {
        if (value >> log2_bins == 0) return static_cast<int>(value);
        unsigned top = log2_bins;
        while (value >> top > 1) ++top;
        const unsigned octave = top - log2_bins;
        return static_cast<int>((octave << log2_bins) + (value >> octave));
    }
    int size() const { return static_cast<int>((octaves + 1) << log2_bins); }
    /// Smallest value of a bin.
    static uint64_t first(int bin) {
        const auto b = static_cast<unsigned>(bin);
        if (b >> log2_bins <= 1) return b;
        const unsigned octave = (b >> log2_bins) - 1;
        return uint64_t{(b & 31) | 32} << octave;
    }
};

class Latency {
public:
    /// Keeps that many samples for exact percentiles.
    explicit Latency(size_t exact = size_t{1} << 20) : exact_(exact) {}

    void add(uint64_t ps);

    uint64_t count() const { return count_; }
    uint64_t min() const { return count_ == 0 ? 0 : min_; }
    uint64_t max() const { return max_; }
    uint64_t sum() const { return sum_; }
    /// Rounded to the nearest; 0 without samples.
    uint64_t mean() const { return count_ == 0 ? 0 : (sum_ + count_ / 2) / count_; }

    /// The smallest value that at least `per_mille` of 1000 samples do not exceed (nearest rank);
    /// 0 without samples.  p99.9 is 999.
    uint64_t percentile(unsigned per_mille) const;
    bool is_exact() const { return count_ <= exact_; }

    struct Bin {
        uint64_t first, last;  ///< inclusive
        uint64_t count;
    };
    /// The bins that are not empty, in rising order.
    std::vector<Bin> bins() const;

private:
    using Axes = std::tuple<OctaveAxis>;
    using Counts = boost::histogram::histogram<Axes, boost::histogram::dense_storage<uint64_t>>;

    size_t exact_;
    uint64_t count_ = 0, min_ = ~uint64_t{0}, max_ = 0, sum_ = 0;
    Counts counts_{Axes{}};
    mutable std::vector<uint64_t> samples_;  ///< sorted when a percentile is asked for
    mutable bool sorted_ = true;
};

}  // namespace smmu
