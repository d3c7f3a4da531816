// The numbers under which an SMMU keeps translations: VMIDs, or ASIDs of the host.  Arm IHI 0070 G.b,
// 3.17; VMID 0 belongs to streams without stage 2.
#pragma once
#include "sw_stubs/driver/memory.h"

namespace smmu::sw {

/// `first` to `end` - 1, the lowest free one first.  0 is never given.
class TagAllocator {
public:
    TagAllocator() = default;

    /// Takes memory for a bit each.  False when the arena has no room: then there are none.
    bool create(Arena& arena, uint32_t first, uint32_t end) {
        first_ = first == 0 ? 1 : first;
        count_ = end > first_ ? end - first_ : 0;
        const uint64_t bytes = (count_ + 63) / 64 * sizeof(uint64_t);
        words_ = arena.allocate(bytes, sizeof(uint64_t)).as<uint64_t>();
        if (words_ == nullptr) count_ = 0;
        return words_ != nullptr;
    }

    /// 0: all are in use.
    uint16_t take() {
        for (uint32_t i = 0; i < count_; ++i) {
            volatile uint64_t& word = words_[i / 64];
            if (i % 64 == 0 && word == ~uint64_t{0}) {
                i += 63;
                continue;
            }
            if ((word >> i % 64 & 1) != 0) continue;
            word = word | uint64_t{1} << i % 64;
            return static_cast<uint16_t>(first_ + i);
        }
        return 0;
    }

    /// Nothing may be kept under it any more in the SMMU (invalidation_array.h, detach()).
    void give_back(uint16_t tag) {
        if (tag < first_ || tag - first_ >= count_) return;
        const uint32_t i = tag - first_;
        words_[i / 64] = words_[i / 64] & ~(uint64_t{1} << i % 64);
    }

private:
    volatile uint64_t* words_ = nullptr;
    uint32_t first_ = 1;
    uint32_t count_ = 0;
};

}  // namespace smmu::sw
