// The CPU model, by programs that it executes (cpu_program/) and what they leave behind.
#include "tests/model/cpu_fixture.h"

namespace smmu::test {
namespace {

using sc_core::sc_time;
using sc_core::SC_US;

TEST_F(CpuTest, StartsAtEl2WithTheRegistersOfTheResetState) {
    run(Case::Registers, 0x1234'5678'9ABC'DEF0);
    EXPECT_EQ(mailbox.values[0], 2u << 2);
    EXPECT_EQ(mailbox.values[2], 0x1234'5678'9ABC'DEF0u);
}

TEST_F(CpuTest, SaysThatADataCacheLineHas64Bytes) {
    run(Case::Registers);
    const uint64_t dminline = mailbox.values[1] >> 16 & 0xF;
    EXPECT_EQ(4u << dminline, CacheMaintenance::line_size);
}

TEST_F(CpuTest, TakesExceptionsAtEl2) {
    run(Case::ExceptionsAtEl2);
    ASSERT_EQ(mailbox.exception_count, 4u);
    const uint64_t syndromes[] = {0x5A00'0001, 0x5600'0002, 0xF200'0007, 0x0200'0000};
    for (int i = 0; i < 4; ++i) {
        EXPECT_EQ(mailbox.exceptions[i].el, 2u);
        EXPECT_EQ(mailbox.exceptions[i].vector, 0x200u);
        EXPECT_EQ(mailbox.exceptions[i].esr, syndromes[i]);
        EXPECT_EQ(mailbox.exceptions[i].spsr & 0xF, 0x9u);
    }
}

TEST_F(CpuTest, RunsAGuestAtEl1WithBothStagesOn) {
    run(Case::GuestExceptions);
    EXPECT_EQ(values(), (std::vector<uint64_t>{1 << 2, 0x1122'3344'5566'7788}));
    uint64_t at_pa = 0;
    std::memcpy(&at_pa, bench.ram(alias_pa + 0x1000), sizeof at_pa);
    EXPECT_EQ(at_pa, 0x1122'3344'5566'7788u);

    ASSERT_EQ(mailbox.exception_count, 3u);
    const auto& [svc, hvc, abort] =
        reinterpret_cast<const ExceptionRecord(&)[3]>(mailbox.exceptions);
    EXPECT_EQ(svc.el, 1u);
    EXPECT_EQ(svc.vector, 0x200u);
    EXPECT_EQ(svc.esr, 0x5600'0002u);
    EXPECT_EQ(hvc.el, 2u);
    EXPECT_EQ(hvc.vector, 0x400u);
    EXPECT_EQ(hvc.esr, 0x5A00'0005u);
    EXPECT_EQ(hvc.spsr & 0xF, 0x5u);
    EXPECT_EQ(abort.el, 1u);
    EXPECT_EQ(abort.esr, 0x9600'0005u);  // translation fault, level 1
    EXPECT_EQ(abort.far, unmapped_va);
}

TEST_F(CpuTest, ReportsStage2AbortsWithSyndromeAndIpa) {
    run(Case::Stage2Aborts);
    ASSERT_EQ(mailbox.exception_count, 3u);
    const auto& [store, load, fetch] =
        reinterpret_cast<const ExceptionRecord(&)[3]>(mailbox.exceptions);
    EXPECT_EQ(store.el, 2u);
    EXPECT_EQ(store.vector, 0x400u);
    EXPECT_EQ(store.esr, 0x9384'0046u);  // ISV, 32 bits, from w4, level 2
    EXPECT_EQ(store.far, absent_va + 0x1230);
    EXPECT_EQ(store.hpfar, (absent_ipa + 0x1000) >> 12 << 4);
    EXPECT_EQ(load.esr, 0x93C5'8006u);  // ISV, 64 bits, to x5
    EXPECT_EQ(load.elr, store.elr + 4);
    EXPECT_EQ(fetch.esr, 0x8200'0006u);
    EXPECT_EQ(fetch.far, absent_va + 0x2000);
    EXPECT_EQ(fetch.hpfar, (absent_ipa + 0x2000) >> 12 << 4);
}

TEST_F(CpuTest, AccessesKeepTheirWidthOnTheBus) {
    bench.answer = 0x1122'3344'5566'7788;
    run(Case::MmioWidths);
    const std::vector<BusAccess> expected{
        {BusAccess::Write, 1, 1, 0x11},
        {BusAccess::Write, 2, 2, 0x2211},
        {BusAccess::Write, 4, 4, 0x4433'2211},
        {BusAccess::Write, 8, 8, 0x8877'6655'4433'2211},
        {BusAccess::Write, 16, 8, 0x8877'6655'4433'2211},
        {BusAccess::Write, 24, 8, 1},
        {BusAccess::Read, 4, 4, 0x5566'7788},
        {BusAccess::Read, 8, 8, 0x1122'3344'5566'7788},
        {BusAccess::Read, 16, 8, 0x1122'3344'5566'7788},
        {BusAccess::Read, 24, 8, 0x1122'3344'5566'7788},
    };
    EXPECT_EQ(bench.accesses, expected);
    EXPECT_EQ(values(), (std::vector<uint64_t>{0x5566'7788, bench.answer, bench.answer}));
}

TEST_F(CpuTest, ADeviceMayKeepItsCallerWaiting) {
    bench.device_wait = sc_time(1.0, SC_US);
    run(Case::MmioWidths);
    EXPECT_EQ(bench.accesses.size(), 10u);
    EXPECT_GE(sc_core::sc_time_stamp(), sc_time(10.0, SC_US));
    EXPECT_LT(sc_core::sc_time_stamp(), sc_time(11.0, SC_US));
}

TEST_F(CpuTest, AnErrorResponseIsASynchronousExternalAbort) {
    run(Case::ExternalAborts);
    ASSERT_EQ(mailbox.exception_count, 4u);
    const auto& [load, store, fetch, fetch0] =
        reinterpret_cast<const ExceptionRecord(&)[4]>(mailbox.exceptions);
    EXPECT_EQ(load.esr, 0x9600'0410u);  // FAR not valid, external abort
    EXPECT_EQ(store.esr, 0x9600'0450u);
    EXPECT_EQ(store.elr, load.elr + 4);
    EXPECT_EQ(fetch.esr, 0x8600'0010u);
    EXPECT_EQ(fetch.elr, failing_base + 0x100);
    EXPECT_EQ(fetch.far, failing_base + 0x100);
    EXPECT_EQ(fetch0.elr, 0u);
    EXPECT_EQ(values(), std::vector<uint64_t>{1});
}

TEST_F(CpuTest, AnExternalAbortOfAGuestIsTakenByTheGuest) {
    run(Case::GuestExternalAbort);
    ASSERT_EQ(mailbox.exception_count, 1u);
    EXPECT_EQ(mailbox.exceptions[0].el, 1u);
    EXPECT_EQ(mailbox.exceptions[0].esr, 0x9600'0410u);
}

TEST_F(CpuTest, SmcOfHostAndGuestReachesTheHandler) {
    run(Case::Smc);
    ASSERT_EQ(bench.smc_calls.size(), 2u);
    EXPECT_EQ(bench.smc_calls[0].el, 2u);
    EXPECT_EQ(bench.smc_calls[0].x[0], 0x8400'0000u);
    EXPECT_EQ(bench.smc_calls[0].x[1], 11u);
    EXPECT_EQ(bench.smc_calls[1].el, 1u);
    EXPECT_EQ(bench.smc_calls[1].x[0], 0x8400'000Au);
    EXPECT_EQ(bench.smc_calls[1].x[1], 22u);
    EXPECT_EQ(values(), (std::vector<uint64_t>{2, 0x8400'0001, 2, 0x8400'000B}));
}

// --- Caches and code

using Maintained = std::vector<std::pair<std::string, uint64_t>>;

TEST_F(CpuTest, CacheMaintenanceReachesTheMemorySystemByLine) {
    run(Case::CacheMaintenance);
    const Maintained expected{
        {"clean", alias_pa + 0x1040},
        {"clean and invalidate", alias_pa + 0x1040},
        {"invalidate", alias_pa + 0x1040},
        {"clean", alias_pa + 0x2000},
        {"clean and invalidate", alias_pa + 0x2000},
        {"invalidate", alias_pa + 0x2000},  // at EL1, but HCR_EL2.VM = DC = 0
    };
    EXPECT_EQ(bench.maintained, expected);
}

TEST_F(CpuTest, AGuestCleansWhereItInvalidatesAndUnmappedAddressesHaveNoEffect) {
    run(Case::GuestCacheMaintenance);
    const Maintained expected{
        {"clean", alias_pa + 0x1040},
        {"clean and invalidate", alias_pa + 0x1040},
        {"clean and invalidate", alias_pa + 0x1040},
    };
    EXPECT_EQ(bench.maintained, expected);
}

TEST_F(CpuTest, CodeWrittenByDmaRunsAfterInvalidation) {
    run(Case::CodeWrittenByDma);
    EXPECT_EQ(values(), (std::vector<uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(CpuTest, CodeWrittenByDmaRunsAfterInvalidationByVirtualAddress) {
    run(Case::GuestCodeWrittenByDma);
    EXPECT_EQ(values(), (std::vector<uint64_t>{1, 2, 3, 4, 5}));
}

TEST_F(CpuTest, CodeThatTheCoreWritesRunsAtOnce) {
    run(Case::CodeWrittenByTheCore);
    EXPECT_EQ(values(), (std::vector<uint64_t>{1, 2, 3, 2, 2, 4, 4, 5, 7, 8}));
}

// --- Interrupts and time

TEST_F(CpuTest, AnSpiReachesEl2ThroughTheGicOnce) {
    run(Case::InterruptAtEl2);
    EXPECT_EQ(values(), (std::vector<uint64_t>{40, 1}));
}

TEST_F(CpuTest, TheTimerWakesTheCoreAtItsDeadline) {
    run(Case::TimerWakesWfi);
    ASSERT_EQ(mailbox.value_count, 5u);
    EXPECT_EQ(mailbox.values[0], 62'500'000u);
    EXPECT_GE(mailbox.values[1], 1000u);
    EXPECT_LE(mailbox.values[1], 1002u);
    EXPECT_EQ(mailbox.values[2], 5u);  // ENABLE, ISTATUS
    EXPECT_EQ(mailbox.values[3], 0u);
    EXPECT_EQ(mailbox.values[4], 30u);
    EXPECT_GE(sc_core::sc_time_stamp(), sc_time(16.0, SC_US));
    EXPECT_LT(sc_core::sc_time_stamp(), sc_time(19.0, SC_US));
}

TEST_F(CpuTest, TheVirtualInterruptPinReachesTheGuest) {
    run(Case::VirtualInterrupt);
    EXPECT_EQ(values(), std::vector<uint64_t>{1});
}

TEST_F(CpuTest, TheHostDecidesWhetherAGuestReachesThePhysicalTimer) {
    run(Case::GuestTimer);
    EXPECT_EQ(values(), (std::vector<uint64_t>{1, 1, 0x1234'5678'9ABC}));
    ASSERT_EQ(mailbox.exception_count, 2u);
    for (int i = 0; i < 2; ++i) {
        EXPECT_EQ(mailbox.exceptions[i].el, 2u);
        EXPECT_EQ(mailbox.exceptions[i].esr >> 26, 0x18u);
    }
}

TEST_F(CpuTest, RegistersThatCannotBeAccessedTrapOrAreUndefined) {
    run(Case::RegisterTraps);
    ASSERT_EQ(mailbox.exception_count, 4u);
    const auto& [read_only, nobodys, physical, el2s] =
        reinterpret_cast<const ExceptionRecord(&)[4]>(mailbox.exceptions);
    EXPECT_EQ(read_only.esr >> 26, 0u);
    EXPECT_EQ(nobodys.esr >> 26, 0u);
    EXPECT_EQ(physical.el, 2u);
    EXPECT_EQ(physical.esr >> 26, 0x18u);
    EXPECT_EQ(el2s.el, 1u);
    EXPECT_EQ(el2s.esr >> 26, 0u);
}

TEST_F(CpuTest, AnEndlessLoopLetsTimeAndOthersGoOn) {
    run_for(Case::EndlessLoop, sc_time(100.0, SC_US));
    EXPECT_GE(bench.cpu.instructions(), 99'000u);
    EXPECT_LE(bench.cpu.instructions(), 102'000u);
}

TEST_F(CpuTest, ExceptionsWithoutEndLetTimeAndOthersGoOn) {
    run_for(Case::EndlessExceptions, sc_time(100.0, SC_US));
    EXPECT_LE(bench.cpu.instructions(), 102'000u);
}

TEST_F(CpuTest, WaitingForAnEventLetsTimeAndOthersGoOn) {
    run_for(Case::WaitForEvent, sc_time(100.0, SC_US));
    EXPECT_GT(bench.cpu.instructions(), 1'000u);
    EXPECT_LE(bench.cpu.instructions(), 102'000u);
}

// --- Refusals ----------------------------------------------------------------------------------

/// The report that `action` ends with.
template <class Action>
std::string refusal(Action action) {
    const auto saved = sc_core::sc_report_handler::get_handler();
    sc_core::sc_report_handler::set_handler(
        [](const sc_core::sc_report& report, const sc_core::sc_actions&) { throw report; });
    std::string message;
    try {
        action();
    } catch (const sc_core::sc_report& report) {
        message = report.get_msg();
    }
    sc_core::sc_report_handler::set_handler(saved);
    return message;
}

TEST(CpuRefusalTest, RamThatTheBusDoesNotGrantIsRefused) {
    CpuParams params;
    params.ram_address = 0x9000'0000;
    CpuBench bench("bench", params);
    EXPECT_EQ(refusal([] { sc_core::sc_start(sc_time(1.0, SC_US)); }),
              "the DMI grant for CpuParams::ram_address does not contain that address");
}

TEST(CpuRefusalTest, AQuantumOfZeroIsRefused) {
    CpuParams params;
    params.quantum = 0;
    EXPECT_EQ(refusal([&] { Aarch64Cpu cpu("cpu", params); }),
              "quantum must be 1..1000000 instructions");
}

}  // namespace
}  // namespace smmu::test
