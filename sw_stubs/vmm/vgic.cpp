// Which interrupts of a guest are in its list registers.
#include "sw_stubs/vmm/vgic.h"

namespace smmu::sw::vmm {
namespace {

// ICH_LR<n>_EL2
constexpr uint64_t lr_pending = uint64_t{1} << 62, lr_active = uint64_t{1} << 63;
constexpr uint64_t lr_hw = uint64_t{1} << 61, lr_group1 = uint64_t{1} << 60;
constexpr uint64_t lr_eoi = uint64_t{1} << 41;
constexpr unsigned lr_priority_shift = 48, lr_physical_shift = 32;
// ICH_HCR_EL2
constexpr uint64_t hcr_en = 1 << 0, hcr_uie = 1 << 1, hcr_lrenpie = 1 << 2, hcr_tdir = 1 << 14;
constexpr unsigned hcr_eoicount_shift = 27;

}  // namespace

void Vgic::map(uint32_t intid, uint32_t physical) {
    if (intid < intids) interrupts_[intid].physical = static_cast<uint16_t>(physical);
}

void Vgic::set_level(uint32_t intid, bool level) {
    if (intid >= intids) return;
    Interrupt& i = interrupts_[intid];
    if (i.edge && level && !i.line) i.latched = true;
    i.line = level;
    refresh(intid);
}

void Vgic::pulse(uint32_t intid) {
    if (intid >= intids) return;
    interrupts_[intid].latched = true;
    refresh(intid);
}

void Vgic::message(uint32_t intid, bool pending) {
    constexpr uint32_t first_spi = 32;
    if (intid < first_spi || intid >= intids) return;
    Interrupt& i = interrupts_[intid];
    (i.edge ? i.latched : i.line) = pending;
    refresh(intid);
}

void Vgic::refresh(uint32_t intid) {
    const uint64_t bit = uint64_t{1} << intid % 64;
    uint64_t& word = live_[intid / 64];
    const Interrupt& i = interrupts_[intid];
    word = i.active || i.pending() ? word | bit : word & ~bit;
}

template <class Action>
void Vgic::for_each_live(Action action) const {
    for (uint32_t base = 0; base < intids; base += 64)
        for (uint64_t bits = live_[base / 64]; bits != 0; bits &= bits - 1)
            action(base + static_cast<uint32_t>(__builtin_ctzll(bits)));
}

bool Vgic::listed(uint32_t intid) const {
    for (const uint32_t entry : list_)
        if (entry == intid) return true;
    return false;
}

/// The unlisted interrupt of the highest priority; of two equal ones the active one, which the other
/// cannot preempt.
uint32_t Vgic::best_unlisted(Wanted wanted) const {
    uint32_t best = none;
    for_each_live([&](uint32_t intid) {
        const Interrupt& i = interrupts_[intid];
        if (listed(intid) || !(i.active || (wanted == Wanted::Any && deliverable(i)))) return;
        const bool better =
            best == none || i.priority < interrupts_[best].priority ||
            (i.priority == interrupts_[best].priority && i.active && !interrupts_[best].active);
        if (better) best = intid;
    });
    return best;
}

/// A level that is still high after the guest's EOI is pending again: the host must hear of the
/// EOI.  An interrupt with a physical one behind it is pending there.
bool Vgic::place(IchRegisters& ich, uint32_t intid) {
    for (unsigned n = 0; n < IchRegisters::list_registers; ++n) {
        if (list_[n] != none) continue;
        list_[n] = intid;
        Interrupt& i = interrupts_[intid];
        const bool again = i.active && i.latched && i.physical == 0;
        uint64_t lr = intid | uint64_t{i.priority} << lr_priority_shift;
        if (i.group1) lr |= lr_group1;
        if (i.active) lr |= lr_active;
        if (!i.active || again) lr |= lr_pending;
        if (i.physical != 0)
            lr |= lr_hw | uint64_t{i.physical} << lr_physical_shift;
        else if (!i.edge)
            lr |= lr_eoi;
        if (i.edge && (lr & lr_pending) != 0) i.latched = false;  // it is in the list register now
        ich.lr[n] = lr;
        return true;
    }
    return false;
}

void Vgic::fill(IchRegisters& ich) {
    for (unsigned n = 0; n < IchRegisters::list_registers; ++n) {
        list_[n] = none;
        ich.lr[n] = 0;
    }
    bool all = true;
    uint32_t intid = none;
    while (all && (intid = best_unlisted(Wanted::Any)) != none) all = place(ich, intid);
    ich.hcr = hcr_en | (all ? 0 : hcr_uie);
    if (best_unlisted(Wanted::Active) != none) ich.hcr |= hcr_lrenpie | hcr_tdir;
}

/// Ends that met no list register are those of active interrupts without one, in their order.
void Vgic::take_back(IchRegisters& ich) {
    for (uint64_t ends = ich.hcr >> hcr_eoicount_shift & 0x1F; ends != 0; --ends)
        deactivate(best_unlisted(Wanted::Active));
    for (unsigned n = 0; n < IchRegisters::list_registers; ++n) {
        if (list_[n] == none) continue;
        Interrupt& i = interrupts_[list_[n]];
        i.active = (ich.lr[n] & lr_active) != 0;
        const bool untaken = (ich.lr[n] & lr_pending) != 0;
        i.latched = i.edge ? i.latched || untaken : i.latched && untaken;
        refresh(list_[n]);
        list_[n] = none;
    }
    ich.hcr = 0;
}

void Vgic::deactivate(uint32_t intid) {
    if (intid >= intids) return;
    interrupts_[intid].active = false;
    refresh(intid);
}

bool Vgic::has_pending() const {
    bool found = false;
    for_each_live([&](uint32_t intid) {
        found = found || (!interrupts_[intid].active && deliverable(interrupts_[intid]));
    });
    return found;
}

}  // namespace smmu::sw::vmm
