// A queue as its registers describe it.  Arm IHI 0070 G.b, 3.5.1, 6.3.26 to 6.3.36.
#pragma once
#include <algorithm>

#include "smmuv3/arch/queue.h"
#include "smmuv3/core/features.h"

namespace smmu::core {

/// Indexes are cut to the effective size.
struct QueueState {
    uint64_t base = 0;  ///< aligned to the queue's size, cut to OAS
    unsigned log2size = 0;
    arch::QueueIndex prod{0}, cons{0};
    bool empty() const { return arch::empty(prod, cons, log2size); }
    bool full() const { return arch::full(prod, cons, log2size); }
};

/// `log2size` beyond `most` counts as `most`; `entry_log2` is of an entry's bytes.
constexpr QueueState queue_state(uint64_t base, unsigned log2size, unsigned most,
                                 unsigned entry_log2, uint32_t prod, uint32_t cons) {
    QueueState q;
    q.log2size = std::min(log2size, most);
    const uint64_t size = uint64_t{1} << std::max(5u, q.log2size + entry_log2);
    const uint32_t index = (uint32_t{2} << q.log2size) - 1;
    q.base = base & ~(size - 1);
    q.prod = {prod & index};
    q.cons = {cons & index};
    return q;
}

}  // namespace smmu::core
