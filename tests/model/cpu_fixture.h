// The CPU model under test: programs that it executes (cpu_program/) and what they leave behind.
#pragma once
#include "tests/model/cpu_bench.h"

namespace smmu::test {

class CpuTest : public SimTest {
protected:
    CpuBench bench{"bench"};
    const Mailbox& mailbox = bench.mailbox();

    void run(Case which, uint64_t argument = 0) {
        bench.load(CPU_PROGRAM, which, argument);
        simulate([&] { bench.wait_for_exit(); }, sc_core::sc_time(1'000.0, sc_core::SC_US));
        EXPECT_EQ(bench.exit_status, 0u);
    }

    /// Runs a program that does not end.
    void run_for(Case which, sc_core::sc_time duration) {
        bench.load(CPU_PROGRAM, which, 0);
        simulate([&] { sc_core::wait(duration); });
    }

    std::vector<uint64_t> values() const {
        return {mailbox.values, mailbox.values + mailbox.value_count};
    }
};

}  // namespace smmu::test
