// Producer and consumer indexes of a circular queue, the same on both sides.  Arm IHI 0070 G.b, 3.5.1.
#pragma once
#include <stdint.h>

namespace smmu::arch {

/// An index register's low bits: [log2size-1:0] slot and, above it, the wrap flag.
struct QueueIndex {
    uint32_t raw;

    constexpr uint32_t slot(unsigned log2size) const { return raw & ((1u << log2size) - 1); }
    constexpr uint32_t wrap(unsigned log2size) const { return (raw >> log2size) & 1u; }
    constexpr QueueIndex next(unsigned log2size) const { return {(raw + 1) & ((2u << log2size) - 1)}; }
};

constexpr bool empty(QueueIndex prod, QueueIndex cons, unsigned log2size) {
    return prod.slot(log2size) == cons.slot(log2size) && prod.wrap(log2size) == cons.wrap(log2size);
}
constexpr bool full(QueueIndex prod, QueueIndex cons, unsigned log2size) {
    return prod.slot(log2size) == cons.slot(log2size) && prod.wrap(log2size) != cons.wrap(log2size);
}
/// Entries between cons and prod: 0 .. 2^log2size.
constexpr uint32_t used(QueueIndex prod, QueueIndex cons, unsigned log2size) {
    return (prod.raw - cons.raw) & ((2u << log2size) - 1);
}

constexpr unsigned command_bytes = 16;
constexpr unsigned event_bytes   = 32;

}  // namespace smmu::arch
