// The shape of caches: sets of any number, which entry goes, and a cache that is not there.
#include "smmuv3/core/set_associative.h"

#include <gtest/gtest.h>

#include <set>

namespace smmu::test {
namespace {

using core::Geometry;
using core::Replacement;

struct Number {
    int value = 0;
    bool is_empty() const { return value == 0; }
};

struct Cache {
    explicit Cache(Geometry g) : entries(g) {}
    const Number* find(uint64_t set, int value) const {
        return entries.find(set, [&](Number e) { return e.value == value; });
    }
    bool holds(uint64_t set, int value) const { return find(set, value) != nullptr; }
    void fill(uint64_t set, int value) {
        entries.fill(set, {value}, [&](Number e) { return e.value == value; });
    }
    core::SetAssociative<Number> entries;
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
    c.entries.drop([](Number e) { return e.value == 4; });
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
        c.fill(0, 1);
        c.fill(0, 2);
        for (unsigned n = 0; n < 10; ++n) c.fill(0, 2);
        EXPECT_TRUE(c.holds(0, 1));
    }
}

TEST(SetAssociative, SetsNeedNotBeAPowerOfTwo) {
    Cache c({348, 4, Replacement::Lru});
    for (int v = 1; v <= 87; ++v) c.fill(static_cast<uint64_t>(v), v);
    for (int v = 1; v <= 87; ++v) EXPECT_TRUE(c.holds(static_cast<uint64_t>(v), v));
    EXPECT_TRUE(c.holds(88, 1)) << "87 sets: number 88 is number 1 again";
}

TEST(SetAssociative, AnEmptyPlaceIsTakenBeforeAUsedOne) {
    for (const auto policy : {Replacement::RoundRobin, Replacement::Lru, Replacement::Random}) {
        Cache c({16, 16, policy});
        for (int v = 1; v <= 16; ++v) c.fill(0, v);
        for (int v = 3; v <= 12; v += 3) c.entries.drop(0, [&](Number e) { return e.value == v; });
        for (int v = 17; v <= 20; ++v) c.fill(0, v);
        for (int v = 1; v <= 20; ++v) EXPECT_EQ(c.holds(0, v), v % 3 != 0 || v > 12) << v;
    }
}

TEST(SetAssociative, WithoutEntriesThereIsNothing) {
    Cache c(core::no_cache);
    EXPECT_FALSE(c.entries.is_on());
    c.fill(5, 1);
    EXPECT_FALSE(c.holds(5, 1));
    c.entries.drop([](Number) { return true; });
    c.entries.clear();
}

}  // namespace
}  // namespace smmu::test
