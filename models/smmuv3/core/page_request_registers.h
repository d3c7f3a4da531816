// Registers of the PRI queue.  Arm IHI 0070 G.b, 6.3.33 to 6.3.36, 6.3.97, 6.3.98.
#pragma once
#include <optional>

#include "smmuv3/arch/regs.h"
#include "smmuv3/core/msi.h"
#include "smmuv3/core/queue_state.h"

namespace smmu::core {

/// Not there without IDR0.PRI: then every offset is nobody's.
class PageRequestRegisters {
public:
    explicit PageRequestRegisters(const Features& features) : features_(features) {}
    void reset() { *this = PageRequestRegisters(features_); }
    PageRequestRegisters& operator=(const PageRequestRegisters& other);
    PageRequestRegisters(const PageRequestRegisters&) = default;

    /// A word; nothing if the offset is not one of theirs.
    std::optional<uint32_t> read(uint32_t offset) const;
    /// Which of them may be written now: they are guarded by CR0.PRIQEN and IRQ_CTRL.PRIQ_IRQEN.
    struct Writable {
        bool queue, msi;
    };
    void write(uint32_t offset, uint32_t value, Writable writable);

    QueueState queue() const;
    void set_prod(arch::QueueIndex prod) { prod_.set(arch::PriqProd::WR, prod.raw); }
    /// An overflow that software has not yet acknowledged keeps the queue from being written (8.1).
    bool is_overflown() const {
        return prod_[arch::PriqProd::OVFLG] != cons_[arch::PriqCons::OVACKFLG];
    }
    void overflow() {
        if (!is_overflown()) prod_.set(arch::PriqProd::OVFLG, !prod_[arch::PriqProd::OVFLG]);
    }
    bool write_allocates() const { return base_[arch::PriqBase::WA]; }
    /// LO: an interrupt for requests with Last only.
    bool interrupts_for_last_only() const { return irq_cfg2_[arch::PriqIrqCfg2::LO]; }
    Msi msi() const;

private:
    const Features& features_;
    arch::PriqBase base_{};
    arch::PriqIrqCfg0 irq_cfg0_{};
    arch::PriqIrqCfg1 irq_cfg1_{};
    arch::PriqIrqCfg2 irq_cfg2_{};
    arch::PriqProd prod_{};
    arch::PriqCons cons_{};
};

}  // namespace smmu::core
