// What the SMMU does, as counter groups count it.  Arm IHI 0070 G.b, 10.2, 10.3.
#include "tests/model/smmu_pmcg_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

// --- Events 1 to 7: transactions, TLB misses, configuration misses, walk accesses, configuration
// accesses, Translation Requests, Translated transactions.

TEST_F(SmmuPmcg, PMCG_04_PMCG_05_PMCG_19_AColdAccessAMissAndHits) {
    simulate([&] {
        bench.map_page(0);
        bench.map_page(1);
        bench.start();
        count_all();
        EXPECT_TRUE(read(va));
        // STE and CD; 4 reads of stage 2 to find the CD, 24 of the walk.
        EXPECT_EQ(counted(), (Counts{1, 1, 1, 28, 2, 0, 0}));
        EXPECT_TRUE(read(va + 0x1000));
        EXPECT_EQ(counted(), (Counts{1, 1, 0, 24, 0, 0, 0})) << "the CD is cached";
        for (unsigned n = 0; n < 5; ++n) EXPECT_TRUE(read(va + 8 * n));
        EXPECT_EQ(counted(), (Counts{5, 0, 0, 0, 0, 0, 0})) << "micro TLB hits";
        EXPECT_EQ(bench.counter.hits, 5u);
        forget_all();
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 0, 0, 0, 0})) << "commands are nobody's";
    });
}

TEST_F(SmmuPmcg, PMCG_04_AMainTlbHitIsNoMiss) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        EXPECT_TRUE(read(va));
        bench.run(command<TlbiNh>(Opcode::TLBI_NH_VA)  // another VMID: empties micro TLBs alone
                      .set(TlbiNh::VMID, 99)
                      .set(TlbiNh::Address, va));
        count_all();
        EXPECT_TRUE(read(va));
        EXPECT_EQ(counted(), (Counts{1, 0, 0, 0, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_06_OtherStreamsAreOthers) {
    simulate([&] {
        bench.put_ste(9, SmmuDriver::bypass_ste());
        bench.map_page(0);
        bench.start();
        count_all();
        set_up(8, 1, 9);
        set_up(9, 1, 0xFFFF'FFFF, SPAN);
        set_up(10, 5, 9);
        EXPECT_TRUE(read(map::data, 9));
        EXPECT_TRUE(read(map::data, 9));
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 0, 0, 0, 0}));
        EXPECT_TRUE(read(va));
        EXPECT_EQ(value(1), 1u);
        EXPECT_EQ(value(8), 2u);
        EXPECT_EQ(value(9), 3u);
        EXPECT_EQ(value(10), 1u) << "its STE";
    });
}

