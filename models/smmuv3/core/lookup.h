// Configuration and translation of one access: the steps that transactions, ATS and ATOS share.  Arm
// IHI 0070 G.b, 15.
#pragma once
#include <optional>

#include "smmuv3/arch/ste.h"
#include "smmuv3/core/access.h"
#include "smmuv3/core/memory.h"
#include "smmuv3/core/permissions.h"
#include "smmuv3/core/recorder.h"
#include "smmuv3/core/view.h"
#include "smmuv3/core/walk.h"

namespace smmu::core {

/// What EATS comes to: split-stage ATS needs CR0.ATSCHK (3.9.2).
constexpr arch::AtsMode ats_mode(const View& smmu, const StreamConfig& stream) {
    return stream.ats == arch::AtsMode::SplitStage && !smmu.check_translated
               ? arch::AtsMode::Disabled
               : stream.ats;
}

/// Whether an error of an ATS or page request is recorded (3.9.1.2, 8.1).
constexpr bool records_request_error(const View& smmu, arch::EventId error) {
    return smmu.record_ats_errors &&
           (error != arch::EventId::C_BAD_STREAMID || smmu.record_bad_stream);
}

/// The steps, to be taken in the order in which they stand here; a step that returns false is the
/// last, and fault() says why.  Holds no reference into a cache across a call of `memory`.
class Lookup {
public:
    Lookup(const View& smmu, const Access& access, Memory& memory, Recorder& recorder)
        : Lookup(smmu, access, memory, recorder, smmu.configs.find(ConfigKey(access))) {}
    Lookup(const Lookup&) = delete;  // config_ may point into it
    Lookup& operator=(const Lookup&) = delete;

    /// STE, from the cache or from memory (3.3.1).
    bool find_stream() {
        recorder_.looked_up(CacheKind::Config, cached_ != nullptr);
        if (!cached_) return fetch_stream();
        if (smmu_.configs.notes_use()) recorder_.hit_config(ConfigKey(access_));
        return true;
    }
    /// From now on as if stage 1 were not enabled.
    void bypass_stage1();
    /// HTTUI: descriptors count as updated, but stay as they are.  What walk caches would keep of
    /// that, memory does not say.
    void leave_descriptors() { leaves_descriptors_ = true; }
    /// What S1DSS or a SubstreamID chooses, and its CD where stage 1 is enabled (3.3.2).  A Translated
    /// access needs none.
    bool find_context() { return cached_ || fetch_context(); }
    void apply_overrides() {
        apply_permission_overrides();
        is_overridden_ = true;
    }
    void apply_overrides(arch::Gbpa gbpa);
    /// PRIVCFG and INSTCFG only.
    void apply_permission_overrides() {
        if (overrides().privilege != 0)
            access_.privileged = privileged_after(overrides(), access_.privileged);
        access_.instruction = instruction_after(overrides(), access_.instruction, access_.write);
    }
    /// An address that bypasses stage 1 still has to fit: OAS for a bypass stream, IAS on the way to
    /// stage 2 (3.4).
    bool check_bypassed_input() { return stages().first || is_bypassed_input_legal(); }

    /// From the TLB, or by a walk whose result the TLB then gets.
    bool find_translation(const Wanted& wanted);
    /// By a walk, whatever is cached; nothing is kept of its result.
    bool walk(Stages stages, const Wanted& wanted);

    const Fault& fault() const { return fault_; }

    /// The access as it came in, then with the privilege and kind that overrides leave it.
    const Access& access() const { return access_; }
    const StreamConfig& config() const { return *config_; }
    const Overrides& overrides() const { return config_->overrides; }
    Stages stages() const { return config_->stages; }
    const Translation& translation() const { return translation_; }
    uint64_t output() const { return translation_.translate(input_); }
    /// After a walk through stage 1: what stage 1 put out.
    uint64_t intermediate() const { return intermediate_; }
    /// The attributes of the access as they came in, then as overrides leave them.
    arch::MemoryAttributes incoming() const {
        return is_overridden_ ? apply(overrides(), access_.attributes) : access_.attributes;
    }
    /// What the translation makes of them (13.1).
    arch::MemoryAttributes attributes() const {
        if (!smmu_.memos) return work_out_attributes();
        const Translation& t = translation_;
        const AttributeMemo::Key key{
            access_.attributes, overrides(), t.attributes1, t.attributes2,
            static_cast<uint8_t>(t.tag.stage1 | t.tag.stage2 << 1 |
                                 smmu_.features.effective_shareability_at_stage1 << 2 |
                                 is_overridden_ << 3)};
        AttributeMemo& memo = smmu_.memos->attributes;
        if (!memo.is_valid || !(memo.key == key)) memo = {key, work_out_attributes(), true};
        return memo.out;
    }
    /// What the tables say, whatever the access brings (ATOS).
    arch::MemoryAttributes table_attributes() const;

private:
    Lookup(const View& smmu, const Access& access, Memory& memory, Recorder& recorder,
           ConfigCache::Shared cached)
        : smmu_(smmu),
          access_(access),
          memory_(memory),
          recorder_(recorder),
          cached_(std::move(cached)),
          config_(cached_ ? cached_.get() : &made_.emplace()) {}

    /// The configuration, to be changed for this lookup alone.
    StreamConfig& own_config();
    bool fetch_stream();
    bool fetch_context();
    bool find_cd();
    bool is_bypassed_input_legal();
    bool stop(const Fault& f) {
        fault_ = f;
        return false;
    }
    arch::MemoryAttributes work_out_attributes() const;
    arch::MemoryAttributes stage1_attributes() const;
    arch::MemoryAttributes after_stage2(const arch::MemoryAttributes& a) const;
    /// Tables of stage 1 belong to the stream, whichever stages a walk goes through.
    WalkUse walk_use() const {
        return {leaves_descriptors_ ? nullptr : smmu_.walk_caches,
                &recorder_,
                config_->tag1,
                config_->tag2,
                smmu_.memos,
                leaves_descriptors_};
    }
    bool take_input();
    bool walk(Stages through, const Wanted& wanted, const WalkUse& use);
    bool walk_stage1(uint64_t& output, unsigned& shift, const Wanted& wanted, const WalkUse& use);
    bool walk_stage2(uint64_t& output, unsigned& shift, const Wanted& wanted, const WalkUse& use);

    const View& smmu_;
    Access access_;
    Memory& memory_;
    Recorder& recorder_;
    const ConfigCache::Shared cached_;  ///< configuration, CD included; nullptr: it was not there
    std::optional<StreamConfig> made_;  ///< one of its own
    const StreamConfig* config_;        ///< the one that counts
    arch::Ste ste_;                     ///< until find_context(), where not cached
    Fault fault_;
    Translation translation_{};
    uint64_t input_ = 0;                ///< what is translated: take_input()
    const Stage1Half* half_ = nullptr;  ///< that it lies in; with stage 1
    uint64_t intermediate_ = 0;
    bool leaves_descriptors_ = false;
    bool is_overridden_ = false;
};

}  // namespace smmu::core
