// How long a stall lasts, and what belongs to it: its STAG, its record, and which commands end it.
// Arm IHI 0070 G.b, 3.12.2, 4.3.8, 4.7.1, 4.7.2.
#include <set>

#include "tests/model/smmu_stall_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

uint16_t stag(const std::optional<Event>& event) { return static_cast<uint16_t>(event->word[1]); }
bool is_stall(const std::optional<Event>& event) { return (event->word[1] >> 31 & 1) != 0; }

TEST_F(SmmuStallMax, STALL_09_AStagIsOneStallsUntilItIsEnded) {
    simulate([&] {
        stall_stage1();
        bench->start();
        // Two records are all that there may be, so that each round shows that the one before was
        // ended and its records no longer count.
        for (unsigned round = 0; round < 6; ++round) {
            Dma dma[2];
            std::set<uint16_t> stags;
            for (Dma& d : dma) {
                start(d, va);
                const auto event = bench->next_event();
                ASSERT_TRUE(event) << round;
                EXPECT_TRUE(is_stall(event));
                EXPECT_TRUE(stags.insert(stag(event)).second) << "unique";
            }
            if (round % 3 == 0) {
                for (const uint16_t s : stags) bench->run(resume(5, s, false, true));
            } else if (round % 3 == 1) {
                bench->run(stall_term(5));
            } else {
                bench->control(Cr0{}.set(Cr0::CMDQEN, true).set(Cr0::EVENTQEN, true));
                bench->control(SmmuBench::all_on());
            }
            sc_core::wait(500 * ns);
            for (const Dma& d : dma) EXPECT_TRUE(d.done && !d.ok()) << round;
        }
    });
}

// 3.12.2.1 allows the records of faults of one page to be suppressed.  Here each has its own.
TEST_F(SmmuStall, STALL_12_EveryFaultOfAPageHasItsOwnRecord) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma first, second;
        start(first, va + 0x10);
        start(second, va + 0x20);
        const auto one = bench->next_event(), two = bench->next_event();
        ASSERT_TRUE(one && two);
        EXPECT_NE(stag(one), stag(two));
        EXPECT_EQ(two->word[2], va + 0x20);
        map(0);
        bench->run(resume(5, stag(one), true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(first.ok());
        EXPECT_FALSE(second.done) << "resuming one does not resume the other";
        bench->run(resume(5, stag(two), true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(second.ok());
    });
}

TEST_F(SmmuStall, STALL_21_AnAbortingSteEndsNewStallsAndStallTermTheRest) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma recorded[4], waiting, later;
        for (unsigned i = 0; i < 4; ++i) start(recorded[i], va + i * 0x1000);
        start(waiting, va + 0x4000);  // four records fill the queue
        bench->put_ste(5, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Abort));
        bench->run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, 5));
        for (unsigned i = 0; i < 4; ++i) {
            const auto event = bench->next_event();
            ASSERT_TRUE(event);
            EXPECT_TRUE(is_stall(event));
        }
        start(later, va);
        EXPECT_TRUE(later.done && !later.ok()) << "aborted, and silently";
        EXPECT_FALSE(bench->next_event()) << "no record from before CMD_SYNC appears after it";
        for (const Dma& d : recorded) EXPECT_FALSE(d.done);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
        for (const Dma& d : recorded) EXPECT_TRUE(d.done && !d.ok());
        EXPECT_TRUE(waiting.done && !waiting.ok());
        EXPECT_FALSE(bench->next_event());
    });
}

// 3.12 lets a system declare devices that must not stall.  This model knows none: whatever the
// stream and its port, configuration alone decides.
TEST_F(SmmuStall, STALL_23_EveryStreamMayStall) {
    simulate([&] {
        stall_stage1();
        const auto nested = SmmuBench::with_stage2(SmmuBench::stage1_ste(bench->cd + map::guest),
                                                   bench->stage2, NestedBench::vmid);
        bench->put_ste(0, nested);
        bench->put_ste(255, nested);
        bench->start();
        for (const uint32_t stream : {0u, 5u, 255u}) {
            Dma dma;
            start(dma, va, stream);
            const auto event = bench->next_event();
            ASSERT_TRUE(event);
            EXPECT_TRUE(is_stall(event));
            EXPECT_FALSE(dma.done);
            bench->run(stall_term(stream));
            sc_core::wait(500 * ns);
            EXPECT_TRUE(dma.done && !dma.ok());
        }
    });
}

TEST_F(SmmuStall, STALL_26_TLB_13_InvalidationsLeaveStallsAndARetrySeesWhatIsNew) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma;
        start(dma, va);
        const auto event = bench->next_event();
        ASSERT_TRUE(event);
        // Another stage 1 in memory, by another CD.
        RamTables other{bench->pages, map::guest};
        other.map(va, NestedBench::data_page(3) + map::guest, stage1_page);
        bench->ram.put(NestedBench::data_page(3), uint64_t{0xABCD});
        bench->ram.put(bench->cd, NestedBench::make_cd(other, NestedBench::asid));
        const uint64_t commands[][2] = {{0x03, 0},               // CFGI_STE of stream 5
                                        {0x04, 31},              // CFGI_ALL
                                        {0x05, 0},  {0x06, 0},   // CFGI_CD, CFGI_CD_ALL
                                        {0x12, va}, {0x13, va},  // TLBI_NH_VA, _VAA
                                        {0x10, 0},  {0x11, 0},   // TLBI_NH_ALL, _ASID
                                        {0x28, 0},  {0x2A, va},  // TLBI_S12_VMALL, S2_IPA
                                        {0x30, 0}};              // TLBI_NSNH_ALL
        for (const auto& c : commands) {
            const uint64_t who =
                c[0] < 0x10 ? uint64_t{5} << 32
                            : uint64_t{NestedBench::vmid} << 32 | uint64_t{NestedBench::asid} << 48;
            bench->run(Command{{{who | c[0], c[1]}}});
            sc_core::wait(100 * ns);
            EXPECT_FALSE(dma.done) << std::hex << c[0];
        }
        EXPECT_FALSE(bench->take_event()) << "and nobody records it again";
        bench->run(resume(5, stag(event), true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.ok());
        EXPECT_EQ(dma.data, 0xABCDu);
    });
}

