// Traffic generators.  Offsets are multiples of the size of an access, within the footprint.
#include "platform/analyze/traffic.h"

#include <algorithm>
#include <random>

namespace smmu::platform::analyze {
namespace {

/// What is common: size, reads and writes.
class Generated : public Traffic {
public:
    Generated(const TrafficParams& params, unsigned index, uint64_t first)
        : size_(params.size),
          slots_(std::max<uint64_t>(1, (uint64_t{params.footprint_kib} << 10) / params.size)),
          random_(uint64_t{params.seed} << 8 | index),
          first_(first),
          writes_(params.writes) {}

    std::optional<Request> next() final {
        const uint64_t address = first_ + slot() * size_;
        return Request{0, std::nullopt, address, size_, random_() % 100 < writes_, 0};
    }

protected:
    /// 0 to slots_ - 1.
    virtual uint64_t slot() = 0;

    const uint32_t size_;
    const uint64_t slots_;
    std::mt19937_64 random_;

private:
    const uint64_t first_;
    const uint32_t writes_;
};

class Random final : public Generated {
    using Generated::Generated;
    uint64_t slot() override { return random_() % slots_; }
};

/// From the begin to the end and again, `step` slots at a time.
class Stepping final : public Generated {
public:
    Stepping(const TrafficParams& params, unsigned index, uint64_t first, uint64_t step)
        : Generated(params, index, first), step_(step) {}

private:
    uint64_t slot() override {
        const uint64_t now = next_;
        next_ = (next_ + step_) % slots_;
        return now;
    }
    const uint64_t step_;
    uint64_t next_ = 0;
};

/// A walk that visits every slot once before it comes back: a linear congruence of full period over
/// the next power of two, skipping what lies outside.
class PointerChase final : public Generated {
public:
    PointerChase(const TrafficParams& params, unsigned index, uint64_t first)
        : Generated(params, index, first) {
        while (mask_ + 1 < slots_) mask_ = mask_ << 1 | 1;
        at_ = random_() & mask_;
    }

private:
    uint64_t slot() override {
        do at_ = (at_ * 0x5851'F42D'4C95'7F2D + 0x1405'7B7E'F767'814F) & mask_;
        while (at_ >= slots_);
        return at_;
    }
    uint64_t mask_ = 0, at_ = 0;
};

}  // namespace

Generator generator_of(const TrafficParams& params, unsigned index) {
    constexpr Generator turns[] = {Generator::Sequential, Generator::Strided, Generator::Random,
                                   Generator::PointerChase};
    return params.generator == Generator::Mixed ? turns[index % 4] : params.generator;
}

std::string_view name_of(Generator generator) {
    switch (generator) {
        case Generator::Sequential: return "sequential";
        case Generator::Strided: return "strided";
        case Generator::Random: return "random";
        case Generator::PointerChase: return "pointer_chase";
        case Generator::Mixed: return "mixed";
        case Generator::Replay: return "replay";
    }
    return "";
}

std::unique_ptr<Traffic> make_traffic(const TrafficParams& params, unsigned index, uint64_t first) {
    switch (generator_of(params, index)) {
        case Generator::Sequential: return std::make_unique<Stepping>(params, index, first, 1);
        case Generator::Strided:
            return std::make_unique<Stepping>(params, index, first, params.stride / params.size);
        case Generator::PointerChase: return std::make_unique<PointerChase>(params, index, first);
        case Generator::Random:
        case Generator::Mixed:
        case Generator::Replay: break;
    }
    return std::make_unique<Random>(params, index, first);
}

}  // namespace smmu::platform::analyze
