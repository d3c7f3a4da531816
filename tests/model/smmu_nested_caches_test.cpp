// Nested translations kept in caches: leaves of different sizes at the two stages, permissions of
// both, and who else an invalidation reaches.  Arm IHI 0070 G.b, 3.17, 3.21.1, 4.4.
#include "tests/model/smmu_nested_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

INSTANTIATE_TEST_SUITE_P(Each, NestedCaches, ::testing::Bool(), caches_name);

// --- Sizes --------------------------------------------------------------------------------------

TEST_P(NestedCaches, TLB_18_ALargeStage1BlockOverSmallStage2Pages) {
    simulate([&] {
        bench.stage1.map(va_block, ipa_block, stage1_page, 2);
        for (unsigned n = 0; n < 16; ++n)
            bench.stage2.map(ipa_block + page(n), NestedBench::data_page(15 - n), stage2_page);
        bench.start();
        for (unsigned n = 0; n < 16; ++n) EXPECT_EQ(read(va_block + page(n)), 15 - n);
        EXPECT_EQ(read(va_block + page(16)), faulted);
        expect_event(0x10, true);  // F_TRANSLATION of stage 2

        // A page of stage 2 goes elsewhere.  Any address of the stage-1 block reaches what was cut
        // from it, and only of stage 2 may the rest of the block stay.
        bench.stage2.map(ipa_block + page(3), NestedBench::data_page(20), stage2_page);
        bench.run(s2_ipa(ipa_block + page(3)), nh(Opcode::TLBI_NH_VAA, va_block + page(0x1FF)));
        EXPECT_EQ(read(va_block + page(3)), 20u);
        for (unsigned n = 4; n < 16; ++n) EXPECT_EQ(read(va_block + page(n)), 15 - n);

        bench.stage1.unmap(va_block, 2);
        bench.run(nh(Opcode::TLBI_NH_VA, va_block + page(0x155)));
        for (const unsigned n : {0u, 3u, 15u}) {
            EXPECT_EQ(read(va_block + page(n)), faulted);
            expect_event(0x10, false);
        }
    });
}

TEST_P(NestedCaches, TLB_18_SmallStage1PagesOverALargeStage2Block) {
    simulate([&] {
        for (unsigned n = 0; n < 16; ++n)
            bench.stage1.map(va_block + page(n), ipa_block + page(15 - n), stage1_page);
        bench.stage2.map(ipa_block, map::data, stage2_page, 2);
        bench.start();
        for (unsigned n = 0; n < 16; ++n) EXPECT_EQ(read(va_block + page(n)), 15 - n);

        // One page of stage 1: the others are still cached.
        bench.stage1.map(va_block + page(2), ipa_block + page(0x100), stage1_page);
        bench.run(nh(Opcode::TLBI_NH_VA, va_block + page(2)));
        bench.ram.remembers = true;
        for (unsigned n = 3; n < 16; ++n) EXPECT_EQ(read(va_block + page(n)), 15 - n);
        EXPECT_EQ(table_reads(), 0u);
        EXPECT_EQ(read(va_block + page(2)), 0x100u);
        EXPECT_GT(table_reads(), 0u);

        // The block of stage 2 moves by 2 MB: any of its addresses, then NH_ALL.
        bench.stage2.map(ipa_block, map::data + block_bytes, stage2_page, 2);
        bench.run(s2_ipa(ipa_block + page(0x1F0)), nh(Opcode::TLBI_NH_ALL, 0));
        EXPECT_EQ(read(va_block), 0x200u + 15);
        EXPECT_EQ(read(va_block + page(15)), 0x200u);
        bench.stage2.unmap(ipa_block, 2);
        bench.run(s2_ipa(ipa_block), nh(Opcode::TLBI_NH_ALL, 0));
        EXPECT_EQ(read(va_block + page(9)), faulted);
        expect_event(0x10, true);
    });
}

// --- Permissions ----------------------------------------------------------------------------------

