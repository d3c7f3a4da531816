// Statistics, walk records and the probe window, fed with points made by hand.
#include <gtest/gtest.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <sstream>

#include "platform/probe_window.h"
#include "waveforms/json_text.h"
#include "waveforms/stats.h"
#include "waveforms/walks.h"

namespace smmu {
namespace {

using core::Outcome;
using core::Purpose;
using sc_core::sc_time;

sc_time ns(double value) { return sc_time(value, sc_core::SC_NS); }

Outcome forwarded_to(uint64_t pa) {
    Outcome o;
    o.action = Outcome::Action::Forward;
    o.address = pa;
    return o;
}

Outcome stopped_by(arch::EventId event, Outcome::Action action = Outcome::Action::Abort) {
    Outcome o;
    o.action = action;
    o.event = event;
    return o;
}

core::Access access(uint32_t stream, uint64_t address) {
    core::Access a;
    a.stream = arch::StreamId{stream};
    a.address = address;
    return a;
}

/// A cold nested walk: STE, CD with its stage 2, three stage-1 levels seen from level 1, stage 2 below.
Probe::Fetches nested() {
    Probe::Fetches f;
    f.of[static_cast<size_t>(Purpose::Ste)] = 1;
    f.of[static_cast<size_t>(Purpose::Cd)] = 1;
    f.of[static_cast<size_t>(Purpose::Stage1Table)] = 3;
    f.of[static_cast<size_t>(Purpose::Stage2Table)] = 10;
    f.stage1.of = {0, 0, 1, 1, 1};
    f.stage2.of = {0, 1, 2, 3, 4};
    return f;
}

const Parts no_parts{};

/// `a` is where the point's access lives.
Probe::Fetch table_read(core::MemoryAccess& a, Purpose purpose, int8_t level) {
    a.purpose = purpose;
    a.level = level;
    return {a, 1, false, false, ns(0), ns(1)};
}

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

struct Master : sc_core::sc_module {
    explicit Master(sc_core::sc_module_name name) : sc_module(name) {}
    tlm_utils::simple_initiator_socket<Master> bus{"bus"};
};

/// Registers of the window as a CPU reaches them.
class ProbeWindowTest : public ::testing::Test {
protected:
    ProbeWindowTest() {
        master.bus.bind(window.regs);
        sc_core::sc_start(sc_core::SC_ZERO_TIME);
    }

    tlm::tlm_response_status transport(tlm::tlm_command command, uint64_t address, void* data,
                                       unsigned size) {
        tlm::tlm_generic_payload p;
        p.set_command(command);
        p.set_address(address);
        p.set_data_ptr(static_cast<unsigned char*>(data));
        p.set_data_length(size);
        p.set_streaming_width(size);
        sc_time delay;
        master.bus->b_transport(p, delay);
        return p.get_response_status();
    }
    uint64_t read(uint64_t address, unsigned size = 8) {
        uint64_t value = 0;
        EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address, &value, size), tlm::TLM_OK_RESPONSE);
        return value;
    }
    void write(uint64_t address, uint64_t value) {
        EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, address, &value, 8), tlm::TLM_OK_RESPONSE);
    }
    uint64_t translations() { return read(0x100); }
    void hit() { stats.hit({0, arch::StreamId{8}, 0, 0, false, ns(0)}); }

    Stats stats;
    platform::ProbeWindow window{"window", stats, virt::probe::has_walk_caches};
    Master master{"master"};
};

TEST_F(ProbeWindowTest, CountersShowTheSnapshotTakenLast) {
    hit();
    hit();
    EXPECT_EQ(translations(), 0u);
    write(0x008, 1);
    hit();
    EXPECT_EQ(translations(), 2u);
    EXPECT_EQ(read(0x108), 2u);  // hits
    write(0x008, 1);
    EXPECT_EQ(translations(), 3u);
}

TEST_F(ProbeWindowTest, ClearStartsAtZeroAndLeavesSnapshotAndStatistics) {
    hit();
    write(0x008, 3);  // snapshot, then clear
    EXPECT_EQ(translations(), 1u);
    hit();
    hit();
    write(0x008, 1);
    EXPECT_EQ(translations(), 2u);
    EXPECT_EQ(stats.counts().micro_tlb_hits, 3u);
}

TEST_F(ProbeWindowTest, KindsOfAccessHaveRegistersOfTheirOwn) {
    stats.miss({1, 0, access(8, 0), stopped_by(arch::EventId::F_ACCESS), false, false, nested(),
                no_parts, ns(0), ns(1)});
    core::MemoryAccess a;
    const std::pair<Purpose, unsigned> kinds[] = {
        {Purpose::L1Std, 1}, {Purpose::Ste, 2},         {Purpose::L1Cd, 3},
        {Purpose::Cd, 4},    {Purpose::Stage1Table, 5}, {Purpose::Stage2Table, 6}};
    for (const auto& [purpose, times] : kinds)
        for (unsigned i = 0; i < times; ++i) stats.fetch(table_read(a, purpose, 1));
    write(0x008, 1);
    EXPECT_EQ(read(0x110), 1u);  // misses
    EXPECT_EQ(read(0x118), 1u);  // walks
    EXPECT_EQ(read(0x120), 1u);  // faults
    for (const auto& [purpose, times] : kinds) EXPECT_EQ(read(0x128 + 8 * (times - 1)), times);
}

TEST_F(ProbeWindowTest, HalvesReadAloneAndTheRestOfThePageIsEmpty) {
    EXPECT_EQ(read(0x000), 0x3045'424F'5250'4D53u);
    EXPECT_EQ(read(0x004, 4), 0x3045'424Fu);
    write(0x100, 5);
    EXPECT_EQ(read(0x100), 0u);
    EXPECT_EQ(read(0x158), 0u);
    EXPECT_EQ(read(0xFF8), 0u);
}

TEST_F(ProbeWindowTest, TraitsSayWhetherWalksMayReadLess) {
    EXPECT_EQ(read(0x010), 1u);
    EXPECT_EQ(platform::probe_traits(Params{}), 0u);
    const core::Geometry some{4, 4};
    for (const core::WalkGeometry& geometry :
         {core::by_stage(some, core::no_cache, core::no_cache),
          core::by_stage(core::no_cache, some, core::no_cache),
          core::by_stage(core::no_cache, core::no_cache, some), core::WalkGeometry{some, {}, {}}}) {
        Params smmu;
        smmu.walk_caches = geometry;
        EXPECT_EQ(platform::probe_traits(smmu), 1u);
    }
}

TEST_F(ProbeWindowTest, OtherSizesAndUnalignedAccessesAreRefused) {
    uint64_t data[2] = {};
    for (const auto& [address, size] :
         {std::pair{0x100u, 1u}, {0x100u, 2u}, {0x100u, 16u}, {0x104u, 8u}, {0x102u, 4u}})
        EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address, data, size),
                  tlm::TLM_BURST_ERROR_RESPONSE);
}

}  // namespace
}  // namespace smmu
