// Pages that a guest's device asks for: from a PCI endpoint through the SMMU's PRI queue, the host's
// driver, the API and the VMM into the guest's PRI queue, and its answer all the way back.
#include "tests/sw/live_ats_bench.h"

using namespace smmu;
using namespace smmu::test;
using arch::PageRequest;
using arch::PageResponse;

namespace {

using LivePageRequests = LiveAts;

TEST_F(LivePageRequests, APageThatIsAbsentIsBroughtInByTheGuest) {
    live([this] {
        EXPECT_EQ(dma(0, LiveGuest::iova), (Reached{word(0, 3)})) << "translated by the device";
        bench->begin(0, absent);
        serve();
        const auto request = next_request(0);
        ASSERT_TRUE(request);
        EXPECT_EQ((*request)[PageRequest::StreamID], LiveVm::vsid) << "the guest's name of it";
        EXPECT_EQ((*request)[PageRequest::Address], absent);
        EXPECT_TRUE((*request)[PageRequest::R] && (*request)[PageRequest::Last]);
        EXPECT_EQ(next_request(0), std::nullopt);
        EXPECT_EQ(next_request(1), std::nullopt);
        EXPECT_EQ(vm[0]->page_request.count, 1u);
        EXPECT_EQ(vm[1]->page_request.count, 0u);
        sc_core::wait(10'000 * ns);
        EXPECT_TRUE(bench->busy(0)) << "it waits for its guest";

        map(0, absent, 5);
        answer(0, *request, PageResponse::Success);
        EXPECT_EQ(bench->finish(0), (Reached{word(0, 5)}));
        EXPECT_EQ(vm[0]->gerror.count, 0u);
        EXPECT_EQ(refused, 0u);
    });
}

TEST_F(LivePageRequests, EqualGuestsDoNotMeet) {
    live([this] {
        bench->begin(0, absent);
        bench->begin(1, absent);
        serve();
        const auto mine = next_request(0), theirs = next_request(1);
        ASSERT_TRUE(mine && theirs);
        EXPECT_EQ(mine->word[0], theirs->word[0]) << "the same StreamID in both";
        map(1, absent, 6);
        answer(1, *mine, PageResponse::InvalidRequest);
        sc_core::wait(10'000 * ns);
        EXPECT_TRUE(bench->busy(0) && bench->busy(1)) << "that index is another VM's";
        answer(1, *theirs, PageResponse::Success);
        EXPECT_EQ(bench->finish(1), (Reached{word(1, 6)}));
        EXPECT_TRUE(bench->busy(0));
        map(0, absent, 7);
        answer(0, *mine, PageResponse::Success);
        EXPECT_EQ(bench->finish(0), (Reached{word(0, 7)}));
    });
}

TEST_F(LivePageRequests, AGuestThatSaysNoEndsItsOwnAccessOnly) {
    live([this] {
        for (const PageResponse no :
             {PageResponse::InvalidRequest, PageResponse::ResponseFailure}) {
            bench->begin(0, absent);
            bench->begin(1, absent);
            serve();
            const auto mine = next_request(0), theirs = next_request(1);
            ASSERT_TRUE(mine && theirs);
            answer(0, *mine, no);
            EXPECT_EQ(bench->finish(0), Reached{});
            sc_core::wait(10'000 * ns);
            EXPECT_TRUE(bench->busy(1)) << "page requests of the function go on";
            answer(1, *theirs, PageResponse::InvalidRequest);
            EXPECT_EQ(bench->finish(1), Reached{});
        }
        EXPECT_EQ(dma(0, LiveGuest::iova), (Reached{word(0, 3)}));
        EXPECT_EQ(dma(1, LiveGuest::iova), (Reached{word(1, 3)}));
    });
}

TEST_F(LivePageRequests, WhatIsNeverAnsweredEndsWithTheGuestsTables) {
    live([this] {
        bench->begin(0, absent);
        serve();
        const auto request = next_request(0);
        ASSERT_TRUE(request);
        {
            sw::host::Running running(guest[0]->machine);
            const sw::Registers r{GuestMachine::base};
            r.write(r.read<arch::Cr0>().set(arch::Cr0::SMMUEN, false));
        }
        EXPECT_EQ(bench->finish(0), Reached{}) << "nobody waits for ever";
        answer(0, *request, PageResponse::Success);
        EXPECT_EQ(dma(1, LiveGuest::iova), (Reached{word(1, 3)}));
        bench->begin(1, absent);
        serve();
        const auto theirs = next_request(1);
        ASSERT_TRUE(theirs);
        map(1, absent, 4);
        answer(1, *theirs, PageResponse::Success);
        EXPECT_EQ(bench->finish(1), (Reached{word(1, 4)}));
    });
}

TEST_F(LivePageRequests, AGroupOfSeveralHasOneAnswer) {
    live([this] {
        constexpr unsigned pri_status = 0x116, unexpected_index = 2;
        const auto request = [](uint64_t address, bool last) {
            return PageRequest{}
                .set(PageRequest::StreamID, 8)  // as the root complex knows it
                .set(PageRequest::R, true)
                .set(PageRequest::Last, last)
                .set(PageRequest::PRGIndex, 0x155)
                .set(PageRequest::Address, address);
        };
        bench->send(request(0x7000, false));
        bench->send(request(0x8000, false));
        serve();
        EXPECT_EQ(next_request(0), std::nullopt) << "its last has not come";
        bench->send(request(0x9000, true));
        serve();
        for (const uint64_t address : {0x7000u, 0x8000u, 0x9000u}) {
            const auto r = next_request(0);
            ASSERT_TRUE(r);
            EXPECT_EQ((*r)[PageRequest::Address], address);
            EXPECT_EQ((*r)[PageRequest::Last], address == 0x9000);
        }
        EXPECT_EQ(bench->config(pri_status) & unexpected_index, 0u);
        answer(0, request(0, true).set(PageRequest::StreamID, LiveVm::vsid), PageResponse::Success);
        sc_core::wait(1000 * ns);
        EXPECT_EQ(bench->config(pri_status) & unexpected_index, unexpected_index)
            << "the answer came to the function, which had not asked by itself";
    });
}

TEST_F(LivePageRequests, AMessageTellsTheGuestInItsMemory) {
    live([this] {
        constexpr uint64_t flag = LiveGuest::page(20);
        {
            sw::host::Running running(guest[0]->machine);
            const sw::Registers r{GuestMachine::base};
            EXPECT_TRUE(r.read<arch::Idr0>()[arch::Idr0::MSI]);
            r.write(arch::IrqCtrl{});
            r.write(arch::PriqIrqCfg0{}.set(arch::PriqIrqCfg0::ADDR, flag));
            r.write(arch::PriqIrqCfg1{}.set(arch::PriqIrqCfg1::DATA, 0xA5A5'0001));
            r.write(arch::IrqCtrl{}.set(arch::IrqCtrl::PRIQ_IRQEN, true));
        }
        bench->begin(0, absent);
        serve();
        EXPECT_EQ(bench->ram.get<uint32_t>(vm[0]->memory.physical(flag)), 0xA5A5'0001u);
        const auto request = next_request(0);
        ASSERT_TRUE(request);
        answer(0, *request, PageResponse::InvalidRequest);
        EXPECT_EQ(bench->finish(0), Reached{});
    });
}

}  // namespace
