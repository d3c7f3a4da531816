// Worked out once for each CD: Stage1Config::permissions.
#include "smmuv3/core/leaf_restrictions.h"

#include "smmuv3/core/config.h"

namespace smmu::core {

/// Without privilege AP[1] counts as one, and one XN bit is for everybody (13.4.1).
Permissions permissions(unsigned restrictions, const Stage1Config& config) {
    using P = Permissions;
    using R = LeafRestrictions;
    const bool read_only = restrictions & R::ReadOnly;

    P p{P::All};
    if (read_only) p = p.without(P::Write);
    if (!config.has_privilege) {
        const bool never = (restrictions & R::UnprivilegedExecuteNever) ||
                           (config.write_execute_never && !read_only);
        return never ? p.without(P::Execute) : p;
    }
    if (!(restrictions & R::Unprivileged))
        p = p.without(P::UnprivilegedRead | P::UnprivilegedWrite);
    if (restrictions & R::UnprivilegedExecuteNever) p = p.without(P::UnprivilegedExecute);
    if (restrictions & R::PrivilegedExecuteNever) p = p.without(P::PrivilegedExecute);
    // What unprivileged code can write, privileged code never executes.
    if (p.allow(P::UnprivilegedWrite)) p = p.without(P::PrivilegedExecute);
    if (config.write_execute_never) {
        if (p.allow(P::PrivilegedWrite)) p = p.without(P::PrivilegedExecute);
        if (p.allow(P::UnprivilegedWrite)) p = p.without(P::UnprivilegedExecute);
    }
    const uint8_t pan_looks_at =
        static_cast<uint8_t>(P::UnprivilegedRead | P::UnprivilegedWrite |
                             (config.execute_counts_for_pan ? P::UnprivilegedExecute : 0));
    if (config.privileged_access_never && (p.set & pan_looks_at) != 0)
        p = p.without(P::PrivilegedRead | P::PrivilegedWrite);
    return p;
}

}  // namespace smmu::core
