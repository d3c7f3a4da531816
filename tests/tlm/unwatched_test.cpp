// Walks that no probe watches read the same tables in the same time, with the same end, by transaction
// and by pointer.  Figures are typed: each test runs with and without a probe.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {
namespace {

using namespace arch;

enum class By : bool { Transaction, Pointer };

class Unwatched : public SimTest, public ::testing::WithParamInterface<std::tuple<Watched, By>> {
protected:
    static constexpr uint64_t va = NestedBench::va, access_flag = uint64_t{1} << 10;
    static constexpr unsigned cold = 30, warm = 24;  ///< reads: STE, CD through stage 2, tables

    Unwatched() {
        for (unsigned n = 0; n < 8; ++n) {
            bench.map_page(n);
            bench.ram.put(NestedBench::data_page(n), uint64_t{n});
        }
        bench.ram.latency = 10 * ns;
        bench.ram.remembers = true;
        bench.ram.grants_dmi = is_by_pointer();
    }
    static bool is_by_pointer() { return std::get<1>(GetParam()) == By::Pointer; }
    static Params params() {
        Params p;
        p.walk_by_dmi = is_by_pointer();
        p.dmi = false;
        p.cycles.table_read = 1;
        p.features.httu = 2;
        return p;
    }
    Device::Result read(uint64_t address, uint64_t& word) {
        bench.device.delay = sc_core::SC_ZERO_TIME;
        return bench.device.read(of_stream(NestedBench::stream), address, word);
    }
    /// Its time, in ns.
    double read_page(unsigned page) {
        uint64_t word = ~uint64_t{0};
        EXPECT_TRUE(read(va + page * page_bytes, word).ok());
        EXPECT_EQ(word, page);
        return bench.device.delay / ns;
    }
    unsigned seen_at_ptw() const {
        unsigned n = 0;
        for (const auto& s : bench.ram.seen) n += s.port == bench.ptw_port();
        return n;
    }
    uint64_t leaf(unsigned page) {
        return bench.ram.get<uint64_t>(bench.stage1.descriptor(va + page * page_bytes));
    }

    const sc_core::sc_time ns{1.0, sc_core::SC_NS};
    NestedBench bench{params(), std::get<0>(GetParam())};
};

struct UnwatchedTransactions : Unwatched {};
struct UnwatchedPointers : Unwatched {};

TEST_P(Unwatched, EachReadTakesItsTime) {
    simulate([&] {
        bench.start();
        const unsigned before = seen_at_ptw();
        EXPECT_EQ(read_page(0), cold * 11 + 10);
        EXPECT_EQ(read_page(1), warm * 11 + 10);
        EXPECT_EQ(read_page(1), 10) << "the micro TLB has it now";
        EXPECT_EQ(seen_at_ptw() - before, is_by_pointer() ? 0 : cold + warm);
    });
}

TEST_P(UnwatchedTransactions, SayWhoseTheyAre) {
    simulate([&] {
        bench.start();
        bench.ram.seen.clear();
        read_page(0);
        ASSERT_EQ(bench.ram.seen.size(), cold + 1);
        for (const auto& s : bench.ram.seen) {
            EXPECT_FALSE(s.write);
            EXPECT_EQ(s.in.stream.value, NestedBench::stream);
            EXPECT_FALSE(s.out.attributes.is_device());
        }
        EXPECT_EQ(bench.ram.seen[0].length, 64u) << "the STE";
        EXPECT_EQ(bench.ram.seen[cold - 1].length, 8u);
        EXPECT_EQ(bench.ram.seen[cold - 1].at - bench.ram.seen[0].at, (cold - 1) * 11 * ns);
    });
}

TEST_P(Unwatched, AFaultEndsAfterTheReadsBeforeItAndIsRecorded) {
    simulate([&] {
        bench.start();
        read_page(0);
        uint64_t word = 0;
        EXPECT_FALSE(read(va + 100 * page_bytes, word).ok());
        EXPECT_EQ(bench.device.delay, 20 * 11 * ns)
            << "four descriptors of stage 1, each by stage 2";
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x10u);  // F_TRANSLATION
        EXPECT_EQ((*event)[Event::InputAddr], va + 100 * page_bytes);
    });
}

TEST_P(Unwatched, ATableThatMemoryAbortsIsAWalkAbort) {
    simulate([&] {
        bench.ram.grants_dmi = false;
        bench.start();
        read_page(0);
        bench.ram.fail(bench.stage1.descriptor(va + page_bytes), 8);
        uint64_t word = 0;
        EXPECT_FALSE(read(va + page_bytes, word).ok());
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x0Bu);  // F_WALK_EABT
        bench.ram.repair();
        EXPECT_EQ(read_page(2), warm * 11 + 10);
    });
}

// One more access, atomic, between the stage-1 walk and stage 2 of the page; its own IPA is
// translated anew.
TEST_P(Unwatched, FlagsAreSetInMemory) {
    simulate([&] {
        bench.ram.put(bench.cd, NestedBench::make_cd(bench.stage1, NestedBench::asid)
                                    .set(Cd::HA, true)
                                    .set(Cd::HD, true));
        bench.stage1.map(va + page_bytes, NestedBench::data_page(1) + map::guest,
                         stage1_page & ~access_flag);
        bench.start();
        read_page(0);
        EXPECT_EQ(leaf(1) & access_flag, 0u);
        EXPECT_EQ(read_page(1), (warm + 4 + 1) * 11 + 10);
        EXPECT_EQ(leaf(1) & access_flag, access_flag);
        EXPECT_EQ(read_page(2), warm * 11 + 10);
    });
}

