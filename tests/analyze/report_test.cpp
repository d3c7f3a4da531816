// The report: well-formed, alone, and first what dominates.
#include <gtest/gtest.h>

#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "platform/analyze/report/story.h"
#include "platform/analyze/report/svg.h"
#include "platform/analyze/report/words.h"

namespace smmu::platform::analyze {
namespace {

sc_core::sc_time ns(double t) { return sc_core::sc_time(t, sc_core::SC_NS); }

class Report : public ::testing::Test {
protected:
    Report() {
        Parts parts{};
        parts[Part::Lookup] = ns(5);
        parts[Part::Stage1] = ns(200);
        parts[Part::Stage2] = ns(600);
        parts[Part::Memory] = ns(100);
        core::MemoryAccess access;
        access.purpose = core::Purpose::Stage2Table;
        for (uint64_t id = 1; id <= 10; ++id) {
            const double begin = 1000.0 * static_cast<double>(id);
            recording.fetch({access, id, false, false, ns(begin), ns(begin + 600)});
            const Probe::Transaction t{id,
                                       0,
                                       arch::StreamId{3},
                                       0x1000,
                                       64,
                                       false,
                                       true,
                                       id == 1 ? AnsweredBy::ColdWalk : AnsweredBy::Walk,
                                       parts,
                                       1,
                                       ns(begin),
                                       ns(begin + 905)};
            recording.transaction(t);
            transactions.add(t);
        }
    }
    ReportData data() const {
        return {"Random <accesses> & more.",
                "gem5-like",
                transactions,
                recording,
                {result("as given", true, 100, 905'000), result("twice", false, 200, 500'000)},
                {{"smmu.x", "1", false}, {"smmu.y", "\"2\"", true}}};
    }
    static VariantResult result(const char* name, bool given, uint64_t entries, uint64_t mean) {
        VariantResult r;
        r.name = name;
        r.is_given = given;
        r.entries = entries;
        r.mean = mean;
        r.spent[static_cast<size_t>(Part::Memory)] = static_cast<double>(mean);
        return r;
    }

    Transactions transactions;
    Recording recording;
};

TEST_F(Report, IsWellFormed) {
    std::istringstream html(report_html(data()));
    boost::property_tree::ptree tree;
    ASSERT_NO_THROW(boost::property_tree::read_xml(html, tree));
    EXPECT_EQ(tree.get<std::string>("html.head.title"), "SMMU latency report");
}

TEST_F(Report, NeedsNothingElse) {
    const std::string html = report_html(data());
    for (const char* outside : {"http:", "https:", "src=", "<script", "<link", "@import", "url("})
        EXPECT_EQ(html.find(outside), html.npos) << outside;
}

TEST_F(Report, BeginsWithTheThreeLargestParts) {
    const std::string html = report_html(data());
    const size_t cards = html.find("class=\"card\"");
    ASSERT_NE(cards, html.npos);
    const size_t second = html.find("<span>Reading stage 1 tables", cards),
                 first = html.find("<span>Reading stage 2 tables", cards),
                 third = html.find("<span>The access itself", cards);
    EXPECT_LT(first, second);
    EXPECT_LT(second, third);
    EXPECT_LT(third, html.find("<svg"));
    EXPECT_LT(cards, html.find("What larger walk caches would buy"));
    EXPECT_NE(html.find("An access takes 905 ns; translation is 89\u202f% of it, and 75\u202f% of "
                        "that is reading stage 2 tables"),
              html.npos);
}

TEST_F(Report, ShowsWhatWasGivenAndEscapesIt) {
    const std::string html = report_html(data());
    for (const char* text : {"Random &lt;accesses&gt; &amp; more.",
                             "Preset <b>gem5-like</b> with 1 parameter changed. 10", "smmu.x",
                             "smmu.y", "&quot;2&quot;"})
        EXPECT_NE(html.find(text), html.npos) << text;
    EXPECT_EQ(html.find("accesses failed"), html.npos);
}

TEST_F(Report, SaysWhatLargerCachesBuy) {
    const auto variants = [](std::initializer_list<uint64_t> means) {
        std::vector<VariantResult> all;
        uint64_t entries = 100;
        for (const uint64_t mean : means) {
            all.push_back(result("x", all.empty(), entries, mean));
            entries *= 2;
        }
        return all;
    };
    EXPECT_EQ(what_caches_buy(variants({1'000'000, 610'000, 590'000, 600'000})),
              "Walk caches of 200 entries instead of 100 would cut the mean from 1.00 µs to 610 ns "
              "(<b>−39\u202f%</b>); larger ones gain little more.");
    EXPECT_EQ(what_caches_buy(variants({1'000'000, 900'000, 500'000})),
              "Walk caches of 400 entries instead of 100 would cut the mean from 1.00 µs to 500 ns "
              "(<b>−50\u202f%</b>).");
    EXPECT_EQ(what_caches_buy(variants({1'000'000, 990'000})),
              "Larger walk caches would buy next to nothing: the mean stays at 1.00 µs.");

    auto with_none = variants({1'000'000, 500'000});
    with_none.insert(with_none.begin(), result("none", false, 0, 9'000'000));
    EXPECT_EQ(what_caches_buy(with_none),
              "Walk caches of 200 entries instead of 100 would cut the mean from 1.00 µs to 500 ns "
              "(<b>−50\u202f%</b>). Without any it would be 9.00 µs.");
    EXPECT_EQ(variants_chart(with_none).find(">none<"), std::string::npos);
}

TEST(Words, HaveThreeDigits) {
    EXPECT_EQ(time_text(0), "0 ps");
    EXPECT_EQ(time_text(999), "999 ps");
    EXPECT_EQ(time_text(1000), "1.00 ns");
    EXPECT_EQ(time_text(99'940), "99.9 ns");
    EXPECT_EQ(time_text(99'960), "100 ns");
    EXPECT_EQ(time_text(999'499), "999 ns");
    EXPECT_EQ(time_text(999'500), "1.00 µs");
    EXPECT_EQ(time_text(1.5e9), "1.50 ms");
    EXPECT_EQ(percent_text(1, 3), "33\u202f%");
    EXPECT_EQ(percent_text(1, 30), "3.3\u202f%");
    EXPECT_EQ(percent_text(1, 3000), "< 0.1\u202f%");
    EXPECT_EQ(percent_text(0, 0), "0\u202f%");
    EXPECT_EQ(change_text(50, 100), "−50\u202f%");
    EXPECT_EQ(change_text(150, 100), "+50\u202f%");
    EXPECT_EQ(count_text(1234567), "1\u202f234\u202f567");
    EXPECT_EQ(count_text(999), "999");
}

TEST(Charts, TicksAreRoundAndReachTheEnd) {
    EXPECT_EQ(ticks(10, 5), (std::vector<double>{0, 2, 4, 6, 8, 10}));
    EXPECT_EQ(ticks(7, 5), (std::vector<double>{0, 2, 4, 6, 8}));
    EXPECT_EQ(ticks(0.3, 3).back(), 0.30000000000000004);
    EXPECT_EQ(ticks(0, 5), (std::vector<double>{0, 1}));
}

}  // namespace
}  // namespace smmu::platform::analyze
