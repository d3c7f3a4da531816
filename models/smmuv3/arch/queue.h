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

/// A queue as its registers describe it, indexes cut to the effective size.
struct QueueState {
    uint64_t   base     = 0;                ///< aligned to the queue's size
    unsigned   log2size = 0;
    QueueIndex prod{0}, cons{0};

    constexpr bool empty() const { return arch::empty(prod, cons, log2size); }
    constexpr bool full() const { return arch::full(prod, cons, log2size); }
};
/// `base`, `log2size`, `prod` and `cons` are fields of its registers; a size beyond `most` counts as `most`.
/// `entry_log2` is of an entry's bytes.
constexpr QueueState queue_state(uint64_t base, unsigned log2size, unsigned most, unsigned entry_log2, uint32_t prod,
                                 uint32_t cons) {
    QueueState q;
    q.log2size = log2size < most ? log2size : most;
    const uint64_t size = uint64_t{1} << (q.log2size + entry_log2);
    const uint32_t index = (2u << q.log2size) - 1;
    q.base = base & ~(size - 1);
    q.prod = {prod & index};
    q.cons = {cons & index};
    return q;
}

constexpr unsigned command_bytes = 16;
constexpr unsigned event_bytes   = 32;

}  // namespace smmu::arch
