// Fixture of counter groups: one group, and the offsets of its registers as software knows them.
#pragma once
#include <gtest/gtest.h>

#include <memory>

#include "smmuv3/core/pmcg.h"

namespace smmu::test {

/// Offsets from page 0, typed from Arm IHI 0070 G.b, 10.5.1.
namespace pmcg {
constexpr uint32_t EVCNTR = 0x000, EVTYPER = 0x400, SVR = 0x600, SMR = 0xA00;
constexpr uint32_t CNTENSET0 = 0xC00, CNTENCLR0 = 0xC20, INTENSET0 = 0xC40, INTENCLR0 = 0xC60;
constexpr uint32_t OVSCLR0 = 0xC80, OVSSET0 = 0xCC0, CAPR = 0xD88, SCR = 0xDF8, CFGR = 0xE00;
constexpr uint32_t CR = 0xE04, IIDR = 0xE08, CEID0 = 0xE20, CEID1 = 0xE28, SCR_ALIAS = 0xE40;
constexpr uint32_t ROOTCR = 0xE48, IRQ_CTRL = 0xE50, IRQ_CTRLACK = 0xE54, IRQ_CFG0 = 0xE58;
constexpr uint32_t IRQ_CFG1 = 0xE60, IRQ_CFG2 = 0xE64, IRQ_STATUS = 0xE68, GMPAM = 0xE6C;
constexpr uint32_t AIDR = 0xE70, MPAMIDR = 0xE74, S_MPAMIDR = 0xE78;
constexpr uint32_t page1 = 0x1'0000;  // of this implementation
constexpr uint32_t SPAN = 1u << 29, OVFCAP = 1u << 31;
}  // namespace pmcg

/// Counters in page 0: their registers are where the map says, whatever their size.
class PmcgBench : public ::testing::Test {
protected:
    PmcgBench() { build(); }

    /// After a change of `can` or `features`.
    void build() { group = std::make_unique<core::CounterGroup>(can, features); }

    static core::PmcgFeatures in_page0() {
        core::PmcgFeatures f;
        f.counter_page = false;
        return f;
    }

    uint32_t get(uint32_t offset) const { return static_cast<uint32_t>(group->read(offset, 4)); }
    uint64_t get64(uint32_t offset) const { return group->read(offset, 8); }
    void put(uint32_t offset, uint32_t value) { group->write(offset, 4, value); }
    void put64(uint32_t offset, uint64_t value) { group->write(offset, 8, value); }

    uint32_t stride() const { return can.counter_bits <= 32 ? 4 : 8; }
    uint64_t counter(unsigned n) const {
        return group->read(pmcg::EVCNTR + n * stride(), stride());
    }
    void set_counter(unsigned n, uint64_t value) {
        group->write(pmcg::EVCNTR + n * stride(), stride(), value);
    }
    uint64_t captured(unsigned n) const { return group->read(pmcg::SVR + n * stride(), stride()); }

    /// Counter n counts an event of one stream, or with SPAN of those that `smr` names.
    void set_up(unsigned n, uint32_t event, uint32_t smr, uint32_t flags = 0) {
        put(pmcg::EVTYPER + 4 * n, event | flags);
        put(pmcg::SMR + 4 * n, smr);
        put64(pmcg::CNTENSET0, uint64_t{1} << n);
    }
    void enable() { put(pmcg::CR, 1); }
    void enable_interrupt(uint64_t counters) {
        put64(pmcg::INTENSET0, counters);
        put(pmcg::IRQ_CTRL, 1);
        group->acknowledge_interrupt_enable();
    }
    /// True if it interrupts.
    bool happens(uint32_t event, uint32_t stream = 8) {
        return group->count(static_cast<arch::PmcgEvent>(event), arch::StreamId{stream});
    }

    core::PmcgFeatures can = in_page0();
    core::Features features;
    std::unique_ptr<core::CounterGroup> group;
};

}  // namespace smmu::test
