// A probe that writes one CSV row for each walk: who, where, what came of it, which memory accesses
// it made, how long.
#pragma once
#include <ostream>

#include "smmuv3/probe.h"

namespace smmu {

/// Columns: time_ps (local time at its begin), tbu, stream, substream (empty: none), access (read
/// or write), iova, outcome (ok, the event's name, abort, razwi), pa (empty unless ok), l1std, ste,
/// l1cd, cd, s1_l-1..3, s2_l-1..3, latency_ps.
class Walks final : public Probe {
public:
    /// Writes the heading.  `out` must live as long as the probe.
    explicit Walks(std::ostream& out);

    void miss(const Miss& miss) override;

private:
    std::ostream& out_;
};

}  // namespace smmu
