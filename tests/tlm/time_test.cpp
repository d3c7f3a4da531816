// Time: what is charged, that it is only annotated, and what holds when memory waits.
#include "tests/model/smmu_bench.h"
#include "tests/tlm/transaction.h"

namespace smmu::test {

constexpr auto read_command = tlm::TLM_READ_COMMAND;

struct TlmTime : SimTest, NestedBench {
    explicit TlmTime(const Params& params = {}) : NestedBench(params) {
        for (unsigned n = 0; n < 8; ++n)  // no two are neighbours in memory
            stage1.map(va + n * 0x1000, data_page(2 * n) + map::guest, stage1_page);
    }
    void in_background(std::function<void()> body) {
        sc_core::sc_spawn(std::move(body), sc_core::sc_gen_unique_name("background"));
    }
};

TEST_F(TlmTime, NoAccessWaitsByItself) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        uint64_t data = 0;
        const auto deltas = sc_core::sc_delta_count();
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        // Miss, hit, split, fault, no such stream.
        for (uint64_t address : {va, va, va + 0xFFC, va + 0x8000})
            Transaction(of_stream(stream), read_command, address, &data, 8).send(device);
        Transaction(of_stream(256), read_command, va, &data, 8).send(device);
        EXPECT_EQ(sc_core::sc_delta_count(), deltas);
        EXPECT_EQ(sc_core::sc_time_stamp(), now);
        EXPECT_GT(device.delay, 300 * ns);
    });
}

TEST_F(TlmTime, DelayOfADecoupledMasterIsCarriedAlong) {
    simulate([&] {
        start();
        ram.latency = 10 * ns;
        ram.remembers = true;
        uint64_t data = 0;
        const sc_core::sc_time ahead(1.0, sc_core::SC_SEC), now = sc_core::sc_time_stamp();
        device.delay = ahead;
        Transaction t(of_stream(stream), read_command, va, &data, 8);
        t.send(device);
        // 30 reads of the SMMU one after the other, then the access, each at its own local time.
        ASSERT_EQ(ram.seen.size(), 31u);
        for (unsigned i = 0; i < 31; ++i) EXPECT_EQ(ram.seen[i].at, now + ahead + 10.0 * i * ns);
        EXPECT_EQ(device.delay, ahead + 310 * ns);
        t.send(device);
        EXPECT_EQ(device.delay, ahead + 320 * ns);
        EXPECT_EQ(sc_core::sc_time_stamp(), now);
    });
}

struct TlmLatency : TlmTime {
    static Params params() {
        Params p;
        p.clock = 2 * ns;
        p.cycles.micro_tlb = 3;
        p.cycles.link = 10;  // each way
        p.cycles.command = 50;
        return p;
    }
    TlmLatency() : TlmTime(params()) {}
};

TEST_F(TlmLatency, OfHitMissAndCommandIsChargedInClocks) {
    simulate([&] {
        start();
        uint64_t data = 0;
        const auto cost = [&](uint64_t address) {
            device.delay = sc_core::SC_ZERO_TIME;
            Transaction(of_stream(stream), read_command, address, &data, 8).send(device);
            return device.delay;
        };
        EXPECT_EQ(cost(va), 46 * ns);  // 6 for the look-up that misses
        EXPECT_EQ(cost(va), 6 * ns);
        EXPECT_EQ(cost(va + 0xFFC), 52 * ns);  // the first page hits, the second does not
        EXPECT_EQ(cost(va + 0xFFC), 12 * ns);

        sc_core::wait(1000 * ns);  // past the logical ends of all that
        push(sync_command(arch::CompletionSignal::Irq));
        const sc_core::sc_time rung = sc_core::sc_time_stamp();
        ring();
        sc_core::wait(200 * ns);
        ASSERT_EQ(sync_pulses.size(), 1u);
        EXPECT_EQ(sync_pulses[0].at - rung, 100 * ns);
    });
}

TEST_F(TlmTime, PulsesOfOnePinAreOneClockApart) {
    simulate([&] {
        start();
        for (unsigned i = 0; i < 3; ++i) push(sync_command(arch::CompletionSignal::Irq));
        ring();
        sc_core::wait(100 * ns);
        ASSERT_EQ(sync_pulses.size(), 3u);
        EXPECT_EQ(sync_pulses[1].at - sync_pulses[0].at, 2 * Params{}.clock);
        EXPECT_EQ(sync_pulses[2].at - sync_pulses[1].at, 2 * Params{}.clock);
    });
}

TEST_F(TlmTime, FunctionDoesNotDependOnLatencies) {
    simulate([&] {
        start();
        ram.put(data_page(2), uint32_t{0xD00D});
        uint32_t data = 0;
        ram.waits = true;
        ram.latency = 7 * ns;
        EXPECT_TRUE(device.read(of_stream(stream), va + 0x1000, data).ok());
        EXPECT_EQ(data, 0xD00Du);
        EXPECT_EQ(device.delay, sc_core::SC_ZERO_TIME) << "memory waited, nothing is left to add";
    });
}

/// Inside one TBU at the same time: each must get its own answer.
TEST_F(TlmTime, ThreadsMayOverlapInOneTbuWhileMemoryWaits) {
    unsigned inside = 0, most = 0, finished = 0;
    for (unsigned n = 0; n < 8; ++n) {
        ram.put(data_page(2 * n), 0x1000 + n);
        ram.put(data_page(2 * n) + 0xFFC, 0x2000 + n);
    }
    simulate([&] {
        start();
        ram.waits = true;
        ram.latency = 10 * ns;
        for (unsigned n = 0; n < 6; ++n)
            in_background([&, n] {
                sc_core::wait(3 * n * ns);
                most = std::max(most, ++inside);
                for (unsigned round = 0; round < 3; ++round) {
                    uint32_t word = 0;
                    EXPECT_TRUE(device.read(of_stream(stream), va + n * 0x1000, word).ok());
                    EXPECT_EQ(word, 0x1000 + n);
                    uint32_t two[2] = {};  // the last word of this page, the first of the next
                    Transaction t(of_stream(stream), read_command, va + n * 0x1000 + 0xFFC, two, 8);
                    EXPECT_EQ(t.send(device), tlm::TLM_OK_RESPONSE);
                    EXPECT_EQ(two[0], 0x2000 + n);
                    EXPECT_EQ(two[1], 0x1000 + n + 1);
                    EXPECT_EQ(device.read(of_stream(stream), va + 0x9000, word),
                              tlm::TLM_ADDRESS_ERROR_RESPONSE);
                }
                --inside;
                ++finished;
            });
        while (finished < 6) sc_core::wait(100 * ns);
        EXPECT_EQ(most, 6u);
        run();
        EXPECT_EQ(counter.events, 6u * 3u);
    });
}

}  // namespace smmu::test
