// A probe that counts: what became of accesses, memory accesses by kind, commands, events,
// interrupts, ATS and page requests.
#pragma once
#include <array>
#include <cstdint>
#include <string>

#include "smmuv3/probe.h"
#include "waveforms/transactions.h"

namespace smmu {

/// Counters since the start; times in ps.
struct StatsCounts {
    uint64_t micro_tlb_hits = 0;
    uint64_t tlb_hits = 0;  ///< micro TLB misses that the main TLB answered
    uint64_t tlb_misses = 0;
    uint64_t config_hits = 0,
             config_misses = 0;  ///< of the configuration cache, for micro TLB misses
    /// Accesses and Translation Requests; of these, those that asked a cache in vain: what counter
    /// groups count as events 1 to 3.
    uint64_t requests = 0, requests_missing_tlb = 0, requests_missing_config = 0;
    uint64_t walks = 0;  ///< micro TLB misses that read memory
    uint64_t walk_time = 0, longest_walk = 0;
    uint64_t faults = 0;  ///< accesses that were not forwarded

    std::array<uint64_t, core::purposes> reads{}, writes{},
        aborts{};                           ///< memory accesses by core::Purpose
    PerLevel<uint64_t> stage1{}, stage2{};  ///< table reads

    std::array<uint64_t, 256> commands{}, events{};  ///< by code
    uint64_t command_errors = 0, events_not_recorded = 0;
    std::array<uint64_t, core::msi_sources> interrupts{};  ///< by core::MsiSource

    std::array<uint64_t, 3> translation_requests{};  ///< by arch::AtsStatus
    uint64_t requests_without_access = 0;            ///< of those with Success
    uint64_t page_requests = 0, page_requests_not_recorded = 0;

    uint64_t reads_of(core::Purpose p) const { return reads[static_cast<size_t>(p)]; }
};

class Stats final : public Probe {
public:
    const StatsCounts& counts() const { return counts_; }
    const Transactions& transactions() const { return transactions_; }

    /// stats.json: whole numbers only; commands and events that never came are left out.
    std::string json() const;

    void transaction(const Transaction& t) override { transactions_.add(t); }
    void hit(const Hit&) override { ++counts_.micro_tlb_hits, ++counts_.requests; }
    void miss(const Miss&) override;
    void fetch(const Fetch&) override;
    void command(const Command&) override;
    void event(const Event&) override;
    void interrupt(const Interrupt&) override;
    void translation_request(const TranslationRequest&) override;
    void page_request(const PageRequest&) override;

private:
    void count_request(const Missed& missed);

    StatsCounts counts_;
    Transactions transactions_;
};

/// Memory accesses that a translation made, of all kinds.
uint64_t total(const Probe::Fetches& fetches);

}  // namespace smmu
