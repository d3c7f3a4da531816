// ICC_* system registers.  Arm IHI 0069, 12.2; without EL3 firmware and with GICD_CTLR.DS = 1
// priorities are not shifted.
#include "gicv3/cpu_interface.h"

#include <algorithm>
#include <utility>

namespace smmu::gic {

namespace {

constexpr uint64_t ctlr_eoimode = 1 << 1;
constexpr uint64_t ctlr_five_priority_bits = 4 << 8;
constexpr uint8_t idle_priority = 0xFF;
constexpr uint64_t intid_mask = 0xFF'FFFF;

unsigned lowest_bit(uint32_t value) { return static_cast<unsigned>(__builtin_ctz(value)); }

/// At EL1 with HCR_EL2.IMO = 1 these encodings are the virtual CPU interface, which is not
/// modelled: they trap as with ICH_HCR_EL2.TALL1 = 1, so a guest never acknowledges an interrupt of
/// its host.
RegisterPermission physical_only(const RegisterAccess& access) {
    constexpr uint64_t imo = 1 << 4;
    return access.el == 1 && (access.hcr_el2 & imo) != 0 ? RegisterPermission::TrapToEl2
                                                         : RegisterPermission::Allowed;
}

}  // namespace

CpuInterface::CpuInterface(Interrupts& interrupts,
                           std::function<std::optional<Candidate>()> offered,
                           std::function<void()> changed)
    : interrupts_(interrupts), offered_(std::move(offered)), changed_(std::move(changed)) {}

/// Group 1: BPR1 = n leaves bits [7:n] for the group priority.
uint8_t CpuInterface::group_priority(uint8_t priority) const {
    return static_cast<uint8_t>(priority & (0xFFu << bpr1_));
}

bool CpuInterface::may_preempt(const Candidate& candidate) const {
    return group1_enabled_ && candidate.priority < priority_limit_ &&
           group_priority(candidate.priority) < read_rpr();
}

bool CpuInterface::signals() const {
    const auto candidate = offered_();
    return candidate && may_preempt(*candidate);
}

uint64_t CpuInterface::read_iar1() {
    const auto candidate = offered_();
    if (!candidate || !may_preempt(*candidate)) return spurious;
    interrupts_.activate(candidate->intid);
    active_priorities_ |= 1u << (group_priority(candidate->priority) >> 3);
    changed_();
    return candidate->intid;
}

uint64_t CpuInterface::read_hppir1() const {
    const auto candidate = offered_();
    return candidate ? candidate->intid : spurious;
}

uint64_t CpuInterface::read_rpr() const {
    return active_priorities_ == 0 ? idle_priority : lowest_bit(active_priorities_) << 3;
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

void CpuInterface::add_registers(SystemRegisters& registers) {
    using Reg = SystemRegister;
    const auto el1 = [&](const char* name, uint8_t crm, uint8_t op2, decltype(Reg::read) read,
                         decltype(Reg::write) write) {
        registers.add({name, 3, 0, 12, crm, op2, std::move(read), std::move(write), physical_only});
    };
    el1("ICC_IAR1_EL1", 12, 0, [this] { return read_iar1(); }, {});
    el1("ICC_EOIR1_EL1", 12, 1, {}, [this](uint64_t value) { write_eoir1(value); });
    el1("ICC_HPPIR1_EL1", 12, 2, [this] { return read_hppir1(); }, {});
    el1(
        "ICC_BPR1_EL1", 12, 3, [this] { return bpr1_; },
        [this](uint64_t value) { write_bpr1(value); });
    el1(
        "ICC_CTLR_EL1", 12, 4, [this] { return read_ctlr(); },
        [this](uint64_t value) { write_ctlr(value); });
    el1(
        "ICC_IGRPEN1_EL1", 12, 7, [this] { return group1_enabled_; },
        [this](uint64_t value) {
            group1_enabled_ = (value & 1) != 0;
            changed_();
        });
    el1("ICC_DIR_EL1", 11, 1, {}, [this](uint64_t value) { write_dir(value); });
    el1("ICC_RPR_EL1", 11, 3, [this] { return read_rpr(); }, {});
    el1("ICC_SGI1R_EL1", 11, 5, {}, [this](uint64_t value) { write_sgi1r(value); });
    el1(
        "ICC_AP1R0_EL1", 9, 0, [this] { return active_priorities_; },
        [this](uint64_t value) {
            active_priorities_ = static_cast<uint32_t>(value);
            changed_();
        });
    registers.add({"ICC_PMR_EL1", 3, 0, 4, 6, 0, [this] { return priority_limit_; },
                   [this](uint64_t value) { write_pmr(value); }, physical_only});

    // The system register interface cannot be switched off: SRE, DFB, DIB (and Enable at EL2) are
    // RAO/WI.
    registers.add({"ICC_SRE_EL1", 3, 0, 12, 12, 5, [] { return 0x7; }, [](uint64_t) {}, {}});
    registers.add({"ICC_SRE_EL2", 3, 4, 12, 9, 5, [] { return 0xF; }, [](uint64_t) {}, {}});
}

}  // namespace smmu::gic
