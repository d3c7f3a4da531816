// The guest's RAM as its host reaches it: through the memory map, at any of its own addresses.
#pragma once
#include <stddef.h>
#include <stdint.h>

#include "sw_stubs/vmm/memory_map.h"
#include "sw_stubs/vmm/virtual_device.h"

namespace smmu::sw::vmm {

/// Wants memory where the map says: physical addresses are the host's own.
class MappedMemory final : public GuestMemory {
public:
    MappedMemory() = default;
    explicit MappedMemory(const MemoryMap& map) : map_(map) {}

    bool read(uint64_t ipa, void* to, size_t size) override {
        const PhysicalAddress at = map_.ram_at(ipa, size);
        if (at.mapped) copy(reinterpret_cast<uint64_t>(to), at.address, size);
        return at.mapped;
    }
    bool write(uint64_t ipa, const void* from, size_t size) override {
        const PhysicalAddress at = map_.ram_at(ipa, size);
        if (at.mapped) copy(at.address, reinterpret_cast<uint64_t>(from), size);
        return at.mapped;
    }

private:
    /// In the largest pieces that both addresses allow, none of which a compiler may split.
    static void copy(uint64_t to, uint64_t from, size_t size) {
        while (size != 0) {
            const uint64_t together = to | from | size;
            const size_t piece = together % 8 == 0   ? copy_one<uint64_t>(to, from)
                                 : together % 4 == 0 ? copy_one<uint32_t>(to, from)
                                 : together % 2 == 0 ? copy_one<uint16_t>(to, from)
                                                     : copy_one<uint8_t>(to, from);
            to += piece;
            from += piece;
            size -= piece;
        }
    }
    template <class T>
    static size_t copy_one(uint64_t to, uint64_t from) {
        *reinterpret_cast<volatile T*>(to) = *reinterpret_cast<const volatile T*>(from);
        return sizeof(T);
    }

    MemoryMap map_{};
};

}  // namespace smmu::sw::vmm
