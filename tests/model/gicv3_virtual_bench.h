// A GIC with a hypervisor and its guest: ICH_* at EL2, ICV_* at EL1 with HCR_EL2.IMO = 1.
#pragma once
#include "tests/model/gicv3_bench.h"

namespace smmu::test {

// ICH_LR<n>_EL2: pending, group 1, priority 0x80.
constexpr uint64_t pending_lr = 0x5080'0000'0000'0000;
constexpr uint64_t pending_lr_0x40 = 0x5040'0000'0000'0000;
constexpr uint64_t active_lr = 0x9080'0000'0000'0000;
constexpr uint64_t invalid_lr = 0x1080'0000'0000'0000;
constexpr uint64_t lr_hw = 0x2000'0000'0000'0000;
constexpr uint64_t lr_eoi = 0x0200'0000'0000;
constexpr uint64_t physical(uint64_t intid) { return intid << 32; }

// ICH_HCR_EL2.
constexpr uint64_t En = 0x1, UIE = 0x2, LRENPIE = 0x4, NPIE = 0x8;
constexpr uint64_t VGrp0EIE = 0x10, VGrp0DIE = 0x20, VGrp1EIE = 0x40, VGrp1DIE = 0x80;
constexpr uint64_t TC = 0x400, TALL1 = 0x1000, TDIR = 0x4000;

constexpr uint64_t hcr_imo = 0x10, hcr_fmo = 0x8;

class Gicv3VirtualTest : public Gicv3Test {
protected:
    bool virq = false, maintenance = false;
    InterruptPin virq_pin{[this](bool level) { virq = level; }};
    InterruptPin maintenance_pin{[this](bool level) {
        maintenance = level;
        drive(25, level);
    }};

    Gicv3VirtualTest() {
        gic.virq.bind(virq_pin);
        gic.maintenance.bind(maintenance_pin);
    }

    /// What `action` does is done by a guest, the rest by its hypervisor.
    template <class Action>
    auto as_guest(Action action) {
        cpu.now = {1, hcr_imo};
        struct Back {
            FakeSystemRegisters& cpu;
            ~Back() { cpu.now = {2}; }
        } back{cpu};
        return action();
    }
    uint64_t guest_reads(const char* name) {
        return as_guest([&] { return cpu.read(name); });
    }
    void guest_writes(const char* name, uint64_t value) {
        as_guest([&] { cpu.write(name, value); });
    }
    uint64_t guest_acknowledges() { return guest_reads("ICC_IAR1_EL1"); }
    void guest_ends(uint64_t intid) { guest_writes("ICC_EOIR1_EL1", intid); }

    void bring_up_guest() {
        cpu.write("ICH_HCR_EL2", En);
        guest_writes("ICC_PMR_EL1", 0xF8);
        guest_writes("ICC_IGRPEN1_EL1", 1);
    }
    uint64_t lr(int n) { return cpu.read(lr_name(n)); }
    void set_lr(int n, uint64_t value) { cpu.write(lr_name(n), value); }
    static std::string lr_name(int n) { return "ICH_LR" + std::to_string(n) + "_EL2"; }
};

}  // namespace smmu::test
