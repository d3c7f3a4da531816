// A GIC between two masters and the system registers of a CPU that is not there.
#pragma once
#include "gicv3/gicv3.h"
#include "tests/model/fake_system_registers.h"
#include "tests/support/device.h"
#include "tests/support/sim_test.h"

namespace smmu::test {

constexpr uint32_t spurious = 1023;
constexpr uint64_t GICD_CTLR = 0x0, GICD_TYPER = 0x4, GICD_SETSPI_NSR = 0x40,
                   GICD_CLRSPI_NSR = 0x48;
constexpr uint64_t IGROUPR = 0x80, ISENABLER = 0x100, ICENABLER = 0x180, ISPENDR = 0x200;
constexpr uint64_t ICPENDR = 0x280, ISACTIVER = 0x300, ICACTIVER = 0x380, IPRIORITYR = 0x400;
constexpr uint64_t ICFGR = 0xC00, IROUTER = 0x6000, PIDR2 = 0xFFE8;
constexpr uint64_t GICR_TYPER = 0x8, GICR_WAKER = 0x14, SGI_base = 0x1'0000;

class Gicv3Test : public SimTest {
protected:
    Gicv3 gic{"gic"};
    Device gicd{"gicd"}, gicr{"gicr"};
    FakeSystemRegisters cpu;
    bool irq = false;
    InterruptPin irq_pin{[this](bool level) { irq = level; }};

    Gicv3Test() {
        gicd.out.bind(gic.gicd);
        gicr.out.bind(gic.gicr);
        gic.irq.bind(irq_pin);
        gic.system_registers.bind(cpu);
    }

    template <class T = uint32_t>
    static T get(Device& frame, uint64_t offset) {
        T value{};
        EXPECT_TRUE(frame.read({}, offset, value).ok());
        return value;
    }
    template <class T = uint32_t>
    static void set(Device& frame, uint64_t offset, T value) {
        EXPECT_TRUE(frame.write({}, offset, value).ok());
    }

    /// As an operating system does: group 1 on, CPU awake, nothing masked by priority.
    void bring_up() {
        set(gicr, GICR_WAKER, 0u);
        set(gicd, GICD_CTLR, 2u);
        cpu.write("ICC_PMR_EL1", 0xF8);
        cpu.write("ICC_IGRPEN1_EL1", 1);
    }

    enum class Trigger : uint8_t { Level, Edge };
    void enable(uint32_t intid, Trigger trigger = Trigger::Level, uint8_t priority = 0x80) {
        Device& frame = intid < 32 ? gicr : gicd;
        const uint64_t base = intid < 32 ? SGI_base : 0;
        const uint32_t bit = 1u << intid % 32;
        const uint64_t word = base + intid / 32 * 4;
        set(frame, word + IGROUPR, get(frame, word + IGROUPR) | bit);
        set(frame, base + IPRIORITYR + intid, priority);
        if (trigger == Trigger::Edge && intid >= 16) {
            const uint64_t config = base + ICFGR + intid / 16 * 4;
            set(frame, config, get(frame, config) | 2u << intid % 16 * 2);
        }
        set(frame, word + ISENABLER, bit);
    }
    void drive(uint32_t intid, bool level) { gic.input(intid)->write(level); }
    void pulse(uint32_t intid) {
        drive(intid, true);
        drive(intid, false);
    }
    uint64_t acknowledge() { return cpu.read("ICC_IAR1_EL1"); }
    void end(uint64_t intid) { cpu.write("ICC_EOIR1_EL1", intid); }
};

}  // namespace smmu::test
