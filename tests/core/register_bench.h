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
constexpr uint32_t EVENTQ_IRQ_CFG0 = 0x00B0, EVENTQ_IRQ_CFG1 = 0x00B8, EVENTQ_IRQ_CFG2 = 0x00BC;
}  // namespace at

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
