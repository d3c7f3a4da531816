// What the SMMU reports: events and who gets them, page requests and their refusal, global errors as
// text.  Words are typed by hand from IHI 0070 G.b, 4.5.2, 4.7.1, 7.3, 8.
#include <gtest/gtest.h>

#include <string>

#include "sw_stubs/driver/error_text.h"
#include "sw_stubs/driver/events.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Event;
using arch::EventId;
using arch::Opcode;

namespace {

struct RecordsTest : ::testing::Test, Bench {
    Smmu driver;

    void SetUp() override {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 16 | 1u << 10);  // PRI, ATS
        smmu.set<arch::Idr1>(smmu.get<arch::Idr1>().raw() | 4u << 11);             // PRIQS
        const Features f = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(FakeSmmu::base, f, arena), Status::Done);
        ASSERT_EQ(driver.reset(), Status::Done);
        smmu.consumed.clear();
    }
    void put_event(const Event& e) {
        const uint64_t base = smmu.get<arch::EventqBase>()[arch::EventqBase::ADDR];
        for (unsigned i = 0; i < 4; ++i) memory.at(base + 32 * events + 8 * i) = e.word[i];
        smmu.set<arch::EventqProd>(++events);
    }
    void put_request(uint64_t w0, uint64_t w1) {
        const uint64_t base = smmu.get<arch::PriqBase>()[arch::PriqBase::ADDR];
        memory.at(base + 16 * (requests & 15)) = w0;
        memory.at(base + 16 * (requests & 15) + 8) = w1;
        smmu.set<arch::PriqProd>(++requests);
    }
    uint32_t events = 0, requests = 0;
};

/// Remembers what it is given.
struct Sink {
    bool takes = false;
    std::vector<Event> offered, logged;
    unsigned overflows = 0;
    bool take(const Event& e) {
        offered.push_back(e);
        return takes;
    }
    void log(const Event& e) { logged.push_back(e); }
    void lost() { ++overflows; }
};

// --- Events

constexpr uint64_t stream = uint64_t{0x105} << 32;
constexpr uint64_t stage2 = uint64_t{1} << 39, stall = uint64_t{1} << 31;

TEST_F(RecordsTest, NEST_11_5_08_EightEventsAreAGuests) {
    for (unsigned id = 0; id < 0x100; ++id) {
        const bool guests =
            id == 0x04 || id == 0x06 || id == 0x08 || id == 0x0A || (id >= 0x10 && id <= 0x13);
        EXPECT_EQ(is_guests({{{stream | id, 0, 0, 0}}}), guests) << id;
        EXPECT_FALSE(is_guests({{{stream | id, stage2, 0, 0}}})) << id << " of stage 2";
        EXPECT_FALSE(is_guests({{{stream | id, stall, 0, 0}}})) << id << " as a stall";
    }
}

