// One list register: a virtual interrupt as the hypervisor gives it to the virtual CPU interface.
// Arm IHI 0069, 12.4, ICH_LR<n>_EL2.
#pragma once
#include <cstdint>

namespace smmu::gic {

class ListRegister {
public:
    static constexpr uint64_t pending = uint64_t{1} << 62, active = uint64_t{1} << 63;
    static constexpr uint64_t state_mask = active | pending;
    static constexpr uint64_t hw = uint64_t{1} << 61, group1 = uint64_t{1} << 60;
    static constexpr uint64_t eoi = uint64_t{1} << 41;  ///< HW = 0: maintenance interrupt on EOI

    uint64_t read() const { return value_; }
    void write(uint64_t value) { value_ = value & implemented; }

    bool is_pending() const { return (value_ & state_mask) == pending; }  ///< and not active
    bool is_active() const { return (value_ & active) != 0; }             ///< pending too or not
    bool is_valid() const { return (value_ & state_mask) != 0; }
    bool is_group1() const { return (value_ & group1) != 0; }
    bool is_hardware() const { return (value_ & hw) != 0; }
    /// ICH_EISR_EL2: an EOI that the hypervisor wants to hear of has happened.
    bool reports_eoi() const { return (value_ & (state_mask | hw | eoi)) == eoi; }
    /// ICH_ELRSR_EL2: nothing is lost when it is overwritten.
    bool is_empty() const { return !is_valid() && !reports_eoi(); }

    uint32_t virtual_intid() const { return static_cast<uint32_t>(value_ & 0xFFFF'FFFF); }
    uint32_t physical_intid() const { return static_cast<uint32_t>(value_ >> 32 & 0x3FF); }
    uint8_t priority() const { return static_cast<uint8_t>(value_ >> 48 & 0xFF); }

    void acknowledge() { value_ = (value_ & ~pending) | active; }
    void deactivate() { value_ &= ~active; }
    void discard() { value_ &= ~state_mask; }

private:
    // 16 bits of vINTID, 10 of pINTID, 5 of priority.
    static constexpr uint64_t implemented =
        state_mask | hw | group1 | uint64_t{0xF8} << 48 | uint64_t{0x3FF} << 32 | 0xFFFF;

    uint64_t value_ = 0;
};

}  // namespace smmu::gic
