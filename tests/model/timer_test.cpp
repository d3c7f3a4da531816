// The Generic Timer without a CPU: registers by local time, outputs by simulated time.
#include "tests/model/fake_system_registers.h"
#include "tests/support/sim_test.h"
#include "timer/generic_timer.h"

namespace smmu::test {
namespace {

using sc_core::SC_NS;
using sc_core::sc_time;

constexpr uint64_t enable = 1, imask = 2, istatus = 4;

class TimerTest : public SimTest {
protected:
    FakeSystemRegisters cpu;
    GenericTimer timer{"timer"};
    bool cntp = false, cntv = false, cnthp = false;
    sc_time cntp_rose;
    InterruptPin cntp_pin{[this](bool level) {
        cntp = level;
        if (level) cntp_rose = sc_core::sc_time_stamp();
    }};
    InterruptPin cntv_pin{[this](bool level) { cntv = level; }};
    InterruptPin cnthp_pin{[this](bool level) { cnthp = level; }};

    TimerTest() {
        timer.system_registers.bind(cpu);
        timer.cntp.bind(cntp_pin);
        timer.cntv.bind(cntv_pin);
        timer.cnthp.bind(cnthp_pin);
    }
    static sc_time ticks(double n) { return sc_time(16.0 * n, SC_NS); }
};

TEST_F(TimerTest, CountersShowTheLocalTimeOfTheCpu) {
    simulate([&] {
        EXPECT_EQ(cpu.read("CNTFRQ_EL0"), 62'500'000u);
        wait(ticks(100));
        EXPECT_EQ(cpu.read("CNTPCT_EL0"), 100u);
        cpu.ahead = ticks(7.5);
        EXPECT_EQ(cpu.read("CNTPCT_EL0"), 107u);
        cpu.write("CNTVOFF_EL2", 40);
        EXPECT_EQ(cpu.read("CNTVCT_EL0"), 67u);
        cpu.write("CNTVOFF_EL2", 108);
        EXPECT_EQ(cpu.read("CNTVCT_EL0"), ~uint64_t{0});
    });
}

TEST_F(TimerTest, TheOutputRisesAtTheDeadlineAndFallsWithTheCondition) {
    simulate([&] {
        cpu.write("CNTP_TVAL_EL0", 1000);
        cpu.write("CNTP_CTL_EL0", enable);
        wait(ticks(999));
        EXPECT_EQ(cpu.read("CNTP_CTL_EL0"), enable);
        EXPECT_EQ(cpu.read("CNTP_TVAL_EL0"), 1u);
        EXPECT_FALSE(cntp);
        wait(ticks(2));
        EXPECT_TRUE(cntp);
        EXPECT_EQ(cntp_rose, ticks(1000));
        EXPECT_EQ(cpu.read("CNTP_CTL_EL0"), enable | istatus);
        EXPECT_EQ(cpu.read("CNTP_TVAL_EL0"), 0xFFFF'FFFFu);
        EXPECT_EQ(cpu.read("CNTP_CVAL_EL0"), 1000u);
        cpu.write("CNTP_TVAL_EL0", 10);
        EXPECT_FALSE(cntp);
        wait(ticks(11));
        EXPECT_TRUE(cntp);
        cpu.write("CNTP_CTL_EL0", enable | imask);
        EXPECT_FALSE(cntp);
        EXPECT_EQ(cpu.read("CNTP_CTL_EL0"), enable | imask | istatus);
        cpu.write("CNTP_CTL_EL0", enable);
        EXPECT_TRUE(cntp);
        cpu.write("CNTP_CTL_EL0", 0);
        EXPECT_FALSE(cntp);
    });
}

TEST_F(TimerTest, ANegativeTvalIsInThePast) {
    simulate([&] {
        wait(ticks(100));
        cpu.write("CNTP_TVAL_EL0", 0xFFFF'FFFF);
        cpu.write("CNTP_CTL_EL0", enable);
        EXPECT_TRUE(cntp);
        EXPECT_EQ(cpu.read("CNTP_CVAL_EL0"), 99u);
    });
}

TEST_F(TimerTest, ACpuThatHasRunPastTheDeadlineSeesTheOutputAndItStays) {
    simulate([&] {
        cpu.write("CNTP_CVAL_EL0", 50);
        cpu.write("CNTP_CTL_EL0", enable);
        cpu.write("CNTV_CVAL_EL0", 20);
        cpu.write("CNTV_CTL_EL0", enable);
        cpu.ahead = ticks(60);
        cpu.write("CNTP_CTL_EL0", enable);  // at local time 60
        EXPECT_TRUE(cntp);
        wait(ticks(30));  // an event of the past does not take it back
        EXPECT_TRUE(cntp);
        EXPECT_TRUE(cntv);
    });
}

TEST_F(TimerTest, TheVirtualTimerComparesWithTheVirtualCounter) {
    simulate([&] {
        wait(ticks(100));
        cpu.write("CNTVOFF_EL2", 100);
        cpu.write("CNTV_CVAL_EL0", 50);
        cpu.write("CNTV_CTL_EL0", enable);
        EXPECT_FALSE(cntv);
        wait(ticks(49));
        EXPECT_FALSE(cntv);
        wait(ticks(2));
        EXPECT_TRUE(cntv);
        EXPECT_FALSE(cntp);
        cpu.write("CNTVOFF_EL2", 120);
        EXPECT_FALSE(cntv);
    });
}

TEST_F(TimerTest, TheHypervisorTimerHasItsOwnOutput) {
    simulate([&] {
        cpu.write("CNTHP_TVAL_EL2", 10);
        cpu.write("CNTHP_CTL_EL2", enable);
        wait(ticks(11));
        EXPECT_TRUE(cnthp);
        EXPECT_FALSE(cntp);
        EXPECT_FALSE(cntv);
    });
}

TEST_F(TimerTest, ADeadlineBeyondTheEndOfTimeIsNeverReached) {
    simulate([&] {
        cpu.write("CNTP_CVAL_EL0", ~uint64_t{0});
        cpu.write("CNTP_CTL_EL0", enable);
        wait(ticks(1000));
        EXPECT_FALSE(cntp);
    });
}

TEST_F(TimerTest, ControlRegistersDecideWhoMayAccess) {
    using P = RegisterPermission;
    constexpr uint64_t tge = 1 << 27;
    simulate([&] {
        EXPECT_EQ(cpu.permission("CNTP_CTL_EL0", {1, 0, true}), P::Allowed);
        EXPECT_EQ(cpu.permission("CNTPCT_EL0", {0, 0, false}), P::TrapToEl1);
        EXPECT_EQ(cpu.permission("CNTPCT_EL0", {0, tge, false}), P::TrapToEl2);
        cpu.write("CNTKCTL_EL1", 1);  // EL0PCTEN
        EXPECT_EQ(cpu.permission("CNTPCT_EL0", {0, 0, false}), P::Allowed);
        EXPECT_EQ(cpu.permission("CNTFRQ_EL0", {0, 0, false}), P::Allowed);
        EXPECT_EQ(cpu.permission("CNTVCT_EL0", {0, 0, false}), P::TrapToEl1);
        EXPECT_EQ(cpu.permission("CNTP_CVAL_EL0", {0, 0, false}), P::TrapToEl1);
        cpu.write("CNTHCTL_EL2", 0);
        EXPECT_EQ(cpu.permission("CNTPCT_EL0", {0, 0, false}), P::TrapToEl2);
        EXPECT_EQ(cpu.permission("CNTP_CTL_EL0", {1, 0, false}), P::TrapToEl2);
        EXPECT_EQ(cpu.permission("CNTP_CTL_EL0", {2, 0, false}), P::Allowed);
        EXPECT_EQ(cpu.permission("CNTV_CTL_EL0", {1, 0, false}), P::Allowed);
        EXPECT_EQ(cpu.permission("CNTVCT_EL0", {1, 0, false}), P::Allowed);
        EXPECT_FALSE(cpu["CNTFRQ_EL0"].write);
        EXPECT_FALSE(cpu["CNTPCT_EL0"].write);
    });
}

}  // namespace
}  // namespace smmu::test
