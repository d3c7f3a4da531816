// The virtual CPU interface: what a guest sees as its interrupts (ICV_*), and how its hypervisor
// gives them to it (ICH_*).  Arm IHI 0069, 6, 12.3 and 12.4.
#pragma once
#include <cstdint>
#include <functional>
#include <vector>

#include "gicv3/icc_registers.h"
#include "gicv3/list_register.h"

namespace smmu::gic {

constexpr unsigned most_list_registers = 16;

/// ICH_HCR_EL2
namespace ich_hcr {
constexpr uint32_t en = 1 << 0, uie = 1 << 1, lrenpie = 1 << 2, npie = 1 << 3;
constexpr uint32_t vgrp0eie = 1 << 4, vgrp0die = 1 << 5, vgrp1eie = 1 << 6, vgrp1die = 1 << 7;
constexpr uint32_t tc = 1 << 10, tall0 = 1 << 11, tall1 = 1 << 12, tdir = 1 << 14;
constexpr unsigned eoicount_shift = 27;
}  // namespace ich_hcr

class VirtualInterface final : public IccRegisters {
public:
    struct Outside {
        std::function<void(uint32_t)> deactivate;  ///< a physical interrupt, for ICH_LR<n>_EL2.HW
        std::function<void()> changed;             ///< after each state change
    };
    VirtualInterface(unsigned list_registers, Outside outside);

    /// The highest pending virtual interrupt has the priority to interrupt the guest now.
    bool signals() const;
    /// Level of the maintenance interrupt.
    bool needs_maintenance() const { return (hcr_ & ich_hcr::en) != 0 && read_misr() != 0; }

    // --- ICV_*
    uint64_t read_iar1() override;
    void write_eoir1(uint64_t value) override;
    uint64_t read_hppir1() const override;
    uint64_t read_bpr1() const override;
    void write_bpr1(uint64_t value) override;
    uint64_t read_igrpen1() const override;
    void write_igrpen1(uint64_t value) override;
    uint64_t read_ap1r0() const override { return ap1r0_; }
    void write_ap1r0(uint64_t value) override;
    uint64_t read_ctlr() const override;
    void write_ctlr(uint64_t value) override;
    void write_dir(uint64_t value) override;
    uint64_t read_rpr() const override { return highest_priority(ap0r0_ | ap1r0_); }
    uint64_t read_pmr() const override;
    void write_pmr(uint64_t value) override;

    // --- ICH_*
    unsigned list_registers() const { return static_cast<unsigned>(list_.size()); }
    uint64_t read_lr(unsigned n) const { return list_[n].read(); }
    void write_lr(unsigned n, uint64_t value);
    uint64_t read_hcr() const { return hcr_; }
    void write_hcr(uint64_t value);
    uint64_t read_vtr() const;
    uint64_t read_vmcr() const { return vmcr_; }
    void write_vmcr(uint64_t value);
    uint64_t read_ap0r0() const { return ap0r0_; }
    void write_ap0r0(uint64_t value);
    uint64_t read_misr() const;
    uint64_t read_eisr() const;
    uint64_t read_elrsr() const;

private:
    const ListRegister* highest_pending() const;
    ListRegister* highest_pending();
    ListRegister* active(uint32_t intid);
    uint8_t group_priority(uint8_t priority) const;
    bool may_preempt(const ListRegister& candidate) const;
    bool separate_deactivation() const;
    void deactivate(uint32_t intid);
    void set_vmcr(unsigned lowest_bit, unsigned width, uint64_t value);
    unsigned vmcr(unsigned lowest_bit, unsigned width) const;

    Outside outside_;
    std::vector<ListRegister> list_;
    uint32_t hcr_ = 0;
    uint32_t vmcr_;
    uint32_t ap0r0_ = 0, ap1r0_ = 0;
};

}  // namespace smmu::gic
