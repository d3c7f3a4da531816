// The steps of a lookup.  Arm IHI 0070 G.b, 3.3, 3.4, 15.
#include "smmuv3/core/lookup.h"

#include <algorithm>

#include "smmuv3/core/context.h"
#include "smmuv3/core/stage1.h"
#include "smmuv3/core/stage2.h"

namespace smmu::core {

using arch::EventId;

// --- Configuration

bool Lookup::find_stream() {
    recorder_.looked_up(CacheKind::Config, cached_ != nullptr);
    if (cached_) {
        recorder_.hit_config(ConfigKey(access_));
        return true;
    }
    const auto ste = find_ste(smmu_.stream_table, smmu_.features, access_.stream, memory_);
    if (!ste) return stop(ste.fault);
    const auto config = decode(ste.value, smmu_.features, smmu_.e2h);
    if (!config) return stop(config.fault);
    ste_ = ste.value;
    own_config() = config.value;
    return true;
}

StreamConfig& Lookup::own_config() {
    if (!made_) config_ = &made_.emplace(*config_);
    return *made_;
}

void Lookup::bypass_stage1() {
    StreamConfig& c = own_config();
    c.config = arch::without_stage1(c.config);
    name_translations(c);
}

bool Lookup::find_context() {
    if (cached_) return true;
    if (access_.translated)
        bypass_stage1();
    else if (!arch::aborts(config_->config) && !find_cd())
        return false;
    recorder_.fill(ConfigKey(access_), *config_);
    return true;
}

/// The CD lies in IPA space when the stream has stage 2.
bool Lookup::find_cd() {
    const auto choice = choose_context(ste_, smmu_.features, access_);
    if (!choice) return stop(choice.fault);
    if (choice.value.bypass_stage1) bypass_stage1();
    if (!has_stage1(config_->config)) return true;

    const WalkUse use = walk_use();
    Stage2Memory nested(config_->stage2, access_.stream, memory_, use);
    const auto cd = core::find_cd(ste_, smmu_.features, choice.value.substream, access_.stream,
                                  stages().second ? static_cast<Memory&>(nested) : memory_);
    if (!cd) return stop(cd.fault);
    const auto stage1 = decode(cd.value, *config_, smmu_.features);
    if (!stage1) return stop(stage1.fault);
    StreamConfig& c = own_config();
    c.stage1 = stage1.value;
    name_translations(c);
    return true;
}

void Lookup::apply_overrides() {
    apply_permission_overrides();
    access_.attributes = apply(config_->overrides, access_.attributes);
}

void Lookup::apply_permission_overrides() {
    const Overrides& by = config_->overrides;
    access_.privileged = privileged_after(by, access_.privileged);
    access_.instruction = instruction_after(by, access_.instruction, access_.write);
}

void Lookup::apply_overrides(arch::Gbpa gbpa) {
    own_config().overrides = core::overrides(gbpa);
    apply_overrides();
}

bool Lookup::check_bypassed_input() {
    if (has_stage1(config_->config)) return true;
    const unsigned bits = has_stage2(config_->config) ? smmu_.features.intermediate_address_bits()
                                                      : smmu_.features.output_address_bits;
    if (!arch::beyond(access_.address, bits)) return true;
    Fault f = core::fault(EventId::F_ADDR_SIZE);
    f.always_aborts = true;
    return stop(f);
}

// --- Translation

/// Tables of stage 1 belong to the stream, whichever stages a walk goes through.
WalkUse Lookup::walk_use() const {
    return {leaves_descriptors_ ? nullptr : smmu_.walk_caches, &recorder_, config_->tag1,
            config_->tag2, leaves_descriptors_};
}

/// E0PD holds whatever is cached: it belongs to the access, not to the page.
bool Lookup::is_forbidden_half() const {
    return stages().first && !access_.privileged &&
           config_->stage1.half_of(access_.address).privileged_only;
}

bool Lookup::find_translation(const Wanted& wanted) {
    if (is_forbidden_half()) return stop(core::fault(EventId::F_TRANSLATION));
    const WalkUse use = walk_use();
    input_ = input_address();
    // Without the permission it is a miss: the walk says whether memory still forbids it, and
    // reports.
    const bool is_known =
        smmu_.tlb.find(use.tag1, input_, translation_) && translation_.allows(wanted.permissions);
    recorder_.looked_up(CacheKind::Tlb, is_known);
    if (is_known) {
        recorder_.hit(translation_);
        return true;
    }
    if (!walk(stages(), wanted, use)) return false;
    recorder_.fill(translation_);
    return true;
}

bool Lookup::walk(Stages through, const Wanted& wanted) {
    if (through.first && is_forbidden_half()) return stop(core::fault(EventId::F_TRANSLATION));
    input_ = input_address();
    return walk(through, wanted, walk_use());
}

/// A VA whose top byte is ignored is looked up, and walked, without it.
uint64_t Lookup::input_address() const {
    if (!stages().first || !config_->stage1.half_of(access_.address).top_byte_ignored)
        return access_.address;
    const bool upper_half =
        config_->stage1.has_upper_half && arch::bits(access_.address, 55, 55) != 0;
    return upper_half ? access_.address | 0xFF00'0000'0000'0000
                      : access_.address & 0x00FF'FFFF'FFFF'FFFF;
}

/// `output`: the VA, without an ignored top byte, so that walk caches and TLBIs know it; then what it
/// translates to.
inline bool Lookup::walk_stage1(uint64_t& output, unsigned& shift, const Wanted& wanted,
                                const WalkUse& use) {
    const Stage1Input input{output, access_.stream, wanted};
    Stage1Result page;
    if (stages().second) {
        Stage2Memory nested(config_->stage2, access_.stream, memory_, use);
        if (!core::walk_stage1(config_->stage1, input, nested, use, page, fault_)) return false;
    } else if (!core::walk_stage1(config_->stage1, input, memory_, use, page, fault_)) {
        return false;
    }
    translation_.global = page.global;
    translation_.leaf_shift = static_cast<uint8_t>(page.shift);
    translation_.permissions1 = page.permissions;
    translation_.attributes1 = page.attributes;
    output = page.output;
    // A block larger than what IPS lets out is no translation of all its addresses.
    shift = std::min(page.shift, config_->stage1.half_of(access_.address).root.output_bits);
    return true;
}

inline bool Lookup::walk_stage2(uint64_t& output, unsigned& shift, const Wanted& wanted,
                                const WalkUse& use) {
    const Stage2Input input{output, arch::FaultClass::In, access_.stream, wanted};
    Stage2Result page;
    if (!core::walk_stage2(config_->stage2, input, memory_, use, page, fault_)) return false;
    translation_.permissions2 = page.permissions;
    translation_.attributes2 = page.attributes;
    output = page.output;
    if (!translation_.tag.stage1) translation_.leaf_shift = static_cast<uint8_t>(page.shift);
    shift = std::min({shift, page.shift, config_->stage2.root.output_bits});
    return true;
}

bool Lookup::walk(Stages through, const Wanted& wanted, const WalkUse& use) {
    translation_ = Translation{};
    translation_.tag = use.tag1;
    translation_.tag.stage1 = through.first;
    translation_.tag.stage2 = through.second;
    uint64_t output = input_;
    unsigned shift = 64;
    Wanted at_stage2 = wanted;
    if (through.first) {
        if (!walk_stage1(output, shift, wanted, use)) return false;
        intermediate_ = output;
        // What stage 1 does not let be written does not make the stage-2 page dirty (3.13.7.1).
        at_stage2.writes = wanted.dirties(translation_.permissions1);
    }
    if (through.second && !walk_stage2(output, shift, at_stage2, use)) return false;
    const uint64_t offset = (uint64_t{1} << shift) - 1;
    translation_.input = input_ & ~offset;
    translation_.output = output & ~offset;
    translation_.shift = static_cast<uint8_t>(shift);
    return true;
}

arch::MemoryAttributes Lookup::stage1_attributes() const {
    const arch::MemoryAttributes a = decode(translation_.attributes1);
    return smmu_.features.effective_shareability_at_stage1 ? make_consistent(a) : a;
}

arch::MemoryAttributes Lookup::after_stage2(const arch::MemoryAttributes& a) const {
    return translation_.tag.stage2 ? combine(a, translation_.attributes2) : make_consistent(a);
}

arch::MemoryAttributes Lookup::attributes() const {
    const Translation& t = translation_;
    AttributeMemo::Key key{
        access_.attributes, t.attributes1,
        static_cast<uint16_t>(t.tag.stage1 | t.tag.stage2 << 1 |
                              smmu_.features.effective_shareability_at_stage1 << 2),
        t.attributes2};
    AttributeMemo* const memo = smmu_.attributes;
    if (memo && memo->is_valid && memo->key == key) return memo->out;
    const arch::MemoryAttributes out =
        after_stage2(t.tag.stage1 ? replace_by_stage1(access_.attributes, stage1_attributes())
                                  : access_.attributes);
    if (memo) *memo = {key, out, true};
    return out;
}

arch::MemoryAttributes Lookup::table_attributes() const {
    return after_stage2(translation_.tag.stage1 ? stage1_attributes() : arch::default_attributes);
}

}  // namespace smmu::core
