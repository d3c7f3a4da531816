// Page requests: an endpoint asks, software answers, the endpoint tries again; or it gives up.
#include "tests/model/ats_bench.h"

namespace smmu {
namespace {

using arch::PageRequest;
using arch::PageResponse;
using test::AtsBench;
using test::ns;
using Command = AtsBench::Command;

constexpr uint16_t response_failure = 1, unexpected_index = 2;

class AtsPageRequestTest : public test::SimTest {};

TEST_F(AtsPageRequestTest, ThePageIsAskedForMappedAndUsed) {
    AtsBench b;
    b.ram.put(AtsBench::data_page(0) + 8, uint64_t{0x5A});
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.start_sum(0, AtsBench::va + 8);
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        EXPECT_EQ(request->word[0], uint64_t{0x5} << 60 | 0x108) << "Last and R";
        EXPECT_EQ(request->word[1], AtsBench::va) << "the page; group 0";
        EXPECT_EQ(b.irq_priq_seen, 1u);
        EXPECT_EQ(b.take_page_request(), std::nullopt);
        sc_core::wait(50'000 * ns);
        EXPECT_TRUE(b.busy(0)) << "it waits for software";
        EXPECT_EQ(b.log.translations.size(), 1u);

        b.map_page(0);
        b.run(AtsBench::answer(*request, PageResponse::Success));
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.get(0, test_engine::user::sum, 8), 0x5Au);
        EXPECT_EQ(b.log.translations.size(), 2u);
        EXPECT_EQ(b.word(0, AtsBench::va + 8), 0x5Au);
        EXPECT_EQ(b.log.translations.size(), 2u) << "now it is kept";
        EXPECT_TRUE(b.log.automatic.empty());
        EXPECT_EQ(b.next_event(), std::nullopt);
    });
}

TEST_F(AtsPageRequestTest, AWriteAsksForWhatTheReadDidNotNeed) {
    AtsBench b;
    b.map_page(0, arch::Stage1Leaf{{{test::stage1_page}}}.set(arch::Stage1Leaf::AP, 0b11).word[0]);
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        EXPECT_EQ(b.word(0, AtsBench::va), 0u);
        b.start(0, Command::RAND48, AtsBench::va, 8);
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        EXPECT_EQ(request->word[0], uint64_t{0x6} << 60 | 0x108) << "Last and W";
        b.map_page(0);
        b.run(AtsBench::tlbi_all(), AtsBench::answer(*request, PageResponse::Success));
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_NE(b.ram.get<uint64_t>(AtsBench::data_page(0)), 0u);
    });
}

TEST_F(AtsPageRequestTest, WithoutPriADenialIsAnError) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0, false);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        b.use_ats(0, true);
        b.set_config(AtsBench::pri + 4, 0, 2);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt) << "the function must have it enabled";
        b.set_config(AtsBench::pri + 4, 1, 2);
        b.set_config(AtsBench::pri + 0xC, 0, 4);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt) << "and credits";
        EXPECT_EQ(b.take_page_request(), std::nullopt);
        b.set_privileged(0, test_engine::privileged::pctrl, test_engine::pctrl_pri_enable);
        b.start_sum(0, AtsBench::va);
        EXPECT_EQ(b.status(0), Command::FRAME_MISCONFIGURED) << "page requests without ATS";
    });
}

TEST_F(AtsPageRequestTest, AnInvalidRequestIsTheEndOfOneAccess) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        for (unsigned round = 0; round < 2; ++round) {
            b.start_sum(0, AtsBench::va);
            const auto request = b.next_page_request();
            ASSERT_TRUE(request) << round;
            EXPECT_EQ((*request)[PageRequest::PRGIndex], round);
            b.run(AtsBench::answer(*request, PageResponse::InvalidRequest));
            EXPECT_EQ(b.finish(0), Command::ERROR);
            EXPECT_EQ(b.get(0, test_engine::user::error_address, 8), AtsBench::va);
        }
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & response_failure, 0u);
    });
}

TEST_F(AtsPageRequestTest, AResponseFailureIsTheEndOfAllUntilEnabledAnew) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.use_ats(1, true);
        b.start_sum(0, AtsBench::page(0));
        b.start_sum(1, AtsBench::page(1));
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        ASSERT_TRUE(b.take_page_request());
        b.run(AtsBench::answer(*request, PageResponse::ResponseFailure));
        EXPECT_EQ(b.finish(0), Command::ERROR);
        EXPECT_EQ(b.finish(1), Command::ERROR);
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & response_failure, response_failure);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        EXPECT_EQ(b.next_page_request(), std::nullopt);

        b.set_config(AtsBench::pri + 4, 0, 2);
        b.set_config(AtsBench::pri + 4, 1, 2);
        b.start_sum(0, AtsBench::va);
        EXPECT_TRUE(b.next_page_request());
    });
}

TEST_F(AtsPageRequestTest, AHostThatOnlySaysYesIsNotAskedForEver) {
    TestEngineParams params;
    params.ats.page_requests = 3;
    AtsBench b(AtsBench::params(), params);
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.start_sum(0, AtsBench::va);
        for (unsigned n = 0; n < 3; ++n) {
            sc_core::wait(2000 * ns);
            const auto request = b.take_page_request();
            ASSERT_TRUE(request) << n;
            b.run(AtsBench::answer(*request, PageResponse::Success));
        }
        EXPECT_EQ(b.finish(0), Command::ERROR);
        EXPECT_EQ(b.next_page_request(), std::nullopt);
    });
}

TEST_F(AtsPageRequestTest, NoMoreRequestsAreOutstandingThanSoftwareAllows) {
    AtsBench b;
    b.map_page(7);
    simulate([&] {
        b.start();
        b.set_config(AtsBench::pri + 0xC, 2, 4);
        for (uint32_t frame = 0; frame < 3; ++frame) {
            b.use_ats(frame, true);
            b.start_sum(frame, AtsBench::page(frame));
        }
        const auto first = b.next_page_request();
        ASSERT_TRUE(first);
        ASSERT_TRUE(b.take_page_request());
        EXPECT_EQ(b.next_page_request(), std::nullopt) << "two are on their way";
        b.run(AtsBench::answer(*first, PageResponse::InvalidRequest));
        const auto third = b.next_page_request();
        ASSERT_TRUE(third);
        EXPECT_EQ((*third)[PageRequest::StreamID], AtsBench::stream(2));
        EXPECT_NE((*third)[PageRequest::PRGIndex], (*first)[PageRequest::PRGIndex]);
    });
}

TEST_F(AtsPageRequestTest, AnAnswerToNothingReachesTheEndpointAllTheSame) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.start_sum(0, AtsBench::va);
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        b.run(AtsBench::answer(*request, PageResponse::Success).set(arch::PriResp::PRGIndex, 77));
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & unexpected_index, unexpected_index);
        EXPECT_TRUE(b.busy(0)) << "nor is it the answer to another group";
        b.map_page(0);
        b.run(AtsBench::answer(*request, PageResponse::Success));
        EXPECT_EQ(b.finish(0), Command::HALTED);
    });
}

TEST_F(AtsPageRequestTest, AResetForgetsWhatWasAskedFor) {
    AtsBench b;
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.start_sum(0, AtsBench::va);
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        b.set_config(AtsBench::pri + 4, 0, 2);
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & 0x100, 0u) << "not stopped: one is outstanding";
        EXPECT_TRUE(b.busy(0));
        b.set_config(AtsBench::pri + 4, 2, 2);
        EXPECT_EQ(b.finish(0), Command::ERROR);
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & 0x100, 0x100u);
    });
}

}  // namespace
}  // namespace smmu
