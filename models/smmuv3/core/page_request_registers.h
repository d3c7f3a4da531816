// Registers of the PRI queue.  Arm IHI 0070 G.b, 6.3.33 to 6.3.36, 6.3.97, 6.3.98.
#pragma once
#include "smmuv3/arch/queue.h"
#include "smmuv3/arch/regs.h"
#include "smmuv3/core/msi.h"

namespace smmu::core {

/// They read as zero and ignore writes without IDR0.PRI; PRIQ_IRQ_CFG<n> also without IDR0.MSI.
class PageRequestRegisters {
public:
    explicit PageRequestRegisters(const Features& features) : features_(features) {}
    void reset() { is_ = {}; }

    /// One word.  False if the offset is not one of theirs.
    bool read(uint32_t offset, uint32_t& value) const;
    /// What may be written now: guarded by CR0.PRIQEN and by IRQ_CTRL.PRIQ_IRQEN.
    struct Writable {
        bool queue, interrupt;
    };
    void write(uint32_t offset, uint32_t value, Writable writable);

    arch::QueueState queue() const;
    void set_prod(arch::QueueIndex prod) { is_.prod.set(arch::PriqProd::WR, prod.raw); }
    /// An overflow that software has not acknowledged: nothing is written meanwhile (8.1).
    bool is_overflown() const {
        return is_.prod[arch::PriqProd::OVFLG] != is_.cons[arch::PriqCons::OVACKFLG];
    }
    void overflow() {
        if (!is_overflown()) is_.prod.set(arch::PriqProd::OVFLG, !is_.prod[arch::PriqProd::OVFLG]);
    }
    bool write_allocates() const { return is_.base[arch::PriqBase::WA]; }
    /// LO: an interrupt for Last requests, instead of for a queue that is no longer empty.
    bool interrupts_for_last() const { return is_.irq_cfg2[arch::PriqIrqCfg2::LO]; }
    Msi msi() const;

private:
    const Features& features_;
    struct {
        arch::PriqBase base;
        arch::PriqIrqCfg0 irq_cfg0;
        arch::PriqIrqCfg1 irq_cfg1;
        arch::PriqIrqCfg2 irq_cfg2;
        arch::PriqProd prod;
        arch::PriqCons cons;
    } is_{};
};

}  // namespace smmu::core
