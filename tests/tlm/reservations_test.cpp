// Interval reservation in local time: who comes first, who fills a gap, who waits.
#include "smmuv3/reservations.h"

#include <gtest/gtest.h>

#include "tests/support/sim_test.h"

namespace smmu::test {
namespace {

const sc_core::sc_time ns(1.0, sc_core::SC_NS);

TEST(Reservations, OneServerServesOneAfterTheOther) {
    Reservations one(1);
    EXPECT_EQ(one.reserve(10 * ns, 5 * ns), 10 * ns);
    EXPECT_EQ(one.reserve(10 * ns, 5 * ns), 15 * ns);
    EXPECT_EQ(one.reserve(12 * ns, 5 * ns), 20 * ns);
    EXPECT_EQ(one.reserve(25 * ns, 5 * ns), 25 * ns) << "it was free again just then";
    EXPECT_EQ(one.reserve(100 * ns, 5 * ns), 100 * ns);
}

TEST(Reservations, ServersServeAtTheSameTime) {
    Reservations two(2);
    EXPECT_EQ(two.reserve(0 * ns, 10 * ns), 0 * ns);
    EXPECT_EQ(two.reserve(0 * ns, 20 * ns), 0 * ns);
    EXPECT_EQ(two.reserve(0 * ns, 10 * ns), 10 * ns) << "behind the shorter one";
    EXPECT_EQ(two.reserve(0 * ns, 10 * ns), 20 * ns);
}

/// What a master did that ran ahead holds nobody up whose local time is earlier.
TEST(Reservations, AnEarlierTimeIsNotDelayedByALaterOne) {
    Reservations one(1);
    EXPECT_EQ(one.reserve(100 * ns, 10 * ns), 100 * ns);
    EXPECT_EQ(one.reserve(50 * ns, 10 * ns), 50 * ns) << "in the gap";
    EXPECT_EQ(one.reserve(95 * ns, 10 * ns), 95 * ns) << "even if the gap is shorter than it";
    EXPECT_EQ(one.reserve(96 * ns, 1 * ns), 110 * ns) << "both are one busy time now";
    EXPECT_EQ(one.reserve(55 * ns, 1 * ns), 60 * ns);
}

TEST(Reservations, NoTimeAtAllIsNoUse) {
    Reservations one(1);
    EXPECT_EQ(one.reserve(5 * ns, 0 * ns), 5 * ns);
    EXPECT_EQ(one.reserve(5 * ns, 1 * ns), 5 * ns);
}

TEST(Reservations, APlaceOfUnknownLengthIsTakenUntilItIsGiven) {
    Reservations two(2);
    const auto first = two.take(0 * ns), second = two.take(0 * ns);
    EXPECT_EQ(first.begin, 0 * ns);
    EXPECT_EQ(second.begin, 0 * ns);
    EXPECT_EQ(two.take(0 * ns).server, Reservations::none);
    two.give(first, 30 * ns);
    const auto third = two.take(10 * ns);
    EXPECT_EQ(third.server, first.server);
    EXPECT_EQ(third.begin, 30 * ns);
    two.give(second, 5 * ns);
    EXPECT_EQ(two.take(10 * ns).begin, 10 * ns);
}

struct ReservationsInTime : SimTest {};

TEST_F(ReservationsInTime, WhatIsOverByTheKernelsTimeIsForgotten) {
    simulate([] {
        Reservations one(1);
        for (unsigned i = 0; i < 100; ++i) {
            const sc_core::sc_time now = sc_core::sc_time_stamp();
            EXPECT_EQ(one.reserve(now, 10 * ns), now);
            EXPECT_EQ(one.reserve(now, 10 * ns), now + 10 * ns);
            sc_core::wait(100 * ns);
        }
    });
}

}  // namespace
}  // namespace smmu::test
