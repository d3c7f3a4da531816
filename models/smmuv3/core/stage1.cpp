// The stage-1 walk: range, hierarchy, leaf.  Arm ARM D8; Arm IHI 0070 G.b, 3.4.1.
#include "smmuv3/core/stage1.h"

#include "smmuv3/core/nested_tables.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage1Leaf;

namespace {

Permissions permissions(Stage1Leaf leaf, const Hierarchy& above, const Stage1Config& config) {
    return config.permissions[LeafRestrictions::of(leaf, above)];
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
    Walk(const Stage1Config& config, const Stage1Input& input, Tables& tables, const WalkUse& use)
        : config_(config), input_(input), tables_(tables), use_(use) {}

    WalkEnd once(Stage1Result& result, Fault& why) const {
        Descent<Tables, true> descent(input_.half.root, input_.va, tables_, use_, use_.tag1,
                                      begin_walk(input_.half.root, input_.va, use_, use_.tag1),
                                      why);
        if (!descent.run()) {
            own(why);
            return WalkEnd::Fault;
        }

        const auto page = arch::as<Stage1Leaf>(descent.descriptor());
        if (config_.update_access_flag) {
            const WalkEnd end = updated(descent.leaf(), page, descent.above(), result, why);
            if (end != WalkEnd::Found) return end;
        } else {
            if (!page[Stage1Leaf::AF] && config_.access_flag_faults)
                return stop(EventId::F_ACCESS, why);
            result.permissions = permissions(page, descent.above(), config_);
            if (!input_.wanted.met_by(result.permissions)) return stop(EventId::F_PERMISSION, why);
        }

        result.output = descent.output();
        result.shift = descent.shift();
        result.attributes = {static_cast<uint8_t>(config_.mair >> (8 * page[Stage1Leaf::AttrIndx])),
                             input_.half.root.format.lpa2 ? input_.half.root.shareability
                                                          : shareability(page[Stage1Leaf::SH])};
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
        const WalkEnd end = tables_.update(leaf, page.word[0], why);
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
    const Stage1Input& input_;
    Tables& tables_;
    const WalkUse& use_;
};

/// Whether the VA is one that tables resolve at all.
bool is_in_range(const Stage1Half& half, uint64_t va) {
    return !half.disabled && (va & half.bits_above) == half.bits_above_are;
}

template <class Tables>
bool walk(const Stage1Config& config, const Stage1Input& input, Tables& tables, const WalkUse& use,
          Stage1Result& result, Fault& why) {
    if (!is_in_range(input.half, input.va)) {
        why = fault(EventId::F_TRANSLATION);
        return false;
    }
    const Walk<Tables> walk(config, input, tables, use);
    WalkEnd end = WalkEnd::Again;
    for (unsigned walks = 0; walks < most_walks && end == WalkEnd::Again; ++walks)
        end = walk.once(result, why);
    return end == WalkEnd::Found;
}

}  // namespace

bool walk_stage1(const Stage1Config& config, const Stage1Input& input, Memory& memory,
                 const WalkUse& use, Stage1Result& result, Fault& why) {
    const TableRoot& root = input.half.root;
    PhysicalTables<Purpose::Stage1Table> tables(
        memory, {Purpose::Stage1Table, arch::FaultClass::Tt, input.stream, root.walk},
        root.too_large);
    return walk(config, input, tables, use, result, why);
}

bool walk_stage1(const Stage1Config& config, const Stage1Input& input, const Stage2Config& nested,
                 Memory& memory, const WalkUse& use, Stage1Result& result, Fault& why) {
    NestedTables tables(input.half.root, nested, input.stream, memory, use);
    return walk(config, input, tables, use, result, why);
}

}  // namespace smmu::core
