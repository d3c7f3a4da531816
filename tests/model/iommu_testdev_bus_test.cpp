// The IOMMU test device as a program finds it: on a bus with an SMMU, through configuration space.
#include "iommu_testdev/iommu_testdev.h"

#include "interconnect/interconnect.h"
#include "smmuv3/smmu.h"
#include "tests/model/pci_bench.h"

namespace smmu {
namespace {

using test::PciMaster;

InterconnectParams one_view() {
    InterconnectParams p;
    p.views = Views::Single;
    return p;
}

/// What QEMU's "virt" has: test device at 00:01.0.
struct Bench {
    Bench() {
        cpu.out.bind(bus.upstream("cpu"));
        bus.device("smmu_registers").bind(smmu.regs);
        bus.device("config").bind(root.config);
        bus.device("window").bind(root.memory);
        PciLink& link = root.add(device.pci, {1});
        device.dma.bind(link.dma);
        link.registers().bind(device.regs);
        device.physical.bind(bus.upstream("physical"));
        root.dma.bind(smmu.tbu[0]);
        smmu.mem[0].bind(bus.upstream("dma"));
        smmu.ptw.bind(bus.upstream("tables"));
    }
    uint64_t ecam(unsigned slot, unsigned reg) {
        return virt::pcie0_config.base + (slot << 15 | reg);
    }
    uint32_t get(uint64_t address) { return static_cast<uint32_t>(cpu.read(address, 4)); }
    void set(uint64_t address, uint32_t value) { cpu.write(address, value, 4); }

    Interconnect bus{"bus",
                     one_view(),
                     {{"cpu", PortKind::Cpu},
                      {"physical", PortKind::Cpu},
                      {"dma", PortKind::Dma},
                      {"tables", PortKind::Tables}},
                     {{"smmu_registers", virt::smmu},
                      {"config", virt::pcie0_config},
                      {"window", virt::pcie0_window}}};
    Smmu<> smmu{"smmu"};
    RootComplex root{"root", {}};
    IommuTestdev device{"device"};
    PciMaster cpu{"cpu"};
};

class IommuTestdevBusTest : public test::SimTest {};

TEST_F(IommuTestdevBusTest, FoundPlacedAndTriggered) {
    Bench b;
    simulate([&] {
        unsigned slot = 0;
        for (unsigned s = 0; s < 32; ++s)
            if (b.get(b.ecam(s, 0)) == 0x0005'1B36) slot = s;
        ASSERT_EQ(slot, 1u);
        b.set(b.ecam(slot, 0x10), 0xFFFF'FFFF);
        EXPECT_EQ(b.get(b.ecam(slot, 0x10)), 0xFFFF'F000u);
        const uint64_t bar = 0x1000'0000;
        b.set(b.ecam(slot, 0x10), bar);

        const auto run = [&](uint32_t command) {
            b.cpu.write(b.ecam(slot, 0x04), command, 2);
            b.set(bar + 0x04, 0x4000'1000);
            b.set(bar + 0x0C, 4);
            b.set(bar + 0x1C, 0x4000'1000);
            b.set(bar + 0x14, 1);
            b.get(bar);
            sc_core::wait(sc_core::sc_time(10.0, sc_core::SC_US));
            return b.get(bar + 0x10);
        };
        EXPECT_EQ(run(0x0002), 0xDEAD'0002u) << "no bus master";
        EXPECT_EQ(b.get(0x4000'1000), 0u);
        EXPECT_EQ(run(0x0007), 0u) << "the SMMU is off: bypass";
        EXPECT_EQ(b.get(0x4000'1000), 0x1234'5678u);

        b.set(virt::smmu.base + 0x44, 0x8010'0000);  // GBPA: Update, ABORT
        EXPECT_EQ(run(0x0007), 0xDEAD'0002u) << "every bypassed access aborts";
        EXPECT_EQ(run(0x0000), 0xFFFF'FFFFu) << "and its registers are gone";
    });
}

}  // namespace
}  // namespace smmu
