// The board: addresses, interrupts and sizes that the platform builds and the firmware relies on.
//
// The addresses are those of QEMU's "virt" machine wherever it has the same device, so that an IORT written for it is
// true here too.  Freestanding: shared by the platform (host) and the firmware (AArch64).
#pragma once
#include <stdint.h>

namespace smmu::virt {

struct Range {
    uint64_t base;
    uint64_t size;
    constexpr uint64_t end() const { return base + size; }
    constexpr bool contains(uint64_t address) const { return address - base < size; }
};

// --- Memory map -----------------------------------------------------------------------------------------------------
constexpr Range gicd{0x0800'0000, 0x1'0000};
constexpr Range gicr{0x080A'0000, 0x2'0000};         // one redistributor: RD_base then SGI_base
constexpr Range uart{0x0900'0000, 0x1000};
constexpr Range smmu{0x0905'0000, 0x2'0000};         // register pages 0 and 1
// 0x0C00'0000 is kept for the VATOS page and control pages of ECMDQs.
constexpr Range smmu_pmcg{0x0C08'0000, 0x8'0000};    // counter groups, 128 KiB each: page 0, and page 1 after 64 KiB
constexpr Range probe_window{0x0C10'0000, 0x1000};   // counters of the probe points
constexpr Range pcie1_window{0x0F00'0000, 0x0100'0000}; // BARs of segment 1: the end of the range for platform devices
constexpr Range pcie0_window{0x1000'0000, 0x2EFF'0000}; // BARs of segment 0
constexpr Range pcie0_config{0x40'1000'0000, 0x1000'0000}; // ECAM of segment 0: buses 0-255, 1 MiB each
constexpr Range pcie1_config{0x40'2000'0000, 0x1000'0000}; // ECAM of segment 1
constexpr Range ram{0x4000'0000, 0x2000'0000};       // 512 MiB

// --- RAM layout at reset --------------------------------------------------------------------------------------------
constexpr uint64_t firmware_base = 0x4000'0000;      // entry point, EL2 Non-secure; x0 = acpi.base, x1 = acpi.end()
constexpr Range acpi{0x4400'0000, 0x10'0000};        // RSDP first, then XSDT and IORT

// --- Interrupts: shared peripheral interrupts are INTID 32 + n -------------------------------------------------------
constexpr uint32_t spi(uint32_t n) { return 32 + n; }
constexpr uint32_t uart_irq         = spi(1);
constexpr uint32_t smmu_eventq_irq  = spi(74);
constexpr uint32_t smmu_priq_irq    = spi(75);
constexpr uint32_t smmu_cmd_sync_irq = spi(76);
constexpr uint32_t smmu_gerror_irq  = spi(77);
constexpr uint32_t smmu_pmcg_irq    = spi(78);       // of counter group 0; the others follow
constexpr uint32_t pcie0_intx_irq   = spi(3);        // INTA of segment 0; INTB to INTD follow
constexpr uint32_t pcie1_intx_irq   = spi(112);      // INTA of segment 1; INTB to INTD follow
constexpr uint32_t gic_maintenance_ppi = 25;
constexpr uint32_t cnthp_ppi        = 26;
constexpr uint32_t cntv_ppi         = 27;
constexpr uint32_t cntp_ppi         = 30;

constexpr uint32_t smmu_pmcg_groups = 4;             // most that there is room for
constexpr uint64_t smmu_pmcg_stride = smmu_pmcg.size / smmu_pmcg_groups;

// --- Clocks ---------------------------------------------------------------------------------------------------------
constexpr uint64_t cpu_hz = 1'000'000'000;
constexpr uint64_t cntfrq_hz = 62'500'000;

// --- Root complexes: StreamID = stream_base + requester ID (bus 0 only: RID 0x00-0xFF) ------------------------------
struct RootComplex {
    uint32_t segment;
    uint32_t stream_base;
    uint32_t rid_count;
    bool canwbs;                                     // coherent whatever the attributes (IORT CANWBS)
};
constexpr RootComplex root_complex0{0, 0x000, 0x100, false};
constexpr RootComplex root_complex1{1, 0x100, 0x100, true};

// --- Test engine: PCI function 00:01.0 of its root complex; its BARs stand here when firmware starts -----------------
// Frame n presents the requester ID of device 1 + n: the slots behind it stay empty.
constexpr uint32_t test_engine_device = 1;
constexpr Range test_engine0{pcie0_window.base, 0x2'0000}; // BAR 0 on root complex 0: user frames, then privileged frames
constexpr Range test_engine1{pcie1_window.base, 0x2'0000}; // BAR 0 on root complex 1
constexpr uint64_t test_engine_msix_table = 0x2'0000;      // BAR 2, from the start of BAR 0: 32 KiB
constexpr uint64_t test_engine_msix_pba = 0x2'8000;        // BAR 4, from the start of BAR 0: 4 KiB
constexpr uint32_t test_engine_frames = 8;
constexpr uint32_t test_engine_rid(uint32_t frame) { return (test_engine_device + frame) << 3; }

// --- PSCI function identifiers answered by the platform on SMC ------------------------------------------------------
constexpr uint32_t psci_version = 0x8400'0000;
constexpr uint32_t psci_system_off = 0x8400'0008;
constexpr uint32_t psci_system_reset = 0x8400'0009;
constexpr uint32_t psci_features = 0x8400'000A;
constexpr uint32_t smc_exit = 0xC200'0001;           // ends the simulation; x1 = exit status

}  // namespace smmu::virt
