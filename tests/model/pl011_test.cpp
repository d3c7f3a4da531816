// The UART: what is written comes out, and a driver finds the registers that it probes.
#include "pl011/pl011.h"

#include <sstream>

#include "tests/support/device.h"
#include "tests/support/sim_test.h"

namespace smmu::test {
namespace {

constexpr uint64_t DR = 0x00, FR = 0x18, IBRD = 0x24, FBRD = 0x28, LCR_H = 0x2C, CR = 0x30,
                   IFLS = 0x34;
constexpr uint64_t IMSC = 0x38, RIS = 0x3C, MIS = 0x40, ICR = 0x44, DMACR = 0x48, PeriphID0 = 0xFE0;

class Pl011Test : public SimTest {
protected:
    std::ostringstream console;
    Pl011 uart{"uart", console};
    Device cpu{"cpu"};
    bool irq = false;
    InterruptPin irq_pin{[this](bool level) { irq = level; }};

    Pl011Test() {
        cpu.out.bind(uart.regs);
        uart.irq.bind(irq_pin);
    }
    uint32_t get(uint64_t offset) {
        uint32_t value = 0;
        EXPECT_TRUE(cpu.read({}, offset, value).ok());
        return value;
    }
    template <class T = uint32_t>
    void set(uint64_t offset, T value) {
        EXPECT_TRUE(cpu.write({}, offset, value).ok());
    }
};

TEST_F(Pl011Test, WhatIsWrittenComesOut) {
    simulate([&] {
        for (char c : std::string("nested\n")) {
            EXPECT_EQ(get(FR) & 1 << 5, 0u);  // TXFF
            set(DR, static_cast<uint32_t>(c));
        }
        set<uint8_t>(DR, '!');
        EXPECT_EQ(console.str(), "nested\n!");
        EXPECT_EQ(get(FR), 0x90u);
        EXPECT_EQ(get(DR), 0u);
    });
}

TEST_F(Pl011Test, RegistersKeepTheirBits) {
    simulate([&] {
        EXPECT_EQ(get(CR), 0x300u);
        EXPECT_EQ(get(IFLS), 0x12u);
        const std::pair<uint64_t, uint32_t> kept[] = {{IBRD, 0xFFFF}, {FBRD, 0x3F}, {LCR_H, 0xFF},
                                                      {CR, 0xFF87},   {IFLS, 0x3F}, {IMSC, 0x7FF},
                                                      {DMACR, 0x7}};
        for (const auto& [offset, bits] : kept) {
            set(offset, 0xFFFF'FFFFu);
            EXPECT_EQ(get(offset), bits) << offset;
            set(offset, 0u);
            EXPECT_EQ(get(offset), 0u) << offset;
        }
    });
}

TEST_F(Pl011Test, AnEmptiedFifoInterruptsWhereEnabled) {
    simulate([&] {
        set(DR, uint32_t{'x'});
        EXPECT_EQ(get(RIS), 1u << 5);
        EXPECT_EQ(get(MIS), 0u);
        EXPECT_FALSE(irq);
        set(IMSC, 1u << 5);
        EXPECT_EQ(get(MIS), 1u << 5);
        EXPECT_TRUE(irq);
        set(ICR, 1u << 5);
        EXPECT_EQ(get(RIS), 0u);
        EXPECT_FALSE(irq);
    });
}

TEST_F(Pl011Test, IdentifiesItself) {
    const uint32_t expected[] = {0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1};
    simulate([&] {
        for (uint64_t i = 0; i < 8; ++i) EXPECT_EQ(get(PeriphID0 + 4 * i), expected[i]);
    });
}

TEST_F(Pl011Test, HolesReadAsZeroAndADebugAccessChangesNothing) {
    simulate([&] {
        for (uint64_t offset = 0x80; offset < PeriphID0; offset += 4) {
            set(offset, 0xFFFF'FFFFu);
            EXPECT_EQ(get(offset), 0u);
        }
        char c = 'x';
        EXPECT_EQ(cpu.debug({}, tlm::TLM_WRITE_COMMAND, DR, &c, 1), 0u);
        EXPECT_EQ(console.str(), "");
        uint32_t flags = 0;
        EXPECT_EQ(cpu.debug({}, tlm::TLM_READ_COMMAND, FR, &flags, 4), 4u);
        EXPECT_EQ(flags, 0x90u);
    });
}

}  // namespace
}  // namespace smmu::test