TEST_P(NestedCaches, WALK_12_AWriteAfterAReadMeetsThePermissionOfEitherStage) {
    constexpr uint64_t read_only1 = stage1_page | uint64_t{1} << 7;     // AP[2]
    constexpr uint64_t read_only2 = stage2_page & ~(uint64_t{1} << 7);  // S2AP[1]
    simulate([&] {
        const auto use = [&](uint64_t leaf1, uint64_t leaf2) {
            bench.stage1.map(va, ipa_block, leaf1);
            bench.stage2.map(ipa_block, NestedBench::data_page(1), leaf2);
        };
        use(stage1_page, stage2_page);
        bench.start();
        for (const bool at_stage2 : {false, true}) {
            use(at_stage2 ? stage1_page : read_only1, at_stage2 ? read_only2 : stage2_page);
            bench.run(s2_ipa(ipa_block), nh(Opcode::TLBI_NH_ALL, 0));
            EXPECT_EQ(read(va), 1u);  // fills
            EXPECT_FALSE(write(va));
            expect_event(0x13, at_stage2);  // F_PERMISSION
            EXPECT_EQ(read(va), 1u) << "the entry still serves reads";
            EXPECT_FALSE(write(va));
            expect_event(0x13, at_stage2);
            use(stage1_page, stage2_page);
            bench.run(s2_ipa(ipa_block), nh(Opcode::TLBI_NH_ALL, 0));
            EXPECT_TRUE(write(va));
            EXPECT_EQ(read(va), 1u);
        }
    });
}

// --- Tags -----------------------------------------------------------------------------------------

TEST_P(NestedCaches, CMD_16_NhVaOfOneVmidLeavesAnother) {
    simulate([&] {
        RamTables other{bench.pages, map::guest};
        add_stream(6, other, asid, vmid + 1);
        bench.stage1.map(va, data_ipa(1), stage1_page);
        other.map(va, data_ipa(2), stage1_page);
        bench.start();
        EXPECT_EQ(read(va), 1u);
        EXPECT_EQ(read(va, 6), 2u);
        bench.stage1.map(va, data_ipa(3), stage1_page);
        other.map(va, data_ipa(4), stage1_page);
        bench.run(nh(Opcode::TLBI_NH_VA, va));
        EXPECT_EQ(read(va), 3u);
        bench.ram.remembers = true;
        EXPECT_EQ(read(va, 6), 2u) << "of the other guest, which did not ask";
        EXPECT_EQ(table_reads(), 0u);
        bench.run(nh(Opcode::TLBI_NH_VA, va, asid, vmid + 1));
        EXPECT_EQ(read(va, 6), 4u);
    });
}

TEST_P(NestedCaches, TLB_02_AsidsAsetsAndGlobalEntries) {
    constexpr uint64_t global = stage1_page & ~(uint64_t{1} << 11);  // nG = 0
    constexpr uint64_t shared = va_block, own = va_block + page(1);
    simulate([&] {
        // Three address spaces of one guest; the third has another ASET.
        RamTables second{bench.pages, map::guest}, third{bench.pages, map::guest};
        add_stream(6, second, asid + 1, vmid);
        add_stream(7, third, asid + 2, vmid, true);
        RamTables* const tables[] = {&bench.stage1, &second, &third};
        const auto map_all = [&](unsigned first) {
            for (unsigned i = 0; i < 3; ++i) {
                tables[i]->map(shared, data_ipa(first + i), global);
                tables[i]->map(own, data_ipa(first + 8 + i), stage1_page);
            }
        };
        map_all(0);
        bench.start();
        EXPECT_EQ(read(shared), 0u);
        EXPECT_EQ(read(shared, 6), 0u) << "a global entry serves every ASID of its set";
        EXPECT_EQ(read(shared, 7), 2u) << "and no other set";
        for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(read(own, 5 + i), 8 + i);

        map_all(16);
        bench.run(nh(Opcode::TLBI_NH_ASID, 0));
        EXPECT_EQ(read(own), 24u);
        EXPECT_EQ(read(own, 6), 9u) << "of another ASID";
        EXPECT_EQ(read(shared), 0u) << "global";
        EXPECT_EQ(read(shared, 7), 2u);
        bench.run(nh(Opcode::TLBI_NH_VA, shared));
        EXPECT_EQ(read(shared), 16u) << "by address also what is global";
        EXPECT_EQ(read(shared, 7), 18u) << "of either set";
        EXPECT_EQ(read(own, 6), 9u) << "at this address only";
        bench.run(nh(Opcode::TLBI_NH_VAA, own));
        for (unsigned i = 0; i < 3; ++i) EXPECT_EQ(read(own, 5 + i), 24 + i);
    });
}

