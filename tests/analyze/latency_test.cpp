// The statistic of latencies: percentiles and bins of cases that can be counted by hand.
#include "waveforms/latency.h"

#include <gtest/gtest.h>

#include "waveforms/transactions.h"

namespace smmu {
namespace {

Latency of(std::initializer_list<uint64_t> samples) {
    Latency latency;
    for (const uint64_t s : samples) latency.add(s);
    return latency;
}

TEST(Latency, NothingIsZeroEverywhere) {
    const Latency none;
    EXPECT_EQ(none.count(), 0u);
    EXPECT_EQ(none.min(), 0u);
    EXPECT_EQ(none.max(), 0u);
    EXPECT_EQ(none.mean(), 0u);
    EXPECT_EQ(none.percentile(500), 0u);
    EXPECT_TRUE(none.bins().empty());
}

TEST(Latency, PercentilesAreOfNearestRank) {
    const Latency l = of({50, 20, 40, 30, 10});
    EXPECT_EQ(l.percentile(1), 10u);
    EXPECT_EQ(l.percentile(200), 10u);  // one of five does not exceed 10
    EXPECT_EQ(l.percentile(201), 20u);
    EXPECT_EQ(l.percentile(500), 30u);
    EXPECT_EQ(l.percentile(800), 40u);
    EXPECT_EQ(l.percentile(801), 50u);
    EXPECT_EQ(l.percentile(1000), 50u);
    EXPECT_EQ(l.mean(), 30u);
    EXPECT_EQ(l.min(), 10u);
    EXPECT_EQ(l.max(), 50u);
    EXPECT_EQ(l.sum(), 150u);
}

TEST(Latency, SamplesMayComeAfterAPercentile) {
    Latency l = of({30, 10});
    EXPECT_EQ(l.percentile(1000), 30u);
    l.add(20);
    EXPECT_EQ(l.percentile(500), 20u);
}

TEST(Latency, TheMeanIsRounded) {
    EXPECT_EQ(of({1, 2}).mean(), 2u);
    EXPECT_EQ(of({1, 1, 2}).mean(), 1u);
}

TEST(Latency, BeyondTheBufferPercentilesAreAtMostABinTooHigh) {
    Latency exact, estimated(100);
    for (uint64_t i = 1; i <= 10'000; ++i) {
        exact.add(i * 7);
        estimated.add(i * 7);
    }
    ASSERT_TRUE(exact.is_exact());
    ASSERT_FALSE(estimated.is_exact());
    for (const unsigned p : {1u, 10u, 500u, 900u, 990u, 999u, 1000u}) {
        EXPECT_GE(estimated.percentile(p), exact.percentile(p)) << p;
        EXPECT_LE(estimated.percentile(p), exact.percentile(p) + exact.percentile(p) / 32 + 1) << p;
    }
    EXPECT_EQ(estimated.max(), 70'000u);
    EXPECT_EQ(estimated.sum(), exact.sum());
}

TEST(OctaveAxis, BinsFollowEachOtherWithoutGaps) {
    const OctaveAxis axis;
    for (int bin = 0; bin < axis.size(); ++bin) {
        ASSERT_EQ(axis.index(OctaveAxis::first(bin)), bin);
        ASSERT_TRUE(bin == 0 || axis.index(OctaveAxis::first(bin) - 1) == bin - 1) << bin;
    }
    EXPECT_EQ(axis.index(~uint64_t{0}), axis.size() - 1);
}

TEST(OctaveAxis, KnownBins) {
    EXPECT_EQ(OctaveAxis::first(31), 31u);
    EXPECT_EQ(OctaveAxis::first(63), 63u);
    EXPECT_EQ(OctaveAxis::first(64), 64u);  // from here two values a bin
    EXPECT_EQ(OctaveAxis::first(65), 66u);
    EXPECT_EQ(OctaveAxis::first(96), 128u);  // and from here four
    EXPECT_EQ(OctaveAxis::first(97), 132u);
}

TEST(Latency, BinsHoldEverySample) {
    const auto bins = of({5, 64, 65, 66, 1'000'000}).bins();
    ASSERT_EQ(bins.size(), 4u);
    EXPECT_EQ(bins[0].first, 5u);
    EXPECT_EQ(bins[0].last, 5u);
    EXPECT_EQ(bins[1].first, 64u);
    EXPECT_EQ(bins[1].last, 65u);
    EXPECT_EQ(bins[1].count, 2u);
    EXPECT_LE(bins[3].first, 1'000'000u);
    EXPECT_GE(bins[3].last, 1'000'000u);
    EXPECT_EQ(bins[3].count, 1u);
}

TEST(Transactions, TimeIsKeptByAnswerAndByPart) {
    const auto ns = [](double t) { return sc_core::sc_time(t, sc_core::SC_NS); };
    Transactions all;
    Parts hit{}, walk{};
    hit[Part::Memory] = ns(100);
    walk[Part::Stage2] = ns(400);
    walk[Part::Memory] = ns(100);
    const arch::StreamId stream{1};
    all.add({1, 0, stream, 0, 64, false, true, AnsweredBy::MicroTlb, hit, 0, ns(10), ns(110)});
    all.add({2, 0, stream, 0, 64, false, true, AnsweredBy::Walk, walk, 4, ns(20), ns(520)});
    all.add({3, 0, stream, 0, 64, false, false, AnsweredBy::Walk, walk, 4, ns(30), ns(530)});

    EXPECT_EQ(all.all().count(), 3u);
    EXPECT_EQ(all.all().max(), 500'000u);
    EXPECT_EQ(all.by(AnsweredBy::MicroTlb).max(), 100'000u);
    EXPECT_EQ(all.by(AnsweredBy::Walk).count(), 2u);
    EXPECT_EQ(all.spent(AnsweredBy::Walk, Part::Stage2), 800'000u);
    EXPECT_EQ(all.spent(Part::Memory), 300'000u);
    EXPECT_EQ(all.failed(), 1u);

    JsonText text;
    all.write(text);
    const std::string json = text.finish();
    EXPECT_NE(json.find("\"p50_ps\": 500000"), json.npos) << json;
    EXPECT_NE(json.find("\"stage2_ps\": 800000"), json.npos) << json;
    EXPECT_NE(json.find("\"failed\": 1"), json.npos) << json;
}

}  // namespace
}  // namespace smmu
