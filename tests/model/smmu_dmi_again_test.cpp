// Direct memory pointers that are asked for again: the same answer while nothing changed, and never
// an answer that something has taken back.
#include "tests/model/smmu_dmi_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

class SmmuDmiAgain : public SmmuDmi {
protected:
    explicit SmmuDmiAgain(const Params& params = {}) : SmmuDmi(params) {}

    bool ask_with(const StreamIn& in) {
        dmi.init();
        return bench.device.ask(in, tlm::TLM_READ_COMMAND, page(0), dmi);
    }
    void expect_granted_at(unsigned n, unsigned first, unsigned end) {
        ASSERT_TRUE(ask(page(n)));
        expect_granted(page(first), page(end) - 1);
    }
    void expect_refused_at(unsigned n) {
        EXPECT_FALSE(ask(page(n)));
        expect_granted(page(n), page(n + 1) - 1);
    }
};

TEST_F(SmmuDmiAgain, TheAnswerIsTheSameFromEachPageForReadsAndWrites) {
    simulate([&] {
        grant(4);
        const unsigned char* const data = dmi.get_dmi_ptr();
        const sc_core::sc_time latency = dmi.get_read_latency();
        for (const auto command : {tlm::TLM_READ_COMMAND, tlm::TLM_WRITE_COMMAND})
            for (unsigned n = 0; n < 4; ++n) {
                ASSERT_TRUE(ask(page(n) + 8 * n, command));
                expect_granted(page(0), page(4) - 1);
                EXPECT_EQ(dmi.get_dmi_ptr(), data);
                EXPECT_TRUE(dmi.is_read_write_allowed());
                EXPECT_EQ(dmi.get_read_latency(), latency);
                EXPECT_EQ(dmi.get_write_latency(), latency);
            }
        expect_refused_at(4);
        expect_withdrawn({});
    });
}

TEST_F(SmmuDmiAgain, APageInvalidatedInTheMiddleIsRefusedAndItsNeighboursEndThere) {
    simulate([&] {
        grant(5);
        bench.run(by_va(page(2)));
        expect_withdrawn({{page(2), page(3) - 1}});
        expect_refused_at(2);
        expect_granted_at(0, 0, 2);
        expect_granted_at(4, 3, 5);
        expect_granted_at(1, 0, 2);
        expect_refused_at(2);
        EXPECT_TRUE(touch(2));
        expect_granted_at(2, 0, 5);
        expect_granted_at(0, 0, 5);
    });
}

TEST_F(SmmuDmiAgain, APageMappedElsewhereMeanwhileIsGrantedThere) {
    simulate([&] {
        grant(3);
        bench.stage1.map(page(1), NestedBench::data_page(9) + map::guest, stage1_page);
        bench.run(by_va(page(1)));
        expect_withdrawn({{page(1), page(2) - 1}});
        EXPECT_TRUE(touch(1));
        bench.ram.put(NestedBench::data_page(9), uint64_t{0x9999});
        expect_granted_at(1, 1, 2);
        uint64_t found = 0;
        std::memcpy(&found, dmi.get_dmi_ptr(), sizeof found);
        EXPECT_EQ(found, 0x9999u);
        expect_granted_at(0, 0, 1);
        expect_granted_at(2, 2, 3);
    });
}

TEST_F(SmmuDmiAgain, AGrantGrowsWhereAccessesGoOn) {
    simulate([&] {
        for (unsigned n = 0; n < 6; ++n) bench.map_page(n);
        bench.start();
        for (const unsigned n : {2u, 3u}) EXPECT_TRUE(touch(n));
        expect_granted_at(2, 2, 4);
        for (const unsigned n : {4u, 1u, 5u, 0u}) {
            EXPECT_TRUE(touch(n));
            ASSERT_TRUE(ask(page(n)));
            EXPECT_LE(dmi.get_start_address(), page(std::min(n, 2u)));
            EXPECT_GE(dmi.get_end_address(), page(std::max(n, 3u) + 1) - 1);
        }
        expect_granted_at(0, 0, 6);
        bench.run(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid));
        expect_withdrawn({{page(0), page(6) - 1}});
        for (unsigned n = 0; n < 6; ++n) expect_refused_at(n);
    });
}

/// Upwards, downwards, and where two runs meet.
TEST_F(SmmuDmiAgain, AGrantThatGrowsByOnePageAtATimeIsTheWholeRun) {
    simulate([&] {
        constexpr unsigned pages = 24;
        for (unsigned n = 0; n < pages; ++n) bench.map_page(n);
        bench.start();
        const auto grow_to = [&](unsigned n, unsigned first, unsigned end) {
            EXPECT_TRUE(touch(n));
            ASSERT_TRUE(ask(page(n))) << n;
            expect_granted(page(first), page(end) - 1);
        };
        for (unsigned n = 4; n < 10; ++n) grow_to(n, 4, n + 1);
        for (unsigned n = 11; n < pages; ++n) grow_to(n, 11, n + 1);
        grow_to(10, 4, pages);
        for (unsigned n = 4; n-- != 0;) grow_to(n, n, pages);
        for (const unsigned n : {0u, 9u, 10u, 23u}) {
            ASSERT_TRUE(ask(page(n)));
            expect_granted(page(0), page(pages) - 1);
        }
        bench.run(by_va(page(10)));
        expect_withdrawn({{page(10), page(11) - 1}});
        ASSERT_TRUE(ask(page(9)));
        expect_granted(page(0), page(10) - 1);
        ASSERT_TRUE(ask(page(11)));
        expect_granted(page(11), page(pages) - 1);
    });
}

