// CMD_SYNC and what is still on its way: walks, accesses, records.  Arm IHI 0070 G.b, 4.7.3.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::CmdqCons;
using arch::Opcode;

struct SmmuSync : SimTest, NestedBench {
    SmmuSync() {
        map_page(0);
        map_page(1);
    }
    static arch::Command nsnh_all() {
        return arch::Command{}.set(arch::Command::Op, Opcode::TLBI_NSNH_ALL);
    }
    /// Holds accesses to `address` up for a time.
    void slow(uint64_t address, sc_core::sc_time time) {
        ram.on_access = [=](tlm::tlm_generic_payload& p) {
            if (p.get_address() == address) sc_core::wait(time);
        };
    }
    template <class F>
    void in_background(F body) {
        sc_core::sc_spawn(body, sc_core::sc_gen_unique_name("background"));
    }
    void read_page(unsigned n, bool expected = true) {
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(stream), va + n * arch::page_bytes, data).ok(), expected);
    }
    /// Runs the commands with a CMD_SYNC and returns when that was consumed.
    sc_core::sc_time synced() {
        run(nsnh_all());
        return sc_core::sc_time_stamp();
    }
};

TEST_F(SmmuSync, TLB_10_InvalidationDuringAWalkLeavesNoOldTranslationBehind) {
    simulate([&] {
        start();
        // The walk has read the leaf of stage 1 and waits in the last table of stage 2.
        slow(stage2.descriptor(data_page(0) + map::guest), 100 * ns);
        bool done = false;
        in_background([&] {
            read_page(0);  // began before the invalidation: may use the old translation
            done = true;
        });
        sc_core::wait(50 * ns);
        ASSERT_FALSE(done);
        stage1.unmap(va);
        run(nsnh_all());
        EXPECT_TRUE(done);
        read_page(0, false);
    });
}

TEST_F(SmmuSync, InvalidationDuringAWalkLeavesNoOldConfigurationBehind) {
    simulate([&] {
        start();
        slow(cd, 100 * ns);
        in_background([&] { read_page(0); });
        sc_core::wait(50 * ns);
        put_ste(stream, arch::Ste{});
        run(arch::command<arch::CfgiSte>(Opcode::CFGI_STE).set(arch::CfgiSte::StreamID, stream));
        read_page(0, false);
    });
}

TEST_F(SmmuSync, CMD_35_WaitsForAnAccessOnItsWayToMemory) {
    simulate([&] {
        start();
        read_page(0);  // fills the TLB
        slow(data_page(0), 100 * ns);
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        in_background([&] { read_page(0); });
        sc_core::wait(10 * ns);
        EXPECT_GE(synced(), begin + 100 * ns);
    });
}

TEST_F(SmmuSync, DoesNotWaitForAccessesThatBeginLater) {
    simulate([&] {
        start();
        read_page(0);
        slow(data_page(0), 100 * ns);
        // Two threads whose accesses overlap: there is always one on its way.
        bool stop = false;
        for (unsigned i = 0; i < 2; ++i)
            in_background([&, i] {
                sc_core::wait(50 * i * ns);
                while (!stop) read_page(0);
            });
        sc_core::wait(500 * ns);
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        EXPECT_LE(synced(), begin + 300 * ns);
        stop = true;
        sc_core::wait(300 * ns);
    });
}

TEST_F(SmmuSync, CMD_35_WaitsForTheRecordsOfFaultsThatMastersHaveSeen) {
    simulate([&] {
        start();
        slow(map::event_queue, 300 * ns);
        read_page(7, false);
        sc_core::wait(ns);
        synced();
        EXPECT_EQ(peek<arch::EventqProd>(), 1u);
    });
}

/// A master that faults without end must not keep a driver from unmapping.
TEST_F(SmmuSync, IsNotHeldUpByFaultsThatComeLater) {
    simulate([&] {
        start();
        slow(map::event_queue, 30 * ns);
        events_log2 = 0;  // every record goes to the same slot, taken at once
        bool stop = false;
        in_background([&] {
            while (!stop) {
                read_page(7, false);
                sc_core::wait(10 * ns);
                cpu.write(StreamIn{}, arch::EventqCons::offset, peek<arch::EventqProd>());
            }
        });
        sc_core::wait(1000 * ns);
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        EXPECT_LE(synced(), begin + 8000 * ns);
        stop = true;
        sc_core::wait(100 * ns);
    });
}

TEST_F(SmmuSync, WaitsForTheLogicalEndOfWalksThatRunAhead) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        const sc_core::sc_time begin = sc_core::sc_time_stamp();
        device.delay = sc_core::SC_ZERO_TIME;
        read_page(0);  // thirty reads and the access itself, without any wait()
        EXPECT_EQ(sc_core::sc_time_stamp(), begin);
        EXPECT_EQ(device.delay, 310 * ns);
        EXPECT_GE(synced(), begin + 300 * ns);
    });
}

TEST_F(SmmuSync, CMD_36_HoldsBackTheCommandsBehindIt) {
    simulate([&] {
        start();
        read_page(0);
        slow(data_page(0), 100 * ns);
        in_background([&] { read_page(0); });
        sc_core::wait(10 * ns);
        push(sync_command());
        push(nsnh_all());
        ring();
        sc_core::wait(50 * ns);
        EXPECT_EQ(counter.commands, 0u);
        EXPECT_EQ(peek<CmdqCons>(), 0u);
        EXPECT_TRUE(consumed());
        EXPECT_EQ(counter.commands, 2u);
    });
}

TEST_F(SmmuSync, CommandsOfADecoupledCpuWaitForItsTime) {
    simulate([&] {
        start();
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        push(sync_command());
        cpu.delay = 500 * ns;
        ring();
        EXPECT_EQ(sc_core::sc_time_stamp(), now + 500 * ns);
        EXPECT_EQ(cpu.delay, sc_core::SC_ZERO_TIME);
    });
}

}  // namespace smmu::test
