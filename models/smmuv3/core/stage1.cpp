// The stage-1 walk: range, hierarchy, leaf.  Arm ARM D8; Arm IHI 0070 G.b, 3.4.1.
#include "smmuv3/core/stage1.h"

#include "smmuv3/core/descriptor_update.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage1Leaf;
using arch::TableDescriptor;

namespace {

void pass(TableDescriptor d, Hierarchy& above) {
    above.read_only |= (d[TableDescriptor::APTable] & 0b10) != 0;
    above.privileged_only |= (d[TableDescriptor::APTable] & 0b01) != 0;
    above.unprivileged_execute_never |= d[TableDescriptor::UXNTable];
    above.privileged_execute_never |= d[TableDescriptor::PXNTable];
}

/// The bits above the range must all equal VA[55], or be zero where there is no upper half; with TBI
/// the top byte does not count (3.4.1).
bool in_range(const Stage1Config& config, const Stage1Half& half, uint64_t va) {
    const unsigned top = half.top_byte_ignored ? 55 : 63;
    if (half.root.input_bits > top) return true;
    const uint64_t upper = arch::bits(va, top, half.root.input_bits);
    const uint64_t all_ones = ~uint64_t{0} >> (63 - (top - half.root.input_bits));
    return upper == (config.has_upper_half && arch::bits(va, 55, 55) ? all_ones : 0);
}

/// Direct permissions (Arm ARM D8.4.1).  Without privilege AP[1] counts as one, and one XN bit is for
/// everybody (13.4.1).
Permissions permissions(Stage1Leaf leaf, const Hierarchy& above, const Stage1Config& config) {
    using P = Permissions;
    const bool read_only = (leaf[Stage1Leaf::AP] & 0b10) || above.read_only;
    const bool unprivileged = (leaf[Stage1Leaf::AP] & 0b01) && !above.privileged_only;

    P p{P::All};
    if (read_only) p = p.without(P::Write);
    if (!config.has_privilege) {
        const bool never = leaf[Stage1Leaf::UXN] || above.unprivileged_execute_never ||
                           (config.write_execute_never && !read_only);
        return never ? p.without(P::Execute) : p;
    }
    if (!unprivileged) p = p.without(P::UnprivilegedRead | P::UnprivilegedWrite);
    if (leaf[Stage1Leaf::UXN] || above.unprivileged_execute_never)
        p = p.without(P::UnprivilegedExecute);
    if (leaf[Stage1Leaf::PXN] || above.privileged_execute_never)
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

/// How one walk ends.  Again: software changed the leaf meanwhile; the fault says how the access ends
/// that tries no more.
WalkEnd walk_once(const Stage1Config& config, const Stage1Half& half, const Stage1Input& input,
                  Memory& memory, const WalkUse& use, Stage1Result& result, Fault& why) {
    MemoryAccess fetch;
    fetch.purpose = Purpose::Stage1Table;
    fetch.on_behalf = arch::FaultClass::Tt;
    fetch.stream = input.stream;

    Hierarchy above;
    const auto gather = [&](TableDescriptor table, Hierarchy& sum) {
        if (!half.hierarchical_disabled) pass(table, sum);
    };
    // Stage 1's own faults are of class IN; only the abort of a descriptor access is of class TT
    // (7.3.12).
    const auto own = [&](WalkEnd end) {
        if (why.id == EventId::F_WALK_EABT && !why.stage2) why.why = arch::FaultClass::Tt;
        return end;
    };
    Leaf leaf;
    if (!walk(half.root, input.va, fetch, memory, use, use.tag1, above, gather, leaf, why))
        return own(WalkEnd::Fault);

    auto page = arch::as<Stage1Leaf>(leaf.descriptor);
    if (!page[Stage1Leaf::AF] && !config.update_access_flag && config.access_flag_faults) {
        why = fault(EventId::F_ACCESS);
        return WalkEnd::Fault;
    }

    const bool clean = is_clean(page, config);
    Permissions granted = permissions(clean ? made_dirty(page) : page, above, config);
    const bool allowed = input.wanted.met_by(granted);
    if (config.update_access_flag && (allowed || !input.wanted.any)) page.set(Stage1Leaf::AF, true);
    const bool becomes_dirty = clean && allowed && input.wanted.dirties(granted);
    if (becomes_dirty) page = made_dirty(page);
    if (use.leave_descriptors) page = arch::as<Stage1Leaf>(leaf.descriptor);
    const WalkEnd end = update(leaf, fetch, arch::Descriptor{{{page.word[0]}}}, memory, why);
    if (end != WalkEnd::Found) return own(end);
    if (!allowed) {
        why = fault(EventId::F_PERMISSION);
        return WalkEnd::Fault;
    }

    result.output = leaf.output;
    result.shift = leaf.shift;
    result.attributes = {
        static_cast<uint8_t>(config.mair >> (8 * page[Stage1Leaf::AttrIndx])),
        half.root.format.lpa2 ? half.root.shareability : shareability(page[Stage1Leaf::SH])};
    const bool stays_clean = clean && !becomes_dirty && !use.leave_descriptors;
    result.permissions = stays_clean ? granted.without(Permissions::Write) : granted;
    result.global =
        !page[Stage1Leaf::nG] && config.has_privilege;  // without ASIDs nG means nothing
    return WalkEnd::Found;
}

}  // namespace

bool walk_stage1(const Stage1Config& config, const Stage1Input& input, Memory& memory,
                 const WalkUse& use, Stage1Result& result, Fault& why) {
    const Stage1Half& half = config.half_of(input.va);
    if (half.disabled || !in_range(config, half, input.va)) {
        why = fault(EventId::F_TRANSLATION);
        return false;
    }
    WalkEnd end = WalkEnd::Again;
    for (unsigned walks = 0; walks < most_walks && end == WalkEnd::Again; ++walks)
        end = walk_once(config, half, input, memory, use, result, why);
    return end == WalkEnd::Found;
}

}  // namespace smmu::core
