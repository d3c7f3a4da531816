// Fixture of tests with a SystemC kernel: build the bench in the fixture, then simulate() the body
// as a thread.
#pragma once
#include <gtest/gtest.h>

#include <systemc>
#include <utility>

namespace smmu::test {

class SimTest : public ::testing::Test {
protected:
    /// Runs `body` as a SystemC thread until it returns; a body that still waits at `limit` fails
    /// the test.
    template <class Body>
    void simulate(Body body, sc_core::sc_time limit = sc_core::sc_time(1.0, sc_core::SC_SEC)) {
        bool finished = false;
        sc_core::sc_spawn([&finished, run = std::move(body)] {
            run();
            finished = true;
            sc_core::sc_stop();
        });
        sc_core::sc_start(limit);
        EXPECT_TRUE(finished) << "the test body still waits at " << sc_core::sc_time_stamp();
    }
};

}  // namespace smmu::test
