// What transactions took, by who answered them and by what the time went into.
#pragma once
#include <array>

#include "smmuv3/probe.h"
#include "waveforms/json_text.h"
#include "waveforms/latency.h"

namespace smmu {

constexpr size_t answers = 4;  ///< values of AnsweredBy

/// "lookup", "stage2", ...; as keys of result files.
const char* name_of(Part part);
/// "micro_tlb", "cold_walk", ...
const char* name_of(AnsweredBy by);

class Transactions {
public:
    void add(const Probe::Transaction& t);

    const Latency& all() const { return all_; }
    const Latency& by(AnsweredBy b) const { return by_[static_cast<size_t>(b)]; }
    /// ps that went into a part, of all transactions that were answered by `b`.
    uint64_t spent(AnsweredBy b, Part p) const {
        return spent_[static_cast<size_t>(b)][static_cast<size_t>(p)];
    }
    uint64_t spent(Part p) const;
    uint64_t failed() const { return failed_; }  ///< ended by a fault

    /// Groups `latency` and `time_in` of stats.json.
    void write(JsonText& text) const;

private:
    Latency all_;
    std::array<Latency, answers> by_;
    std::array<std::array<uint64_t, part_count>, answers> spent_{};
    uint64_t failed_ = 0;
};

}  // namespace smmu
