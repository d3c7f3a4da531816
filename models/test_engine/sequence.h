// The order in which a command works through its range, and the size of its beats.
#pragma once
#include <algorithm>
#include <cstdint>

#include "boards/test_engine_frame.h"
#include "test_engine/rand48.h"

namespace smmu {

/// May a beat cross a 4 KiB boundary?  A PCI function's requests must not; other masters' may.
enum class PageCrossing { Never, Allowed };

}  // namespace smmu

namespace smmu::test_engine {

/// What a command does to which bytes.
struct Range {
    uint64_t first;   ///< address of the first byte
    uint64_t size;    ///< bytes, at least one
    uint64_t second;  ///< MEMCPY: where the first byte goes; else as `first`
    uint64_t stride;  ///< 1, or the distance between the 64-bit words
    uint32_t seed;    ///< of the order
};

class Sequence {
public:
    /// Counted from the start of the range.
    struct Beat {
        uint64_t offset;
        uint64_t length;
    };

    /// `beat`: bytes at most, where the stride is 1.
    Sequence(const Range& range, uint64_t beat, PageCrossing crossing)
        : range_(range),
          beat_(beat),
          crossing_(crossing),
          back_(range.stride == 1 ? range.size : (range.size - 8) / range.stride + 1),
          random_(range.seed) {}

    bool done() const { return front_ == back_; }

    /// From the front or the back of what is left.
    Beat next() {
        const bool from_back = range_.seed == seed_descending ||
                               (range_.seed != seed_ascending && (random_.next() & 1) != 0);
        if (range_.stride != 1) return {(from_back ? --back_ : front_++) * range_.stride, 8};
        uint64_t length = std::min(back_ - front_, beat_);
        if (crossing_ == PageCrossing::Never)
            for (const uint64_t base : {range_.first, range_.second})
                length = std::min(length, from_back ? (base + back_ - 1) % 0x1000 + 1
                                                    : 0x1000 - (base + front_) % 0x1000);
        if (from_back) return {back_ -= length, length};
        const Beat beat{front_, length};
        front_ += length;
        return beat;
    }

private:
    const Range range_;
    const uint64_t beat_;
    const PageCrossing crossing_;
    uint64_t front_ = 0, back_;  ///< bytes; words where the stride is not 1
    Rand48 random_;
};

}  // namespace smmu::test_engine
