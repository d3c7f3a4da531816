// The registers of a CPU interface that exist twice: ICC_* for physical interrupts, ICV_* for those
// of a guest.  Which of the two an access reaches is cpu_registers.h's business.
#pragma once
#include <cstdint>

namespace smmu::gic {

/// By their names without ICC_ or ICV_ and _EL1.
class IccRegisters {
public:
    virtual uint64_t read_iar1() = 0;
    virtual void write_eoir1(uint64_t value) = 0;
    virtual uint64_t read_hppir1() const = 0;
    virtual uint64_t read_bpr1() const = 0;
    virtual void write_bpr1(uint64_t value) = 0;
    virtual uint64_t read_igrpen1() const = 0;
    virtual void write_igrpen1(uint64_t value) = 0;
    virtual uint64_t read_ap1r0() const = 0;
    virtual void write_ap1r0(uint64_t value) = 0;

    virtual uint64_t read_ctlr() const = 0;
    virtual void write_ctlr(uint64_t value) = 0;
    virtual void write_dir(uint64_t value) = 0;
    virtual uint64_t read_rpr() const = 0;
    virtual uint64_t read_pmr() const = 0;
    virtual void write_pmr(uint64_t value) = 0;

protected:
    ~IccRegisters() = default;
};

constexpr uint64_t ctlr_eoimode = 1 << 1;
constexpr uint64_t ctlr_five_priority_bits = 4 << 8;
constexpr uint64_t intid_mask = 0xFF'FFFF;
constexpr uint8_t idle_priority = 0xFF;

/// With five bits of group priority, bit n of an active priorities register is priority 8n.
constexpr unsigned priority_bit(uint8_t priority) { return priority >> 3; }
inline uint8_t highest_priority(uint32_t active_priorities) {
    return active_priorities == 0 ? idle_priority
                                  : static_cast<uint8_t>(__builtin_ctz(active_priorities) << 3);
}

}  // namespace smmu::gic
