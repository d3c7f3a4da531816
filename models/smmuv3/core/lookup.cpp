// The steps of a lookup.  Arm IHI 0070 G.b, 3.3, 3.4, 15.
#include "smmuv3/core/lookup.h"

#include <algorithm>

#include "smmuv3/core/context.h"
#include "smmuv3/core/stage1.h"
#include "smmuv3/core/stage2.h"

namespace smmu::core {

using arch::EventId;

// --- Configuration

bool Lookup::fetch_stream() {
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

bool Lookup::fetch_context() {
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

void Lookup::apply_overrides(arch::Gbpa gbpa) {
    own_config().overrides = core::overrides(gbpa);
    apply_overrides();
}

bool Lookup::is_bypassed_input_legal() {
    const unsigned bits = has_stage2(config_->config) ? smmu_.features.intermediate_address_bits()
                                                      : smmu_.features.output_address_bits;
    if (!arch::beyond(access_.address, bits)) return true;
    Fault f = core::fault(EventId::F_ADDR_SIZE);
    f.always_aborts = true;
    return stop(f);
}

// --- Translation

/// E0PD holds whatever is cached: it belongs to the access, not to the page.  A VA whose top byte is
/// ignored is looked up, and walked, without it.
inline bool Lookup::take_input() {
    input_ = access_.address;
    if (!stages().first) return true;
    half_ = &config_->stage1.half_of(input_);
    if (half_->privileged_only && !access_.privileged)
        return stop(core::fault(EventId::F_TRANSLATION));
    if (half_->top_byte_ignored) {
        const bool is_upper = config_->stage1.has_upper_half && arch::bits(input_, 55, 55) != 0;
        input_ = is_upper ? input_ | 0xFF00'0000'0000'0000 : input_ & 0x00FF'FFFF'FFFF'FFFF;
    }
    return true;
}

/// `output`: the VA, without an ignored top byte, so that walk caches and TLBIs know it; then what it
/// translates to.
inline bool Lookup::walk_stage1(uint64_t& output, unsigned& shift, const Wanted& wanted,
                                const WalkUse& use) {
    const Stage1Input input{output, *half_, access_.stream, wanted};
    Stage1Result page;
    if (stages().second) {
        if (!core::walk_stage1(config_->stage1, input, config_->stage2, memory_, use, page, fault_))
            return false;
    } else if (!core::walk_stage1(config_->stage1, input, memory_, use, page, fault_)) {
        return false;
    }
    translation_.global = page.global;
    translation_.leaf_shift = static_cast<uint8_t>(page.shift);
    translation_.permissions1 = page.permissions;
    translation_.attributes1 = page.attributes;
    output = page.output;
    // A block larger than what IPS lets out is no translation of all its addresses.
    shift = std::min(page.shift, half_->root.output_bits);
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

[[gnu::always_inline]] inline bool Lookup::walk(Stages through, const Wanted& wanted,
                                                const WalkUse& use) {
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

bool Lookup::find_translation(const Wanted& wanted) {
    if (!take_input()) return false;
    const WalkUse use = walk_use();
    // Without the permission it is a miss: the walk says whether memory still forbids it, and
    // reports.
    const bool is_known = smmu_.tlb.find(use.tag1, input_, translation_) &&
                          translation_.granted().allow(wanted.permissions);
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
    input_ = access_.address;  // of stage 2 alone: an IPA
    return (!through.first || take_input()) && walk(through, wanted, walk_use());
}

arch::MemoryAttributes Lookup::stage1_attributes() const {
    const arch::MemoryAttributes a = decode(translation_.attributes1);
    return smmu_.features.effective_shareability_at_stage1 ? make_consistent(a) : a;
}

arch::MemoryAttributes Lookup::after_stage2(const arch::MemoryAttributes& a) const {
    return translation_.tag.stage2 ? combine(a, translation_.attributes2) : make_consistent(a);
}

arch::MemoryAttributes Lookup::work_out_attributes() const {
    return after_stage2(translation_.tag.stage1 ? replace_by_stage1(incoming(), stage1_attributes())
                                                : incoming());
}

arch::MemoryAttributes Lookup::table_attributes() const {
    return after_stage2(translation_.tag.stage1 ? stage1_attributes() : arch::default_attributes);
}

}  // namespace smmu::core
