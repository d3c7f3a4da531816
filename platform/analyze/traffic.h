// Traffic generators: what one master accesses, in which order.
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/analyze/workload.h"
#include "smmuv3/arch/types.h"

namespace smmu::platform::analyze {

struct Request {
    uint64_t time = 0;  ///< ps, not before; 0: at once
    std::optional<uint32_t> substream;
    uint64_t address = 0;
    uint32_t size = 0;
    bool write = false;
    uint32_t line = 0;  ///< of the trace; 0: generated
};

/// Endless, unless it replays.
class Traffic {
public:
    virtual ~Traffic() = default;
    virtual std::optional<Request> next() = 0;
};

/// Traffic of master `index` over its footprint from `first` on; `params.generator` is not Replay.
/// The same parameters give the same traffic.
std::unique_ptr<Traffic> make_traffic(const TrafficParams& params, unsigned index, uint64_t first);

/// What master `index` does: with Mixed the masters take turns at the other generators.
Generator generator_of(const TrafficParams& params, unsigned index);

/// "random", as the parameter spells it.
std::string_view name_of(Generator generator);

class Replay final : public Traffic {
public:
    explicit Replay(std::vector<Request> requests) : requests_(std::move(requests)) {}
    std::optional<Request> next() override {
        if (next_ == requests_.size()) return std::nullopt;
        return requests_[next_++];
    }

private:
    std::vector<Request> requests_;
    size_t next_ = 0;
};

}  // namespace smmu::platform::analyze
