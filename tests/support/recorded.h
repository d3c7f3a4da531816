// What translations left behind: events, fills and look-ups, and the caches that the fills go to.
#pragma once
#include <vector>

#include "smmuv3/core/translate.h"

namespace smmu::test {

/// With caches given, fills reach them as they do in the SMMU; without, nothing is ever cached.
class Recording final : public core::Recorder {
public:
    Recording() = default;
    Recording(core::ConfigCache& configs, core::Tlb& tlb) : configs_(&configs), tlb_(&tlb) {}

    void event(const arch::Event& e) override { events.push_back(e); }
    void fill(const core::ConfigKey& key, const core::StreamConfig& config) override {
        configurations.push_back(key.stream);
        if (configs_) configs_->fill(key, config);
    }
    void fill(const core::Translation& t) override {
        translations.push_back(t);
        if (tlb_) tlb_->fill(t);
    }
    void looked_up(core::CacheKind which, bool hit) override {
        if (which != core::CacheKind::Tlb && which != core::CacheKind::Config) return;
        auto& count = which == core::CacheKind::Tlb ? tlb_lookups : config_lookups;
        ++(hit ? count.hits : count.misses);
    }

    struct Lookups {
        unsigned hits = 0, misses = 0;
    };
    std::vector<arch::Event> events;
    std::vector<arch::StreamId> configurations;
    std::vector<core::Translation> translations;
    Lookups config_lookups, tlb_lookups;

private:
    core::ConfigCache* configs_ = nullptr;
    core::Tlb* tlb_ = nullptr;
};

}  // namespace smmu::test
