// An invalidation that arrives while a walk waits for memory, at each of its reads: whatever the walk
// had read before, nothing of it is used once CMD_SYNC is consumed.  Arm IHI 0070 G.b, 3.21.1, 4.7.3.
#include "tests/model/smmu_nested_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

class InvalidationInWalk : public NestedCaches {
protected:
    InvalidationInWalk() : InvalidationInWalk(params(GetParam())) {}
    explicit InvalidationInWalk(const Params& p) : NestedCaches(p) {}

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
        EXPECT_GE(accesses, GetParam() ? 10u : 30u) << "STE, CD, 4 of stage 1, 24 of stage 2";
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
            if (after_sync) after_sync();
            EXPECT_EQ(read(va), after);
            if (after_read) after_read();
        }
    }

    std::function<void()> after_sync, after_read;  ///< more to do, or to look at

private:
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

TEST_P(InvalidationInWalk, TLB_10_OfTheConfiguration) {
    simulate([&] {
        RamTables other{bench.pages, map::guest};
        other.map(va, data_ipa(2), stage1_page);
        const uint64_t cds[] = {bench.cd, bench.pages.take()};
        bench.ram.put(cds[1], NestedBench::make_cd(other, asid + 1));
        bench.start();
        at_each_access(
            1, 2,
            [&](uint32_t n) {
                bench.put_ste(stream,
                              SmmuBench::with_stage2(SmmuBench::stage1_ste(cds[n - 1] + map::guest),
                                                     bench.stage2, vmid));
            },
            command<CfgiSte>(Opcode::CFGI_STE).set(CfgiSte::StreamID, stream));
    });
}

// --- With updates of descriptors -----------------------------------------------------------------

class InvalidationInUpdate : public InvalidationInWalk {
protected:
    static constexpr uint64_t access_flag = uint64_t{1} << 10;

    InvalidationInUpdate() : InvalidationInWalk(with_httu()) {}
    static Params with_httu() {
        Params p = params(GetParam());
        p.features.httu = 2;
        return p;
    }
};

INSTANTIATE_TEST_SUITE_P(Each, InvalidationInUpdate, ::testing::Bool(), caches_name);

// The flag is set in the leaf that was used, and in no table that is out of use by then.
TEST_P(InvalidationInUpdate, TLB_10_HTTU_14_OfATableOfStage1) {
    simulate([&] {
        bench.ram.put(bench.cd, NestedBench::make_cd(bench.stage1, asid).set(Cd::HA, true));
        RamTables other{bench.pages, map::guest};
        const auto clear_flags = [&] {
            bench.stage1.map(va, data_ipa(1), stage1_page & ~access_flag);
            other.map(va, data_ipa(2), stage1_page & ~access_flag);
        };
        clear_flags();
        const uint64_t slot = bench.stage1.descriptor(va, 1),
                       old_leaf = bench.stage1.descriptor(va);
        const uint64_t tables[] = {bench.ram.get<uint64_t>(slot),
                                   bench.ram.get<uint64_t>(other.descriptor(va, 1))};
        const auto is_set = [&](uint64_t leaf) {
            return (bench.ram.get<uint64_t>(leaf) & access_flag) != 0;
        };
        // Software clears the old flag once CMD_SYNC is consumed: nobody sets it after that.
        after_sync = [&] {
            bench.ram.put(old_leaf, bench.ram.get<uint64_t>(old_leaf) & ~access_flag);
        };
        after_read = [&] {
            EXPECT_TRUE(is_set(other.descriptor(va)));
            EXPECT_FALSE(is_set(old_leaf));
        };
        bench.start();
        at_each_access(
            1, 2,
            [&](uint32_t n) {
                if (n == 1) clear_flags();
                bench.ram.put(slot, tables[n - 1]);
            },
            nh(Opcode::TLBI_NH_VA, va));
    });
}

}  // namespace
}  // namespace smmu::test
