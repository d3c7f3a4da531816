// Stalled transactions: parked, recorded, resumed, terminated.  Arm IHI 0070 G.b, 3.12.2, 4.7.1,
// 4.7.2.
#include "tests/model/smmu_stall_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

TEST_F(SmmuStall, STALL_05_STALL_13_RetryTranslatesAnew) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va + 0x18);
        EXPECT_FALSE(dma.done);
        const auto event = bench->next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0], 0x0000'0005'0000'0010u);  // F_TRANSLATION of stream 5
        EXPECT_EQ(event->word[1] & ~0xFFFFull, 0x0000'0208'8000'0000u);  // Stall, RnW, CLASS IN
        EXPECT_EQ(event->word[2], va + 0x18);

        map(0);
        bench->ram.put(NestedBench::data_page(0) + 0x18, uint64_t{0xFEED});
        bench->run(resume(5, static_cast<uint16_t>(event->word[1]), true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.ok());
        EXPECT_EQ(dma.data, 0xFEEDu);
        EXPECT_FALSE(bench->next_event());
    });
}

TEST_F(SmmuStall, STALL_13_ARetryThatFaultsAgainIsANewStall) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va);
        const auto first = bench->next_event();
        ASSERT_TRUE(first);
        bench->run(resume(5, static_cast<uint16_t>(first->word[1]), true));
        const auto second = bench->next_event();
        ASSERT_TRUE(second);
        EXPECT_FALSE(dma.done);
        bench->run(resume(5, static_cast<uint16_t>(second->word[1]), false, true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.done);
    });
}

TEST_F(SmmuStall, STALL_14_TerminatedWithoutAbortItReadsAsZero) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va);
        const auto event = bench->next_event();
        ASSERT_TRUE(event);
        bench->run(resume(5, static_cast<uint16_t>(event->word[1]), false, false));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.ok());
        EXPECT_EQ(dma.data, 0u);
    });
}

TEST_F(SmmuStall, STALL_24_STALL_30_AStage2FaultOfAWalkStallsByS2SAndMayReadAsZero) {
    simulate([&] {
        map(0);
        const auto nested = SmmuBench::with_stage2(SmmuBench::stage1_ste(bench->cd + map::guest),
                                                   bench->stage2, NestedBench::vmid);
        bench->put_ste(5, Ste{nested}.set(Ste::S2S, true));
        bench->stage2.unmap(bench->stage1.root());
        bench->start();
        Dma dma;
        start(dma, va);
        const auto event = bench->next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x10u);
        EXPECT_EQ(event->word[1] & ~0xFFFFull, 0x0000'0188'8000'0000u);  // S2, CLASS TT, RnW, Stall
        EXPECT_EQ(event->word[3], bench->stage1.root());
        bench->run(resume(5, static_cast<uint16_t>(event->word[1]), false, false));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.ok());
        EXPECT_EQ(dma.data, 0u);
    });
}

TEST_F(SmmuStall, STALL_15_AStagOfAnotherStreamOrOfNobodyDoesNothing) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va);
        const auto event = bench->next_event();
        ASSERT_TRUE(event);
        const auto stag = static_cast<uint16_t>(event->word[1]);
        bench->run(resume(6, stag, false, true),
                   resume(5, static_cast<uint16_t>(stag + 1), false, true));
        sc_core::wait(500 * ns);
        EXPECT_FALSE(dma.done);
        EXPECT_EQ(bench->read<CmdqCons>()[CmdqCons::ERR], CommandError::None);
        bench->run(resume(5, stag, false, true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.done);
        EXPECT_EQ(dma.response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    });
}

TEST_F(SmmuStall, STALL_17_StallTermEndsAllOfTheStream) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma one, two;
        start(one, va);
        start(two, va + 0x1000);
        EXPECT_TRUE(bench->next_event());
        EXPECT_TRUE(bench->next_event());
        bench->run(stall_term(6));
        sc_core::wait(500 * ns);
        EXPECT_FALSE(one.done || two.done);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(one.done && two.done);
        EXPECT_FALSE(one.ok() || two.ok());
    });
}

TEST_F(SmmuStall, STALL_18_DisablingEndsAllStalls) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va);
        EXPECT_TRUE(bench->next_event());
        bench->control(Cr0{}.set(Cr0::CMDQEN, true).set(Cr0::EVENTQEN, true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.done);
        EXPECT_FALSE(dma.ok());
    });
}

TEST_F(SmmuStall, STALL_22_OtherStreamsAndRegistersGoOn) {
    simulate([&] {
        stall_stage1();
        bench->put_ste(7, SmmuBench::bypass_ste());
        bench->start();
        Dma stalled, other;
        start(stalled, va);
        bench->ram.put(0x90'0000, uint64_t{0xABCD});
        start(other, 0x90'0000, 7);
        EXPECT_FALSE(stalled.done);
        EXPECT_TRUE(other.ok());
        EXPECT_EQ(other.data, 0xABCDu);
        bench->run();  // and CMD_SYNC does not wait for the stall
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
    });
}

TEST_F(SmmuStall, STALL_11_AFullQueueLosesNoStallAndShowsNoOverflow) {
    simulate([&] {
        stall_stage1();
        bench->start();  // four entries
        Dma dma[6];
        for (unsigned i = 0; i < 6; ++i) start(dma[i], va + i * 0x1000);
        EXPECT_FALSE(bench->read<EventqProd>()[EventqProd::OVFLG]);
        unsigned events = 0;
        while (bench->next_event()) ++events;
        EXPECT_EQ(events, 6u);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
        for (const Dma& d : dma) EXPECT_TRUE(d.done);
    });
}

TEST_F(SmmuStall, CMD_47_NoRecordFromBeforeAnInvalidationAppearsAfterIt) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma[5];
        for (unsigned i = 0; i < 5; ++i) start(dma[i], va + i * 0x1000);  // the fifth has no room
        map(4);
        bench->run(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma[4].ok());
        unsigned events = 0;
        while (bench->next_event()) ++events;
        EXPECT_EQ(events, 4u);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
    });
}

TEST_F(SmmuStallMax, STALL_10_NoMoreRecordsThanStallMaxAndNoneIsLost) {
    simulate([&] {
        stall_stage1();
        bench->start();
        EXPECT_EQ(bench->read<Idr5>().raw() >> 16, 2u);
        Dma dma[3];
        for (unsigned i = 0; i < 3; ++i) start(dma[i], va + i * 0x1000);
        const auto first = bench->next_event(), second = bench->next_event();
        ASSERT_TRUE(first && second);
        EXPECT_FALSE(bench->next_event());
        EXPECT_NE(first->word[1] & 0xFFFF, second->word[1] & 0xFFFF);
        bench->run(resume(5, static_cast<uint16_t>(first->word[1]), false, true));
        const auto third = bench->next_event();
        ASSERT_TRUE(third);
        EXPECT_EQ(third->word[2], va + 0x2000);
        EXPECT_TRUE(dma[0].done);
        EXPECT_FALSE(dma[1].done || dma[2].done);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
    });
}

}  // namespace
}  // namespace smmu::test
