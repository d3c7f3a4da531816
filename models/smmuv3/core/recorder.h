// What a translation leaves behind: events and cache fills.  A debug access passes a recorder that
// forgets.
#pragma once
#include "smmuv3/arch/event.h"
#include "smmuv3/core/config_cache.h"
#include "smmuv3/core/walk_cache.h"

namespace smmu::core {

enum class CacheKind : uint8_t { Config, Tlb, Stage1Walk, Stage2Walk, Ipa };
constexpr unsigned cache_kinds = 5;

/// Keeps nothing by itself.
class Recorder {
public:
    /// A record with Stall set has no STAG yet: whoever keeps the stalled transaction gives it one.
    virtual void event(const arch::Event& e) = 0;
    virtual void fill(const ConfigKey&, const StreamConfig&) {}
    virtual void fill(const Translation&) {}
    /// A cache that is there was asked; true: it had the answer.
    virtual void looked_up(CacheKind, bool) {}
    /// The cached entry that answers; of others than translations where the cache notes who is used.
    virtual void hit(const Translation&) {}
    virtual void hit_config(const ConfigKey&) {}
    virtual void hit_step(const WalkStep&) {}
    virtual void hit_ipa(const Translation&) {}
    /// A table on the way, and where stage 2 maps an IPA: for the walk caches.
    virtual void keep(const WalkStep&) {}
    virtual void keep_ipa(const Translation&) {}

protected:
    ~Recorder() = default;
};

}  // namespace smmu::core
