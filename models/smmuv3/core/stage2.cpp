// The stage-2 walk, and accesses made through it.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 5.2.
#include "smmuv3/core/stage2.h"

#include <algorithm>
#include <optional>

#include "smmuv3/core/descriptor_update.h"

namespace smmu::core {

using arch::EventId;
using arch::Stage2Leaf;

namespace {

Fault at_stage2(Fault f, const Stage2Input& input) {
    f.stage2 = true;
    f.why = input.on_behalf;
    f.ipa = input.ipa;
    return f;
}

/// S2AP and the two-bit XN of FEAT_XNX (IDR3.XNX = 1).
Permissions permissions(Stage2Leaf leaf) {
    using P = Permissions;
    P p{P::All};
    if (!(leaf[Stage2Leaf::S2AP] & 0b01)) p = p.without(P::Read);
    if (!(leaf[Stage2Leaf::S2AP] & 0b10)) p = p.without(P::Write);
    switch (leaf[Stage2Leaf::XN]) {
        case 0b01: return p.without(P::PrivilegedExecute);
        case 0b10: return p.without(P::Execute);
        case 0b11: return p.without(P::UnprivilegedExecute);
        default: return p;
    }
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

/// STE.S2PTW: tables and CDs must not lie where stage 2 maps a device.
bool is_protected_walk(const Stage2Config& config, const Stage2Input& input,
                       const Stage2Attributes& attributes) {
    return config.protected_walk && maps_device(attributes) &&
           input.on_behalf != arch::FaultClass::In;
}

/// What the IPA cache has, where that is enough.
std::optional<Stage2Result> find_cached(const Stage2Config& config, const Stage2Input& input,
                                        const WalkUse& use) {
    if (!use.caches || !use.caches->keeps_ipas()) return std::nullopt;
    const Translation* const t = use.caches->find_ipa(use.tag2, input.ipa);
    const bool is_enough = t && t->permissions2.allow(input.wanted.permissions) &&
                           !is_protected_walk(config, input, t->attributes2);
    use.recorder->looked_up(CacheKind::Ipa, is_enough);
    if (!is_enough) return std::nullopt;
    use.recorder->hit_ipa(*t);
    return Stage2Result{t->translate(input.ipa), t->shift, t->attributes2, t->permissions2};
}

/// A block larger than what S2PS lets out is no translation of all its addresses.
void keep(const Stage2Result& page, const Stage2Config& config, const Stage2Input& input,
          const WalkUse& use) {
    if (!use.caches) return;
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

/// Table descriptors of stage 2 say nothing about permissions.
void takes_nothing_away(arch::TableDescriptor, Hierarchy&) {}

/// One walk; nothing if software changed the leaf meanwhile, which `lost` then reports.
std::optional<Result<Stage2Result>> walk_once(const Stage2Config& config, const Stage2Input& input,
                                              Memory& memory, const WalkUse& use, Fault& lost) {
    MemoryAccess fetch;
    fetch.purpose = Purpose::Stage2Table;
    fetch.on_behalf = input.on_behalf;
    fetch.stream = input.stream;

    Hierarchy none;
    Leaf leaf =
        walk(config.root, input.ipa, fetch, memory, use, use.tag2, none, takes_nothing_away);
    if (leaf.fault) return at_stage2(leaf.fault, input);

    auto page = arch::as<Stage2Leaf>(leaf.descriptor);
    if (!page[Stage2Leaf::AF] && !config.update_access_flag && config.access_flag_faults)
        return at_stage2(fault(EventId::F_ACCESS), input);

    const bool clean = is_clean(page, config);
    const Permissions granted = permissions(clean ? made_dirty(page) : page);
    const Stage2Attributes attributes{
        page[Stage2Leaf::MemAttr],
        config.root.format.lpa2 ? config.root.shareability : shareability(page[Stage2Leaf::SH]),
        config.forced_write_back, config.no_tag_access};
    const bool allowed =
        input.wanted.met_by(granted) && !is_protected_walk(config, input, attributes);
    if (config.update_access_flag && (allowed || !input.wanted.any)) page.set(Stage2Leaf::AF, true);
    const bool becomes_dirty = clean && allowed && input.wanted.dirties(granted);
    if (becomes_dirty) page = made_dirty(page);
    if (use.leave_descriptors) page = arch::as<Stage2Leaf>(leaf.descriptor);
    switch (update(leaf, arch::Descriptor{{{page.word[0]}}}, memory)) {
        case Updated::Changed: lost = at_stage2(leaf.fault, input); return std::nullopt;
        case Updated::Stopped: return at_stage2(leaf.fault, input);
        case Updated::Done: break;
    }
    if (!allowed) return permission_fault(input);

    Stage2Result r;
    r.output = leaf.output;
    r.shift = leaf.shift;
    r.attributes = attributes;
    const bool stays_clean = clean && !becomes_dirty && !use.leave_descriptors;
    r.permissions = stays_clean ? granted.without(Permissions::Write) : granted;
    keep(r, config, input, use);
    return r;
}

}  // namespace

Result<Stage2Result> walk_stage2(const Stage2Config& config, const Stage2Input& input,
                                 Memory& memory, const WalkUse& use) {
    if (input.ipa >> config.root.input_bits) return at_stage2(fault(EventId::F_TRANSLATION), input);
    if (const auto cached = find_cached(config, input, use)) return *cached;
    Fault lost;
    for (unsigned walks = 0; walks < most_walks; ++walks)
        if (const auto result = walk_once(config, input, memory, use, lost)) return *result;
    return lost;
}

Result<MemoryAccess> Stage2Memory::translate(const MemoryAccess& access, bool write) {
    // The SMMU's own accesses are privileged Data.
    const Stage2Input input{access.address,
                            access.on_behalf,
                            access.stream,
                            {needed(write, true, false), false, write}};
    const auto page = walk_stage2(config_, input, physical_, use_);
    if (!page) return page.fault;

    MemoryAccess physical = access;
    physical.address = page.value.output;
    physical.attributes =
        maps_device(page.value.attributes) && config_.device_walk_is_nc
            ? arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer)
            : combine(access.attributes, page.value.attributes);
    return physical;
}

MemoryResult Stage2Memory::read(const MemoryAccess& access, uint64_t* words) {
    const auto physical = translate(access, false);
    if (!physical) return {MemoryResult::Status::Faulted, 0, physical.fault};
    return physical_.read(physical.value, words);
}

MemoryResult Stage2Memory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                            uint64_t desired, uint64_t& found) {
    const auto physical = translate(access, true);
    if (!physical) return {MemoryResult::Status::Faulted, 0, physical.fault};
    return physical_.compare_and_swap(physical.value, expected, desired, found);
}

}  // namespace smmu::core
