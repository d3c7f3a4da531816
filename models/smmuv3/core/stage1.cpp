// The stage-1 walk: range, hierarchy, leaf.  Arm ARM D8; Arm IHI 0070 G.b, 3.4.1.
#include "smmuv3/core/stage1.h"

#include "smmuv3/core/descriptor_update.h"
#include "smmuv3/core/stage2.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage1Leaf;

namespace {

/// Direct permissions (Arm ARM D8.4.1).  Without privilege AP[1] counts as one, and one XN bit is for
/// everybody (13.4.1).
Permissions permissions(Stage1Leaf leaf, const Hierarchy& above, const Stage1Config& config) {
    using P = Permissions;
    const bool read_only = (leaf[Stage1Leaf::AP] & 0b10) || above.has(Hierarchy::ReadOnly);
    const bool unprivileged =
        (leaf[Stage1Leaf::AP] & 0b01) && !above.has(Hierarchy::PrivilegedOnly);

    P p{P::All};
    if (read_only) p = p.without(P::Write);
    if (!config.has_privilege) {
        const bool never = leaf[Stage1Leaf::UXN] ||
                           above.has(Hierarchy::UnprivilegedExecuteNever) ||
                           (config.write_execute_never && !read_only);
        return never ? p.without(P::Execute) : p;
    }
    if (!unprivileged) p = p.without(P::UnprivilegedRead | P::UnprivilegedWrite);
    if (leaf[Stage1Leaf::UXN] || above.has(Hierarchy::UnprivilegedExecuteNever))
        p = p.without(P::UnprivilegedExecute);
    if (leaf[Stage1Leaf::PXN] || above.has(Hierarchy::PrivilegedExecuteNever))
        p = p.without(P::PrivilegedExecute);
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

/// Hardware may make the page dirty: it counts as writable already (D8.5.2).
bool is_clean(Stage1Leaf page, const Stage1Config& config) {
    return config.update_dirty_state && page[Stage1Leaf::DBM] && (page[Stage1Leaf::AP] & 0b10) != 0;
}

Stage1Leaf made_dirty(Stage1Leaf page) {
    return page.set(Stage1Leaf::AP, static_cast<uint8_t>(page[Stage1Leaf::AP] & 0b01));
}

/// Stage 1's own faults are of class IN; only the abort of a descriptor access is of class TT (7.3.12).
void own(Fault& why) {
    if (why.id == EventId::F_WALK_EABT && !why.stage2) why.why = arch::FaultClass::Tt;
}

/// One walk, and what a page that it found is to become in memory.
template <class Tables>
class Walk {
public:
    Walk(const Stage1Config& config, const Stage1Half& half, const Stage1Input& input,
         Tables& tables, const WalkUse& use)
        : config_(config),
          half_(half),
          input_(input),
          tables_(tables),
          use_(use),
          reads_{Purpose::Stage1Table, arch::FaultClass::Tt, input.stream, half.root.walk} {}

    WalkEnd once(Stage1Result& result, Fault& why) const {
        Descent<Purpose::Stage1Table, Tables> descent(
            half_.root, input_.va, tables_, reads_, use_, use_.tag1,
            begin_walk(half_.root, input_.va, use_, use_.tag1), why);
        Leaf leaf;
        if (!descent.run(leaf)) {
            own(why);
            return WalkEnd::Fault;
        }

        const auto page = arch::as<Stage1Leaf>(leaf.descriptor);
        if (config_.update_access_flag) {
            const WalkEnd end = updated(leaf, page, descent.above(), result, why);
            if (end != WalkEnd::Found) return end;
        } else {
            if (!page[Stage1Leaf::AF] && config_.access_flag_faults)
                return stop(EventId::F_ACCESS, why);
            result.permissions = permissions(page, descent.above(), config_);
            if (!input_.wanted.met_by(result.permissions)) return stop(EventId::F_PERMISSION, why);
        }

        result.output = leaf.output;
        result.shift = leaf.shift;
        result.attributes = {
            static_cast<uint8_t>(config_.mair >> (8 * page[Stage1Leaf::AttrIndx])),
            half_.root.format.lpa2 ? half_.root.shareability : shareability(page[Stage1Leaf::SH])};
        result.global =
            !page[Stage1Leaf::nG] && config_.has_privilege;  // without ASIDs nG means nothing
        return WalkEnd::Found;
    }

private:
    static WalkEnd stop(EventId id, Fault& why) {
        why = fault(id);
        return WalkEnd::Fault;
    }

    /// HTTU: access flag and dirty state (D8.5).
    WalkEnd updated(const Leaf& leaf, Stage1Leaf page, const Hierarchy& above, Stage1Result& result,
                    Fault& why) const {
        const bool clean = is_clean(page, config_);
        const Permissions granted = permissions(clean ? made_dirty(page) : page, above, config_);
        const bool allowed = input_.wanted.met_by(granted);
        const bool becomes_dirty = clean && allowed && input_.wanted.dirties(granted);
        if (!use_.leave_descriptors) {
            if (allowed || !input_.wanted.any) page.set(Stage1Leaf::AF, true);
            if (becomes_dirty) page = made_dirty(page);
        }
        const WalkEnd end = update(leaf, reads_, page.word[0], tables_, why);
        if (end != WalkEnd::Found) {
            own(why);
            return end;
        }
        if (!allowed) return stop(EventId::F_PERMISSION, why);
        const bool stays_clean = clean && !becomes_dirty && !use_.leave_descriptors;
        result.permissions = stays_clean ? granted.without(Permissions::Write) : granted;
        return WalkEnd::Found;
    }

    const Stage1Config& config_;
    const Stage1Half& half_;
    const Stage1Input& input_;
    Tables& tables_;
    const WalkUse& use_;
    const TableReads reads_;
};

template <class Tables>
bool walk_from(const Stage1Config& config, const Stage1Input& input, Tables& tables,
               const WalkUse& use, Stage1Result& result, Fault& why) {
    const Stage1Half& half = config.half_of(input.va);
    if (half.disabled || (input.va & half.bits_above) != half.bits_above_are) {
        why = fault(EventId::F_TRANSLATION);
        return false;
    }
    const Walk<Tables> walk(config, half, input, tables, use);
    WalkEnd end = WalkEnd::Again;
    for (unsigned walks = 0; walks < most_walks && end == WalkEnd::Again; ++walks)
        end = walk.once(result, why);
    return end == WalkEnd::Found;
}

}  // namespace

bool walk_stage1(const Stage1Config& config, const Stage1Input& input, Memory& tables,
                 const WalkUse& use, Stage1Result& result, Fault& why) {
    return walk_from(config, input, tables, use, result, why);
}

bool walk_stage1(const Stage1Config& config, const Stage1Input& input, Stage2Memory& tables,
                 const WalkUse& use, Stage1Result& result, Fault& why) {
    return walk_from(config, input, tables, use, result, why);
}

}  // namespace smmu::core