TEST_F(SmmuPmcg, PMCG_04_AStreamThatBypassesAsksNoTlb) {
    simulate([&] {
        bench.put_ste(stream, SmmuDriver::bypass_ste());
        bench.start();
        count_all();
        EXPECT_TRUE(read(map::data));
        EXPECT_TRUE(read(map::data + 0x1000));
        EXPECT_EQ(counted(), (Counts{2, 0, 1, 0, 1, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_19_TerminatedTransactionsCountInAllEvents) {
    simulate([&] {
        bench.start();
        count_all();
        EXPECT_FALSE(read(va)) << "not mapped: the walk ends at stage 1 level 2";
        EXPECT_EQ(counted()[0], 1u);
        EXPECT_FALSE(read(va));
        const Counts second = counted();
        EXPECT_EQ(second[0], 1u);
        EXPECT_EQ(second[1], 1u) << "each is a TLB miss";
        EXPECT_GT(second[3], 0u);
        EXPECT_FALSE(read(va, stream, AddressType::Translated)) << "no EATS";
        EXPECT_EQ(counted()[6], 1u);
    });
}

TEST_F(SmmuPmcg, PMCG_05_DescriptorUpdatesAreWalkAccesses) {
    simulate([&] {
        bench.ram.put(bench.cd,
                      NestedBench::make_cd(bench.stage1, NestedBench::asid).set(Cd::HA, true));
        bench.map_page(0, stage1_page & ~(uint64_t{1} << 10));  // AF
        bench.start();
        count_all();
        EXPECT_TRUE(read(va));
        // The update itself, and 4 reads of stage 2 that say where it may be written.
        EXPECT_EQ(counted(), (Counts{1, 1, 1, 28 + 1 + 4, 2, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_05_PMCG_19_PrefetchesAndAtosWalkAndAreNoTransactions) {
    simulate([&] {
        bench.map_page(0);
        bench.map_page(1);
        bench.start();
        count_all();
        bench.run(command<Prefetch>(Opcode::PREFETCH_ADDR)
                      .set(Prefetch::StreamID, stream)
                      .set(Prefetch::Address, va & ~uint64_t{0xFFF}));
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 28, 2, 0, 0}));
        // GATOS: SID, ADDR (both stages, read), RUN.
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0x108, uint64_t{stream}).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0x110, (va + 0x1000) | 3 << 10 | 1 << 8).ok());
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, 0x100, uint32_t{1}).ok());
        sc_core::wait(1000 * ns);
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 24, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_04_TranslationRequestsAndTranslatedTransactions) {
    simulate([&] {
        bench.put_ste(stream, SmmuDriver::with_stage2(SmmuDriver::stage1_ste(bench.cd + map::guest),
                                                      bench.stage2, NestedBench::vmid)
                                  .set(Ste::EATS, 0b01));
        bench.map_page(0);
        bench.start();
        count_all();
        EXPECT_EQ(ask(va), AtsStatus::Success);
        EXPECT_EQ(counted(), (Counts{1, 1, 1, 28, 2, 1, 0}));
        EXPECT_EQ(ask(va), AtsStatus::Success);
        EXPECT_EQ(counted(), (Counts{1, 0, 0, 0, 0, 1, 0}));
        for (unsigned n = 0; n < 3; ++n)
            EXPECT_TRUE(read(NestedBench::data_page(0), stream, AddressType::Translated));
        EXPECT_EQ(counted(), (Counts{3, 0, 0, 0, 0, 0, 3})) << "the second and third by a hit";
        EXPECT_EQ(ask(va, 200), AtsStatus::CompleterAbort) << "an STE that is not valid";
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 0, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_20_ARetryCountsLikeANewTransaction) {
    simulate([&] {
        bench.ram.put(bench.cd,
                      NestedBench::make_cd(bench.stage1, NestedBench::asid).set(Cd::S, true));
        bench.start();
        count_all();
        bool done = false;
        sc_core::sc_spawn([&] {
            EXPECT_TRUE(read(va));
            done = true;
        });
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_FALSE(done);
        const Counts first = counted();
        EXPECT_EQ(first[0], 1u);
        EXPECT_EQ(first[1], 1u);
        bench.map_page(0);
        const uint64_t stag = event->word[1] & 0xFFFF;
        bench.run(Command{{{uint64_t{stream} << 32 | 1 << 12 | 0x44, stag}}});  // CMD_RESUME, retry
        sc_core::wait(1000 * ns);
        EXPECT_TRUE(done);
        EXPECT_EQ(counted(), (Counts{1, 1, 0, 24, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, PMCG_21_WithoutSmmuenTransactionsCountAndNothingMisses) {
    simulate([&] {
        count_all();
        EXPECT_TRUE(read(map::data));
        EXPECT_TRUE(read(map::data));
        EXPECT_EQ(counted(), (Counts{2, 0, 0, 0, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, ADebugAccessIsNoTransaction) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        count_all();
        uint64_t data = 0;
        EXPECT_EQ(bench.device.debug(of_stream(stream), tlm::TLM_READ_COMMAND, va, &data, 8), 8u);
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 0, 0, 0, 0}));
    });
}

TEST_F(SmmuPmcg, EachGroupCountsByItself) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        set_up(0, 1);
        set_up(3, 4, stream, 0, group1);
        enable(group1);
        EXPECT_TRUE(read(va));
        EXPECT_EQ(value(0), 0u) << "its group is not enabled";
        EXPECT_EQ(get<uint64_t>(group1 + counter(3)), 28u);
        EXPECT_EQ(get<uint64_t>(group1 + counter(0)), 0u);
        enable();
        put(group1 + CR, uint32_t{0});
        EXPECT_TRUE(read(va));
        EXPECT_EQ(value(0), 1u);
        EXPECT_EQ(get<uint64_t>(group1 + counter(3)), 28u);
    });
}

/// Pointers go around the SMMU: what goes by them counts nowhere (docs/tlm-contract.md).
TEST_F(SmmuPmcg, AnAccessByPointerIsNotCounted) {
    simulate([&] {
        bench.ram.grants_dmi = true;
        bench.map_page(0);
        bench.start();
        count_all();
        EXPECT_TRUE(read(va));
        tlm::tlm_dmi dmi;
        EXPECT_TRUE(bench.device.ask(of_stream(stream), tlm::TLM_READ_COMMAND, va, dmi));
        EXPECT_EQ(value(1), 1u) << "asking is no transaction";
        dmi.get_dmi_ptr()[va - dmi.get_start_address()] = 1;
        EXPECT_EQ(bench.ram.data()[NestedBench::data_page(0)], 1u);
        EXPECT_EQ(value(1), 1u);
        EXPECT_TRUE(bench.device.withdrawn.empty()) << "counting withdraws nothing";
    });
}

// --- Event 0

TEST_F(SmmuPmcg, PMCG_10_CyclesAreThoseOfTheClockWhileEnabled) {
    simulate([&] {
        sc_core::wait(123 * ns);
        set_up(0, 0);
        enable();
        sc_core::wait(100 * ns);
        EXPECT_EQ(value(0), 100u);
        put(CR, uint32_t{0});
        sc_core::wait(50 * ns);
        EXPECT_EQ(value(0), 100u);
        enable();
        sc_core::wait(7 * ns);
        software.delay = 13 * ns;  // a decoupled CPU reads at its own time
        EXPECT_EQ(value(0), 120u);
        EXPECT_EQ(software.delay, sc_core::SC_ZERO_TIME);
        uint64_t seen = 0;
        sc_core::wait(5 * ns);
        EXPECT_EQ(software.debug(StreamIn{}, tlm::TLM_READ_COMMAND, counter(0), &seen, 8), 8u);
        EXPECT_EQ(seen, 125u);
    });
}

// --- The socket

TEST_F(SmmuPmcg, OtherAccessesReadAsZeroAndAreIgnored) {
    simulate([&] {
        put(EVTYPER, uint32_t{5});
        put(EVTYPER, uint16_t{1});
        EXPECT_EQ(get<uint32_t>(EVTYPER), 5u);
        EXPECT_EQ(get<uint16_t>(EVTYPER), 0u);
        EXPECT_EQ(get<uint32_t>(2 * group1 + EVTYPER), 0u) << "no third group";
        put(2 * group1 + EVTYPER, uint32_t{1});
        uint32_t word = 1;
        EXPECT_EQ(software.debug(StreamIn{}, tlm::TLM_WRITE_COMMAND, EVTYPER, &word, 4), 0u);
        EXPECT_EQ(software.debug(StreamIn{}, tlm::TLM_READ_COMMAND, EVTYPER + 1, &word, 4), 0u);
        EXPECT_EQ(get<uint32_t>(EVTYPER), 5u);
    });
}

TEST_F(SmmuPmcg, ResetEndsItAll) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        count_all();
        EXPECT_TRUE(read(va));
        bench.reset_n.write(false);
        sc_core::wait(ns);
        bench.reset_n.write(true);
        sc_core::wait(ns);
        EXPECT_EQ(get<uint32_t>(CR), 0u);
        EXPECT_TRUE(read(map::data));
        EXPECT_EQ(counted(), (Counts{0, 0, 0, 0, 0, 0, 0}));
    });
}

}  // namespace
}  // namespace smmu::test
