// The trace for Perfetto: read back as JSON, its slices must nest.
#include "waveforms/trace.h"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <sstream>

namespace smmu {
namespace {

namespace json = boost::json;

sc_core::sc_time ns(double t) { return sc_core::sc_time(t, sc_core::SC_NS); }

class TraceTest : public ::testing::Test {
protected:
    void transaction(uint64_t id, unsigned tbu, double begin, double end, unsigned fetches = 0) {
        Parts parts{};
        parts[Part::Memory] = ns(10);
        trace.transaction({id, tbu, arch::StreamId{7}, 0x1000, 64, true, true, AnsweredBy::Walk,
                           parts, fetches, ns(begin), ns(end)});
    }
    void fetch(uint64_t walk, core::Purpose purpose, double begin, double end) {
        core::MemoryAccess access;
        access.purpose = purpose;
        access.level = 2;
        access.on_behalf = arch::FaultClass::Tt;
        access.address = 0x4000'1000;
        access.size = 8;
        trace.fetch({access, walk, false, false, ns(begin), ns(end)});
    }
    /// The end of the walk of an access by stream 7 to page 1.
    void miss(uint64_t walk, unsigned tbu, double begin, double end, uint64_t address = 0x1000) {
        core::Access access;
        access.stream = arch::StreamId{7};
        access.address = address;
        trace.miss({walk, tbu, access, core::Outcome{}, true, false, Probe::Fetches{}, Parts{},
                    ns(begin), ns(end)});
    }
    json::array finished() {
        trace.finish();
        return json::parse(out.str()).as_array();
    }
    static std::vector<json::object> of_kind(const json::array& events, std::string_view kind) {
        std::vector<json::object> found;
        for (const json::value& e : events)
            if (e.at("ph").as_string() == kind) found.push_back(e.as_object());
        return found;
    }
    static uint64_t ps(const json::value& us) {
        return static_cast<uint64_t>(us.to_number<double>() * 1e6 + 0.5);
    }

