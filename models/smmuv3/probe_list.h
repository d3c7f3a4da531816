// The probes attached to one SMMU, told of each point in the order of their attachment.
#pragma once
#include <algorithm>
#include <vector>

#include "smmuv3/probe.h"

namespace smmu {

class ProbeList {
public:
    void attach(Probe& probe) { probes_.push_back(&probe); }
    void detach(Probe& probe) {
        probes_.erase(std::remove(probes_.begin(), probes_.end(), &probe), probes_.end());
    }
    bool empty() const { return probes_.empty(); }

    template <class Point>
    void tell(void (Probe::*point)(const Point&), const Point& what) const {
        for (Probe* p : probes_) (p->*point)(what);
    }

private:
    std::vector<Probe*> probes_;
};

}  // namespace smmu
