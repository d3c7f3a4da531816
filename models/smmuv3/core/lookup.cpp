// The steps of a lookup.  Arm IHI 0070 G.b, 3.3, 3.4, 15.
#include "smmuv3/core/lookup.h"

#include <algorithm>

#include "smmuv3/core/context.h"
#include "smmuv3/core/stage1.h"
#include "smmuv3/core/stage2.h"

namespace smmu::core {

using arch::EventId;

// --- Configuration

Fault Lookup::find_stream() {
    recorder_.looked_up(CacheKind::Config, is_cached_);
    if (is_cached_) {
        recorder_.hit_config(ConfigKey(access_));
        return {};
    }
    const auto ste = find_ste(smmu_.stream_table, smmu_.features, access_.stream, memory_);
    if (!ste) return ste.fault;
    const auto config = decode(ste.value, smmu_.features, smmu_.e2h);
    if (!config) return config.fault;
    ste_ = ste.value;
    config_ = config.value;
    return {};
}

Fault Lookup::find_context() {
    if (is_cached_) return {};
    if (access_.translated)
        bypass_stage1();
    else if (!arch::aborts(config_.config))
        if (const Fault f = find_cd()) return f;
    recorder_.fill(ConfigKey(access_), config_);
    return {};
}

/// The CD lies in IPA space when the stream has stage 2.
Fault Lookup::find_cd() {
    const auto choice = choose_context(ste_, smmu_.features, access_);
    if (!choice) return choice.fault;
    if (choice.value.bypass_stage1) bypass_stage1();
    if (!has_stage1(config_.config)) return {};

    const WalkUse use = walk_use();
    Stage2Memory nested(config_.stage2, memory_, use);
    const auto cd =
        core::find_cd(ste_, smmu_.features, choice.value.substream, access_.stream,
                      has_stage2(config_.config) ? static_cast<Memory&>(nested) : memory_);
    if (!cd) return cd.fault;
    const auto stage1 = decode(cd.value, config_, smmu_.features);
    if (!stage1) return stage1.fault;
    config_.stage1 = stage1.value;
    return {};
}

void Lookup::apply_overrides() {
    apply_permission_overrides();
    access_.attributes = apply(config_.overrides, access_.attributes);
}

void Lookup::apply_permission_overrides() {
    const Overrides& by = config_.overrides;
    access_.privileged = privileged_after(by, access_.privileged);
    access_.instruction = instruction_after(by, access_.instruction, access_.write);
}

void Lookup::apply_overrides(arch::Gbpa gbpa) {
    config_.overrides = core::overrides(gbpa);
    apply_overrides();
}

Fault Lookup::check_bypassed_input() const {
    if (has_stage1(config_.config)) return {};
    const unsigned bits = has_stage2(config_.config) ? smmu_.features.intermediate_address_bits()
                                                     : smmu_.features.output_address_bits;
    if (!arch::beyond(access_.address, bits)) return {};
    Fault f = fault(EventId::F_ADDR_SIZE);
    f.always_aborts = true;
    return f;
}

// --- Translation

TlbTag Lookup::tag(Stages through) const {
    TlbTag t;
    t.world = config_.world;
    t.vmid = config_.vmid;
    t.stage1 = through.first;
    t.stage2 = through.second;
    if (t.stage1) {
        t.asid = config_.stage1.asid;
        t.asid_set = config_.stage1.asid_set;
    }
    return t;
}

/// Tables of stage 1 belong to the stream, whichever stages a walk goes through; those of stage 2 to
/// the VMID alone.
WalkUse Lookup::walk_use() const {
    WalkUse use{leaves_descriptors_ ? nullptr : smmu_.walk_caches,
                &recorder_,
                tag(stages()),
                {},
                leaves_descriptors_};
    use.tag2.vmid = config_.vmid;
    use.tag2.stage2 = true;
    return use;
}

/// E0PD holds whatever is cached: it belongs to the access, not to the page.
bool Lookup::is_forbidden_half() const {
    return stages().first && !access_.privileged &&
           config_.stage1.half_of(access_.address).privileged_only;
}

Fault Lookup::find_translation(const Wanted& wanted) {
    if (is_forbidden_half()) return fault(EventId::F_TRANSLATION);
    const WalkUse use = walk_use();
    input_ = input_address();
    // Without the permission it is a miss: the walk says whether memory still forbids it, and
    // reports.
    const bool is_known =
        smmu_.tlb.find(use.tag1, input_, translation_) && translation_.allows(wanted.permissions);
    recorder_.looked_up(CacheKind::Tlb, is_known);
    if (is_known) {
        recorder_.hit(translation_);
        return {};
    }
    translation_ = Translation{};
    if (const Fault f = walk(stages(), wanted, use)) return f;
    recorder_.fill(translation_);
    return {};
}

Fault Lookup::walk(Stages through, const Wanted& wanted) {
    if (through.first && is_forbidden_half()) return fault(EventId::F_TRANSLATION);
    input_ = input_address();
    translation_ = Translation{};
    return walk(through, wanted, walk_use());
}

/// A VA whose top byte is ignored is looked up, and walked, without it.
uint64_t Lookup::input_address() const {
    if (!stages().first || !config_.stage1.half_of(access_.address).top_byte_ignored)
        return access_.address;
    const bool upper_half =
        config_.stage1.has_upper_half && arch::bits(access_.address, 55, 55) != 0;
    return upper_half ? access_.address | 0xFF00'0000'0000'0000
                      : access_.address & 0x00FF'FFFF'FFFF'FFFF;
}

Fault Lookup::walk(Stages through, const Wanted& wanted, const WalkUse& use) {
    translation_.tag = tag(through);
    uint64_t output = input_;
    unsigned shift = 64;
    Wanted at_stage2 = wanted;
    if (through.first) {
        if (const Fault f = walk_stage1(output, shift, wanted, use)) return f;
        intermediate_ = output;
        // What stage 1 does not let be written does not make the stage-2 page dirty (3.13.7.1).
        at_stage2.writes = wanted.dirties(translation_.permissions1);
    }
    if (through.second)
        if (const Fault f = walk_stage2(output, shift, at_stage2, use)) return f;
    const uint64_t offset = (uint64_t{1} << shift) - 1;
    translation_.input = input_ & ~offset;
    translation_.output = output & ~offset;
    translation_.shift = static_cast<uint8_t>(shift);
    return {};
}

/// `output`: the VA, then what it translates to.
Fault Lookup::walk_stage1(uint64_t& output, unsigned& shift, const Wanted& wanted,
                          const WalkUse& use) {
    Stage2Memory nested(config_.stage2, memory_, use);
    Memory& tables = stages().second ? static_cast<Memory&>(nested) : memory_;
    Stage1Result page;
    Fault why;
    // Without an ignored top byte: so walk caches and TLBIs know the address.
    if (!core::walk_stage1(config_.stage1, {output, access_.stream, wanted}, tables, use, page,
                           why))
        return why;
    translation_.global = page.global;
    translation_.leaf_shift = static_cast<uint8_t>(page.shift);
    translation_.permissions1 = page.permissions;
    translation_.attributes1 = page.attributes;
    output = page.output;
    // A block larger than what IPS lets out is no translation of all its addresses.
    shift = std::min(page.shift, config_.stage1.half_of(access_.address).root.output_bits);
    return {};
}

Fault Lookup::walk_stage2(uint64_t& output, unsigned& shift, const Wanted& wanted,
                          const WalkUse& use) {
    const Stage2Input input{output, arch::FaultClass::In, access_.stream, wanted};
    Stage2Result page;
    Fault why;
    if (!core::walk_stage2(config_.stage2, input, memory_, use, page, why)) return why;
    translation_.permissions2 = page.permissions;
    translation_.attributes2 = page.attributes;
    output = page.output;
    if (!translation_.tag.stage1) translation_.leaf_shift = static_cast<uint8_t>(page.shift);
    shift = std::min({shift, page.shift, config_.stage2.root.output_bits});
    return {};
}

arch::MemoryAttributes Lookup::stage1_attributes() const {
    const arch::MemoryAttributes a = decode(translation_.attributes1);
    return smmu_.features.effective_shareability_at_stage1 ? make_consistent(a) : a;
}

arch::MemoryAttributes Lookup::after_stage2(const arch::MemoryAttributes& a) const {
    return translation_.tag.stage2 ? combine(a, translation_.attributes2) : make_consistent(a);
}

arch::MemoryAttributes Lookup::attributes() const {
    return after_stage2(translation_.tag.stage1
                            ? replace_by_stage1(access_.attributes, stage1_attributes())
                            : access_.attributes);
}

arch::MemoryAttributes Lookup::table_attributes() const {
    return after_stage2(translation_.tag.stage1 ? stage1_attributes() : arch::default_attributes);
}

}  // namespace smmu::core
