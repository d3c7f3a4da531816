// State of all interrupts and the registers that show it, bit by bit.  Arm IHI 0069, 4.1 and 12.9.
//
// SGIs and PPIs are seen through GICR, SPIs through GICD; the layout of the registers is the same.
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

namespace smmu::gic {

constexpr uint32_t first_ppi = 16;
constexpr uint32_t first_spi = 32;
constexpr uint32_t spurious = 1023;
constexpr uint8_t priority_mask = 0xF8;  ///< five bits are implemented

struct Interrupt {
    bool enabled = false;
    bool latched = false;  ///< pending by an edge or by software
    bool active = false;
    bool line = false;  ///< level of the input
    bool edge = false;  ///< triggered by the rising edge, otherwise by the level
    bool group1 = false;
    uint8_t priority = 0;  ///< 0 is the highest
    uint64_t route = 0;    ///< GICD_IROUTER<n>

    bool pending() const { return latched || (!edge && line); }
};

/// The interrupt that the distributor offers to the CPU interface.
struct Candidate {
    uint32_t intid;
    uint8_t priority;
};

/// A half-open range of INTIDs.
struct IntidRange {
    uint32_t begin, end;
    bool contains(uint32_t intid) const { return intid >= begin && intid < end; }
};

class Interrupts {
public:
    explicit Interrupts(uint32_t spi_count);

    uint32_t count() const { return static_cast<uint32_t>(state_.size()); }
    Interrupt& operator[](uint32_t intid) { return state_[intid]; }
    const Interrupt& operator[](uint32_t intid) const { return state_[intid]; }

    /// Drives the input of an interrupt.
    void set_line(uint32_t intid, bool level);
    /// Takes the interrupt: active, and no longer pending unless its level still is.
    void activate(uint32_t intid);
    /// The enabled, pending, inactive group 1 interrupt of the highest priority that is routed to
    /// this PE.
    std::optional<Candidate> highest_pending() const;

    /// Registers 0x080 (IGROUPR) to 0xCFF (ICFGR), restricted to the interrupts of one frame.
    uint32_t read(uint32_t offset, IntidRange frame) const;
    void write(uint32_t offset, uint32_t value, IntidRange frame);

private:
    bool routed_here(uint32_t intid) const;

    std::vector<Interrupt> state_;
};

}  // namespace smmu::gic
