// Invalidations that a cache has heard of and not yet carried out: an entry that is older than one of
// them is looked at when somebody comes across it, not before.  So an invalidation by VMID, by ASID or
// of everything costs the same whatever is cached.
#pragma once
#include <cstddef>
#include <vector>

#include "smmuv3/core/tlb_scope.h"

namespace smmu::core {

class Invalidations {
public:
    /// Grows with every invalidation.  What is put into the cache now is younger than all of them.
    uint64_t now() const { return now_; }

    /// False if there are too many: the cache has to carry them out, and forget() them, first.
    bool add(const TlbScope& scope) {
        forget_again(scope);
        if (pending_.size() == most) return false;
        pending_.push_back({scope, ++now_});
        return true;
    }
    void forget() { pending_.clear(); }

    /// One of them reaches an entry of which `is_in(scope)` tells, and which was put in at `epoch`.
    template <class IsIn>
    bool reach(uint64_t epoch, IsIn&& is_in) const {
        for (auto p = pending_.rbegin(); p != pending_.rend() && p->when > epoch; ++p)
            if (is_in(p->scope)) return true;
        return false;
    }

private:
    static constexpr size_t most = 64;
    struct Pending {
        TlbScope scope;
        uint64_t when;
    };
    /// The same once more makes the earlier one needless.
    void forget_again(const TlbScope& scope) {
        for (auto p = pending_.begin(); p != pending_.end(); ++p)
            if (p->scope == scope) {
                pending_.erase(p);
                return;
            }
    }

    std::vector<Pending> pending_;  ///< by rising time
    uint64_t now_ = 1;
};

}  // namespace smmu::core
