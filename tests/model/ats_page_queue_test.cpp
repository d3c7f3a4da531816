// Page requests and what becomes of them in the SMMU: records, overflow, automatic responses, Stop
// Markers.
#include "tests/model/ats_bench.h"

namespace smmu {
namespace {

using arch::PageRequest;
using arch::PageResponse;
using arch::PrgStatus;
using arch::PriqCons;
using arch::PriqProd;
using test::AtsBench;
using test::ns;
using Command = AtsBench::Command;

constexpr uint16_t response_failure = 1, unexpected_index = 2;

class AtsPageQueueTest : public test::SimTest {};

TEST_F(AtsPageQueueTest, AfterAnOverflowTheEndpointTriesAgain) {
    AtsBench b;
    b.page_requests_log2 = 0;
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        b.use_ats(1, true);
        b.start_sum(0, AtsBench::page(0));
        sc_core::wait(500 * ns);
        b.start_sum(1, AtsBench::page(1));
        sc_core::wait(500 * ns);
        ASSERT_EQ(b.log.automatic.size(), 1u);
        EXPECT_EQ(b.log.automatic[0].stream.value, 0x110u);
        EXPECT_EQ(b.log.automatic[0].prg_index, 1u);
        EXPECT_FALSE(b.log.automatic[0].substream_valid);
        EXPECT_EQ(b.log.automatic[0].status, PrgStatus::Success);
        EXPECT_EQ(b.read<PriqProd>().raw() >> 31, 1u) << "OVFLG";
        EXPECT_TRUE(b.busy(1));

        const auto first = b.take_page_request();
        ASSERT_TRUE(first);
        EXPECT_EQ((*first)[PageRequest::StreamID], 0x108u);
        sc_core::wait(3000 * ns);
        EXPECT_GE(b.log.automatic.size(), 3u) << "there is room, but nobody has acknowledged";
        EXPECT_EQ(b.take_page_request(), std::nullopt);

        b.write(PriqCons{b.read<PriqCons>()}.set(PriqCons::OVACKFLG, true));
        sc_core::wait(2000 * ns);
        const auto second = b.take_page_request();
        ASSERT_TRUE(second);
        EXPECT_EQ((*second)[PageRequest::StreamID], 0x110u);
        b.map_page(0);
        b.map_page(1);
        b.run(AtsBench::answer(*first, PageResponse::Success),
              AtsBench::answer(*second, PageResponse::Success));
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.finish(1), Command::HALTED);
    });
}

TEST_F(AtsPageQueueTest, AQueueThatIsOffMeansFailure) {
    AtsBench b;
    b.cr0.set(arch::Cr0::PRIQEN, false);
    simulate([&] {
        b.start();
        b.use_ats(0, true);
        EXPECT_EQ(b.word(0, AtsBench::va), std::nullopt);
        ASSERT_EQ(b.log.automatic.size(), 1u);
        EXPECT_EQ(b.log.automatic[0].status, PrgStatus::ResponseFailure);
        EXPECT_EQ(b.log.automatic[0].stream.value, 0x108u);
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & response_failure, response_failure);
    });
}

/// Words of a page request of frame 0, typed; the requester ID is 8.
constexpr PageRequest request(uint64_t bits, uint64_t address = 0x5000) {
    return PageRequest{{{bits << 56 | 8, address}}};
}
constexpr uint64_t last = 0x40, ssv = 0x80, reads = 0x10;

