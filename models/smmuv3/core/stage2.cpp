// The stage-2 walk, and accesses made through it.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 5.2.
#include "smmuv3/core/stage2.h"

#include <algorithm>

#include "smmuv3/core/descriptor_update.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage2Leaf;

namespace {

/// S2AP and the two-bit XN of FEAT_XNX (IDR3.XNX = 1).
constexpr Permissions permissions(unsigned s2ap, unsigned xn) {
    using P = Permissions;
    P p{P::All};
    if (!(s2ap & 0b01)) p = p.without(P::Read);
    if (!(s2ap & 0b10)) p = p.without(P::Write);
    switch (xn) {
        case 0b01: return p.without(P::PrivilegedExecute);
        case 0b10: return p.without(P::Execute);
        case 0b11: return p.without(P::UnprivilegedExecute);
        default: return p;
    }
}

/// The same for a leaf: a nested walk asks five times.
Permissions permissions(Stage2Leaf leaf) {
    constexpr Permissions by_s2ap_and_xn[4][4] = {
        {permissions(0, 0), permissions(0, 1), permissions(0, 2), permissions(0, 3)},
        {permissions(1, 0), permissions(1, 1), permissions(1, 2), permissions(1, 3)},
        {permissions(2, 0), permissions(2, 1), permissions(2, 2), permissions(2, 3)},
        {permissions(3, 0), permissions(3, 1), permissions(3, 2), permissions(3, 3)}};
    return by_s2ap_and_xn[leaf[Stage2Leaf::S2AP]][leaf[Stage2Leaf::XN]];
}

Fault permission_fault(const Stage2Input& input) {
    Fault f = at_stage2(fault(EventId::F_PERMISSION), input);
    f.table_read = input.on_behalf == arch::FaultClass::Tt && !input.wanted.writes;
    return f;
}

/// Hardware may make the page dirty: it counts as writable already (D8.5.2).
bool is_clean(Stage2Leaf page, const Stage2Config& config) {
    return config.update_dirty_state && page[Stage2Leaf::DBM] &&
           (page[Stage2Leaf::S2AP] & 0b10) == 0;
}

Stage2Leaf made_dirty(Stage2Leaf page) {
    return page.set(Stage2Leaf::S2AP, static_cast<uint8_t>(page[Stage2Leaf::S2AP] | 0b10));
}

/// A block larger than what S2PS lets out is no translation of all its addresses.
void keep(const Stage2Result& page, const Stage2Config& config, const Stage2Input& input,
          const WalkUse& use) {
    const unsigned shift = std::min(page.shift, config.root.output_bits);
    const uint64_t offset = (uint64_t{1} << shift) - 1;
    Translation t;
    t.tag = use.tag2;
    t.input = input.ipa & ~offset;
    t.output = page.output & ~offset;
    t.shift = static_cast<uint8_t>(shift);
    t.leaf_shift = static_cast<uint8_t>(page.shift);
    t.permissions2 = page.permissions;
    t.attributes2 = page.attributes;
    use.recorder->keep_ipa(t);
}

using Tables = PhysicalTables<Purpose::Stage2Table>;

/// The leaf for an IPA in range; false: `why` says why there is none.
[[gnu::always_inline]] inline bool find_leaf(const Stage2Config& config, const Stage2Input& input,
                                             Tables& tables, const WalkUse& use, Leaf& leaf,
                                             Fault& why) {
    Descent<Tables, true> descent(config.root, input.ipa, tables, use, use.tag2,
                                  begin_walk(config.root, input.ipa, use, use.tag2), why);
    if (!descent.run()) {
        why = at_stage2(why, input);
        return false;
    }
    leaf = descent.leaf();
    return true;
}

/// What becomes of the leaf that was found.
class Ending {
public:
    Ending(const Stage2Config& config, const Stage2Input& input, Tables& tables, const WalkUse& use)
        : config_(config), input_(input), tables_(tables), use_(use) {}

    bool take(const Leaf& leaf, Stage2Result& result, Fault& why) const {
        const WalkEnd end = take_once(leaf, result, why);
        return end == WalkEnd::Again ? take_again(result, why) : end == WalkEnd::Found;
    }

private:
    [[gnu::always_inline]] WalkEnd take_once(const Leaf& leaf, Stage2Result& result,
                                             Fault& why) const {
        const auto page = arch::as<Stage2Leaf>(leaf.descriptor);
        result.attributes = {page[Stage2Leaf::MemAttr],
                             config_.root.format.lpa2 ? config_.root.shareability
                                                      : shareability(page[Stage2Leaf::SH]),
                             config_.forced_write_back, config_.no_tag_access};
        if (config_.update_access_flag) {
            const WalkEnd end = updated(leaf, page, result, why);
            if (end != WalkEnd::Found) return end;
        } else {
            if (!page[Stage2Leaf::AF] && config_.access_flag_faults) {
                why = fault(EventId::F_ACCESS);
                return stop(why);
            }
            result.permissions = permissions(page);
            if (!allows(result.permissions, result.attributes)) return forbid(why);
        }
        result.output = leaf.output;
        result.shift = leaf.shift;
        if (use_.caches) keep(result, config_, input_, use_);
        return WalkEnd::Found;
    }

