// Memory that the CPU and the SMMU share: queues, stream tables, context descriptors, page tables.
#pragma once
#include <stdint.h>

#include "sw_stubs/port/port.h"

namespace smmu::sw {

/// The same bytes as the SMMU finds them and as the CPU does.
struct Region {
    uint64_t pa = 0;
    volatile uint8_t* pointer = nullptr;
    uint64_t size = 0;

    constexpr explicit operator bool() const { return pointer != nullptr; }
    template <class T>
    volatile T* as() const {
        return reinterpret_cast<volatile T*>(pointer);
    }
};

/// Does the SMMU see what is in the CPU's caches?  IDR0.COHACC, or what the IORT says instead.
enum class Coherency : uint8_t { Coherent, NonCoherent };

/// Hands out pieces of a region from the bottom up; nothing is given back.
class Arena {
public:
    Arena() = default;
    explicit Arena(Region all, Coherency coherency = Coherency::Coherent)
        : all_(all), coherency_(coherency) {}

    /// Zeroed.  `alignment` is a power of two, of the physical address.  Empty when there is no
    /// room.
    Region allocate(uint64_t size, uint64_t alignment) {
        const uint64_t start = (all_.pa + used_ + alignment - 1) & ~(alignment - 1);
        const uint64_t offset = start - all_.pa;
        if (offset > all_.size || size > all_.size - offset) return {};
        used_ = offset + size;
        const Region piece{start, all_.pointer + offset, size};
        for (uint64_t i = 0; i + 8 <= size; i += 8)
            *reinterpret_cast<volatile uint64_t*>(piece.pointer + i) = 0;
        publish(piece.pointer, size);
        return piece;
    }

    /// What lies at a physical address that allocate() gave out.
    volatile uint8_t* at(uint64_t pa) const { return all_.pointer + (pa - all_.pa); }

    uint64_t size() const { return all_.size; }
    uint64_t used() const { return used_; }
    Coherency coherency() const { return coherency_; }

    /// What was written here is what the SMMU sees from now on ...
    void publish(const volatile void* start, uint64_t size) const {
        if (coherency_ == Coherency::NonCoherent) port::clean_cache(start, size);
        port::dma_barrier();
    }
    /// ... and what the SMMU wrote is what the CPU reads from now on.
    void refresh(const volatile void* start, uint64_t size) const {
        port::dma_barrier();
        if (coherency_ == Coherency::NonCoherent) port::invalidate_cache(start, size);
    }

private:
    Region all_{};
    uint64_t used_ = 0;
    Coherency coherency_ = Coherency::Coherent;
};

}  // namespace smmu::sw
