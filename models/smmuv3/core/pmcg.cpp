// Counting, filters, overflow and capture.  Arm IHI 0070 G.b, 10.2, 10.4.
#include "smmuv3/core/pmcg.h"

#include <algorithm>

namespace smmu::core {

using namespace arch;

namespace {

/// The lowest counter of a set that is not empty, taken out of it.
unsigned take_lowest(uint64_t& set) {
    unsigned n = 0;
    while ((set >> n & 1) == 0) ++n;
    set &= set - 1;
    return n;
}

}  // namespace

const char* refuse(const PmcgFeatures& f) {
    if (f.counters < 1 || f.counters > most_pmcg_counters) return "pmcg.counters must be 1 to 64";
    if (!is_pmcg_counter_size(f.counter_bits))
        return "pmcg.counter_bits must be 32, 36, 40, 44, 48 or 64";
    return nullptr;
}

CounterGroup::CounterGroup(const PmcgFeatures& group, const Features& smmu)
    : group_(group),
      smmu_(smmu),
      counter_mask_(low_mask(group.counter_bits)),
      present_(low_mask(group.counters)) {
    reset();
}

void CounterGroup::reset() {
    counters_.assign(group_.counters, Counter{});
    enabled_ = interrupting_ = overflowed_ = 0;
    cr_ = {};
    irq_ctrl_ = irq_ctrl_ack_ = {};
    irq_cfg0_ = {};
    irq_cfg1_ = {};
    irq_cfg2_ = {};
    irq_status_ = {};
    choose();
}

/// Which counters run, by what they count.
void CounterGroup::choose() {
    counting_ = {};
    if (!cr_[PmcgCr::E]) return;
    for (uint64_t left = enabled_; left != 0;) {
        const unsigned n = take_lowest(left);
        const PmcgEvent event = counters_[n].type[PmcgEvtyper::EVENT];
        const bool is_supported =
            index(event) < pmcg_events && (ceid0(smmu_).raw() >> index(event) & 1) != 0;
        if (is_supported) counting_[index(event)] |= uint64_t{1} << n;
    }
}

bool CounterGroup::counts_anything() const {
    return std::any_of(counting_.begin(), counting_.end(), [](uint64_t set) { return set != 0; });
}

/// With FILTER_SID_SPAN the lowest zero of SMR.STREAMID and all bits below it do not count; without a
/// zero, or with the top bit as the only one, none does (10.4).
bool CounterGroup::matches(unsigned counter, StreamId stream) const {
    const Counter& filter = counters_[group_.one_filter ? 0 : counter];
    const uint64_t wanted = filter.match[PmcgSmr::STREAMID];
    if (!filter.type[PmcgEvtyper::FILTER_SID_SPAN]) return wanted == stream.value;
    unsigned ignored = 1;
    while ((wanted >> (ignored - 1) & 1) != 0) ++ignored;
    return ignored >= smmu_.stream_id_bits || wanted >> ignored == stream.value >> ignored;
}

bool CounterGroup::count(PmcgEvent event, StreamId stream) {
    uint64_t to = 0;
    for (uint64_t left = counting_[index(event)]; left != 0;) {
        const unsigned n = take_lowest(left);
        if (matches(n, stream)) to |= uint64_t{1} << n;
    }
    return to != 0 && add(to, 1);
}

bool CounterGroup::count_cycles(uint64_t cycles) {
    const uint64_t to = counting_[index(PmcgEvent::ClockCycle)];
    return to != 0 && add(to, cycles);
}

/// All counters first, then OVS, then the capture; the interrupt is the caller's, and comes last
/// (10.2.1).  What OVS was before makes no difference.
bool CounterGroup::add(uint64_t to, uint64_t times) {
    uint64_t overflows = 0;
    bool captures = false;
    for (uint64_t left = to; left != 0;) {
        const unsigned n = take_lowest(left);
        Counter& counter = counters_[n];
        const bool wraps = times > counter_mask_ - counter.value;
        counter.value = (counter.value + times) & counter_mask_;
        if (!wraps) continue;
        overflows |= uint64_t{1} << n;
        captures |= counter.type[PmcgEvtyper::OVFCAP];
    }
    overflowed_ |= overflows;
    if (captures) capture();
    return (overflows & interrupting_) != 0 && irq_ctrl_[PmcgIrqCtrl::IRQEN] &&
           irq_ctrl_ack_[PmcgIrqCtrl::IRQEN];
}

void CounterGroup::capture() {
    for (Counter& counter : counters_) counter.captured = counter.value;
}

uint64_t CounterGroup::cycles_to_overflow() const {
    uint64_t least = ~uint64_t{0};
    for (uint64_t left = counting_[index(PmcgEvent::ClockCycle)]; left != 0;)
        least = std::min(least, counter_mask_ - counters_[take_lowest(left)].value);
    return least == ~uint64_t{0} ? least : least + 1;
}

Msi CounterGroup::msi() const {
    if (!group_.msi) return {};
    return make_msi(irq_cfg0_[PmcgIrqCfg0::ADDR], irq_cfg1_.raw(), irq_cfg2_[PmcgIrqCfg2::MEMATTR],
                    irq_cfg2_[PmcgIrqCfg2::SH], smmu_);
}

/// IRQ_ABT goes when interrupts are enabled, not when they are disabled: an MSI that was still on its way
/// may yet set it (10.5.2.24).
void CounterGroup::acknowledge_interrupt_enable() {
    const bool enabled = irq_ctrl_[PmcgIrqCtrl::IRQEN];
    if (enabled && !irq_ctrl_ack_[PmcgIrqCtrl::IRQEN]) irq_status_ = {};
    irq_ctrl_ack_.set(PmcgIrqCtrl::IRQEN, enabled);
}

}  // namespace smmu::core
