// A performance monitor counter group, the driver's side.  Arm IHI 0070 G.b, 10.
#pragma once
#include "smmuv3/arch/pmcg.h"
#include "smmuv3/arch/types.h"
#include "sw_stubs/driver/registers.h"

namespace smmu::sw {

/// Whose events a counter counts (10.4).
class StreamFilter {
public:
    static constexpr StreamFilter all() { return {0xFFFF'FFFF, true}; }
    static constexpr StreamFilter only(arch::StreamId stream) { return {stream.value, false}; }
    /// Streams that differ from `stream` in their lowest `bits` bits at most: 1 to 31 of them.
    static constexpr StreamFilter span(arch::StreamId stream, unsigned bits) {
        const uint32_t below = (uint32_t{1} << bits) - 1;
        return {(stream.value & ~below) | below >> 1, true};
    }

    constexpr uint32_t match() const { return match_; }
    constexpr bool is_span() const { return span_; }

private:
    constexpr StreamFilter(uint32_t match, bool span) : match_(match), span_(span) {}
    uint32_t match_;
    bool span_;
};

class Pmcg {
public:
    Pmcg() = default;
    /// `page1` counts where CFGR.RELOC_CTRS says so.
    Pmcg(uint64_t page0, uint64_t page1);

    unsigned counters() const { return config_[arch::PmcgCfgr::NCTR] + 1u; }
    unsigned counter_bits() const { return config_[arch::PmcgCfgr::SIZE] + 1u; }
    bool has_one_filter() const { return config_[arch::PmcgCfgr::SID_FILTER_TYPE]; }
    bool can_count(arch::PmcgEvent event) const;

    /// Everything off and clear: most registers reset to an UNKNOWN value.  False if the group does not
    /// acknowledge it.
    bool reset();
    /// Where there is one filter for all counters, the last one given is it.  False if there is no such
    /// counter, or no such event.
    bool set_up(unsigned counter, arch::PmcgEvent event, StreamFilter filter, uint64_t first = 0);
    /// Bit n of `counters` is counter n.
    void start(uint64_t counters);
    void stop(uint64_t counters);
    uint64_t read(unsigned counter) const;

    /// The wire, at the overflow of these counters.
    bool enable_interrupt(uint64_t counters);
    /// The counters that have overflowed since this was last asked.
    uint64_t take_overflows();

private:
    uint64_t place_of(unsigned counter) const;
    uint64_t all() const;
    bool control_interrupt(bool enabled);

    Registers registers_, status_;  ///< page 0, and where counters and OVS are
    uint64_t page0_ = 0, counter_page_ = 0;
    arch::PmcgCfgr config_{};
};

}  // namespace smmu::sw
