// The stage-2 walk, and accesses made through it.  Arm ARM D8; Arm IHI 0070 G.b, 3.4, 5.2.
#include "smmuv3/core/stage2.h"

#include <algorithm>

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

/// STE.S2PTW: tables and CDs must not lie where stage 2 maps a device.
bool is_protected_walk(const Stage2Config& config, const Stage2Input& input,
                       const Stage2Attributes& attributes) {
    return config.protected_walk && maps_device(attributes) &&
           input.on_behalf != arch::FaultClass::In;
}

/// What the IPA cache has, where that is enough.
bool find_cached(const Stage2Config& config, const Stage2Input& input, const WalkUse& use,
                 Stage2Result& result) {
    if (!use.caches || !use.caches->keeps_ipas()) return false;
    Translation t;
    const bool is_enough = use.caches->find_ipa(use.tag2, input.ipa, t) &&
                           t.permissions2.allow(input.wanted.permissions) &&
                           !is_protected_walk(config, input, t.attributes2);
    use.recorder->looked_up(CacheKind::Ipa, is_enough);
    if (!is_enough) return false;
    use.recorder->hit_ipa(t);
    result = {t.translate(input.ipa), t.shift, t.attributes2, t.permissions2};
    return true;
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
constexpr auto takes_nothing_away = [](arch::TableDescriptor, Hierarchy&) {};

/// How one walk ends.  Again: software changed the leaf meanwhile; the fault says how the access ends
/// that tries no more.
WalkEnd walk_once(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                  const WalkUse& use, Stage2Result& result, Fault& why) {
    MemoryAccess fetch;
    fetch.purpose = Purpose::Stage2Table;
    fetch.on_behalf = input.on_behalf;
    fetch.stream = input.stream;

    Hierarchy none;
    Leaf leaf;
    if (!walk(config.root, input.ipa, fetch, memory, use, use.tag2, none, takes_nothing_away, leaf,
              why)) {
        why = at_stage2(why, input);
        return WalkEnd::Fault;
    }

    auto page = arch::as<Stage2Leaf>(leaf.descriptor);
    if (!page[Stage2Leaf::AF] && !config.update_access_flag && config.access_flag_faults) {
        why = at_stage2(fault(EventId::F_ACCESS), input);
        return WalkEnd::Fault;
    }

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
    const WalkEnd end = update(leaf, fetch, arch::Descriptor{{{page.word[0]}}}, memory, why);
    if (end != WalkEnd::Found) {
        why = at_stage2(why, input);
        return end;
    }
    if (!allowed) {
        why = permission_fault(input);
        return WalkEnd::Fault;
    }

    result.output = leaf.output;
    result.shift = leaf.shift;
    result.attributes = attributes;
    const bool stays_clean = clean && !becomes_dirty && !use.leave_descriptors;
    result.permissions = stays_clean ? granted.without(Permissions::Write) : granted;
    keep(result, config, input, use);
    return WalkEnd::Found;
}

}  // namespace

bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why) {
    if (input.ipa >> config.root.input_bits) {
        why = at_stage2(fault(EventId::F_TRANSLATION), input);
        return false;
    }
    if (find_cached(config, input, use, result)) return true;
    WalkEnd end = WalkEnd::Again;
    for (unsigned walks = 0; walks < most_walks && end == WalkEnd::Again; ++walks)
        end = walk_once(config, input, memory, use, result, why);
    return end == WalkEnd::Found;
}

bool Stage2Memory::translate(const MemoryAccess& access, bool write, MemoryAccess& physical) {
    // The SMMU's own accesses are privileged Data.
    const Stage2Input input{access.address,
                            access.on_behalf,
                            access.stream,
                            {needed(write, true, false), false, write}};
    Stage2Result page;
    if (!walk_stage2(config_, input, physical_, use_, page, refusal_)) return false;
    if (!latest_.is_of(access.attributes, page.attributes))
        latest_ = {access.attributes, page.attributes,
                   attributes_of_table(access.attributes, page.attributes), true};
    physical = access;
    physical.address = page.output;
    physical.attributes = latest_.result;
    return true;
}

/// Where stage 2 maps a device, reads of tables may be Normal Non-cacheable (IDR3.PTWNNC).
arch::MemoryAttributes Stage2Memory::attributes_of_table(const arch::MemoryAttributes& in,
                                                         const Stage2Attributes& page) const {
    return maps_device(page) && config_.device_walk_is_nc
               ? arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer)
               : combine(in, page);
}

MemoryResult Stage2Memory::read(const MemoryAccess& access, uint64_t* words) {
    MemoryAccess physical;
    if (!translate(access, false, physical)) return {MemoryResult::Status::Faulted, 0};
    if (access.size == sizeof *words &&
        physical_.read_in_place(physical.address, physical.attributes, words))
        return {MemoryResult::Status::Done, physical.address};
    return physical_.read(physical, words);
}

MemoryResult Stage2Memory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                            uint64_t desired, uint64_t& found) {
    MemoryAccess physical;
    if (!translate(access, true, physical)) return {MemoryResult::Status::Faulted, 0};
    return physical_.compare_and_swap(physical, expected, desired, found);
}

}  // namespace smmu::core
