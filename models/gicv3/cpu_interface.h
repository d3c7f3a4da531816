// The physical CPU interface: acknowledge, priority drop, deactivation.  Arm IHI 0069, 4.8 and
// 12.2.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "gicv3/icc_registers.h"
#include "gicv3/interrupts.h"

namespace smmu::gic {

class CpuInterface final : public IccRegisters {
public:
    /// `offered` is the distributor's highest pending interrupt; `changed` is called after each
    /// state change.
    CpuInterface(Interrupts& interrupts, std::function<std::optional<Candidate>()> offered,
                 std::function<void()> changed);

    /// The offered interrupt has the priority to interrupt the PE now.
    bool signals() const;
    /// Ends an interrupt: ICC_DIR_EL1, or a guest that ends its virtual side (ICH_LR<n>_EL2.HW).
    void deactivate(uint32_t intid);

    uint64_t read_iar1() override;
    void write_eoir1(uint64_t value) override;
    uint64_t read_hppir1() const override;
    uint64_t read_bpr1() const override { return bpr1_; }
    void write_bpr1(uint64_t value) override;
    uint64_t read_igrpen1() const override { return group1_enabled_; }
    void write_igrpen1(uint64_t value) override;
    uint64_t read_ap1r0() const override { return active_priorities_; }
    void write_ap1r0(uint64_t value) override;
    uint64_t read_ctlr() const override;
    void write_ctlr(uint64_t value) override;
    void write_dir(uint64_t value) override;
    uint64_t read_rpr() const override { return highest_priority(active_priorities_); }
    uint64_t read_pmr() const override { return priority_limit_; }
    void write_pmr(uint64_t value) override;
    void write_sgi1r(uint64_t value);

private:
    uint8_t group_priority(uint8_t priority) const;
    bool may_preempt(const Candidate& candidate) const;

    Interrupts& interrupts_;
    std::function<std::optional<Candidate>()> offered_;
    std::function<void()> changed_;

    static constexpr unsigned least_bpr1 = 3;
    bool separate_deactivation_ = false;  // ICC_CTLR_EL1.EOImode
    bool group1_enabled_ = false;
    uint8_t priority_limit_ = 0;  // ICC_PMR_EL1
    unsigned bpr1_ = least_bpr1;
    uint32_t active_priorities_ = 0;  // ICC_AP1R0_EL1
};

}  // namespace smmu::gic
