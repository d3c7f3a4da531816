// Traffic generators: which addresses, in which order.
#include "platform/analyze/traffic.h"

#include <gtest/gtest.h>

#include <set>

namespace smmu::platform::analyze {
namespace {

constexpr uint64_t first = 0x4000'0000;

TrafficParams small(Generator generator) {
    TrafficParams t;
    t.generator = generator;
    t.footprint_kib = 4;
    t.size = 512;  // eight slots
    t.stride = 1536;
    return t;
}

std::vector<uint64_t> slots(const TrafficParams& params, unsigned count, unsigned index = 0) {
    std::vector<uint64_t> all;
    const auto traffic = make_traffic(params, index, first);
    for (unsigned i = 0; i < count; ++i) {
        const auto request = traffic->next();
        EXPECT_EQ(request->size, params.size);
        EXPECT_EQ((request->address - first) % params.size, 0u);
        all.push_back((request->address - first) / params.size);
    }
    return all;
}

TEST(Traffic, SequentialGoesOnAndBeginsAgain) {
    EXPECT_EQ(slots(small(Generator::Sequential), 10),
              (std::vector<uint64_t>{0, 1, 2, 3, 4, 5, 6, 7, 0, 1}));
}

TEST(Traffic, StridedSteps) {
    EXPECT_EQ(slots(small(Generator::Strided), 6), (std::vector<uint64_t>{0, 3, 6, 1, 4, 7}));
}

TEST(Traffic, APointerChaseVisitsEverySlotOnceARound) {
    TrafficParams t = small(Generator::PointerChase);
    t.footprint_kib = 100;  // 200 slots: no power of two
    const auto two_rounds = slots(t, 400);
    const std::vector<uint64_t> one(two_rounds.begin(), two_rounds.begin() + 200),
        two(two_rounds.begin() + 200, two_rounds.end());
    EXPECT_EQ(one, two);
    EXPECT_EQ(std::set<uint64_t>(one.begin(), one.end()).size(), 200u);
    EXPECT_FALSE(std::is_sorted(one.begin(), one.end()));
}

TEST(Traffic, RandomStaysInItsFootprintAndReachesAllOfIt) {
    const auto seen = slots(small(Generator::Random), 400);
    EXPECT_EQ(*std::max_element(seen.begin(), seen.end()), 7u);
    EXPECT_EQ(std::set<uint64_t>(seen.begin(), seen.end()).size(), 8u);
}

TEST(Traffic, TheSameSeedIsTheSameTrafficAndMastersDiffer) {
    TrafficParams t = small(Generator::Random);
    t.footprint_kib = 4096;
    EXPECT_EQ(slots(t, 50), slots(t, 50));
    EXPECT_NE(slots(t, 50, 0), slots(t, 50, 1));
    const auto before = slots(t, 50);
    t.seed = 2;
    EXPECT_NE(slots(t, 50), before);
}

TEST(Traffic, WritesAreAShare) {
    TrafficParams t = small(Generator::Random);
    for (const uint32_t percent : {0u, 25u, 100u}) {
        t.writes = percent;
        const auto traffic = make_traffic(t, 0, first);
        unsigned writes = 0;
        for (unsigned i = 0; i < 10'000; ++i) writes += traffic->next()->write;
        EXPECT_NEAR(writes, percent * 100, percent % 100 == 0 ? 0 : 200);
    }
}

TEST(Traffic, MixedMastersTakeTurns) {
    const TrafficParams t = small(Generator::Mixed);
    EXPECT_EQ(generator_of(t, 0), Generator::Sequential);
    EXPECT_EQ(generator_of(t, 1), Generator::Strided);
    EXPECT_EQ(generator_of(t, 2), Generator::Random);
    EXPECT_EQ(generator_of(t, 3), Generator::PointerChase);
    EXPECT_EQ(generator_of(t, 4), Generator::Sequential);
    EXPECT_EQ(slots(t, 4, 1), (std::vector<uint64_t>{0, 3, 6, 1}));
}

TEST(Traffic, AReplayEnds) {
    Replay replay({{10, std::nullopt, 1, 2, false, 1}, {20, std::nullopt, 3, 4, true, 2}});
    EXPECT_EQ(replay.next()->address, 1u);
    EXPECT_EQ(replay.next()->address, 3u);
    EXPECT_FALSE(replay.next());
}

}  // namespace
}  // namespace smmu::platform::analyze
