// What a timed translation leaves behind.
#pragma once
#include "smmuv3/core/fault.h"
#include "smmuv3/tcu.h"

namespace smmu {

/// Fills are dropped if an invalidation came after the walk began.
class Tcu::Recorder final : public core::Recorder {
public:
    /// `stall`: takes the record of a fault that stalls; nullptr where none can.
    Recorder(Tcu& tcu, core::Memory& memory, Timeline& time, arch::Event* stall = nullptr)
        : tcu_(tcu),
          memory_(memory),
          time_(time),
          stall_(stall),
          began_(tcu.generation_),
          resets_(tcu.resets_) {}

    void event(const arch::Event& e) override {
        // Other records have other fields where Stall is: R, in F_BAD_ATS_TREQ.
        memory_.settle();
        if (core::is_translation_related(e[arch::Event::Id]) && e[arch::Event::Stall]) {
            if (stall_) *stall_ = e;
        } else if (resets_ == tcu_.resets_) {
            tcu_.queue_event(e, time_.now());
        }
    }
    void fill(const core::ConfigKey& key, const core::StreamConfig& config) override {
        if (began_ == tcu_.generation_) tcu_.configs_.fill(key, config);
    }
    void fill(const core::Translation& t) override {
        if (began_ == tcu_.generation_) tcu_.tlb_.fill(t);
    }
    void keep(const core::WalkStep& step) override {
        if (began_ == tcu_.generation_) tcu_.walk_caches_.keep(step);
    }
    void keep_ipa(const core::Translation& t) override {
        if (began_ == tcu_.generation_) tcu_.walk_caches_.keep_ipa(t);
    }
    void looked_up(core::CacheKind which, bool hit) override {
        if (which == core::CacheKind::Config) config_hit = hit;
        if (which == core::CacheKind::Tlb) tlb_hit = hit;
        if (!hit && which == core::CacheKind::Config) missed.config = true;
        if (!hit && which == core::CacheKind::Tlb) missed.tlb = true;
        time_.spend(Part::Lookup, tcu_.lookup_cost(which));
    }
    void hit(const core::Translation& t) override { tcu_.tlb_.use(t); }
    void hit_config(const core::ConfigKey& key) override { tcu_.configs_.use(key); }
    void hit_step(const core::WalkStep& step) override { tcu_.walk_caches_.use(step); }
    void hit_ipa(const core::Translation& t) override { tcu_.walk_caches_.use_ipa(t); }

    bool config_hit = false, tlb_hit = false;
    Probe::Missed missed{};

private:
    Tcu& tcu_;
    core::Memory& memory_;
    Timeline& time_;
    arch::Event* const stall_;
    const uint64_t began_, resets_;
};

}  // namespace smmu