TEST_F(AtsPageQueueTest, PRI_07_AStopMarkerTakesAnEntryButGetsNoAnswer) {
    AtsBench b;
    b.page_requests_log2 = 0;
    simulate([&] {
        b.start();
        b.send(request(last | ssv));
        EXPECT_EQ(b.log.pages.back(), core::Recorded::FirstWritten);
        b.send(request(last | ssv));
        EXPECT_EQ(b.read<PriqProd>().raw() >> 31, 1u) << "on a full queue it is an overflow";
        EXPECT_TRUE(b.log.automatic.empty());
        b.send(request(last, 0x5033));
        ASSERT_EQ(b.log.automatic.size(), 1u) << "without a PASID it is a request like others";
        EXPECT_EQ(b.log.automatic[0].prg_index, 0x33u);

        b.control(arch::Cr0{b.cr0}.set(arch::Cr0::PRIQEN, false));
        b.send(request(last | ssv));
        EXPECT_EQ(b.log.automatic.size(), 1u) << "nor where the queue is off";
        b.send(request(last));
        EXPECT_EQ(b.log.automatic.size(), 2u);

        b.set_config(AtsBench::pri + 4, 0, 2);  // that was a ResponseFailure
        b.set_config(AtsBench::pri + 4, 1, 2);
        b.put_index(PriqProd::offset, 0);
        b.put_index(PriqCons::offset, 0);
        b.control(b.cr0);
        b.ram.fail(AtsBench::page_request_queue, 16);
        b.send(request(last | ssv));
        EXPECT_EQ(b.log.pages.back(), core::Recorded::Aborted);
        b.ram.repair();
        b.send(request(last | ssv));
        EXPECT_EQ(b.read<arch::Gerror>().raw(), 0b1000u) << "PRIQ_ABT_ERR";
        EXPECT_EQ(b.log.pages.back(), core::Recorded::Lost);
        EXPECT_EQ(b.log.automatic.size(), 2u) << "nor when its record is lost";
    });
}

TEST_F(AtsPageQueueTest, WithTheQueueOffEveryRequestFailsAndNothingElseHappens) {
    AtsBench b;
    b.cr0.set(arch::Cr0::PRIQEN, false);
    simulate([&] {
        b.start();
        for (const uint64_t bits : {last | reads, reads, last | reads | ssv}) {
            b.set_config(AtsBench::pri + 4, 0, 2);
            b.set_config(AtsBench::pri + 4, 1, 2);
            b.send(request(bits, 0x5044));
            ASSERT_FALSE(b.log.automatic.empty()) << bits;
            EXPECT_EQ(b.log.automatic.back().status, PrgStatus::ResponseFailure);
            EXPECT_EQ(b.log.automatic.back().prg_index, 0x44u);
            EXPECT_EQ(b.log.automatic.back().stream.value, 0x108u);
            EXPECT_FALSE(b.log.automatic.back().substream_valid);
        }
        EXPECT_EQ(b.log.automatic.size(), 3u);
        EXPECT_EQ(b.read<PriqProd>().raw(), 0u) << "no entry, no overflow";
        EXPECT_EQ(b.irq_priq_seen, 0u);
    });
}

TEST_F(AtsPageQueueTest, RequestsAreQueuedWhateverTheStreamIs) {
    AtsBench b;
    b.cr0.set(arch::Cr0::ATSCHK, false);
    simulate([&] {
        b.start(0);
        b.send(request(last | reads));
        b.put_ste(AtsBench::stream(0), {});
        b.send(request(last | reads));
        EXPECT_TRUE(b.take_page_request());
        EXPECT_TRUE(b.take_page_request());
        EXPECT_TRUE(b.log.automatic.empty());
    });
}

// --- PASIDs

struct PasidBench : AtsBench {
    void start_with_pasid(uint32_t first_frames = 1) {
        start();
        set_config(pasid + 6, 7, 2);
        const uint64_t table = pages.take();
        ram.put(table + 64, make_cd(stage1, asid));
        for (uint32_t frame = 0; frame < first_frames; ++frame) {
            put_ste(stream(frame), nested_ste(1)
                                       .set(arch::Ste::S1ContextPtr, table + test::map::guest)
                                       .set(arch::Ste::S1CDMax, 1));
            set_privileged(frame, test_engine::privileged::substreamid, 1);
            use_ats(frame, true);
        }
    }
};

