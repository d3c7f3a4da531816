// The procedure, from top to bottom.  Arm IHI 0070 G.b, 15; order of faults: 7.3.22.
#include "smmuv3/core/translate.h"

#include <algorithm>

#include "smmuv3/core/context.h"
#include "smmuv3/core/events.h"
#include "smmuv3/core/stage1.h"
#include "smmuv3/core/stage2.h"

namespace smmu::core {

using arch::EventId;
using arch::Ste;

namespace {

constexpr bool beyond(uint64_t address, unsigned bits) { return (address >> bits) != 0; }

/// One translation, from top to bottom.
class Procedure {
public:
    Procedure(const View& smmu, const Access& access, Memory& memory, Recorder& recorder)
        : smmu_(smmu), access_(access), memory_(memory), recorder_(recorder) {}

    Outcome run() {
        if (!smmu_.enabled) return global_bypass();

        if (const Fault f = find_configuration()) return stop(f);
        if (arch::aborts(config_.config)) return {};
        apply_overrides();

        if (const Fault f = check_bypassed_input()) return stop(f);
        if (config_.config == arch::SteConfig::Bypass) return bypass();

        if (const Fault f = find_translation()) return stop(f);
        return forward();
    }

private:
    // --- SMMUEN = 0

    Outcome global_bypass() {
        if (smmu_.gbpa[arch::Gbpa::ABORT] ||
            beyond(access_.address, smmu_.features.output_address_bits))
            return {};
        config_.overrides = overrides(smmu_.gbpa);
        apply_overrides();
        return bypass();
    }

    Outcome bypass() const {
        Outcome o;
        o.action = Outcome::Action::Forward;
        o.address = access_.address;
        o.attributes = access_.attributes;
        o.reads = o.writes = true;
        return o;
    }

    // --- Configuration

    /// STE, then CD, from the cache or from memory (3.3).
    Fault find_configuration() {
        const ConfigKey key(access_);
        const StreamConfig* cached = smmu_.configs.find(key);
        recorder_.looked_up(CacheKind::Config, cached != nullptr);
        if (cached) {
            config_ = *cached;
            return {};
        }

        const auto ste = find_ste(smmu_.stream_table, smmu_.features, access_.stream, memory_);
        if (!ste) return ste.fault;
        const auto config = decode(ste.value, smmu_.features, smmu_.e2h);
        if (!config) return config.fault;
        config_ = config.value;
        if (!arch::aborts(config_.config))
            if (const Fault f = find_context(ste.value)) return f;
        recorder_.fill(key, config_);
        return {};
    }

    /// The CD lies in IPA space when the stream has stage 2.
    Fault find_context(const Ste& ste) {
        const auto choice = choose_context(ste, smmu_.features, access_);
        if (!choice) return choice.fault;
        if (choice.value.bypass_stage1) config_.config = arch::without_stage1(config_.config);
        if (!has_stage1(config_.config)) return {};

        const WalkUse use = walk_use();
        Stage2Memory nested(config_.stage2, memory_, use);
        const auto cd =
            find_cd(ste, smmu_.features, choice.value.substream, access_.stream,
                    has_stage2(config_.config) ? static_cast<Memory&>(nested) : memory_);
        if (!cd) {
            apply_overrides();  // the event of a stage-2 fault reports privilege and kind as
                                // overridden
            return cd.fault;
        }
        const auto stage1 = decode(cd.value, config_, smmu_.features);
        if (!stage1) return stage1.fault;
        config_.stage1 = stage1.value;
        return {};
    }

    void apply_overrides() {
        access_.privileged = privileged_after(config_.overrides, access_.privileged);
        access_.instruction =
            instruction_after(config_.overrides, access_.instruction, access_.write);
        access_.attributes = apply(config_.overrides, access_.attributes);
    }

    /// An address that bypasses stage 1 still has to fit: OAS for a bypass stream, IAS on the way
    /// to stage 2 (3.4).
    Fault check_bypassed_input() const {
        if (has_stage1(config_.config)) return {};
        const unsigned bits = has_stage2(config_.config)
                                  ? smmu_.features.intermediate_address_bits()
                                  : smmu_.features.output_address_bits;
        if (!beyond(access_.address, bits)) return {};
        Fault f = fault(EventId::F_ADDR_SIZE);
        f.always_aborts = true;
        return f;
    }

    // --- Translation

    uint8_t needs() const { return needed(access_.write, access_.privileged, access_.instruction); }

    TlbTag tag() const {
        TlbTag t;
        t.world = config_.world;
        t.vmid = config_.vmid;
        t.stage1 = has_stage1(config_.config);
        t.stage2 = has_stage2(config_.config);
        if (t.stage1) {
            t.asid = config_.stage1.asid;
            t.asid_set = config_.stage1.asid_set;
        }
        return t;
    }

    /// Stage-2 tables are of the VMID alone.
    WalkUse walk_use() const {
        WalkUse use{smmu_.walk_caches, &recorder_, tag(), {}};
        use.tag2.vmid = config_.vmid;
        use.tag2.stage2 = true;
        return use;
    }

    Fault find_translation() {
        // E0PD holds whatever is cached: it belongs to the access, not to the page.
        if (has_stage1(config_.config) && !access_.privileged &&
            config_.stage1.half_of(access_.address).privileged_only)
            return fault(EventId::F_TRANSLATION);

        const TlbTag wanted = tag();
        const uint64_t address = input_address();
        const Translation* cached = smmu_.tlb.find(wanted, address);
        // Without the permission it is a miss: the walk says whether memory still forbids it, and
        // reports.
        if (cached && !cached->allows(needs())) cached = nullptr;
        recorder_.looked_up(CacheKind::Tlb, cached != nullptr);
        if (cached) {
            recorder_.hit(*cached);
            translation_ = *cached;
            return {};
        }

        translation_ = Translation{};
        translation_.tag = wanted;
        if (const Fault f = walk(address)) return f;
        recorder_.fill(translation_);
        return {};
    }

