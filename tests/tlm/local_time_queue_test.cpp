// Order by time, and of one time by coming, while the ring behind it wraps around and grows.
#include "smmuv3/local_time_queue.h"

#include <algorithm>
#include <vector>

#include "tests/support/sim_test.h"

namespace smmu::test {
namespace {

struct LocalTimes : SimTest {
    LocalTimeQueue<unsigned> queue;
    static sc_core::sc_time ns(unsigned n) { return sc_core::sc_time(n, sc_core::SC_NS); }
};

TEST_F(LocalTimes, EqualTimesStayInTheOrderOfTheirComing) {
    queue.push(1, ns(20));
    queue.push(2, ns(10));
    queue.push(3, ns(20));
    queue.push(4, ns(10));
    std::vector<unsigned> taken;
    while (!queue.empty()) taken.push_back(queue.take());
    EXPECT_EQ(taken, (std::vector<unsigned>{2, 4, 1, 3}));
}

TEST_F(LocalTimes, CountsWhatIsForATimeOrBefore) {
    for (const unsigned n : {30u, 10u, 20u, 20u}) queue.push(n, ns(n));
    EXPECT_EQ(queue.count_until(ns(9)), 0u);
    EXPECT_EQ(queue.count_until(ns(20)), 3u);
    EXPECT_EQ(queue.count_until(ns(99)), 4u);
    EXPECT_EQ(queue.first_time(), ns(10));
}

TEST_F(LocalTimes, KeepsTheOrderWhileItGrowsAndMovesOn) {
    std::vector<unsigned> expected, taken;
    uint32_t dice = 1;
    for (unsigned round = 0; round < 200; ++round) {
        for (unsigned i = 0; i < 3; ++i) {
            dice = dice * 1664525 + 1013904223;
            const unsigned when = 1000 * round + (dice >> 24);
            queue.push(when, ns(when));
            expected.push_back(when);
        }
        taken.push_back(queue.take());
        if (round % 4 == 0) taken.push_back(queue.take());
    }
    EXPECT_TRUE(queue.holds_any([&](unsigned n) { return n == expected.back(); }));
    while (!queue.empty()) taken.push_back(queue.take());
    std::sort(expected.begin(), expected.end());
    EXPECT_EQ(taken, expected);
    EXPECT_FALSE(queue.holds_any([](unsigned) { return true; }));
}

}  // namespace
}  // namespace smmu::test
