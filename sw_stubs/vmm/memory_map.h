// Where a guest's memory really is: the one map from which both sets of stage 2 are built, the CPU's and the SMMU's.
#pragma once
#include <stdint.h>

namespace smmu::sw::vmm {

enum class MemoryKind : uint8_t {
    Ram,     ///< for the guest's CPU and for its devices
    Device,  ///< registers: for the guest's CPU only
};

struct MemoryRegion {
    uint64_t ipa;
    uint64_t pa;
    uint64_t size;  ///< a multiple of 4 KiB, like the addresses
    MemoryKind kind;
};

struct PhysicalAddress {
    bool mapped;
    uint64_t address;
};

/// Regions do not overlap.  A value that does not own them.
struct MemoryMap {
    const MemoryRegion* regions = nullptr;
    unsigned count = 0;

    const MemoryRegion* begin() const { return regions; }
    const MemoryRegion* end() const { return regions + count; }

    /// Where `size` bytes of RAM from `ipa` lie, if they lie in one region.
    PhysicalAddress ram_at(uint64_t ipa, uint64_t size) const {
        for (const MemoryRegion& r : *this)
            if (r.kind == MemoryKind::Ram && ipa >= r.ipa && ipa - r.ipa < r.size &&
                size <= r.size - (ipa - r.ipa))
                return {true, r.pa + (ipa - r.ipa)};
        return {false, 0};
    }
};

}  // namespace smmu::sw::vmm
