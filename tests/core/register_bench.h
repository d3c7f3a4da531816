// Fixture of register and queue tests: a register file as it comes out of reset, and the offsets of
// its registers as software knows them.
#pragma once
#include <gtest/gtest.h>

#include <ios>

#include "smmuv3/core/register_file.h"

namespace smmu::test {

/// Offsets from page 0, typed from Arm IHI 0070 G.b, 6.2.1 and 6.2.2.
namespace at {
constexpr uint32_t IDR0 = 0x0000, IDR1 = 0x0004, IDR2 = 0x0008, IDR3 = 0x000C, IDR4 = 0x0010;
constexpr uint32_t IDR5 = 0x0014, IIDR = 0x0018, AIDR = 0x001C;
constexpr uint32_t CR0 = 0x0020, CR0ACK = 0x0024, CR1 = 0x0028, CR2 = 0x002C;
constexpr uint32_t STATUSR = 0x0040, GBPA = 0x0044, IRQ_CTRL = 0x0050, IRQ_CTRLACK = 0x0054;
constexpr uint32_t GERROR = 0x0060, GERRORN = 0x0064;
constexpr uint32_t GERROR_IRQ_CFG0 = 0x0068, GERROR_IRQ_CFG1 = 0x0070, GERROR_IRQ_CFG2 = 0x0074;
constexpr uint32_t STRTAB_BASE = 0x0080, STRTAB_BASE_CFG = 0x0088;
constexpr uint32_t CMDQ_BASE = 0x0090, CMDQ_PROD = 0x0098, CMDQ_CONS = 0x009C;
constexpr uint32_t EVENTQ_BASE = 0x00A0, EVENTQ_PROD = 0x1'00A8, EVENTQ_CONS = 0x1'00AC;
constexpr uint32_t PRIQ_BASE = 0x00C0, PRIQ_PROD = 0x1'00C8, PRIQ_CONS = 0x1'00CC;
constexpr uint32_t PRIQ_IRQ_CFG0 = 0x00D0, PRIQ_IRQ_CFG1 = 0x00D8, PRIQ_IRQ_CFG2 = 0x00DC;
constexpr uint32_t GATOS_CTRL = 0x0100, GATOS_SID = 0x0108, GATOS_ADDR = 0x0110;
constexpr uint32_t GATOS_PAR = 0x0118, VATOS_SEL = 0x0180, IDR6 = 0x0190;
constexpr uint32_t EVENTQ_IRQ_CFG0 = 0x00B0, EVENTQ_IRQ_CFG1 = 0x00B8, EVENTQ_IRQ_CFG2 = 0x00BC;
}  // namespace at

/// Identification of the default features, typed from 6.3.1 to 6.3.6.
namespace default_features {
// S2P 0, S1P 1, TTF 3:2 = 10, COHACC 4, Hyp 9, ASID16 12, MSI 13, VMW 17, VMID16 18, CD2L 19,
// TTENDIAN 22:21 = 10, STALL_MODEL 25:24 = 00, ST_LEVEL 28:27 = 01.
constexpr uint32_t idr0 = 0x084E'321B;
// SIDSIZE 5:0 = 16, SSIDSIZE 10:6 = 20, EVENTQS 20:16 = 19, CMDQS 25:21 = 19, ATTR_PERMS_OVR 26,
// ATTR_TYPES_OVR 27.
constexpr uint32_t idr1 = 0x0E73'0510;
// HAD 2, XNX 4, FWB 8, RIL 10, BBML 12:11 = 10, E0PD 13, PTWNNC 14, EPAN 17.
constexpr uint32_t idr3 = 0x0002'7514;
// OAS 2:0 = 100 (44 bits), GRAN4K 4, GRAN16K 5, GRAN64K 6, STALL_MAX 31:16 = 64.
constexpr uint32_t idr5 = 0x0040'0074;
}  // namespace default_features

/// SMMUv3.1 with nothing that later revisions brought.
inline void be_smmu_v3_1(core::Features& f) {
    f.minor_revision = 1;
    f.range_invalidation = f.el2 = f.e0pd = f.walks_to_device_are_nc = f.epan = false;
    f.bbml = 0;
}

class RegisterBench : public ::testing::Test {
protected:
    using Effect = core::RegisterFile::Effect;
    static constexpr uint32_t SMMUEN = 1 << 0, EVENTQEN = 1 << 2, CMDQEN = 1 << 3;

    uint32_t get(uint32_t offset) const { return static_cast<uint32_t>(registers.read(offset, 4)); }
    uint64_t get64(uint32_t offset) const { return registers.read(offset, 8); }
    Effect put(uint32_t offset, uint32_t value) { return registers.write(offset, 4, value); }
    Effect put64(uint32_t offset, uint64_t value) { return registers.write(offset, 8, value); }

    void acknowledge() {
        registers.acknowledge_control();
        registers.acknowledge_command_enable();
        registers.acknowledge_event_enable();
        registers.acknowledge_page_request_enable();
    }
    /// CR0, with the Update complete.
    void control(uint32_t cr0) {
        put(at::CR0, cr0);
        acknowledge();
    }
    /// For features that differ from the default: set them first.
    void reset() { registers.reset(); }

    core::Features features;
    core::RegisterFile registers{features};
};

}  // namespace smmu::test
