// Statistics and walk records, fed with points made by hand.
#include <gtest/gtest.h>

#include <sstream>

#include "tests/platform/probe_points.h"
#include "waveforms/json_text.h"
#include "waveforms/stats.h"
#include "waveforms/walks.h"

namespace smmu {
namespace {

using namespace test;

TEST(JsonText, NestsByPathAndClosesWhatItOpened) {
    JsonText text;
    text.value("top", 1);
    text.value("a.b.c", 2);
    text.value("a.b.d", "\"word\"");
    text.value("a.e", 3);
    text.value("ab.c", 4);
    EXPECT_EQ(text.finish(),
              "{\n"
              "  \"top\": 1,\n"
              "  \"a\": {\n"
              "    \"b\": {\n"
              "      \"c\": 2,\n"
              "      \"d\": \"word\"\n"
              "    },\n"
              "    \"e\": 3\n"
              "  },\n"
              "  \"ab\": {\n"
              "    \"c\": 4\n"
              "  }\n"
              "}\n");
    EXPECT_EQ(JsonText{}.finish(), "{\n}\n");
}

TEST(Stats, EachAccessIsOneOfHitMainTlbHitOrMiss) {
    Stats stats;
    const Probe::Fetches none{};
    stats.hit({0, arch::StreamId{8}, 0x1000, 0x2000, false, ns(1)});
    stats.hit({0, arch::StreamId{8}, 0x1040, 0x2040, false, ns(2)});
    stats.miss(
        {1, 0, access(8, 0x3000), forwarded_to(0x4000), true, true, none, no_parts, ns(3), ns(3)});
    const Probe::Missed tlb{false, true}, both{true, true};
    stats.miss({1, 0, access(8, 0x5000), forwarded_to(0x6000), false, false, nested(), no_parts,
                ns(4), ns(154), both});
    stats.miss({1, 0, access(8, 0x7000), stopped_by(arch::EventId::F_TRANSLATION), true, false,
                nested(), no_parts, ns(200), ns(250), tlb});

    const StatsCounts& c = stats.counts();
    EXPECT_EQ(c.micro_tlb_hits, 2u);
    EXPECT_EQ(c.tlb_hits, 1u);
    EXPECT_EQ(c.tlb_misses, 2u);
    EXPECT_EQ(c.config_hits, 2u);
    EXPECT_EQ(c.config_misses, 1u);
    EXPECT_EQ(c.faults, 1u);
    EXPECT_EQ(c.walks, 2u);
    EXPECT_EQ(c.walk_time, 200'000u);
    EXPECT_EQ(c.longest_walk, 150'000u);
    EXPECT_EQ(c.requests, 5u);
    EXPECT_EQ(c.requests_missing_tlb, 2u);
    EXPECT_EQ(c.requests_missing_config, 1u);
}

TEST(Stats, MemoryAccessesAreCountedByKindAndLevel) {
    Stats stats;
    core::MemoryAccess a;
    stats.fetch(table_read(a, Purpose::Ste, 0));
    stats.fetch(table_read(a, Purpose::Stage1Table, 3));
    stats.fetch(table_read(a, Purpose::Stage2Table, 2));
    stats.fetch(table_read(a, Purpose::Stage2Table, 2));
    a.purpose = Purpose::EventQueue;
    a.level = 0;
    stats.fetch({a, 0, true, true, ns(0), ns(1)});

    const StatsCounts& c = stats.counts();
    EXPECT_EQ(c.reads_of(Purpose::Ste), 1u);
    EXPECT_EQ(c.stage1.of, (std::array<uint64_t, 5>{0, 0, 0, 0, 1}));
    EXPECT_EQ(c.stage2.of, (std::array<uint64_t, 5>{0, 0, 0, 2, 0}));
    EXPECT_EQ(c.reads_of(Purpose::EventQueue), 0u);
    EXPECT_EQ(c.writes[static_cast<size_t>(Purpose::EventQueue)], 1u);
    EXPECT_EQ(c.aborts[static_cast<size_t>(Purpose::EventQueue)], 1u);
}

TEST(Stats, AtsAndPageRequestsAreCountedByTheirOutcome) {
    Stats stats;
    const arch::TranslationRequest asked{};
    const Probe::Fetches none{};
    const auto answer = [&](arch::AtsStatus status, uint64_t entry) {
        const arch::TranslationCompletion c{status, {{{entry}}}, false};
        stats.translation_request({0, asked, c, none, ns(0), ns(1), {false, true}});
    };
    answer(arch::AtsStatus::Success, 0x1000 | 0b01);  // R
    answer(arch::AtsStatus::Success, 0x10);           // Priv alone is no access
    answer(arch::AtsStatus::UnsupportedRequest, 0);
    answer(arch::AtsStatus::CompleterAbort, 0);
    stats.page_request({{}, core::Recorded::FirstWritten, {}, ns(2)});
    stats.page_request({{}, core::Recorded::Overflow, {}, ns(3)});

    const std::string json = stats.json();
    for (const char* line :
         {"\"success\": 2", "\"without_access\": 1", "\"unsupported_request\": 1",
          "\"completer_abort\": 1", "\"not_recorded\": 1", "\"count\": 4", "\"missing_tlb\": 4"})
        EXPECT_NE(json.find(line), json.npos) << line << "\n" << json;
    EXPECT_EQ(stats.counts().page_requests, 2u);
}

TEST(Stats, JsonNamesCommandsEventsAndInterruptsAsTheSpecificationDoes) {
    Stats stats;
    const auto sync = arch::Command{}.set(arch::Command::Op, arch::Opcode::SYNC);
    stats.command({sync, arch::CommandError::None, ns(1)});
    stats.command({sync, arch::CommandError::None, ns(2)});
    stats.command({arch::Command{}.set(arch::Command::Op, static_cast<arch::Opcode>(0xFE)),
                   arch::CommandError::Illegal, ns(3)});
    const auto event = arch::Event{}.set(arch::Event::Id, arch::EventId::F_TRANSLATION);
    stats.event({event, core::Recorded::FirstWritten, ns(4)});
    stats.event({event, core::Recorded::Overflow, ns(5)});
    stats.interrupt({core::MsiSource::CommandSync, ns(6)});
    const std::string json = stats.json();
    for (const char* line :
         {"\"CMD_SYNC\": 2", "\"0xfe\": 1", "\"errors\": 1", "\"F_TRANSLATION\": 2",
          "\"not_recorded\": 1", "\"command_sync\": 1", "\"gerror\": 0"})
        EXPECT_NE(json.find(line), json.npos) << line << "\n" << json;
    EXPECT_EQ(json.find("F_ACCESS"), json.npos);
}

TEST(Walks, AWalkIsOneRowAndAnAnswerFromCachesIsNone) {
    std::ostringstream out;
    Walks walks(out);
    const std::string heading = out.str();
    EXPECT_EQ(heading,
              "time_ps,tbu,stream,substream,access,iova,outcome,pa,l1std,ste,l1cd,cd,"
              "s1_l-1,s1_l0,s1_l1,s1_l2,s1_l3,s2_l-1,s2_l0,s2_l1,s2_l2,s2_l3,latency_ps\n");

    walks.miss({1, 0, access(8, 0x3000), forwarded_to(0x4000), true, true, Probe::Fetches{},
                no_parts, ns(3), ns(3)});
    EXPECT_EQ(out.str(), heading);

    walks.miss({1, 1, access(0x108, 0x5008), forwarded_to(0x8000'6008), false, false, nested(),
                no_parts, ns(4), ns(154)});
    core::Access write = access(9, 0x7000);
    write.write = true;
    write.substream_valid = true;
    write.substream = arch::SubstreamId{0x1F};
    walks.miss({1, 0, write, stopped_by(arch::EventId::F_PERMISSION), true, false, nested(),
                no_parts, ns(200), ns(250)});
    walks.miss({1, 0, access(9, 0), stopped_by({}, Outcome::Action::RazWi), true, false, nested(),
                no_parts, ns(300), ns(301)});
    EXPECT_EQ(out.str().substr(heading.size()),
              "4000,1,0x108,,read,0x5008,ok,0x80006008,0,1,0,1,0,0,1,1,1,0,1,2,3,4,150000\n"
              "200000,0,0x9,0x1f,write,0x7000,F_PERMISSION,,0,1,0,1,0,0,1,1,1,0,1,2,3,4,50000\n"
              "300000,0,0x9,,read,0x0,razwi,,0,1,0,1,0,0,1,1,1,0,1,2,3,4,1000\n");
}

}  // namespace
}  // namespace smmu