TEST_P(Unwatched, MemoryThatKnowsNoAtomicsAbortsAnUpdate) {
    simulate([&] {
        bench.ram.put(bench.cd,
                      NestedBench::make_cd(bench.stage1, NestedBench::asid).set(Cd::HA, true));
        bench.map_page(1, stage1_page & ~access_flag);
        bench.ram.knows_atomics = false;
        bench.start();
        uint64_t word = 0;
        EXPECT_FALSE(read(va + page_bytes, word).ok());
        const auto event = bench.next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ(event->word[0] & 0xFF, 0x0Bu);
        EXPECT_EQ(leaf(1) & access_flag, 0u);
    });
}

TEST_P(Unwatched, MemoryMayWait) {
    simulate([&] {
        bench.start();
        bench.ram.waits = true;
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        uint64_t word = 0;
        EXPECT_TRUE(read(va, word).ok());
        EXPECT_EQ(sc_core::sc_time_stamp() + bench.device.delay - begin, (cold * 11 + 10) * ns);
    });
}

// What the walk found is good for its own access only.
TEST_P(Unwatched, AnInvalidationDuringTheWalkKeepsItsResultOut) {
    if (is_by_pointer()) bench.ram.grants_dmi = false;
    simulate([&] {
        bench.start();
        read_page(0);
        bool is_first = true;
        bench.ram.on_access = [&](tlm::tlm_generic_payload& p) {
            if (!is_first || p.get_data_length() != 8 || !p.is_read()) return;
            is_first = false;
            bench.push(command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid));
            bench.ring();
            EXPECT_TRUE(bench.consumed());
        };
        read_page(1);
        EXPECT_FALSE(is_first);
        bench.ram.on_access = {};
        EXPECT_EQ(read_page(1), warm * 11 + 10) << "nothing was kept";
        EXPECT_EQ(read_page(1), 10);
    });
}

TEST_P(UnwatchedPointers, ThatAreTakenBackAreNotUsedAgain) {
    simulate([&] {
        bench.start();
        EXPECT_EQ(read_page(0), cold * 11 + 10);
        bench.ram.grants_dmi = false;
        bench.ram.in[bench.ptw_port()]->invalidate_direct_mem_ptr(0, ~uint64_t{0});
        const unsigned before = seen_at_ptw();
        EXPECT_EQ(read_page(1), warm * 11 + 10);
        EXPECT_EQ(seen_at_ptw() - before, warm);
    });
}

/// Tables of the two stages are asked for with different attributes: only one pointer is good at a time.
TEST_P(UnwatchedPointers, MemoryMayTakeOneBackWhenItIsAskedForAnother) {
    simulate([&] {
        auto ste = SmmuBench::with_stage2(SmmuBench::stage1_ste(bench.cd + map::guest),
                                          bench.stage2, NestedBench::vmid);
        bench.put_ste(NestedBench::stream,
                      ste.set(Ste::S2IR0, 1).set(Ste::S2OR0, 1).set(Ste::S2SH0, 3));
        bench.ram.takes_dmi_back = true;
        bench.start();
        EXPECT_EQ(read_page(0), cold * 11 + 10);
        const unsigned before = bench.ram.dmi_requests, sent = seen_at_ptw();
        EXPECT_EQ(read_page(1), warm * 11 + 10);
        EXPECT_EQ(bench.ram.dmi_requests - before, 4u + 4u)
            << "for each table of stage 1, and for stage 2 after it";
        EXPECT_EQ(seen_at_ptw(), sent);
    });
}

/// Tables in memory that grants pointers, the STE and everything above a border in one that does not.
TEST_P(Unwatched, TablesMayLieInMemoriesOfBothKinds) {
    simulate([&] {
        bench.ram.dmi_end = bench.stage1.descriptor(va) - 1;
        bench.start();
        EXPECT_EQ(read_page(0), cold * 11 + 10);
        EXPECT_EQ(read_page(1), warm * 11 + 10);
        EXPECT_EQ(read_page(2), warm * 11 + 10);
    });
}

std::string name(const ::testing::TestParamInfo<std::tuple<Watched, By>>& info) {
    return std::string(std::get<0>(info.param) == Watched::Yes ? "watched" : "alone") +
           (std::get<1>(info.param) == By::Pointer ? "_by_pointer" : "_by_transaction");
}
constexpr auto both = [] { return ::testing::Values(Watched::No, Watched::Yes); };

INSTANTIATE_TEST_SUITE_P(Walks, Unwatched,
                         ::testing::Combine(both(),
                                            ::testing::Values(By::Transaction, By::Pointer)),
                         name);
INSTANTIATE_TEST_SUITE_P(Walks, UnwatchedTransactions,
                         ::testing::Combine(both(), ::testing::Values(By::Transaction)), name);
INSTANTIATE_TEST_SUITE_P(Walks, UnwatchedPointers,
                         ::testing::Combine(both(), ::testing::Values(By::Pointer)), name);

}  // namespace
}  // namespace smmu::test
