// What the report draws: answers over time, accesses of walks, single walks.
#include "platform/analyze/recording.h"

#include <gtest/gtest.h>

#include <numeric>

namespace smmu::platform::analyze {
namespace {

sc_core::sc_time ns(double t) { return sc_core::sc_time(t, sc_core::SC_NS); }

TEST(Series, StepsAreJoinedAndNothingIsLost) {
    Series series;
    for (uint64_t i = 0; i < 10'000; ++i)
        series.add(i * 77'000, i % 3 == 0 ? AnsweredBy::Walk : AnsweredBy::MicroTlb);
    EXPECT_LE(series.steps().size(), Series::most_steps);
    EXPECT_GT(series.steps().size(), Series::most_steps / 2);
    EXPECT_GE(series.width() * series.steps().size(), 9'999u * 77'000);
    uint64_t hits = 0, walks = 0;
    for (const Series::Step& step : series.steps()) {
        hits += step[static_cast<size_t>(AnsweredBy::MicroTlb)];
        walks += step[static_cast<size_t>(AnsweredBy::Walk)];
    }
    EXPECT_EQ(hits, 6'666u);
    EXPECT_EQ(walks, 3'334u);
}

TEST(Series, AStepHoldsItsTime) {
    Series series;
    series.add(0, AnsweredBy::Walk);
    series.add(99'999, AnsweredBy::Walk);
    series.add(100'000, AnsweredBy::Walk);
    ASSERT_EQ(series.steps().size(), 2u);
    EXPECT_EQ(series.steps()[0][static_cast<size_t>(AnsweredBy::Walk)], 2u);
    EXPECT_EQ(series.steps()[1][static_cast<size_t>(AnsweredBy::Walk)], 1u);
}

class RecordingTest : public ::testing::Test {
protected:
    void walk(uint64_t id, AnsweredBy by, double begin, double end) {
        core::MemoryAccess access;
        access.purpose = core::Purpose::Stage1Table;
        access.level = 3;
        recording.fetch({access, id, false, false, ns(begin), ns(begin + 1)});
        core::Access needed_by;
        needed_by.stream = arch::StreamId{1};
        recording.miss({id, 0, needed_by, core::Outcome{}, true, false, Probe::Fetches{}, parts_,
                        ns(begin), ns(begin + 1)});
        answered(id, by, begin, end, 1);
    }
    void answered(uint64_t id, AnsweredBy by, double begin, double end, unsigned fetches) {
        recording.transaction({id, 0, arch::StreamId{1}, 0, 64, false, true, by, parts_, fetches,
                               ns(begin), ns(end)});
    }
    Recording recording;

private:
    Parts parts_{};
};

TEST_F(RecordingTest, KeepsTheFirstTheSlowestAndAUsualWalk) {
    walk(1, AnsweredBy::ColdWalk, 0, 500);
    walk(2, AnsweredBy::Walk, 500, 700);
    walk(3, AnsweredBy::Walk, 700, 1600);
    walk(4, AnsweredBy::Walk, 1600, 1810);
    answered(5, AnsweredBy::MicroTlb, 1810, 9000, 0);

    EXPECT_EQ(recording.first()->time(), 500'000u);
    EXPECT_EQ(recording.slowest()->time(), 900'000u);
    EXPECT_EQ(recording.nearest(205'001)->time(), 210'000u);
    EXPECT_EQ(recording.walks(), 4u);
    EXPECT_EQ(recording.end(), 9'000'000u);
    EXPECT_EQ(recording.fetches().at(1), 4u);
    ASSERT_EQ(recording.first()->accesses.size(), 1u);
    EXPECT_EQ(recording.first()->accesses[0].name, "stage 1 level 3");
    EXPECT_EQ(recording.first()->accesses[0].part, Part::Stage1);
    EXPECT_EQ(recording.kinds().at("stage 1").at[3], 4u);
}

TEST_F(RecordingTest, AmongManyWalksAUsualOneIsStillFound) {
    for (uint64_t i = 0; i < 5'000; ++i) {
        const double begin = static_cast<double>(i) * 2000;
        walk(i + 1, AnsweredBy::Walk, begin, begin + 100 + static_cast<double>(i % 100));
    }
    const uint64_t found = recording.nearest(150'000)->time();
    EXPECT_NEAR(static_cast<double>(found), 150'000, 10'000);
    EXPECT_FALSE(recording.first());
}

TEST_F(RecordingTest, WithoutWalksThereIsNone) {
    answered(1, AnsweredBy::MicroTlb, 0, 10, 0);
    EXPECT_FALSE(recording.first());
    EXPECT_FALSE(recording.slowest());
    EXPECT_FALSE(recording.nearest(0));
}

}  // namespace
}  // namespace smmu::platform::analyze