TEST_F(RecordsTest, NEST_11_5_09_AGuestSeesItsOwnStreamIdAndNothingElseChanges) {
    const Event e{{{stream | 0x1000'0813, 0x0000'0208'0000'0000, 0x7F'1234'5678, 0x4000'1000}}};
    const Event g = for_guest(e, 0x99);
    EXPECT_EQ(g.word[0], 0x0000'0099'1000'0813u);
    for (unsigned i = 1; i < 4; ++i) EXPECT_EQ(g.word[i], e.word[i]);
}

TEST_F(RecordsTest, WhatNobodyTakesIsLogged) {
    Sink sink;
    put_event({{{stream | 0x10, 0, 1, 0}}});
    put_event({{{stream | 0x02, 0, 2, 0}}});
    handle_events(driver, sink);
    ASSERT_EQ(sink.logged.size(), 2u);
    EXPECT_EQ(sink.logged[0].word[2], 1u);
    EXPECT_EQ(sink.logged[1].word[2], 2u);
    sink.takes = true;
    put_event({{{stream | 0x0A, 0, 4, 0}}});
    handle_events(driver, sink);
    EXPECT_EQ(sink.offered.size(), 3u);
    EXPECT_EQ(sink.logged.size(), 2u);
    EXPECT_EQ(sink.overflows, 0u);
    EXPECT_TRUE(smmu.consumed.empty());
}

TEST_F(RecordsTest, AStalledAccessIsToldWithItsStag) {
    const StalledAccess a =
        stalled_access({{{stream | 0x1234'5810, 0x0000'000A'8000'BEEF, 0x7F'1234'5678, 0}}});
    EXPECT_EQ(a.stream.value, 0x105u);
    EXPECT_EQ(a.stag, 0xBEEF);
    EXPECT_TRUE(a.with_pasid && a.read && a.privileged);
    EXPECT_FALSE(a.write || a.execute);
    EXPECT_EQ(a.pasid, 0x12345u);
    EXPECT_EQ(a.address, 0x7F'1234'5678u);
}

TEST_F(RecordsTest, NEST_17_10_AStallThatNobodyTakesIsAborted) {
    Sink sink;
    put_event({{{stream | 0x10, stall | 0x42, 0x1000, 0}}});
    handle_events(driver, sink);
    ASSERT_EQ(smmu.consumed.size(), 1u) << "no CMD_SYNC";
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'2044u) << "RESUME, Ab";
    EXPECT_EQ(smmu.consumed[0].word[1], 0x42u);
    EXPECT_EQ(sink.logged.size(), 1u);
}

TEST_F(RecordsTest, NEST_17_09_AStallThatSomebodyTookIsRetriedOrAborted) {
    Sink sink;
    sink.takes = true;
    const Event stalled{{{stream | 0x13, stall | 0x42, 0x1000, 0}}};
    put_event(stalled);
    handle_events(driver, sink);
    EXPECT_TRUE(smmu.consumed.empty()) << "it will be answered later";
    EXPECT_TRUE(resume(driver, stalled_access(stalled), commands::Resumption::Retry));
    EXPECT_TRUE(resume(driver, stalled_access(stalled), commands::Resumption::Abort));
    ASSERT_EQ(smmu.consumed.size(), 2u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'1044u) << "Ac";
    EXPECT_EQ(smmu.consumed[1].word[0], 0x0000'0105'0000'2044u);
}

TEST_F(RecordsTest, LostEventsAreToldOnce) {
    Sink sink;
    smmu.set<arch::EventqProd>(1u << 31);
    handle_events(driver, sink);
    handle_events(driver, sink);
    EXPECT_EQ(sink.overflows, 1u);
}

// --- PRI

constexpr uint64_t last = uint64_t{1} << 62, with_pasid = uint64_t{1} << 63,
                   read = uint64_t{1} << 60;

TEST_F(RecordsTest, ThePriQueueIsStartedBetweenEventsAndTranslation) {
    const uint64_t base = smmu.get<arch::PriqBase>().raw();
    EXPECT_EQ(base & 0x1F, 4u) << "no larger than IDR1.PRIQS";
    EXPECT_EQ(base >> 62, 1u) << "WA";
    std::vector<uint32_t> cr0;
    bool interrupts = false, no_msi = false;
    for (const RegisterWrite& w : smmu.writes) {
        if (w.offset == 0x20) cr0.push_back(static_cast<uint32_t>(w.value));
        interrupts |= w.offset == 0x50 && w.value == 0x7;
        no_msi |= w.offset == 0xD0 && w.value == 0 && w.bytes == 8;
    }
    EXPECT_EQ(cr0, (std::vector<uint32_t>{0, 0x8, 0xC, 0xE, 0x1E, 0x1F}));
    EXPECT_TRUE(interrupts && no_msi);
}

TEST_F(RecordsTest, AGroupOfPageRequestsIsRefusedWhenItsLastIsThere) {
    std::vector<uint64_t> logged;
    const auto log = [&](const arch::PageRequest& r) {
        logged.push_back(r[arch::PageRequest::Address]);
    };
    put_request(0x105 | read, 0x7000'0003);
    EXPECT_FALSE(refuse_page_requests(driver.page_requests(), driver.commands(), log));
    EXPECT_TRUE(smmu.consumed.empty());
    put_request(0x105 | read | last, 0x7000'1003);
    EXPECT_FALSE(refuse_page_requests(driver.page_requests(), driver.commands(), log));
    ASSERT_EQ(smmu.consumed.size(), 1u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'0041u);
    EXPECT_EQ(smmu.consumed[0].word[1], 3u) << "PRGIndex 3, ResponseFailure";
    EXPECT_EQ(logged, (std::vector<uint64_t>{0x7000'0000, 0x7000'1000}));
    EXPECT_EQ(smmu.get<arch::PriqCons>().raw(), 2u);
}

TEST_F(RecordsTest, AGroupThatSomebodyTakesIsNotRefused) {
    struct {
        std::vector<uint64_t> taken, logged;
        unsigned overflows = 0;
        bool take(const arch::PageRequest& r) {
            const bool ours = r[arch::PageRequest::StreamID] == 0x106;
            if (ours) taken.push_back(r[arch::PageRequest::Address]);
            return ours;
        }
        void log(const arch::PageRequest& r) { logged.push_back(r[arch::PageRequest::Address]); }
        void lost() { ++overflows; }
    } sink;
    put_request(0x106 | read | last, 0x7000'0003);
    put_request(0x105 | read | last, 0x7000'1004);
    handle_page_requests(driver.page_requests(), driver.commands(), sink);
    EXPECT_EQ(sink.taken, (std::vector<uint64_t>{0x7000'0000}));
    EXPECT_EQ(sink.logged, (std::vector<uint64_t>{0x7000'1000}));
    ASSERT_EQ(smmu.consumed.size(), 1u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'0105'0000'0041u);
    EXPECT_EQ(sink.overflows, 0u);
    put_request(0x106 | read, 0x7000'2005);
    smmu.set<arch::PriqProd>(requests | 1u << 31);
    handle_page_requests(driver.page_requests(), driver.commands(), sink);
    EXPECT_EQ(sink.taken.size(), 2u);
    EXPECT_EQ(sink.overflows, 1u) << "after what was there";
}

TEST_F(RecordsTest, TheAnswerNamesThePasidOfTheRequest) {
    const arch::PageRequest r{
        {{0x105 | uint64_t{0x12345} << 32 | with_pasid | last | read, 0x1FF}}};
    const Command c = respond(r, arch::PageResponse::Success);
    EXPECT_EQ(c.word[0], 0x0000'0105'1234'5841u);
    EXPECT_EQ(c.word[1], 0x21FFu);
    const arch::PageRequest without{{{0x105 | uint64_t{0x12345} << 32 | last | read, 1}}};
    EXPECT_EQ(respond(without, arch::PageResponse::InvalidRequest).word[0], 0x0000'0105'0000'0041u);
    EXPECT_EQ(respond(without, arch::PageResponse::InvalidRequest).word[1], 0x1001u);
}

TEST_F(RecordsTest, AStopMarkerIsNotAnswered) {
    put_request(0x105 | uint64_t{7} << 32 | with_pasid | last, 0);
    put_request(0x105 | last, 1);  // the same without a PASID is a request
    refuse_page_requests(driver.page_requests(), driver.commands(),
                         [](const arch::PageRequest&) {});
    ASSERT_EQ(smmu.consumed.size(), 1u);
    EXPECT_EQ(smmu.consumed[0].word[1], 1u);
}

TEST_F(RecordsTest, AnOverflowIsAcknowledgedWhenTheQueueIsEmpty) {
    for (uint32_t i = 0; i < 16; ++i) put_request(0x105 | read, i);  // no group is complete
    smmu.set<arch::PriqProd>(requests | 1u << 31);
    smmu.writes.clear();
    EXPECT_TRUE(refuse_page_requests(driver.page_requests(), driver.commands(),
                                     [](const arch::PageRequest&) {}));
    EXPECT_TRUE(smmu.consumed.empty()) << "the SMMU answered what it lost itself";
    ASSERT_EQ(smmu.writes.size(), 17u);
    EXPECT_EQ(smmu.writes[15].value, 16u) << "all taken, OVACKFLG as before";
    EXPECT_EQ(smmu.writes[16].value, 1u << 31 | 16u);
}

// --- Errors

TEST(ErrorText, NamesWhatIsActiveAndWhyTheCommandQueueStopped) {
    const auto text = [](uint32_t active, unsigned reason) {
        return std::string(
            describe(arch::Gerror{{{active}}}, static_cast<arch::CommandError>(reason)).c_str());
    };
    EXPECT_EQ(text(0, 1), "");
    EXPECT_EQ(text(0x1, 1), "CMDQ_ERR (CERROR_ILL)");
    EXPECT_EQ(text(0x1, 2), "CMDQ_ERR (CERROR_ABT)");
    EXPECT_EQ(text(0x1, 3), "CMDQ_ERR (CERROR_ATC_INV_SYNC)");
    EXPECT_EQ(text(0x1, 9), "CMDQ_ERR (reason 0x9)");
    EXPECT_EQ(text(0x1FC, 0),
              "EVENTQ_ABT_ERR, PRIQ_ABT_ERR, MSI_CMDQ_ABT_ERR, MSI_EVENTQ_ABT_ERR, "
              "MSI_PRIQ_ABT_ERR, MSI_GERROR_ABT_ERR, SFM_ERR");
}

}  // namespace
