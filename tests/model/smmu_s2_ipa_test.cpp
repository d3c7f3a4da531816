// What CMD_TLBI_S2_IPA must reach, alone: translations of stage 2 only, the tables of stage 2, and
// the IPAs of pages and of tables.  And what it may leave: translations of both stages.  Arm IHI 0070
// G.b, 4.4.3.1, 3.21.1.
#include "tests/model/smmu_nested_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

class S2Ipa : public NestedCaches {
protected:
    static constexpr uint32_t stage2_stream = 8;

    explicit S2Ipa(bool reaches_nested = false) : NestedCaches(with(reaches_nested)) {
        bench.put_ste(stage2_stream,
                      SmmuBench::with_stage2(SmmuBench::bypass_ste(), bench.stage2, vmid));
        bench.stage1.map(va, ipa_block, stage1_page);
        bench.stage2.map(ipa_block, NestedBench::data_page(1), stage2_page);
    }
    static Params with(bool reaches_nested) {
        Params p = params(GetParam());
        p.features.s2_ipa_reaches_nested = reaches_nested;
        return p;
    }
    static TlbiS2Ipa leaf_only(uint64_t address) {
        return s2_ipa(address).set(TlbiS2Ipa::Leaf, true);
    }
    void move_page(unsigned n) {
        bench.stage2.map(ipa_block, NestedBench::data_page(n), stage2_page);
    }
};

INSTANTIATE_TEST_SUITE_P(Each, S2Ipa, ::testing::Bool(), caches_name);

TEST_P(S2Ipa, CMD_20_TLB_11_ALeafOfStage2) {
    simulate([&] {
        bench.start();
        EXPECT_EQ(read(ipa_block, stage2_stream), 1u);
        move_page(2);
        bench.run(s2_ipa(ipa_block + page(1)), s2_ipa(ipa_block, vmid + 1));
        EXPECT_EQ(read(ipa_block, stage2_stream), 1u) << "another page, another VMID";
        bench.run(leaf_only(ipa_block));
        EXPECT_EQ(read(ipa_block, stage2_stream), 2u);
    });
}

TEST_P(S2Ipa, CMD_20_TLB_11_ATableOfStage2) {
    simulate([&] {
        // Another tree, whose tables of levels 2 and 3 take the place of those in use.
        RamTables other{bench.pages};
        other.map(ipa_block, NestedBench::data_page(2), stage2_page);
        bench.start();
        EXPECT_EQ(read(ipa_block, stage2_stream), 1u);
        bench.ram.put(bench.stage2.descriptor(ipa_block, 1),
                      bench.ram.get<uint64_t>(other.descriptor(ipa_block, 1)));
        bench.run(s2_ipa(ipa_block));
        EXPECT_EQ(read(ipa_block, stage2_stream), 2u);
    });
}

TEST_P(S2Ipa, CMD_20_TLB_11_ItsPointersToo) {
    simulate([&] {
        bench.ram.grants_dmi = true;
        bench.start();
        EXPECT_EQ(read(ipa_block, stage2_stream), 1u);
        tlm::tlm_dmi dmi;
        ASSERT_TRUE(
            bench.device.ask(of_stream(stage2_stream), tlm::TLM_READ_COMMAND, ipa_block, dmi));
        bench.run(s2_ipa(ipa_block));
        ASSERT_EQ(bench.device.withdrawn.size(), 1u);
        EXPECT_EQ(bench.device.withdrawn[0].first, ipa_block);
        EXPECT_EQ(bench.device.withdrawn[0].last, ipa_block + page(1) - 1);
    });
}

