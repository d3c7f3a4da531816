// The interrupt controller of a guest: distributor and redistributor emulated, the CPU interface in
// hardware, filled through list registers.  Arm IHI 0069, 6 and 12.4.
#pragma once
#include <stdint.h>

#include "sw_stubs/vmm/virtual_device.h"

namespace smmu::sw::vmm {

/// What of the virtual CPU interface belongs to a VM; loaded before each entry, saved after each
/// exit.
struct IchRegisters {
    static constexpr unsigned list_registers = 4;

    uint64_t hcr = 0;   ///< ICH_HCR_EL2
    uint64_t vmcr = 0;  ///< ICH_VMCR_EL2
    uint64_t ap0r0 = 0, ap1r0 = 0;
    uint64_t lr[list_registers] = {};
};

/// ICC_CTLR_EL1.EOImode of the guest: EOIR1 does not deactivate, DIR does.
constexpr bool splits_eoi(const IchRegisters& ich) { return (ich.vmcr >> 9 & 1) != 0; }

class Vgic {
public:
    static constexpr uint32_t intids = 128;  ///< 16 SGIs, 16 PPIs, 96 SPIs
    /// GICD_SETSPI_NSR: an SPI by message, whose data is its INTID.
    static constexpr uint32_t doorbell = 0x40;

    constexpr Vgic() {
        for (uint32_t sgi = 0; sgi < 16; ++sgi) interrupts_[sgi].edge = true;
    }

    /// Connects PPI or SPI `intid` with a physical interrupt: the guest's EOI deactivates that one.
    void map(uint32_t intid, uint32_t physical);

    /// Drives an input; a level or an edge, as the guest configured it.
    void set_level(uint32_t intid, bool level);
    /// An edge, or software's SGI: pending until taken.
    void pulse(uint32_t intid);
    /// A message acts as the input of an SPI would: it latches an edge, and holds or releases a level.
    void message(uint32_t intid, bool pending);

    /// Chooses what the guest gets next: fills the list registers, highest priorities first, and asks
    /// to be called back where the guest's EOI or DIR must come to the host.
    void fill(IchRegisters& ich);
    /// Learns what the guest did with them.
    void take_back(IchRegisters& ich);

    /// ICC_DIR_EL1, which traps while not every active interrupt has a list register.
    void deactivate(uint32_t intid);

    /// Something would interrupt the guest if it let it: WFI does not wait.
    bool has_pending() const;
    /// A list register holds `intid`; after fill().
    bool listed(uint32_t intid) const;

    // --- Registers, as vgic_registers.cpp sees them; a word each
    uint32_t read_distributor(uint32_t offset) const;
    void write_distributor(uint32_t offset, uint32_t value);
    uint32_t read_redistributor(uint32_t offset) const;
    void write_redistributor(uint32_t offset, uint32_t value);

private:
    struct Interrupt {
        bool enabled = false, group1 = false, edge = false;
        bool line = false;     ///< level of the input
        bool latched = false;  ///< pending by an edge or by software
        bool active = false;
        uint8_t priority = 0;
        uint16_t physical = 0;  ///< 0: none
        bool pending() const { return latched || (!edge && line); }
    };
    struct Range {
        uint32_t begin, end;
    };

    bool deliverable(const Interrupt& i) const {
        return group1_enabled_ && i.enabled && i.group1 && i.pending();
    }
    /// Keeps `live_` true after each change of an interrupt.
    void refresh(uint32_t intid);
    template <class Action>
    void for_each_live(Action action) const;
    bool place(IchRegisters& ich, uint32_t intid);
    enum class Wanted : uint8_t { Any, Active };
    uint32_t best_unlisted(Wanted wanted) const;
    uint32_t read_words(uint32_t offset, Range frame) const;
    void write_words(uint32_t offset, uint32_t value, Range frame);

    static constexpr uint32_t none = intids;

    Interrupt interrupts_[intids]{};
    uint64_t live_[intids / 64] = {};  ///< a bit for each that is pending or active: few
    uint32_t list_[IchRegisters::list_registers] = {none, none, none, none};
    bool group1_enabled_ = false;  ///< GICD_CTLR.EnableGrp1
    bool asleep_ = true;           ///< GICR_WAKER.ProcessorSleep
};

/// An input of the guest's interrupt controller.
class VgicLine final : public VirtualInterrupt {
public:
    constexpr VgicLine() = default;
    constexpr VgicLine(Vgic& gic, uint32_t intid) : gic_(&gic), intid_(intid) {}
    void set(bool level) override { gic_->set_level(intid_, level); }
    void pulse() override { gic_->pulse(intid_); }

private:
    Vgic* gic_ = nullptr;
    uint32_t intid_ = 0;
};

/// GICD, 64 KiB.
class VgicDistributor final : public VirtualDevice {
public:
    constexpr VgicDistributor() = default;
    constexpr explicit VgicDistributor(Vgic& gic) : gic_(&gic) {}
    uint64_t read(uint64_t offset, unsigned size) override;
    void write(uint64_t offset, unsigned size, uint64_t value) override;

private:
    Vgic* gic_ = nullptr;
};

/// GICR, 128 KiB: RD_base, then SGI_base.
class VgicRedistributor final : public VirtualDevice {
public:
    constexpr VgicRedistributor() = default;
    constexpr explicit VgicRedistributor(Vgic& gic) : gic_(&gic) {}
    uint64_t read(uint64_t offset, unsigned size) override;
    void write(uint64_t offset, unsigned size, uint64_t value) override;

private:
    Vgic* gic_ = nullptr;
};

}  // namespace smmu::sw::vmm
