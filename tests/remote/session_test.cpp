// Requests on a target that remembers: what is done, in which order, and what is answered.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "platform/remote/session.h"

namespace smmu::platform::remote {
namespace {

/// Each byte is its address, until it is written.
class Remembering final : public Target {
public:
    std::optional<Refusal> read(uint64_t address, Bytes& to) override {
        if (address == dead) return Refusal{"the device does not answer"};
        for (size_t i = 0; i < to.size(); ++i) {
            const auto written = memory.find(address + i);
            to[i] = written == memory.end() ? static_cast<uint8_t>(address + i) : written->second;
        }
        return std::nullopt;
    }
    std::optional<Refusal> write(uint64_t address, const Bytes& from) override {
        if (address == dead) return Refusal{"the device does not answer"};
        for (size_t i = 0; i < from.size(); ++i) memory[address + i] = from[i];
        return std::nullopt;
    }
    void settle() override {
        ++settled;
        if (irq_when_settling) on_irq(42, true);
    }
    uint64_t now_ns() const override { return now; }
    uint64_t last_ns() const override { return 1'000'000; }
    void advance_to(uint64_t ns) override { now = ns; }
    std::optional<uint64_t> next_ns() const override { return next; }
    std::optional<Refusal> intercept(Pins pins, const std::string& device) override {
        if (pins != Pins::In || device != "gic") return Refusal{"unknown device"};
        return std::nullopt;
    }
    std::optional<Refusal> set_irq_in(const SetIrqIn& request) override {
        on_irq(static_cast<unsigned>(request.number), request.level);
        return std::nullopt;
    }

    static constexpr uint64_t dead = 0xDEAD;
    std::map<uint64_t, uint8_t> memory;
    unsigned settled = 0;
    bool irq_when_settling = false;
    uint64_t now = 1000;
    std::optional<uint64_t> next;
};

class Qtest : public ::testing::Test {
protected:
    std::string ask(const std::string& line) {
        sent.clear();
        session.answer(line);
        return sent;
    }
    Remembering target;
    std::string sent;
    Session session{target, [this](const std::string& line) { sent += line; }};
};

TEST_F(Qtest, ValuesAreLittleEndianAndAlwaysSixteenDigits) {
    EXPECT_EQ(ask("endianness"), "OK little\n");
    EXPECT_EQ(ask("readb 0x10"), "OK 0x0000000000000010\n");
    EXPECT_EQ(ask("readw 0x10"), "OK 0x0000000000001110\n");
    EXPECT_EQ(ask("readl 0x10"), "OK 0x0000000013121110\n");
    EXPECT_EQ(ask("readq 0x10"), "OK 0x1716151413121110\n");
    EXPECT_EQ(ask("writel 0x10 0xaabbccdd"), "OK\n");
    EXPECT_EQ(target.memory, (std::map<uint64_t, uint8_t>{
                                 {0x10, 0xDD}, {0x11, 0xCC}, {0x12, 0xBB}, {0x13, 0xAA}}));
}

TEST_F(Qtest, AValueIsCutToItsSize) {
    EXPECT_EQ(ask("writeb 0x10 0x1ff"), "OK\n");
    EXPECT_EQ(target.memory, (std::map<uint64_t, uint8_t>{{0x10, 0xFF}}));
}

TEST_F(Qtest, BytesInBothEncodings) {
    EXPECT_EQ(ask("read 0x0e 3"), "OK 0x0e0f10\n");
    EXPECT_EQ(ask("b64read 0x0e 3"), "OK Dg8Q\n");
    EXPECT_EQ(ask("write 0x20 2 0xff00"), "OK\n");
    EXPECT_EQ(ask("b64write 0x22 1 /w=="), "OK\n");
    EXPECT_EQ(ask("memset 0x23 2 7"), "OK\n");
    EXPECT_EQ(ask("read 0x20 5"), "OK 0xff00ff0707\n");
}

TEST_F(Qtest, EveryRequestSettlesAlsoOneThatFails) {
    ask("readl 0");
    ask("nonsense");
    EXPECT_EQ(target.settled, 2u);
}

TEST_F(Qtest, IrqLinesComeBeforeTheAnswer) {
    target.irq_when_settling = true;
    EXPECT_EQ(ask("readb 1"), "IRQ raise 42\nOK 0x0000000000000001\n");
    target.irq_when_settling = false;
    EXPECT_EQ(ask("set_irq_in gic unnamed-gpio-in 3 0"), "IRQ lower 3\nOK\n");
}

TEST_F(Qtest, RefusalsAreFailLinesAndTheSessionGoesOn) {
    EXPECT_EQ(ask("readl"), "FAIL readl takes ADDR\n");
    EXPECT_EQ(ask("readl 0xdead"), "FAIL the device does not answer\n");
    EXPECT_EQ(ask("writel 0xdead 1"), "FAIL the device does not answer\n");
    EXPECT_EQ(ask("irq_intercept_in uart"), "FAIL unknown device\n");
    EXPECT_EQ(ask("irq_intercept_in gic"), "OK\n");
}

TEST_F(Qtest, TheClockOnlyGoesForward) {
    EXPECT_EQ(ask("clock_step 500"), "OK 1500\n");
    EXPECT_EQ(ask("clock_set 2000"), "OK 2000\n");
    EXPECT_EQ(ask("clock_set 2000"), "OK 2000\n");
    EXPECT_EQ(ask("clock_set 1999"), "FAIL the clock is already at 2000\n");
    EXPECT_EQ(ask("clock_step 0"), "FAIL NS must not be 0\n");
    EXPECT_EQ(ask("clock_step 999000"), "FAIL the clock ends at 1000000\n");
    EXPECT_EQ(ask("clock_step 0xffffffffffffffff"), "FAIL the clock ends at 1000000\n");
    EXPECT_EQ(ask("clock_set 1000001"), "FAIL the clock ends at 1000000\n");
    EXPECT_EQ(target.now, 2000u);
}

TEST_F(Qtest, AStepWithoutNumberGoesToTheNextThingThatHappens) {
    EXPECT_EQ(ask("clock_step"), "FAIL nothing will happen at any later time\n");
    target.next = 1234;
    EXPECT_EQ(ask("clock_step"), "OK 1234\n");
}

TEST_F(Qtest, ThereAreNoIoPorts) {
    EXPECT_EQ(ask("inb 0"), "OK 0x00ff\n");
    EXPECT_EQ(ask("inw 0"), "OK 0xffff\n");
    EXPECT_EQ(ask("inl 0"), "OK 0xffffffff\n");
    EXPECT_EQ(ask("outl 0 1"), "OK\n");
}

TEST(QtestWithoutMachine, NothingAnswersButTheProtocolWorks) {
    NoMachine nothing;
    std::string sent;
    Session session(nothing, [&sent](const std::string& line) { sent = line; });
    const struct {
        const char* request;
        const char* answer;
    } cases[] = {{"endianness", "OK little\n"},
                 {"writel 0x40000000 1", "OK\n"},
                 {"readl 0x40000000", "OK 0x0000000000000000\n"},
                 {"read 0x40000000 2", "OK 0x0000\n"},
                 {"clock_step 5", "OK 5\n"},
                 {"irq_intercept_in gic", "FAIL there is no machine\n"},
                 {"set_irq_in gic unnamed-gpio-in 1 1", "FAIL there is no machine\n"}};
    for (const auto& c : cases) {
        session.answer(c.request);
        EXPECT_EQ(sent, c.answer) << c.request;
    }
}

}  // namespace
}  // namespace smmu::platform::remote
