// ICV_*: a guest acknowledges and ends its interrupts in the list registers.  Arm IHI 0069, 12.3.
#include "gicv3/virtual_interface.h"

#include <algorithm>
#include <utility>

#include "gicv3/interrupts.h"
#include "gicv3/vmcr.h"

namespace smmu::gic {

namespace {

constexpr bool special(uint32_t intid) { return intid >= 1020 && intid <= spurious; }
constexpr uint64_t ctlr_cbpr = 1 << 0;
constexpr unsigned highest_bpr = 7;

}  // namespace

VirtualInterface::VirtualInterface(unsigned list_registers, Outside outside)
    : outside_(std::move(outside)), list_(list_registers), vmcr_(vmcr::legal(0)) {}

/// Group 0 would be a virtual FIQ, which is not modelled: its list registers wait.
const ListRegister* VirtualInterface::highest_pending() const {
    if (vmcr(vmcr::veng1, 1) == 0) return nullptr;
    const ListRegister* best = nullptr;
    for (const ListRegister& candidate : list_)
        if (candidate.is_pending() && candidate.is_group1() &&
            (best == nullptr || candidate.priority() < best->priority()))
            best = &candidate;
    return best;
}
ListRegister* VirtualInterface::highest_pending() {
    return const_cast<ListRegister*>(std::as_const(*this).highest_pending());
}

ListRegister* VirtualInterface::active(uint32_t intid) {
    for (ListRegister& candidate : list_)
        if (candidate.is_active() && candidate.virtual_intid() == intid) return &candidate;
    return nullptr;
}

/// Group 1: BPR1 = n, or BPR0 = n - 1 where it counts for both groups, leaves bits [7:n].
uint8_t VirtualInterface::group_priority(uint8_t priority) const {
    const unsigned below =
        vmcr(vmcr::vcbpr, 1) != 0 ? vmcr(vmcr::vbpr0, 3) + 1 : vmcr(vmcr::vbpr1, 3);
    return static_cast<uint8_t>(priority & (0xFFu << below));
}

bool VirtualInterface::may_preempt(const ListRegister& candidate) const {
    if (candidate.priority() >= read_pmr()) return false;
    const uint8_t running = highest_priority(ap0r0_ | ap1r0_);
    return running == idle_priority ||
           group_priority(candidate.priority()) < group_priority(running);
}

bool VirtualInterface::signals() const {
    if ((hcr_ & ich_hcr::en) == 0) return false;
    const ListRegister* const candidate = highest_pending();
    return candidate != nullptr && may_preempt(*candidate);
}

uint64_t VirtualInterface::read_iar1() {
    if (!signals()) return spurious;
    ListRegister& taken = *highest_pending();
    const uint32_t intid = taken.virtual_intid();
    if (special(intid)) {  // a mistake of the hypervisor: the guest sees the number, nothing more
        taken.discard();
    } else {
        ap1r0_ |= 1u << priority_bit(group_priority(taken.priority()));
        taken.acknowledge();
    }
    outside_.changed();
    return intid;
}

uint64_t VirtualInterface::read_hppir1() const {
    const ListRegister* const candidate = highest_pending();
    return candidate != nullptr ? candidate->virtual_intid() : spurious;
}

bool VirtualInterface::separate_deactivation() const { return vmcr(vmcr::veoim, 1) != 0; }

/// Without a list register that knows it the hypervisor must find out: ICH_HCR_EL2.EOIcount.
void VirtualInterface::deactivate(uint32_t intid) {
    ListRegister* const ended = active(intid);
    if (ended == nullptr) {
        hcr_ += 1u << ich_hcr::eoicount_shift;  // five bits at the top: wraps
        return;
    }
    ended->deactivate();
    if (ended->is_hardware() && !special(ended->physical_intid()))
        outside_.deactivate(ended->physical_intid());
}

/// An EOI that drops no priority changes nothing (the architecture leaves that open).
void VirtualInterface::write_eoir1(uint64_t value) {
    const auto intid = static_cast<uint32_t>(value & intid_mask);
    const bool group1_runs = ap1r0_ != 0 && highest_priority(ap1r0_) <= highest_priority(ap0r0_);
    if (special(intid) || !group1_runs) return;
    ap1r0_ &= ap1r0_ - 1;
    if (!separate_deactivation()) deactivate(intid);
    outside_.changed();
}

void VirtualInterface::write_dir(uint64_t value) {
    const auto intid = static_cast<uint32_t>(value & intid_mask);
    if (!separate_deactivation() || special(intid)) return;
    deactivate(intid);
    outside_.changed();
}

uint64_t VirtualInterface::read_bpr1() const {
    if (vmcr(vmcr::vcbpr, 1) != 0) return std::min(vmcr(vmcr::vbpr0, 3) + 1, highest_bpr);
    return vmcr(vmcr::vbpr1, 3);
}
void VirtualInterface::write_bpr1(uint64_t value) {
    if (vmcr(vmcr::vcbpr, 1) != 0) return;
    set_vmcr(vmcr::vbpr1, 3, std::max<uint64_t>(value & 7, vmcr::least_bpr1));
}

uint64_t VirtualInterface::read_igrpen1() const { return vmcr(vmcr::veng1, 1); }
void VirtualInterface::write_igrpen1(uint64_t value) { set_vmcr(vmcr::veng1, 1, value); }

void VirtualInterface::write_ap1r0(uint64_t value) {
    ap1r0_ = static_cast<uint32_t>(value);
    outside_.changed();
}

uint64_t VirtualInterface::read_ctlr() const {
    return ctlr_five_priority_bits | (separate_deactivation() ? ctlr_eoimode : 0) |
           (vmcr(vmcr::vcbpr, 1) != 0 ? ctlr_cbpr : 0);
}
void VirtualInterface::write_ctlr(uint64_t value) {
    set_vmcr(vmcr::veoim, 1, (value & ctlr_eoimode) != 0);
    set_vmcr(vmcr::vcbpr, 1, (value & ctlr_cbpr) != 0);
}

uint64_t VirtualInterface::read_pmr() const { return vmcr(vmcr::vpmr, 8); }
void VirtualInterface::write_pmr(uint64_t value) { set_vmcr(vmcr::vpmr, 8, value & priority_mask); }

}  // namespace smmu::gic
