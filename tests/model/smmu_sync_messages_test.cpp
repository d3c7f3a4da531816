// What CMD_SYNC promises of descriptor updates and of the messages of CMD_SYNCs before it.  Arm IHI
// 0070 G.b, 3.13.4, 4.7.3.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t doorbell = 0xA0'0000;

class SmmuSyncMessages : public SimTest {
protected:
    SmmuSyncMessages() : bench(with_httu()) {}

    static Params with_httu() {
        Params params;
        params.features.httu = 2;
        return params;
    }
    /// CMD_SYNC with an MSI, typed from 4.7.3.
    static Command sync(uint64_t address, uint32_t data) {
        return {{{uint64_t{data} << 32 | 0x0FC0'1046, address}}};
    }
    /// Holds writes to `address` up for a time.
    void slow_writes(uint64_t address, sc_core::sc_time time) {
        bench.ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (!p.is_read() && p.get_address() == address) sc_core::wait(time);
        };
    }
    NestedBench bench;
};

TEST_F(SmmuSyncMessages, HTTU_14_CMD_35_UpdatesOfAccessesThatAreDoneAreThere) {
    constexpr uint64_t access_flag = uint64_t{1} << 10;
    simulate([&] {
        bench.ram.put(bench.cd, NestedBench::make_cd(bench.stage1, NestedBench::asid)
                                    .set(Cd::HA, true)
                                    .set(Cd::HD, true));
        for (unsigned n = 0; n < 2; ++n) bench.map_page(n, stage1_page & ~access_flag);
        bench.start();
        const uint64_t leaf = bench.stage1.descriptor(NestedBench::va);
        const auto is_set = [&](unsigned n) {
            return (bench.ram.get<uint64_t>(leaf + 8 * n) & access_flag) != 0;
        };
        // The update takes its time, and an access that is done does not come before it.
        slow_writes(leaf, 200 * ns);
        bool done = false;
        sc_core::sc_spawn([&] {
            uint32_t data = 0;
            EXPECT_TRUE(
                bench.device.read(of_stream(NestedBench::stream), NestedBench::va, data).ok());
            EXPECT_TRUE(is_set(0));
            done = true;
        });
        sc_core::wait(50 * ns);
        EXPECT_FALSE(done || is_set(0));
        // An invalidation that covers the access completes it, its update included.
        bench.run(Command{}.set(Command::Op, Opcode::TLBI_NSNH_ALL));
        EXPECT_TRUE(done && is_set(0));

        uint32_t data = 0;
        EXPECT_TRUE(
            bench.device.read(of_stream(NestedBench::stream), NestedBench::va + 0x1000, data).ok());
        bench.run();
        EXPECT_TRUE(is_set(1));
    });
}

TEST_F(SmmuSyncMessages, CMD_35_CMD_48_ASyncFollowsTheMessageOfTheOneBeforeIt) {
    simulate([&] {
        bench.start();
        slow_writes(doorbell, 300 * ns);
        bench.ram.remembers = true;
        for (uint32_t n = 1; n <= 3; ++n) bench.push(sync(doorbell + 4 * (n - 1), n));
        bench.ring();
        uint32_t cons = 0;
        while (cons < 2) {
            sc_core::wait(ns);
            cons = bench.peek<CmdqCons>();
        }
        EXPECT_EQ(bench.ram.get<uint32_t>(doorbell), 1u) << "the message is there";
        EXPECT_TRUE(bench.consumed());
        sc_core::wait(500 * ns);
        std::vector<uint64_t> order;
        for (const Ram::Seen& s : bench.ram.seen)
            if (s.write && s.address >= doorbell) order.push_back(s.address);
        EXPECT_EQ(order, (std::vector<uint64_t>{doorbell, doorbell + 4, doorbell + 8}));
        EXPECT_EQ(bench.sync_pulses.size(), 3u);
    });
}

TEST_F(SmmuSyncMessages, CMD_35_AMessageThatIsAbortedShowsBeforeTheNextSyncIsDone) {
    simulate([&] {
        bench.start();
        bench.ram.fail(doorbell, 4);
        slow_writes(doorbell, 300 * ns);
        bench.push(sync(doorbell, 1));
        bench.push(SmmuBench::sync_command());
        bench.ring();
        EXPECT_TRUE(bench.consumed());
        EXPECT_EQ(bench.read<Gerror>().raw(), 1u << 4);  // MSI_CMDQ_ABT_ERR
    });
}

/// The record of an event, not its message.
TEST_F(SmmuSyncMessages, CMD_35_DoesNotWaitForTheMessageOfAnEvent) {
    simulate([&] {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, EventqIrqCfg0::offset, doorbell).ok());
        bench.start();
        slow_writes(doorbell, 5000 * ns);
        uint32_t data = 0;
        EXPECT_FALSE(bench.device.read(of_stream(NestedBench::stream), NestedBench::va, data).ok());
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        bench.run();
        EXPECT_EQ(bench.peek<EventqProd>(), 1u);
        EXPECT_LT(sc_core::sc_time_stamp(), begin + 1000 * ns);
        sc_core::wait(6000 * ns);
    });
}

}  // namespace
}  // namespace smmu::test
