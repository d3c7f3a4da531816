// An invalidation that arrives while a walk waits for memory, at each of its reads: whatever the walk
// had read before, nothing of it is used once CMD_SYNC is consumed.  Arm IHI 0070 G.b, 3.21.1, 4.7.3.
#include "tests/model/smmu_nested_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

class InvalidationInWalk : public NestedCaches {
protected:
    void SetUp() override { bench.stage1.map(va, data_ipa(1), stage1_page); }

    /// Holds the n-th access of a walk from now on for a while: before memory is read, or after.
    void hold(unsigned n, bool after = false) {
        release();
        count_ = 0;
        held_ = false;
        (after ? bench.ram.on_response : bench.ram.on_access) = [this,
                                                                 n](tlm::tlm_generic_payload& p) {
            const bool is_queue =
                p.get_address() >= map::command_queue && p.get_address() < map::pages;
            if (is_queue || p.get_address() >= map::data || count_++ != n) return;
            held_ = true;
            sc_core::wait(300 * ns);
        };
    }
    void release() { bench.ram.on_access = bench.ram.on_response = nullptr; }
    /// The number of accesses that a cold walk makes; 0 before.
    unsigned cold_walk() {
        hold(~0u);
        EXPECT_NE(read(va), faulted);
        return count_;
    }
    /// Everything that is cached goes.
    void forget() {
        release();
        bench.run(command<CfgiSteRange>(Opcode::CFGI_STE_RANGE).set(CfgiSteRange::Range, 31),
                  Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL));
    }
    /// For each access of a walk: `change` and its invalidation come while it waits.
    template <class Change, class... C>
    void at_each_access(uint32_t before, uint32_t after, Change change, const C&... commands) {
        const unsigned accesses = cold_walk();
        if (GetParam())
            EXPECT_GE(accesses, 10u);
        else
            EXPECT_EQ(accesses, 30u) << "STE, CD, four of stage 1 and 24 of stage 2";
        for (unsigned n = 0; n < 2 * accesses; ++n) {
            SCOPED_TRACE(n);
            change(before);
            forget();
            hold(n / 2, n % 2 != 0);
            uint32_t found = 0;
            bool done = false;
            sc_core::sc_spawn([&] {
                found = read(va);
                done = true;
            });
            sc_core::wait(100 * ns);
            ASSERT_TRUE(held_ && !done);
            change(after);
            bench.run(commands...);
            EXPECT_TRUE(done) << "what used the old translation is over";
            EXPECT_TRUE(found == before || found == after) << found;
            release();
            EXPECT_EQ(read(va), after);
        }
    }

    unsigned count_ = 0;
    bool held_ = false;
};

INSTANTIATE_TEST_SUITE_P(Each, InvalidationInWalk, ::testing::Bool(), caches_name);

TEST_P(InvalidationInWalk, TLB_10_OfALeafOfStage1) {
    simulate([&] {
        bench.start();
        at_each_access(
            1, 2, [&](uint32_t n) { bench.stage1.map(va, data_ipa(n), stage1_page); },
            nh(Opcode::TLBI_NH_VA, va));
    });
}

TEST_P(InvalidationInWalk, TLB_10_OfATableOfStage1) {
    simulate([&] {
        // A second tree whose tables are taken over by one descriptor of level 1.
        RamTables other{bench.pages, map::guest};
        other.map(va, data_ipa(2), stage1_page);
        const uint64_t slot = bench.stage1.descriptor(va, 1);
        const uint64_t tables[] = {bench.ram.get<uint64_t>(slot),
                                   bench.ram.get<uint64_t>(other.descriptor(va, 1))};
        bench.start();
        at_each_access(
            1, 2, [&](uint32_t n) { bench.ram.put(slot, tables[n - 1]); },
            nh(Opcode::TLBI_NH_VA, va));
    });
}

TEST_P(InvalidationInWalk, TLB_10_TLB_11_OfALeafOfStage2) {
    simulate([&] {
        bench.stage1.map(va, ipa_block, stage1_page);
        bench.stage2.map(ipa_block, NestedBench::data_page(1), stage2_page);
        bench.start();
        at_each_access(
            1, 2,
            [&](uint32_t n) {
                bench.stage2.map(ipa_block, NestedBench::data_page(n), stage2_page);
            },
            s2_ipa(ipa_block), nh(Opcode::TLBI_NH_ALL, 0));
    });
}

TEST_P(InvalidationInWalk, TLB_10_TLB_11_OfStage2UnderATableOfStage1) {
    simulate([&] {
        // The last table of stage 1 is copied, and its IPA moved to the copy.
        const uint64_t table = bench.stage1.descriptor(va) & ~uint64_t{0xFFF};
        const uint64_t copy = bench.pages.take();
        bench.ram.put(copy + (bench.stage1.descriptor(va) & 0xFFF),
                      data_ipa(2) | stage1_page | 0b11);
        bench.start();
        at_each_access(
            1, 2,
            [&](uint32_t n) {
                bench.stage2.map(table + map::guest, n == 1 ? table : copy, stage2_page);
            },
            s2_ipa(table + map::guest), nh(Opcode::TLBI_NH_ALL, 0));
    });
}

}  // namespace
}  // namespace smmu::test
