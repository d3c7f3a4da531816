// Decoded configurations by StreamID and SubstreamID.  Arm IHI 0070 G.b, 3.21.3 and 4.3.
#pragma once
#include <memory>

#include "smmuv3/core/access.h"
#include "smmuv3/core/config.h"
#include "smmuv3/core/set_associative.h"

namespace smmu::core {

/// Which transactions share one configuration: those without SubstreamID are their own kind (S1DSS), and
/// so are Translated ones.
struct ConfigKey {
    arch::StreamId stream{0};
    arch::SubstreamId substream{0};
    uint8_t kind = 0;  ///< bit 0: with SubstreamID; bit 1: ATS Translated, which needs no CD

    ConfigKey() = default;
    explicit ConfigKey(const Access& a)
        : stream(a.stream),
          substream(a.substream_valid ? a.substream : arch::SubstreamId{0}),
          kind(static_cast<uint8_t>(a.substream_valid | a.translated << 1)) {}
    bool operator==(const ConfigKey& o) const {
        return stream == o.stream && substream == o.substream && kind == o.kind;
    }
};

class ConfigCache {
public:
    explicit ConfigCache(Geometry g) : entries_(g) {}
    ConfigCache(const ConfigCache&) = delete;  // latest_ points into it
    ConfigCache& operator=(const ConfigCache&) = delete;

    bool is_on() const { return entries_.is_on(); }

    /// Stays as it is for who holds it, whatever becomes of the cache meanwhile.
    using Shared = std::shared_ptr<const StreamConfig>;
    Shared find(const ConfigKey& key) const {
        const Entry* e = entry(key);
        return e ? e->config : nullptr;
    }
    bool notes_use() const { return entries_.notes_use(); }
    /// What find() gave for the key has answered.
    void use(const ConfigKey& key) {
        if (!notes_use()) return;
        if (const Entry* e = entry(key)) entries_.use(*e);
    }
    void fill(const ConfigKey& key, const StreamConfig& config) {
        entries_.fill(hash(key), {key, std::make_shared<const StreamConfig>(config)},
                      [&](const Entry& x) { return x.is(key); });
    }

    /// Drops STE and all CDs of the streams first to last.
    void invalidate(arch::StreamId first, arch::StreamId last) {
        entries_.drop([&](const Entry& x) {
            return x.key.stream.value >= first.value && x.key.stream.value <= last.value;
        });
    }
    /// Drops the CD of one substream.  A transaction without SubstreamID uses that of substream 0.
    void invalidate(arch::StreamId stream, arch::SubstreamId substream) {
        entries_.drop(
            [&](const Entry& x) { return x.key.stream == stream && x.key.substream == substream; });
    }
    void invalidate_all() { entries_.clear(); }

private:
    struct Entry {
        ConfigKey key{};
        Shared config;  ///< nullptr: empty
        bool is(const ConfigKey& k) const { return config && key == k; }
        bool is_empty() const { return !config; }
    };
    /// That which answered before is asked first.
    const Entry* entry(const ConfigKey& key) const {
        if (latest_ && latest_->is(key)) return latest_;
        return latest_ = entries_.find(hash(key), [&](const Entry& x) { return x.is(key); });
    }
    static uint64_t hash(const ConfigKey& k) {
        return mix(k.stream.value | uint64_t{k.substream.value} << 32 | uint64_t{k.kind} << 62);
    }
    SetAssociative<Entry> entries_;
    mutable const Entry* latest_ = nullptr;  ///< a place: what is there now is looked at
};

}  // namespace smmu::core