// The walk of a nested stream uses nothing old of stage 2: neither for its page nor for its tables.
// Finished translations stay, so other pages show it.
TEST_P(S2Ipa, CMD_20_TLB_11_IpasOfPagesAndTables) {
    simulate([&] {
        const uint64_t table = bench.stage1.descriptor(va) & ~uint64_t{0xFFF};
        const uint64_t copy = bench.pages.take();
        bench.stage1.map(va + page(1), ipa_block + page(1), stage1_page);
        bench.ram.put(copy + (bench.stage1.descriptor(va + page(1)) & 0xFFF),
                      (ipa_block + page(2)) | stage1_page | 0b11);
        for (unsigned n : {1u, 2u})
            bench.stage2.map(ipa_block + page(n), NestedBench::data_page(4 + n), stage2_page);
        bench.start();
        EXPECT_EQ(read(va), 1u);
        // The table's IPA leads to the copy, where the second page is another one.
        bench.stage2.map(table + map::guest, copy, stage2_page);
        bench.run(s2_ipa(table + map::guest));
        EXPECT_EQ(read(va + page(1)), 6u);
        // The first page's IPA, by another VA of the same guest.
        move_page(3);
        bench.run(s2_ipa(ipa_block));
        bench.ram.put(copy + (bench.stage1.descriptor(va + page(2)) & 0xFFF),
                      ipa_block | stage1_page | 0b11);
        EXPECT_EQ(read(va + page(2)), 3u);
    });
}

TEST_P(S2Ipa, TLB_11_TranslationsOfBothStagesStayUntilNhAll) {
    simulate([&] {
        bench.start();
        EXPECT_EQ(read(va), 1u);
        move_page(2);
        bench.run(s2_ipa(ipa_block));
        EXPECT_EQ(read(va), 1u) << "the driver has forgotten something";
        bench.run(nh(Opcode::TLBI_NH_ALL, 0));
        EXPECT_EQ(read(va), 2u);
    });
}

// --- Features::s2_ipa_reaches_nested --------------------------------------------------------------

class S2IpaReachesNested : public S2Ipa {
protected:
    S2IpaReachesNested() : S2Ipa(true) {}
};

INSTANTIATE_TEST_SUITE_P(Each, S2IpaReachesNested, ::testing::Bool(), caches_name);

TEST_P(S2IpaReachesNested, CMD_20_TLB_11_TranslationsOfBothStagesGo) {
    simulate([&] {
        bench.ram.grants_dmi = true;
        add_stream(6, bench.stage1, asid, vmid + 1);
        bench.start();
        tlm::tlm_dmi dmi;
        for (const bool leaf : {false, true}) {
            move_page(1);
            bench.run(Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL));
            EXPECT_EQ(read(va), 1u);
            EXPECT_EQ(read(va, 6), 1u);
            move_page(2);
            bench.run(leaf ? leaf_only(ipa_block) : s2_ipa(ipa_block));
            EXPECT_EQ(read(va), 2u);
            EXPECT_EQ(read(va, 6), 1u) << "of another VMID";
        }
    });
}

// Without Leaf also what the walk knew of tables that stage 2 has moved.
TEST_P(S2IpaReachesNested, TLB_11_TablesThatStage2HasMoved) {
    simulate([&] {
        const uint64_t table = bench.stage1.descriptor(va, 1) & ~uint64_t{0xFFF};
        RamTables other{bench.pages, map::guest};
        other.map(va, ipa_block + page(1), stage1_page);
        bench.stage2.map(ipa_block + page(1), NestedBench::data_page(2), stage2_page);
        bench.start();
        EXPECT_EQ(read(va), 1u);
        bench.stage2.map(table + map::guest, other.descriptor(va, 1) & ~uint64_t{0xFFF},
                         stage2_page);
        bench.run(s2_ipa(table + map::guest));
        EXPECT_EQ(read(va), 2u);
    });
}

TEST_P(S2IpaReachesNested, CMD_20_PointersOfNestedStreamsGo) {
    simulate([&] {
        bench.ram.grants_dmi = true;
        bench.start();
        EXPECT_EQ(read(va), 1u);
        tlm::tlm_dmi dmi;
        ASSERT_TRUE(bench.device.ask(of_stream(stream), tlm::TLM_READ_COMMAND, va, dmi));
        bench.run(s2_ipa(ipa_block));
        ASSERT_EQ(bench.device.withdrawn.size(), 1u);
        EXPECT_EQ(bench.device.withdrawn[0].first, va);
    });
}

}  // namespace
}  // namespace smmu::test
