// VMIDs of one SMMU.  Arm IHI 0070 G.b, 3.17; VMID 0 belongs to streams without stage 2.
#pragma once
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/memory.h"

namespace smmu::sw {

/// 1 to 2^bits - 1, the lowest free one first.
class VmidAllocator {
public:
    VmidAllocator() = default;

    /// Takes memory for a bit each.  False when the arena has no room.
    bool create(Arena& arena, unsigned bits) {
        bits_ = bits;
        const Region memory = arena.allocate((uint64_t{1} << bits) / 8, sizeof(uint64_t));
        words_ = memory.as<uint64_t>();
        if (words_ == nullptr) return false;
        words_[0] = 1;  // VMID 0 is taken
        return true;
    }

    /// VMID 0: all are in use.
    arch::Vmid take() {
        for (uint32_t i = 0; i < (1u << bits_) / 64; ++i) {
            if (words_[i] == ~uint64_t{0}) continue;
            uint32_t bit = 0;
            while ((words_[i] >> bit & 1) != 0) ++bit;
            words_[i] = words_[i] | uint64_t{1} << bit;
            return {static_cast<uint16_t>(64 * i + bit)};
        }
        return {0};
    }

    /// Nothing may be kept under it any more in the SMMU (invalidation_array.h, detach()).
    void give_back(arch::Vmid vmid) {
        if (vmid.value == 0 || vmid.value >> bits_ != 0) return;
        volatile uint64_t& word = words_[vmid.value / 64];
        word = word & ~(uint64_t{1} << vmid.value % 64);
    }

private:
    volatile uint64_t* words_ = nullptr;
    unsigned bits_ = 0;
};

}  // namespace smmu::sw
