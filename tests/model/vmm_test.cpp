// The VMM on the modelled CPU: what two guests and their host leave behind.
#include <algorithm>

#include "tests/model/cpu_bench.h"
#include "tests/model/vmm_program/layout.h"

namespace smmu::test {
namespace {

class VmmTest : public SimTest {
protected:
    CpuBench bench{"bench"};

    const vmm::Results& run(vmm::Case which) {
        bench.load(VMM_PROGRAM, static_cast<Case>(which), 0);
        simulate([&] { bench.wait_for_exit(); }, sc_core::sc_time(100.0, sc_core::SC_MS));
        EXPECT_EQ(bench.exit_status, 0u);
        return *reinterpret_cast<const vmm::Results*>(bench.ram(vmm::results_address));
    }

    /// It came to its end, and nothing of another guest has touched it.
    static void expect_whole(const vmm::GuestResult& guest) {
        EXPECT_EQ(guest.ended, 1u) << "stop " << guest.stop << std::hex << " ESR " << guest.syndrome
                                   << " PC " << guest.pc << " IPA " << guest.ipa;
        EXPECT_EQ(guest.wrong, 0u);
        EXPECT_EQ(guest.foreign_ticks, 0u);
    }
    static void expect_all_rounds(const vmm::GuestResult& guest) {
        expect_whole(guest);
        EXPECT_EQ(guest.ticks, vmm::rounds);
        EXPECT_EQ(guest.doorbells, vmm::rounds);
        EXPECT_EQ(guest.sgis, vmm::rounds);
    }
    static void expect_in_turn(const vmm::Results& results) {
        ASSERT_EQ(results.tick_count, vmm::guests * vmm::rounds);
        const uint64_t* const order = results.tick_of;
        const uint64_t* const end = order + results.tick_count;
        EXPECT_EQ(std::count(order, end, 1u), 10);
        EXPECT_EQ(std::count(order, end, 2u), 10);
        int changes = 0;
        for (const uint64_t* tick = order + 1; tick != end; ++tick) changes += tick[0] != tick[-1];
        EXPECT_GE(changes, 10);  // the periods are 2000 and 2500: they come in turn, nearly
    }
};

TEST_F(VmmTest, TwoGuestsInTurnKeepTheirStateApart) {
    const vmm::Results& results = run(vmm::Case::InTurn);
    for (const vmm::GuestResult& guest : results.guest) expect_all_rounds(guest);

    expect_in_turn(results);
}

TEST_F(VmmTest, TheCpuSleepsWhileAllGuestsDoAndEachTimerWakesItsOwn) {
    const vmm::Results& results = run(vmm::Case::BothSleep);
    for (const vmm::GuestResult& guest : results.guest) expect_all_rounds(guest);
    for (const vmm::GuestResult& guest : results.guest) EXPECT_LT(guest.latest, 500u);
    expect_in_turn(results);
    const double nanoseconds = sc_core::sc_time_stamp() / sc_core::sc_time(1.0, sc_core::SC_NS);
    EXPECT_LT(static_cast<double>(bench.cpu.instructions()), nanoseconds * 2 / 3);
}

TEST_F(VmmTest, AnInterruptThatOneGuestHasNotEndedDoesNotHoldBackTheOther) {
    const vmm::Results& results = run(vmm::Case::InTheMiddle);
    expect_all_rounds(results.guest[0]);
    expect_whole(results.guest[1]);
    EXPECT_EQ(results.guest[1].ticks, 1u);
    EXPECT_EQ(results.guest[1].doorbells, vmm::held_for);
}

TEST_F(VmmTest, AGuestThatTheHostCannotServeEndsAndTheOtherGoesOn) {
    const vmm::Results& results = run(vmm::Case::OneMisbehaves);
    EXPECT_EQ(results.guest[0].ended, 0u);
    EXPECT_EQ(results.guest[0].syndrome, 0x9200'0005u);  // ISV = 0, translation fault, level 1
    EXPECT_EQ(results.guest[0].ipa, vmm::device_ipa);
    expect_all_rounds(results.guest[1]);
}

TEST_F(VmmTest, AGuestWaitsForItsDeviceAndItsAlarmWithTheDriverOfTheHost) {
    const vmm::Results& results = run(vmm::Case::WithDriver);
    expect_whole(results.guest[0]);
    EXPECT_EQ(results.guest[0].ticks, vmm::rounds);
    EXPECT_EQ(results.guest[0].doorbells, vmm::rounds);
    expect_all_rounds(results.guest[1]);
}

}  // namespace
}  // namespace smmu::test
