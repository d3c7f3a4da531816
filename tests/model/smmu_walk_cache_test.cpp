// The component with walk caches and a cache of IPAs: shorter walks, and nothing old after an
// invalidation, a reset or a walk that an invalidation overtakes.  Arm IHI 0070 G.b, 3.21.1, 4.4.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::Command;
using arch::Opcode;
using arch::TlbiNh;
using core::Purpose;

struct SmmuWalkCache : SimTest, NestedBench {
    static Params with_walk_caches() {
        Params p;
        p.walk_caches = core::by_stage({64, 4}, {64, 4}, {64, 4});
        return p;
    }
    SmmuWalkCache() : NestedBench(with_walk_caches()) {
        for (unsigned n = 0; n < 4; ++n) {
            map_page(n);
            ram.put(data_page(n), n);
        }
    }
    static uint64_t page(unsigned n) { return va + n * arch::page_bytes; }
    /// What the device finds there; 99 if nothing.
    uint32_t read_page(unsigned n) {
        uint32_t data = 0;
        return device.read(of_stream(stream), page(n), data).ok() ? data : 99;
    }
    /// Table reads of the latest walk.
    using Reads = std::pair<uint32_t, uint32_t>;
    Reads reads() const {
        return {counter.fetches[Purpose::Stage1Table], counter.fetches[Purpose::Stage2Table]};
    }
    static Command nh_va(uint64_t address) {
        return arch::view<Command>(arch::command<TlbiNh>(Opcode::TLBI_NH_VA)
                                       .set(TlbiNh::VMID, vmid)
                                       .set(TlbiNh::ASID, asid)
                                       .set(TlbiNh::Address, address));
    }
    static Command nsnh_all() { return Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL); }
    /// The guest moves its tables below `level`: the same pages, one further each.
    void move_tables(int level = 2) {
        const uint64_t table = pages.take();
        ram.put(stage1.descriptor(va, level), (table + map::guest) | 0b11);
        for (unsigned n = 0; n < 3; ++n)
            stage1.map(page(n), data_page(n + 1) + map::guest, stage1_page);
    }
    void slow(uint64_t address, sc_core::sc_time time) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (p.get_address() == address) sc_core::wait(time);
        };
    }
};

TEST_F(SmmuWalkCache, TheNextPageReadsTheLeavesAlone) {
    simulate([&] {
        start();
        EXPECT_EQ(read_page(0), 0u);
        EXPECT_EQ(reads().first, 4u);
        EXPECT_EQ(read_page(1), 1u);
        EXPECT_EQ(reads(), (Reads{1, 1}));
    });
}

TEST_F(SmmuWalkCache, CMD_17_AMovedTableIsSeenAfterTheInvalidationOfAnAddressInIt) {
    simulate([&] {
        start();
        EXPECT_EQ(read_page(0), 0u);
        move_tables();
        EXPECT_EQ(read_page(1), 1u);  // the old table is still known
        run(nh_va(page(2)));
        EXPECT_EQ(read_page(2), 3u);
        EXPECT_EQ(reads().first, 4u);
    });
}

TEST_F(SmmuWalkCache, InvalidationDuringAWalkLeavesNoOldTableBehind) {
    simulate([&] {
        start();
        // The walk has read the descriptor that changes, and is about to find the table below the next.
        slow(stage1.descriptor(va, 2), 100 * ns);
        bool done = false;
        sc_core::sc_spawn([&] {
            EXPECT_EQ(read_page(0), 0u);  // began before the invalidation
            done = true;
        });
        sc_core::wait(50 * ns);
        ASSERT_FALSE(done);
        move_tables(1);
        run(nsnh_all());
        EXPECT_TRUE(done);
        EXPECT_EQ(read_page(1), 2u);
    });
}

TEST_F(SmmuWalkCache, AResetEmptiesThem) {
    simulate([&] {
        start();
        EXPECT_EQ(read_page(0), 0u);
        reset_n.write(false);
        sc_core::wait(10 * ns);
        reset_n.write(true);
        sc_core::wait(10 * ns);
        move_tables();
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
        start();
        put_ste(stream, with_stage2(stage1_ste(cd + map::guest), stage2, vmid));
        EXPECT_EQ(read_page(1), 2u);
        EXPECT_EQ(reads().first, 4u);
    });
}

TEST_F(SmmuWalkCache, ADebugAccessKeepsNothing) {
    simulate([&] {
        start();
        uint32_t data = 99;
        EXPECT_EQ(device.debug(of_stream(stream), tlm::TLM_READ_COMMAND, page(1), &data, 4), 4u);
        EXPECT_EQ(data, 1u);
        EXPECT_EQ(read_page(0), 0u);
        EXPECT_EQ(reads().first, 4u);
    });
}

}  // namespace smmu::test