    std::ostringstream out;
    Trace trace{out, 100};
};

TEST_F(TraceTest, FetchesLieWithinTheirTransaction) {
    fetch(1, core::Purpose::Ste, 100, 120);
    fetch(1, core::Purpose::Stage2Table, 120, 140);
    miss(1, 0, 98, 140);
    transaction(1, 0, 95, 150, 2);
    const auto slices = of_kind(finished(), "X");
    ASSERT_EQ(slices.size(), 4u);
    EXPECT_EQ(slices[0].at("name").as_string(), "write, walk");
    EXPECT_EQ(slices[1].at("name").as_string(), "STE");
    EXPECT_EQ(slices[2].at("name").as_string(), "stage 2 level 2 for stage 1");
    EXPECT_EQ(slices[3].at("name").as_string(), "memory");
    EXPECT_EQ(slices[0].at("args").at("stream").as_string(), "0x7");
    EXPECT_EQ(ps(slices[0].at("ts")), 95'000u);
    EXPECT_EQ(ps(slices[0].at("dur")), 55'000u);
    for (const auto& slice : slices) {
        EXPECT_EQ(slice.at("tid"), slices[0].at("tid"));
        EXPECT_GE(ps(slice.at("ts")), 95'000u);
        EXPECT_LE(ps(slice.at("ts")) + ps(slice.at("dur")), 150'000u);
    }
}

TEST_F(TraceTest, OverlappingTransactionsHaveTracksOfTheirOwn) {
    transaction(1, 0, 0, 100);
    transaction(2, 0, 50, 150);   // overlaps the first
    transaction(3, 0, 100, 120);  // fits behind the first
    transaction(4, 1, 0, 100);    // another TBU
    std::map<int64_t, std::vector<std::pair<uint64_t, uint64_t>>> tracks;
    const json::array events = finished();
    for (const auto& slice : of_kind(events, "X"))
        if (slice.at("name").as_string() != "memory")
            tracks[slice.at("tid").as_int64()].push_back(
                {ps(slice.at("ts")), ps(slice.at("ts")) + ps(slice.at("dur"))});
    ASSERT_EQ(tracks.size(), 3u);
    for (const auto& [tid, slices] : tracks)
        for (size_t i = 1; i < slices.size(); ++i) EXPECT_LE(slices[i - 1].second, slices[i].first);

    std::vector<std::string> names;
    for (const auto& meta : of_kind(events, "M"))
        if (meta.at("name").as_string() == "thread_name")
            names.emplace_back(meta.at("args").at("name").as_string().c_str());
    for (const char* name : {"TBU 0, slot 0", "TBU 0, slot 1", "TBU 1, slot 0"})
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
}

/// By TBU, stream, address and time; what belongs to nobody is not shown.
TEST_F(TraceTest, WalksGoToTheTransactionThatNeededThem) {
    fetch(1, core::Purpose::Ste, 10, 20);
    fetch(2, core::Purpose::Stage2Table, 12, 22);
    fetch(3, core::Purpose::Stage2Table, 30, 40);
    fetch(4, core::Purpose::Stage2Table, 12, 22);
    miss(2, 1, 10, 25);
    miss(1, 0, 10, 25);
    miss(4, 0, 10, 25, 0x2000);  // the page behind: a prefetch
    miss(3, 0, 28, 45, 0x103F);  // the last byte of the same access, after a stall
    transaction(1, 0, 5, 60);
    transaction(2, 1, 5, 60);
    std::map<int64_t, std::vector<std::string>> tracks;
    for (const auto& slice : of_kind(finished(), "X"))
        tracks[slice.at("tid").as_int64()].emplace_back(slice.at("name").as_string().c_str());
    ASSERT_EQ(tracks.size(), 2u);
    const std::string stage2 = "stage 2 level 2 for stage 1";
    EXPECT_EQ(tracks.begin()->second,
              (std::vector<std::string>{"write, walk", "STE", stage2, "memory"}));
    EXPECT_EQ(tracks.rbegin()->second, (std::vector<std::string>{"write, walk", stage2, "memory"}));
}

TEST_F(TraceTest, CountsWhatIsInFlight) {
    transaction(1, 0, 0, 100);
    transaction(2, 0, 50, 150);
    std::vector<int64_t> counts;
    for (const auto& counter : of_kind(finished(), "C"))
        counts.push_back(counter.at("args").at("count").as_int64());
    EXPECT_EQ(counts, (std::vector<int64_t>{1, 2, 1, 0}));
}

TEST_F(TraceTest, QueueAccessesAndInstantsHaveTracksWithNames) {
    fetch(0, core::Purpose::CommandQueue, 5, 6);
    trace.command({arch::Command{}.set(arch::Command::Op, arch::Opcode::SYNC),
                   arch::CommandError::None, ns(7)});
    trace.event({arch::Event{}.set(arch::Event::Id, arch::EventId::F_TRANSLATION),
                 core::Recorded::Written, ns(8)});
    trace.interrupt({core::MsiSource::EventQueue, ns(9)});
    const json::array events = finished();
    EXPECT_EQ(of_kind(events, "X").at(0).at("name").as_string(), "command_queue");
    const auto instants = of_kind(events, "i");
    ASSERT_EQ(instants.size(), 3u);
    EXPECT_EQ(instants[0].at("name").as_string(), "CMD_SYNC");
    EXPECT_EQ(instants[1].at("name").as_string(), "F_TRANSLATION");
    EXPECT_EQ(instants[2].at("name").as_string(), "event_queue");
}

TEST_F(TraceTest, TimesAreExactToThePicosecond) {
    Parts parts{};
    trace.transaction({1, 0, arch::StreamId{0}, 0, 64, false, true, AnsweredBy::MicroTlb, parts, 0,
                       sc_core::sc_time::from_value(1'234'567'000'001),
                       sc_core::sc_time::from_value(1'234'567'000'010)});
    EXPECT_NE(out.str().find("\"ts\":1234567.000001,\"dur\":0.000009"), std::string::npos);
}

TEST(Trace, StopsAtItsLimit) {
    std::ostringstream out;
    Trace trace(out, 2);
    const Parts parts{};
    for (uint64_t id = 1; id <= 5; ++id)
        trace.transaction({id, 0, arch::StreamId{0}, 0, 64, false, true, AnsweredBy::MicroTlb,
                           parts, 0, ns(100.0 * static_cast<double>(id)),
                           ns(100.0 * static_cast<double>(id) + 1)});
    trace.finish();
    unsigned slices = 0;
    const json::value events = json::parse(out.str());
    for (const auto& e : events.as_array()) slices += e.at("ph").as_string() == "X";
    EXPECT_EQ(slices, 2u);
}

}  // namespace
}  // namespace smmu