TEST_F(SmmuDmiAgain, SeveralRunsTakeTurns) {
    constexpr unsigned runs = 20, apart = 3;
    simulate([&] {
        for (unsigned run = 0; run < runs; ++run)
            for (unsigned n = 0; n < 2; ++n) bench.map_page(run * apart + n);
        bench.start();
        for (unsigned run = 0; run < runs; ++run)
            for (unsigned n = 0; n < 2; ++n) EXPECT_TRUE(touch(run * apart + n));
        for (int twice = 0; twice < 2; ++twice)
            for (unsigned run = 0; run < runs; ++run)
                expect_granted_at(run * apart + 1, run * apart, run * apart + 2);
        bench.run(by_va(page(apart)));
        expect_withdrawn({{page(apart), page(apart + 1) - 1}});
        expect_refused_at(apart);
        expect_granted_at(apart + 1, apart + 1, apart + 2);
        expect_granted_at(0, 0, 2);
    });
}

TEST_F(SmmuDmiAgain, WhatMemoryWithdrewMayBeGrantedAgainAndWithdrawnAgain) {
    simulate([&] {
        grant(4);
        bench.ram.in->invalidate_direct_mem_ptr(NestedBench::data_page(1),
                                                NestedBench::data_page(2) - 1);
        expect_withdrawn({{page(1), page(2) - 1}});
        expect_granted_at(3, 0, 4);
        bench.run(by_va(page(1)));
        expect_withdrawn({{page(1), page(2) - 1}});
        expect_granted_at(3, 2, 4);
        expect_refused_at(1);
    });
}

TEST_F(SmmuDmiAgain, MemoryDecidesEachTimeAndWhatItAddsIsWithdrawnToo) {
    simulate([&] {
        bench.ram.dmi_end = NestedBench::data_page(2) - 1;
        for (unsigned n = 0; n < 4; ++n) bench.map_page(n);
        bench.start();
        for (unsigned n = 0; n < 4; ++n) EXPECT_TRUE(touch(n));
        expect_granted_at(0, 0, 2);
        bench.ram.dmi_end = ~uint64_t{0};
        expect_granted_at(0, 0, 4);
        bench.ram.grants_dmi = false;
        expect_refused_at(0);
        bench.ram.grants_dmi = true;
        expect_granted_at(3, 0, 4);
        bench.run(by_va(page(3)));
        expect_withdrawn({{page(3), page(4) - 1}});
    });
}

TEST_F(SmmuDmiAgain, MemoryIsToldTheAttributesOfThisRequest) {
    simulate([&] {
        grant(2);
        const MemoryAttributes plain = bench.ram.dmi_asked.attributes;
        StreamIn in = who();
        in.no_snoop = true;
        EXPECT_TRUE(ask_with(in));
        EXPECT_EQ(bench.ram.dmi_asked.attributes,
                  normal(non_cacheable, non_cacheable, Shareability::Outer));
        EXPECT_TRUE(ask_with(who()));
        EXPECT_EQ(bench.ram.dmi_asked.attributes, plain);
    });
}

TEST_F(SmmuDmiAgain, WhatComesInWithOtherAttributesIsAskedForAnew) {
    simulate([&] {
        bench.put_ste(NestedBench::stream, SmmuBench::bypass_ste());
        bench.start();
        uint64_t data = 0;
        EXPECT_TRUE(bench.device.read(who(), 0x1000, data).ok());
        for (int twice = 0; twice < 2; ++twice)
            for (const auto& incoming : {device(MemoryType::Device_nGnRE),
                                         normal(write_back, write_back, Shareability::Inner)}) {
                StreamIn in = who();
                in.attributes = incoming;
                dmi.init();
                EXPECT_TRUE(bench.device.ask(in, tlm::TLM_READ_COMMAND, 0x1000, dmi));
                EXPECT_EQ(bench.ram.dmi_asked.attributes, incoming);
            }
    });
}

TEST_F(SmmuDmiAgain, APermissionThatCameLaterIsSeen) {
    simulate([&] {
        bench.map_page(0, stage1_page | uint64_t{1} << 7);  // read-only
        bench.start();
        EXPECT_TRUE(touch(0));
        expect_granted_at(0, 0, 1);
        EXPECT_TRUE(dmi.is_read_allowed() && !dmi.is_write_allowed());
        EXPECT_FALSE(ask(page(0), tlm::TLM_WRITE_COMMAND));
        bench.map_page(0);  // more permission needs no invalidation
        EXPECT_TRUE(bench.device.write(who(), page(0), uint64_t{1}).ok());
        EXPECT_TRUE(ask(page(0), tlm::TLM_WRITE_COMMAND));
        EXPECT_TRUE(dmi.is_read_write_allowed());
    });
}

TEST_F(SmmuDmiAgain, ACommandForOthersChangesNothing) {
    simulate([&] {
        grant(3);
        bench.run(by_va(page(1), NestedBench::vmid + 1));
        bench.run(command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, 6u));
        expect_withdrawn({});
        for (int twice = 0; twice < 2; ++twice) expect_granted_at(2, 0, 3);
    });
}

TEST_F(SmmuDmiAgain, AfterDisablingTheOldRunIsForgotten) {
    simulate([&] {
        grant(2);
        bench.control(Cr0{});
        expect_withdrawn({{page(0), page(2) - 1}});
        ASSERT_TRUE(ask(0x1000));
        ASSERT_TRUE(ask(0x2000));
        expect_granted(0, bench.ram.size() - 1);
        bench.control(SmmuBench::all_on());
        EXPECT_EQ(bench.device.withdrawn.size(), 1u);
        EXPECT_FALSE(ask(0x1000));
    });
}

}  // namespace
}  // namespace smmu::test