    [[gnu::noinline]] bool take_again(Stage2Result& result, Fault& why) const {
        WalkEnd end = WalkEnd::Again;
        for (unsigned walks = 1; walks < most_walks && end == WalkEnd::Again; ++walks) {
            Leaf leaf;
            if (!find_leaf(config_, input_, tables_, use_, leaf, why)) return false;
            end = take_once(leaf, result, why);
        }
        return end == WalkEnd::Found;
    }

    bool allows(Permissions granted, const Stage2Attributes& attributes) const {
        return input_.wanted.met_by(granted) && !is_protected_walk(config_, input_, attributes);
    }
    WalkEnd stop(Fault& why) const {
        why = at_stage2(why, input_);
        return WalkEnd::Fault;
    }
    WalkEnd forbid(Fault& why) const {
        why = permission_fault(input_);
        return WalkEnd::Fault;
    }

    /// HTTU: access flag and dirty state (D8.5).
    WalkEnd updated(const Leaf& leaf, Stage2Leaf page, Stage2Result& result, Fault& why) const {
        const bool clean = is_clean(page, config_);
        const Permissions granted = permissions(clean ? made_dirty(page) : page);
        const bool allowed = allows(granted, result.attributes);
        const bool becomes_dirty = clean && allowed && input_.wanted.dirties(granted);
        if (!use_.leave_descriptors) {
            if (allowed || !input_.wanted.any) page.set(Stage2Leaf::AF, true);
            if (becomes_dirty) page = made_dirty(page);
        }
        const WalkEnd end = tables_.update(leaf, page.word[0], why);
        if (end != WalkEnd::Found) {
            stop(why);
            return end;
        }
        if (!allowed) return forbid(why);
        const bool stays_clean = clean && !becomes_dirty && !use_.leave_descriptors;
        result.permissions = stays_clean ? granted.without(Permissions::Write) : granted;
        return WalkEnd::Found;
    }

    const Stage2Config& config_;
    const Stage2Input& input_;
    Tables& tables_;
    const WalkUse& use_;
};

[[gnu::always_inline]] inline bool walk(const Stage2Config& config, const Stage2Input& input,
                                        Memory& memory, const WalkUse& use, Stage2Result& result,
                                        Fault& why) {
    if (input.ipa & ~config.root.input_mask) {
        why = at_stage2(fault(EventId::F_TRANSLATION), input);
        return false;
    }
    Tables tables(memory, {Purpose::Stage2Table, input.on_behalf, input.stream, config.root.walk},
                  config.root.too_large);
    Leaf leaf;
    return find_leaf(config, input, tables, use, leaf, why) &&
           Ending(config, input, tables, use).take(leaf, result, why);
}

}  // namespace

bool walk_stage2_tables(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                        const WalkUse& use, Stage2Result& result, Fault& why) {
    return walk(config, input, memory, use, result, why);
}

bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why) {
    const TlbEntry* const e = find_cached(config, input, use);
    if (!e) return walk(config, input, memory, use, result, why);
    result = {e->translate(input.ipa), (*e)[TlbEntry::LeafShift], e->attributes2(),
              e->permissions2()};
    return true;
}

bool take_stage2(const Stage2Config& config, const Stage2Input& input, const Leaf& leaf,
                 Tables& tables, const WalkUse& use, Stage2Result& result, Fault& why) {
    return Ending(config, input, tables, use).take(leaf, result, why);
}

arch::MemoryAttributes attributes_of_table(const Stage2Config& config,
                                           const arch::MemoryAttributes& in,
                                           const Stage2Attributes& page) {
    return maps_device(page) && config.device_walk_is_nc
               ? arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer)
               : combine(in, page);
}

bool Stage2Memory::translate(const MemoryAccess& access, bool write, MemoryAccess& physical) {
    Stage2Result page;
    if (!walk_stage2(config_, table_input(access.address, access.on_behalf, stream_, write),
                     physical_, use_, page, refusal_))
        return false;
    physical = access;
    physical.address = page.output;
    physical.attributes = attributes_of_table(config_, access.attributes, page.attributes);
    return true;
}

MemoryResult Stage2Memory::read(const MemoryAccess& access, uint64_t* words) {
    MemoryAccess physical;
    if (!translate(access, false, physical)) return {MemoryResult::Status::Faulted, 0};
    return physical_.read(physical, words);
}

MemoryResult Stage2Memory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                            uint64_t desired, uint64_t& found) {
    MemoryAccess physical;
    if (!translate(access, true, physical)) return {MemoryResult::Status::Faulted, 0};
    return physical_.compare_and_swap(physical, expected, desired, found);
}

}  // namespace smmu::core
