// The shape of caches: sets of any number, which entry goes, and a cache that is not there.
#include "smmuv3/core/set_associative.h"

#include <gtest/gtest.h>

#include <set>

namespace smmu::test {
namespace {

using core::Geometry;
using core::Replacement;

struct Cache {
    explicit Cache(Geometry g) : entries(g) {}
    const int* find(uint64_t set, int value) const {
        return entries.find(set, [&](int e) { return e == value; });
    }
    bool holds(uint64_t set, int value) const { return find(set, value) != nullptr; }
    void fill(uint64_t set, int value) {
        entries.fill(set, value, [&](int e) { return e == value; });
    }
    core::SetAssociative<int> entries;
};

TEST(SetAssociative, RoundRobinReplacesInTheOrderOfFills) {
    Cache c({4, 4, Replacement::RoundRobin});
    for (int v = 1; v <= 4; ++v) c.fill(0, v);
    c.entries.use(*c.find(0, 1));
    c.fill(0, 5);
    EXPECT_FALSE(c.holds(0, 1)) << "used or not";
    c.fill(0, 6);
    EXPECT_FALSE(c.holds(0, 2));
    for (const int v : {3, 4, 5, 6}) EXPECT_TRUE(c.holds(0, v));
}

TEST(SetAssociative, LruReplacesWhatWasNotUsedForTheLongest) {
    Cache c({4, 4, Replacement::Lru});
    for (int v = 1; v <= 4; ++v) c.fill(0, v);
    c.entries.use(*c.find(0, 1));
    c.find(0, 2);  // looking is not using
    c.fill(0, 5);
    EXPECT_TRUE(c.holds(0, 1));
    EXPECT_FALSE(c.holds(0, 2));
    c.entries.drop([](int e) { return e == 4; });
    c.fill(0, 6);
    EXPECT_TRUE(c.holds(0, 3)) << "there was an empty place";
}

TEST(SetAssociative, RandomReplacesAnyAndTheSameInEveryRun) {
    std::set<int> gone[2];
    for (auto& g : gone) {
        Cache c({4, 4, Replacement::Random});
        int next = 1;
        for (; next <= 4; ++next) c.fill(0, next);
        for (; next <= 40; ++next) {
            c.fill(0, next);
            EXPECT_TRUE(c.holds(0, next));
        }
        for (int v = 1; v <= 40; ++v)
            if (!c.holds(0, v)) g.insert(v);
        EXPECT_EQ(g.size(), 36u);
    }
    EXPECT_EQ(gone[0], gone[1]);
    EXPECT_NE(*gone[0].rbegin(), 36) << "what stays is not simply the latest four";
}

TEST(SetAssociative, FillingAgainTakesNoSecondPlace) {
    for (const auto policy : {Replacement::RoundRobin, Replacement::Lru, Replacement::Random}) {
        Cache c({2, 2, policy});
        while (!c.holds(0, 1) || !c.holds(0, 2)) {  // random takes any place, a used one too
            c.fill(0, 1);
            c.fill(0, 2);
        }
        for (unsigned n = 0; n < 10; ++n) c.fill(0, 2);
        EXPECT_TRUE(c.holds(0, 1));
    }
}

TEST(SetAssociative, SetsNeedNotBeAPowerOfTwo) {
    Cache c({348, 4, Replacement::Lru});
    for (int v = 0; v < 87; ++v) c.fill(static_cast<uint64_t>(v), v);
    for (int v = 0; v < 87; ++v) EXPECT_TRUE(c.holds(static_cast<uint64_t>(v), v));
    EXPECT_TRUE(c.holds(87, 0)) << "87 sets: number 87 is the first again";
}

TEST(SetAssociative, WithoutEntriesThereIsNothing) {
    Cache c(core::no_cache);
    EXPECT_FALSE(c.entries.is_on());
    c.fill(5, 1);
    EXPECT_FALSE(c.holds(5, 1));
    c.entries.drop([](int) { return true; });
    c.entries.clear();
}

}  // namespace
}  // namespace smmu::test
