// A performance monitor counter group: its registers, and how it counts.  Arm IHI 0070 G.b, 10.
//
// Whoever owns it says what happened and sends the interrupts.  Non-secure alone: there is no Secure
// and no Realm state, and no MPAM.
#pragma once
#include <array>
#include <vector>

#include "smmuv3/arch/pmcg.h"
#include "smmuv3/arch/types.h"
#include "smmuv3/core/features.h"
#include "smmuv3/core/msi.h"

namespace smmu::core {

/// What a group can do: CFGR.
struct PmcgFeatures {
    unsigned counters = 16;      ///< NCTR + 1: 1 to 64
    unsigned counter_bits = 64;  ///< SIZE + 1: 32, 36, 40, 44, 48 or 64
    bool counter_page = true;    ///< RELOC_CTRS: counters and their status are in page 1
    bool msi = true;             ///< MSI, beside the wire
    bool capture = true;         ///< CAPTURE: all counters can be copied at once
    bool one_filter = false;  ///< SID_FILTER_TYPE: the StreamID filter of counter 0 is that of all
};

/// Why such a group cannot be built, or nullptr.
const char* refuse(const PmcgFeatures& f);

constexpr arch::PmcgCfgr cfgr(const PmcgFeatures& f) {
    using R = arch::PmcgCfgr;
    return R{}
        .set(R::NCTR, static_cast<uint8_t>(f.counters - 1))
        .set(R::SIZE, static_cast<uint8_t>(f.counter_bits - 1))
        .set(R::RELOC_CTRS, f.counter_page)
        .set(R::MSI, f.msi)
        .set(R::CAPTURE, f.capture)
        .set(R::SID_FILTER_TYPE, f.one_filter);
}

/// Events 0 to 5 are always there, 6 and 7 with ATS.
constexpr arch::PmcgCeid0 ceid0(const Features& smmu) {
    return arch::PmcgCeid0{}.set(arch::PmcgCeid0::N, smmu.ats ? 0xFF : 0x3F);
}

class CounterGroup {
public:
    CounterGroup(const PmcgFeatures& group, const Features& smmu);
    /// What resets to an UNKNOWN value resets to 0.
    void reset();

    // --- Software's side

    /// Aligned 32- or 64-bit access at an offset from page 0; page 1 follows at pmcg_page_size.
    /// Everything else, and every offset that no register has, reads as zero.
    uint64_t read(uint32_t offset, unsigned bytes) const;
    /// The same accesses; everything else is ignored.
    void write(uint32_t offset, unsigned bytes, uint64_t value);

    // --- The SMMU's side

    /// True if it has to interrupt.  Counters, OVS and what was captured are up to date by then.
    bool count(arch::PmcgEvent event, arch::StreamId stream);
    bool count_cycles(uint64_t cycles);
    /// Cycles after which a counter overflows, if one counts them; the largest number: never.
    uint64_t cycles_to_overflow() const;
    bool counts(arch::PmcgEvent event) const { return counting_[index(event)] != 0; }
    bool counts_anything() const;

    /// Where the interrupt goes, beside the wire.
    Msi msi() const;
    /// Its MSI was aborted.
    void raise_msi_abort() { irq_status_.set(arch::PmcgIrqStatus::IRQ_ABT, group_.msi); }
    /// Completes an Update of IRQEN: once no interrupt is on its way any more.
    void acknowledge_interrupt_enable();

private:
    static unsigned index(arch::PmcgEvent event) { return static_cast<unsigned>(event); }

    // pmcg_registers.cpp
    uint32_t read_word(uint32_t offset) const;
    void write_word(uint32_t offset, uint32_t value);
    uint32_t read_counter_status(uint32_t offset) const;
    void write_counter_status(uint32_t offset, uint32_t value);
    void write_event_type(unsigned counter, uint32_t value);
    void write_control(uint32_t offset, uint32_t value);
    bool is_here(uint32_t page, uint32_t offset) const;
    bool has_own_filter(unsigned counter) const { return counter == 0 || !group_.one_filter; }
    bool msi_writable() const;
    void choose();

    bool matches(unsigned counter, arch::StreamId stream) const;
    bool add(uint64_t to, uint64_t times);
    void capture();

    const PmcgFeatures group_;
    const Features& smmu_;
    const uint64_t counter_mask_;  ///< bits of a counter
    const uint64_t present_;       ///< bit n: counter n is there

    struct Counter {
        uint64_t value;
        uint64_t captured;  ///< SVR
        arch::PmcgEvtyper type;
        arch::PmcgSmr match;
    };
    std::vector<Counter> counters_;
    uint64_t enabled_ = 0, interrupting_ = 0, overflowed_ = 0;  ///< CNTEN, INTEN, OVS
    arch::PmcgCr cr_{};
    arch::PmcgIrqCtrl irq_ctrl_{}, irq_ctrl_ack_{};
    arch::PmcgIrqCfg0 irq_cfg0_{};
    arch::PmcgIrqCfg1 irq_cfg1_{};
    arch::PmcgIrqCfg2 irq_cfg2_{};
    arch::PmcgIrqStatus irq_status_{};
    std::array<uint64_t, arch::pmcg_events> counting_{};  ///< of each event: the counters that run
};

}  // namespace smmu::core
