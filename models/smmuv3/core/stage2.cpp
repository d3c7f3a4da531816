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
    if (!use.caches->keeps_ipas()) return false;
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

TableReads reads_of(const Stage2Config& config, const Stage2Input& input) {
    return {Purpose::Stage2Table, input.on_behalf, input.stream, config.root.walk};
}

/// The leaf for an IPA in range; false: `why` says why there is none, for stage 2 to add its part.
[[gnu::always_inline]] inline bool find_leaf(const Stage2Config& config, uint64_t ipa,
                                             Memory& memory, const TableReads& reads,
                                             const WalkUse& use, Leaf& leaf, Fault& why) {
    Descent<Purpose::Stage2Table, Memory> descent(config.root, ipa, memory, reads, use, use.tag2,
                                                  begin_walk(config.root, ipa, use, use.tag2), why);
    return descent.run(leaf);
}

/// What becomes of the leaf that was found.
class Ending {
public:
    Ending(const Stage2Config& config, const Stage2Input& input, Memory& memory, const WalkUse& use)
        : config_(config), input_(input), memory_(memory), use_(use) {}

    /// It may have to be found again.
    bool take(Leaf leaf, Stage2Result& result, Fault& why) const {
        for (unsigned walks = 1;; ++walks) {
            const WalkEnd end = take_once(leaf, result, why);
            if (end != WalkEnd::Again || walks == most_walks) return end == WalkEnd::Found;
            if (!find_leaf(config_, input_.ipa, memory_, reads_of(config_, input_), use_, leaf,
                           why))
                return stop(why) == WalkEnd::Found;
        }
    }

private:
    WalkEnd take_once(const Leaf& leaf, Stage2Result& result, Fault& why) const {
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
        const WalkEnd end = update(leaf, reads_of(config_, input_), page.word[0], memory_, why);
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
    Memory& memory_;
    const WalkUse& use_;
};

bool is_out_of_range(const Stage2Config& config, uint64_t ipa) {
    return ipa >> config.root.input_bits != 0;
}

}  // namespace

bool walk_stage2(const Stage2Config& config, const Stage2Input& input, Memory& memory,
                 const WalkUse& use, Stage2Result& result, Fault& why) {
    if (is_out_of_range(config, input.ipa)) {
        why = at_stage2(fault(EventId::F_TRANSLATION), input);
        return false;
    }
    if (use.caches && find_cached(config, input, use, result)) return true;
    Leaf leaf;
    if (!find_leaf(config, input.ipa, memory, reads_of(config, input), use, leaf, why)) {
        why = at_stage2(why, input);
        return false;
    }
    return Ending(config, input, memory, use).take(leaf, result, why);
}

/// The SMMU's own accesses are privileged Data.
Stage2Input Stage2Memory::input(uint64_t ipa, arch::FaultClass on_behalf, bool write) const {
    return {ipa, on_behalf, stream_, {needed(write, true, false), false, write}};
}

bool Stage2Memory::translate(const MemoryAccess& access, bool write, MemoryAccess& physical) {
    Stage2Result page;
    if (!walk_stage2(config_, input(access.address, access.on_behalf, write), physical_, use_, page,
                     refusal_))
        return false;
    physical = access;
    physical.address = page.output;
    physical.attributes = attributes_of_table(access.attributes, page.attributes);
    return true;
}

bool Stage2Memory::read_descriptor(const TableReads& reads, uint64_t ipa, int level, uint64_t& word,
                                   Fault& why) {
    if (use_.caches || is_out_of_range(config_, ipa))
        return read_through_caches(reads, ipa, level, word, why);
    const TableReads of_stage2{Purpose::Stage2Table, reads.on_behalf, stream_, config_.root.walk};
    Leaf leaf;
    if (!find_leaf(config_, ipa, physical_, of_stage2, use_, leaf, why)) {
        why = at_stage2(why, input(ipa, reads.on_behalf, false));
        return false;
    }
    if (!latest_.is_of(leaf.descriptor, reads.attributes) && !judge(leaf, reads, ipa, why))
        return false;
    return read_descriptor_at(leaf.output, reads, level, word, why);
}

/// Where stage 2 has said that it lies, with the attributes that it goes out with.
[[gnu::always_inline]] inline bool Stage2Memory::read_descriptor_at(uint64_t address,
                                                                    const TableReads& reads,
                                                                    int level, uint64_t& word,
                                                                    Fault& why) {
    TableReads physical = reads;
    physical.attributes = latest_.attributes;
    return core::read_descriptor<Purpose::Stage1Table>(physical_, physical, address, level, word,
                                                       why);
}

[[gnu::noinline]] bool Stage2Memory::judge(Leaf& leaf, const TableReads& reads, uint64_t ipa,
                                           Fault& why) {
    const Stage2Input input = this->input(ipa, reads.on_behalf, false);
    Stage2Result page;
    if (!Ending(config_, input, physical_, use_).take(leaf, page, why)) return false;
    const bool is_updated =
        config_.update_access_flag && !arch::as<Stage2Leaf>(leaf.descriptor)[Stage2Leaf::AF];
    latest_ = {is_updated ? 0 : Judgement::flags_of(leaf.descriptor), reads.attributes,
               attributes_of_table(reads.attributes, page.attributes)};
    leaf.output = page.output;
    return true;
}

bool Stage2Memory::read_through_caches(const TableReads& reads, uint64_t ipa, int level,
                                       uint64_t& word, Fault& why) {
    Stage2Result page;
    if (!walk_stage2(config_, input(ipa, reads.on_behalf, false), physical_, use_, page, why))
        return false;
    latest_ = {0, reads.attributes, attributes_of_table(reads.attributes, page.attributes)};
    return read_descriptor_at(page.output, reads, level, word, why);
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
    return physical_.read(physical, words);
}

MemoryResult Stage2Memory::compare_and_swap(const MemoryAccess& access, uint64_t expected,
                                            uint64_t desired, uint64_t& found) {
    MemoryAccess physical;
    if (!translate(access, true, physical)) return {MemoryResult::Status::Faulted, 0};
    return physical_.compare_and_swap(physical, expected, desired, found);
}

}  // namespace smmu::core
