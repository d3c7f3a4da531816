// A probe that keeps what the report draws beside percentiles: answers over time, memory accesses of
// walks, and a few walks in full.
#pragma once
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "waveforms/transactions.h"
#include "waveforms/walk_accesses.h"

namespace smmu::platform::analyze {

/// Answers in equal steps of simulated time.  Steps are joined in pairs as time goes on.
class Series {
public:
    static constexpr size_t most_steps = 128;
    using Step = std::array<uint64_t, answers>;  ///< by AnsweredBy

    void add(uint64_t ps, AnsweredBy by);
    uint64_t width() const { return width_; }  ///< ps
    const std::vector<Step>& steps() const { return steps_; }

private:
    uint64_t width_ = 100'000;  // 100 ns
    std::vector<Step> steps_;
};

/// One walk, access by access.
struct Walk {
    struct Access {
        std::string name;
        Part part;
        uint64_t begin, end;  ///< ps
    };
    arch::StreamId stream{0};
    uint64_t address = 0;
    bool write = false;
    AnsweredBy by{};
    uint64_t begin = 0, end = 0;  ///< ps
    std::array<uint64_t, part_count> spent{};
    std::vector<Access> accesses;

    uint64_t time() const { return end - begin; }
};

class Recording final : public Probe {
public:
    /// Transactions that walked, by the number of their memory accesses.
    const std::map<unsigned, uint64_t>& fetches() const { return fetches_; }
    /// Memory accesses of walks by kind, such as "stage 2 for stage 1"; those of tables by level
    /// too.
    struct Kind {
        uint64_t all = 0;
        PerLevel<uint64_t> at{};
    };
    const std::map<std::string, Kind>& kinds() const { return kinds_; }
    uint64_t walks() const { return walks_; }  ///< transactions that read memory
    const Series& series() const { return series_; }
    uint64_t end() const { return end_; }  ///< of the last transaction, ps

    const std::optional<Walk>& first() const { return first_; }
    const std::optional<Walk>& slowest() const { return slowest_; }
    /// The one whose time is nearest to `ps`, of 256 that were drawn from all warm walks.
    std::optional<Walk> nearest(uint64_t ps) const;

    void fetch(const Fetch& f) override;
    void miss(const Miss& m) override { open_.ended(m); }
    void transaction(const Transaction& t) override;

private:
    void keep(Walk walk);

    std::map<unsigned, uint64_t> fetches_;
    std::map<std::string, Kind> kinds_;
    uint64_t walks_ = 0, end_ = 0;
    Series series_;
    WalkAccesses<Walk::Access> open_;
    std::optional<Walk> first_, slowest_;
    std::vector<Walk> drawn_;
    uint64_t warm_walks_ = 0;
    std::mt19937_64 random_{1};
};

}  // namespace smmu::platform::analyze
