// Decoded configurations by StreamID.  SubstreamIDs do not exist while IDR1.SSIDSIZE is 0.  Arm IHI
// 0070 G.b, 3.21.3 and 4.3.
#pragma once
#include "smmuv3/core/config.h"
#include "smmuv3/core/set_associative.h"

namespace smmu::core {

class ConfigCache {
public:
    explicit ConfigCache(Geometry g) : entries_(g.sets, g.ways) {}

    const StreamConfig* find(arch::StreamId stream) const {
        const Entry* e =
            entries_.find(mix(stream.value), [&](const Entry& x) { return x.is(stream); });
        return e ? &e->config : nullptr;
    }
    void fill(arch::StreamId stream, const StreamConfig& config) {
        entries_.fill(mix(stream.value), {true, stream, config},
                      [&](const Entry& x) { return x.is(stream); });
    }

    /// Drops STE and CD of the streams first to last.
    void invalidate(arch::StreamId first, arch::StreamId last) {
        entries_.drop([&](const Entry& x) {
            return x.valid && x.stream.value >= first.value && x.stream.value <= last.value;
        });
    }
    void invalidate_all() { entries_.clear(); }

private:
    struct Entry {
        bool valid = false;
        arch::StreamId stream{0};
        StreamConfig config{};
        bool is(arch::StreamId s) const { return valid && stream == s; }
    };
    SetAssociative<Entry> entries_;
};

}  // namespace smmu::core