TEST_F(AtsPageQueueTest, PRI_01_TheRecordHasPasidPrivilegeAndPermissions) {
    PasidBench b;
    simulate([&] {
        b.start_with_pasid();
        b.set(0, test_engine::user::attributes, 0x0500 | test_engine::half::write_back);
        b.start_sum(0, AtsBench::va + 0x40);
        const auto read = b.next_page_request();
        ASSERT_TRUE(read);
        EXPECT_EQ(read->word[0], 0xDC00'0001'0000'0108u)
            << "SSV, Last, R, X, Priv; PASID 1; StreamID 0x108";
        EXPECT_EQ(read->word[1], AtsBench::va);
        b.run(AtsBench::answer(*read, PageResponse::InvalidRequest));
        EXPECT_EQ(b.finish(0), Command::ERROR);

        b.set(0, test_engine::user::attributes, 0);
        b.start(0, Command::RAND48, AtsBench::page(3), 8);
        const auto write = b.next_page_request();
        ASSERT_TRUE(write);
        EXPECT_EQ(write->word[0], 0xE000'0001'0000'0108u) << "SSV, Last, W";
        EXPECT_EQ(write->word[1], AtsBench::page(3) | 1) << "group 1";
        b.run(AtsBench::answer(*write, PageResponse::InvalidRequest));
        EXPECT_EQ(b.finish(0), Command::ERROR);

        b.send(request(last | 0x20 | reads | 0x08 | 0x04, 0xFFFF'FFFF'FFFF'F1FF));
        const auto plain = b.take_page_request();
        ASSERT_TRUE(plain);
        EXPECT_EQ(plain->word[0] & ~(uint64_t{0xF'FFFF} << 32), 0x7000'0000'0000'0108u)
            << "without PASID neither X nor Priv";
        EXPECT_EQ(plain->word[1], 0xFFFF'FFFF'FFFF'F1FFu);
    });
}

TEST_F(AtsPageQueueTest, AStopMarkerFollowsWhenTheLastFrameLeavesThePasid) {
    PasidBench b;
    simulate([&] {
        b.start_with_pasid();
        b.set_privileged(0, test_engine::privileged::substreamid, 2);
        EXPECT_EQ(b.next_page_request(), std::nullopt) << "nothing was asked for with it";
        b.set_privileged(0, test_engine::privileged::substreamid, 1);
        b.start_sum(0, AtsBench::va);
        const auto request = b.next_page_request();
        ASSERT_TRUE(request);
        b.run(AtsBench::answer(*request, PageResponse::InvalidRequest));
        EXPECT_EQ(b.finish(0), Command::ERROR);

        // Another frame with the same requester ID and PASID keeps it in use.
        b.set_privileged(1, test_engine::privileged::streamid, 8);
        b.set_privileged(1, test_engine::privileged::substreamid, 1);
        b.use_ats(1, true);
        b.set_privileged(0, test_engine::privileged::substreamid, test_engine::no_substream);
        EXPECT_EQ(b.next_page_request(), std::nullopt);
        b.set_privileged(1, test_engine::privileged::pctrl, 0);
        const auto marker = b.next_page_request();
        ASSERT_TRUE(marker);
        EXPECT_EQ(marker->word[0], 0xC000'0001'0000'0108u) << "SSV and Last; neither R nor W";
        EXPECT_EQ(b.next_page_request(), std::nullopt);
        EXPECT_EQ(b.config(AtsBench::pri + 6, 2) & unexpected_index, 0u) << "nobody answers it";
        EXPECT_TRUE(b.log.automatic.empty());
    });
}

TEST_F(AtsPageQueueTest, TheAutomaticAnswerHasThePasid) {
    PasidBench b;
    b.page_requests_log2 = 0;
    simulate([&] {
        b.start_with_pasid(2);
        b.start_sum(0, AtsBench::page(0));
        sc_core::wait(500 * ns);
        b.start_sum(1, AtsBench::page(1));
        sc_core::wait(500 * ns);
        ASSERT_EQ(b.log.automatic.size(), 1u);
        EXPECT_TRUE(b.log.automatic[0].substream_valid);
        EXPECT_EQ(b.log.automatic[0].substream.value, 1u);
        EXPECT_EQ(b.log.automatic[0].status, PrgStatus::Success);
        EXPECT_TRUE(b.busy(1));
    });
}

}  // namespace
}  // namespace smmu
