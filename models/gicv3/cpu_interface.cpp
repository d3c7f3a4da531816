// ICC_* system registers.  Arm IHI 0069, 12.2; without EL3 firmware and with GICD_CTLR.DS = 1
// priorities are not shifted.
#include "gicv3/cpu_interface.h"

#include <algorithm>
#include <utility>

namespace smmu::gic {

CpuInterface::CpuInterface(Interrupts& interrupts,
                           std::function<std::optional<Candidate>()> offered,
                           std::function<void()> changed)
    : interrupts_(interrupts), offered_(std::move(offered)), changed_(std::move(changed)) {}

/// Group 1: BPR1 = n leaves bits [7:n] for the group priority.
uint8_t CpuInterface::group_priority(uint8_t priority) const {
    return static_cast<uint8_t>(priority & (0xFFu << bpr1_));
}

bool CpuInterface::may_preempt(const Candidate& candidate) const {
    if (!group1_enabled_ || candidate.priority >= priority_limit_) return false;
    const uint8_t running = highest_priority(active_priorities_);
    return running == idle_priority || group_priority(candidate.priority) < group_priority(running);
}

bool CpuInterface::signals() const {
    const auto candidate = offered_();
    return candidate && may_preempt(*candidate);
}

uint64_t CpuInterface::read_iar1() {
    const auto candidate = offered_();
    if (!candidate || !may_preempt(*candidate)) return spurious;
    interrupts_.activate(candidate->intid);
    active_priorities_ |= 1u << priority_bit(group_priority(candidate->priority));
    changed_();
    return candidate->intid;
}

uint64_t CpuInterface::read_hppir1() const {
    const auto candidate = offered_();
    return candidate ? candidate->intid : spurious;
}

uint64_t CpuInterface::read_ctlr() const {
    return ctlr_five_priority_bits | (separate_deactivation_ ? ctlr_eoimode : 0);
}
void CpuInterface::write_ctlr(uint64_t value) {
    separate_deactivation_ = (value & ctlr_eoimode) != 0;
}

void CpuInterface::deactivate(uint32_t intid) {
    if (intid < interrupts_.count()) interrupts_[intid].active = false;
}

void CpuInterface::write_eoir1(uint64_t value) {
    const auto intid = static_cast<uint32_t>(value & intid_mask);
    if (intid >= interrupts_.count()) return;
    active_priorities_ &= active_priorities_ - 1;  // priority drop: the highest one
    if (!separate_deactivation_) deactivate(intid);
    changed_();
}

void CpuInterface::write_dir(uint64_t value) {
    if (!separate_deactivation_) return;
    deactivate(static_cast<uint32_t>(value & intid_mask));
    changed_();
}

void CpuInterface::write_pmr(uint64_t value) {
    priority_limit_ = value & priority_mask;
    changed_();
}

void CpuInterface::write_bpr1(uint64_t value) {
    bpr1_ = std::max(static_cast<unsigned>(value & 7), least_bpr1);
    changed_();
}

void CpuInterface::write_igrpen1(uint64_t value) {
    group1_enabled_ = (value & 1) != 0;
    changed_();
}

void CpuInterface::write_ap1r0(uint64_t value) {
    active_priorities_ = static_cast<uint32_t>(value);
    changed_();
}

/// There is one PE, with affinity 0.0.0.0.
void CpuInterface::write_sgi1r(uint64_t value) {
    constexpr uint64_t affinity = 0xFF'00FF'00FF'0000, all_but_self = uint64_t{1} << 40,
                       this_pe = 1;
    constexpr uint64_t range_selector = uint64_t{0xF} << 44;
    if ((value & all_but_self) != 0) return;
    if ((value & (affinity | range_selector)) != 0 || (value & this_pe) == 0) return;
    interrupts_[value >> 24 & 0xF].latched = true;
    changed_();
}

}  // namespace smmu::gic
