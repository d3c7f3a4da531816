// The probes attached to one SMMU, told of each point in the order of their attachment.
#pragma once
#include <algorithm>
#include <vector>

#include "smmuv3/probe.h"

namespace smmu {

class ProbeList {
public:
    void attach(Probe& probe) {
        probes_.push_back(&probe);
        is_watched_ = true;
    }
    void detach(Probe& probe) {
        probes_.erase(std::remove(probes_.begin(), probes_.end(), &probe), probes_.end());
        is_watched_ = !probes_.empty();
    }
    bool empty() const { return !is_watched_; }
    /// Somebody watches; for who asks often.
    const bool& is_watched() const { return is_watched_; }

    template <class Point>
    void tell(void (Probe::*point)(const Point&), const Point& what) const {
        for (Probe* p : probes_) (p->*point)(what);
    }

private:
    bool is_watched_ = false;
    std::vector<Probe*> probes_;
};

}  // namespace smmu