// --- Direct memory pointers -------------------------------------------------------------------------

TEST_P(NestedCaches, PointersAreWithdrawnForExactlyWhatIsReachedBeforeTheSyncIsDone) {
    simulate([&] {
        bench.ram.grants_dmi = true;
        // Pages 0 to 3 are cut from a block of stage 1; 4 to 7 are pages of their own.
        bench.stage1.map(va_block, ipa_block, stage1_page, 2);
        bench.stage2.map(ipa_block, map::data, stage2_page, 2);
        for (unsigned n = 0; n < 4; ++n) {
            bench.stage2.map(ipa_block + block_bytes + page(n), NestedBench::data_page(0x200 + n),
                             stage2_page);
            bench.stage1.map(va_block + block_bytes + page(n), ipa_block + block_bytes + page(n),
                             stage1_page);
        }
        const uint64_t pages = va_block + block_bytes;
        bench.start();
        EXPECT_EQ(read(va_block), 0u);
        for (unsigned n = 0; n < 4; ++n) EXPECT_EQ(read(pages + page(n)), 0x200 + n);
        const auto granted = [&](uint64_t address) {
            tlm::tlm_dmi dmi;
            return bench.device.ask(of_stream(stream), tlm::TLM_READ_COMMAND, address, dmi);
        };
        /// The ranges withdrawn when CONS first shows the CMD_SYNC consumed.
        const auto withdrawn_by = [&](const auto& command) {
            bench.device.withdrawn.clear();
            bench.push(command);
            bench.push(SmmuBench::sync_command());
            bench.ring();
            while (bench.peek<CmdqCons>() != bench.command_prod())
                sc_core::wait(sc_core::SC_ZERO_TIME);
            std::vector<std::pair<uint64_t, uint64_t>> ranges;
            for (const auto& w : bench.device.withdrawn) ranges.push_back({w.first, w.last});
            return ranges;
        };
        using Ranges = std::vector<std::pair<uint64_t, uint64_t>>;
        ASSERT_TRUE(granted(pages));
        EXPECT_EQ(withdrawn_by(nh(Opcode::TLBI_NH_VA, pages + page(1))),
                  (Ranges{{pages + page(1), pages + page(2) - 1}}));
        EXPECT_EQ(withdrawn_by(nh(Opcode::TLBI_NH_VA, pages, asid, vmid + 1)), Ranges{});
        EXPECT_EQ(withdrawn_by(nh(Opcode::TLBI_NH_ASID, 0, asid + 1)), Ranges{});
        EXPECT_EQ(withdrawn_by(s2_ipa(ipa_block + block_bytes)), Ranges{}) << "4.4.3.1";
        ASSERT_TRUE(granted(va_block + page(7)));
        const auto of_block = withdrawn_by(nh(Opcode::TLBI_NH_VAA, va_block + page(0x123)));
        ASSERT_EQ(of_block.size(), 1u);
        EXPECT_GE(of_block[0].first, va_block);
        EXPECT_LT(of_block[0].second, pages);
        EXPECT_EQ(withdrawn_by(nh(Opcode::TLBI_NH_ALL, 0)),
                  (Ranges{{pages, pages + page(1) - 1}, {pages + page(2), pages + page(4) - 1}}));
        EXPECT_FALSE(granted(pages));
    });
}

}  // namespace
}  // namespace smmu::test