// 3.12.2.2 allows a retry without CMD_RESUME at any time.  Here CMD_SYNC causes one, and only of
// stalls that have no record yet.
TEST_F(SmmuStall, STALL_27_OnlyAStallWithoutARecordIsRetriedEarly) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma[6];
        for (unsigned i = 0; i < 6; ++i) start(dma[i], va + i * 0x1000);  // two without a record
        for (unsigned i = 0; i < 5; ++i) map(i);
        bench->run();
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma[4].ok());
        EXPECT_FALSE(dma[5].done) << "it faulted again";
        std::set<uint16_t> stags;
        for (unsigned i = 0; i < 4; ++i) {
            const auto event = bench->next_event();
            ASSERT_TRUE(event);
            EXPECT_EQ(event->word[2], va + i * 0x1000);
            EXPECT_TRUE(stags.insert(stag(event)).second);
        }
        const auto last = bench->next_event();
        ASSERT_TRUE(last) << "the retry of the last is recorded once there is room";
        EXPECT_EQ(last->word[2], va + 0x5000);
        EXPECT_TRUE(stags.insert(stag(last)).second);
        EXPECT_FALSE(bench->next_event()) << "one record each";
        for (unsigned i = 0; i < 4; ++i) EXPECT_FALSE(dma[i].done);
        for (const uint16_t s : stags) bench->run(resume(5, s, true));
        sc_core::wait(500 * ns);
        for (unsigned i = 0; i < 5; ++i) EXPECT_TRUE(dma[i].ok()) << i;
        EXPECT_FALSE(dma[5].done);
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
    });
}

// 4.7.1: it may affect that transaction or not, and never another one.
TEST_F(SmmuStall, STALL_28_AStagThatIsNotInARecordYetOrNoLongerHitsNobodyElse) {
    simulate([&] {
        stall_stage1();
        bench->start();
        Dma dma[5];
        for (unsigned i = 0; i < 5; ++i) start(dma[i], va + i * 0x1000);  // the fifth has no record
        uint16_t stags[4];
        std::set<uint16_t> recorded;
        for (unsigned i = 0; i < 4; ++i)
            stags[i] = static_cast<uint16_t>(
                bench->ram.get<Event>(map::event_queue + 32 * i)[Event::STAG]);
        recorded.insert(stags, stags + 4);
        EXPECT_EQ(recorded.size(), 4u);
        // Every STAG that no record shows, the fifth's among them.
        for (uint16_t s = 0; s < 16; ++s)
            if (!recorded.count(s)) bench->run(resume(5, s, false, true));
        sc_core::wait(500 * ns);
        for (unsigned i = 0; i < 4; ++i) EXPECT_FALSE(dma[i].done) << i;
        // Twice the same answer: the second is for nobody.
        bench->run(resume(5, stags[1], false, true), resume(5, stags[1], false, true));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma[1].done);
        for (const unsigned i : {0u, 2u, 3u}) EXPECT_FALSE(dma[i].done) << i;
        EXPECT_EQ(bench->read<Gerror>().raw(), 0u);
        bench->run(stall_term(5));
        bench->run(resume(5, stags[0], true));  // after CMD_STALL_TERM
        sc_core::wait(500 * ns);
        for (const Dma& d : dma) EXPECT_TRUE(d.done && !d.ok());
    });
}

// Nothing on the sockets is speculative: an access is recorded once, and again only when software
// asked for the retry that faulted.
TEST_F(SmmuStall, STALL_29_OneRecordOfATransactionAndOneOfEachRetry) {
    simulate([&] {
        stall_stage1();
        bench->put_ste(6, Ste{});  // C_BAD_STE: ends at once
        bench->start();
        Dma ended, dma;
        start(ended, va, 6);
        EXPECT_TRUE(bench->next_event());
        EXPECT_FALSE(bench->next_event());
        start(dma, va + 0xFFC);  // across two pages that are both unmapped
        for (unsigned retry = 0; retry < 3; ++retry) {
            const auto event = bench->next_event();
            ASSERT_TRUE(event);
            EXPECT_TRUE(is_stall(event));
            EXPECT_EQ(event->word[2], va + 0xFFC);
            EXPECT_FALSE(bench->next_event());
            bench->run(resume(5, stag(event), true));
        }
        EXPECT_TRUE(bench->next_event());
        bench->run(stall_term(5));
        sc_core::wait(500 * ns);
        EXPECT_TRUE(dma.done && !dma.ok());
    });
}

}  // namespace
}  // namespace smmu::test