    /// A VA whose top byte is ignored is looked up, and walked, without it.
    uint64_t input_address() const {
        if (!has_stage1(config_.config) ||
            !config_.stage1.half_of(access_.address).top_byte_ignored)
            return access_.address;
        const bool upper_half =
            config_.stage1.has_upper_half && arch::bits(access_.address, 55, 55) != 0;
        return upper_half ? access_.address | 0xFF00'0000'0000'0000
                          : access_.address & 0x00FF'FFFF'FFFF'FFFF;
    }

    Fault walk(uint64_t address) {
        uint64_t output = address;
        unsigned shift = 64;
        if (translation_.tag.stage1)
            if (const Fault f = walk_stage1(output, shift)) return f;
        if (translation_.tag.stage2)
            if (const Fault f = walk_stage2(output, shift)) return f;
        const uint64_t offset = (uint64_t{1} << shift) - 1;
        translation_.input = address & ~offset;
        translation_.output = output & ~offset;
        translation_.shift = static_cast<uint8_t>(shift);
        return {};
    }

    /// `output`: the VA, then what it translates to.
    Fault walk_stage1(uint64_t& output, unsigned& shift) {
        const WalkUse use = walk_use();
        Stage2Memory nested(config_.stage2, memory_, use);
        Memory& tables = translation_.tag.stage2 ? static_cast<Memory&>(nested) : memory_;
        Access canonical = access_;
        canonical.address =
            output;  // without an ignored top byte: so walk caches and TLBIs know it
        const auto page = core::walk_stage1(config_.stage1, canonical, needs(), tables, use);
        if (!page) return page.fault;
        translation_.global = page.value.global;
        translation_.leaf_shift = static_cast<uint8_t>(page.value.shift);
        translation_.permissions1 = page.value.permissions;
        translation_.attributes1 = page.value.attributes;
        output = page.value.output;
        // A block larger than what IPS lets out is no translation of all its addresses.
        shift =
            std::min(page.value.shift, config_.stage1.half_of(access_.address).root.output_bits);
        return {};
    }

    Fault walk_stage2(uint64_t& output, unsigned& shift) {
        const Stage2Input input{output, arch::FaultClass::In, access_.stream, needs(),
                                access_.write};
        const auto page = core::walk_stage2(config_.stage2, input, memory_, walk_use());
        if (!page) return page.fault;
        translation_.permissions2 = page.value.permissions;
        translation_.attributes2 = page.value.attributes;
        output = page.value.output;
        if (!translation_.tag.stage1)
            translation_.leaf_shift = static_cast<uint8_t>(page.value.shift);
        shift = std::min({shift, page.value.shift, config_.stage2.root.output_bits});
        return {};
    }

    // --- Outcome

    Outcome forward() const {
        Outcome o;
        o.action = Outcome::Action::Forward;
        o.address = translation_.translate(input_address());
        o.attributes = attributes();
        o.shift = translation_.shift;
        // A write is Data; a read by its sender is what INSTCFG makes of Data.
        const bool instruction = access_.write ? instruction_after(config_.overrides, false, false)
                                               : access_.instruction;
        o.reads = translation_.allows(needed(false, access_.privileged, instruction));
        o.writes = translation_.allows(needed(true, access_.privileged, false));
        return o;
    }

    arch::MemoryAttributes attributes() const {
        arch::MemoryAttributes a = access_.attributes;
        if (translation_.tag.stage1) {
            arch::MemoryAttributes stage1 = decode(translation_.attributes1);
            if (smmu_.features.effective_shareability_at_stage1) stage1 = make_consistent(stage1);
            a = replace_by_stage1(a, stage1);
        }
        return translation_.tag.stage2 ? combine(a, translation_.attributes2) : make_consistent(a);
    }

    /// Ends the access with a fault: stalled, aborted or RAZ/WI, recorded or not (5.5, 7.3.22).
    Outcome stop(const Fault& f) const {
        Outcome o;
        o.event = f.id;
        bool record = f.id != EventId::C_BAD_STREAMID || smmu_.record_bad_stream;
        if (is_translation_related(f.id) && !f.always_aborts) {
            const bool stall = f.stage2 ? config_.stage2.stall : config_.stage1.stall;
            record = stall || (f.stage2 ? config_.stage2.record : config_.stage1.record);
            if (stall)
                o.action = Outcome::Action::Stall;
            else if (!f.stage2 && !config_.stage1.abort)
                o.action = Outcome::Action::RazWi;
        }
        if (record) {
            arch::Event e = event_record(f, access_, smmu_.features.output_address_bits);
            if (o.action == Outcome::Action::Stall) e.set(arch::Event::Stall, true);
            recorder_.event(e);
        }
        return o;
    }

    const View& smmu_;
    Access access_;  ///< the incoming access, then as STE overrides leave it
    Memory& memory_;
    Recorder& recorder_;
    StreamConfig config_{};
    Translation translation_{};
};

}  // namespace

Outcome translate(const View& smmu, const Access& access, Memory& memory, Recorder& recorder) {
    return Procedure(smmu, access, memory, recorder).run();
}

}  // namespace smmu::core
