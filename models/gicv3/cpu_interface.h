// The CPU interface: acknowledge, priority drop, deactivation.  Arm IHI 0069, 4.8 and 12.2.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>

#include "cpu/system_registers.h"
#include "gicv3/interrupts.h"

namespace smmu::gic {

class CpuInterface {
public:
    /// `offered` is the distributor's highest pending interrupt; `changed` is called after each
    /// state change.
    CpuInterface(Interrupts& interrupts, std::function<std::optional<Candidate>()> offered,
                 std::function<void()> changed);

    /// The offered interrupt has the priority to interrupt the PE now.
    bool signals() const;
    /// Adds the ICC_* registers to the CPU.
    void add_registers(SystemRegisters& registers);

    // The registers, by their names without _EL1.
    uint64_t read_iar1();
    uint64_t read_hppir1() const;
    uint64_t read_rpr() const;
    uint64_t read_ctlr() const;
    void write_ctlr(uint64_t value);
    void write_eoir1(uint64_t value);
    void write_dir(uint64_t value);
    void write_pmr(uint64_t value);
    void write_bpr1(uint64_t value);
    void write_sgi1r(uint64_t value);

private:
    uint8_t group_priority(uint8_t priority) const;
    bool may_preempt(const Candidate& candidate) const;
    void deactivate(uint32_t intid);

    Interrupts& interrupts_;
    std::function<std::optional<Candidate>()> offered_;
    std::function<void()> changed_;

    static constexpr unsigned least_bpr1 = 3;
    bool separate_deactivation_ = false;  // ICC_CTLR_EL1.EOImode
    bool group1_enabled_ = false;
    uint8_t priority_limit_ = 0;  // ICC_PMR_EL1
    unsigned bpr1_ = least_bpr1;
    uint32_t active_priorities_ = 0;  // ICC_AP1R0_EL1: bit n is priority 8n
};

}  // namespace smmu::gic
