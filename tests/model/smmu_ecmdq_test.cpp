// Several Command queues, and the wake-up event.  Arm IHI 0070 G.b, 3.5.6, 4.1.2, 4.7.3.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

Params with_ecmdqs() {
    Params p;
    p.features.ecmdq = true;
    p.features.ecmdq_page = 0;  // one page at 0x20000, eight queues 0x2000 apart
    p.features.sev = true;
    return p;
}

class SmmuEcmdq : public SimTest {
protected:
    SmmuEcmdq() {
        bench.smmu.wake_event(wake);
        sc_core::sc_spawn_options options;
        options.spawn_method();
        options.dont_initialize();
        options.set_sensitivity(&wake.posedge_event());
        sc_core::sc_spawn([this] { ++wakes; }, "count_wakes", &options);
    }

    static constexpr uint64_t at(unsigned n) { return 0x2'0000 + 0x2000 * uint64_t{n}; }
    static constexpr uint64_t memory_of(unsigned n) { return 0x60'0000 + 0x1000 * uint64_t{n}; }
    static constexpr uint32_t EN = 1u << 31, ERR = 1u << 23;

    uint32_t get(uint64_t offset) {
        uint32_t value = 0;
        EXPECT_TRUE(bench.cpu.read(StreamIn{}, offset, value).ok());
        return value;
    }
    template <class T>
    void put(uint64_t offset, T value) {
        EXPECT_TRUE(bench.cpu.write(StreamIn{}, offset, value).ok());
    }
    /// Four commands long.
    void enable(unsigned n) {
        put(at(n), memory_of(n) | 2);
        put(at(n) + 8, EN);
        while (get(at(n) + 0xC) != EN) sc_core::wait(ns);
    }
    void give(unsigned n, std::initializer_list<Command> commands) {
        uint32_t prod = 0;
        for (const Command& c : commands) bench.ram.put(memory_of(n) + 16 * prod++, c);
        put(at(n) + 8, EN | prod);
    }
    uint32_t settled_cons(unsigned n) {
        sc_core::wait(2000 * ns);
        return get(at(n) + 0xC);
    }
    static Command sync(CompletionSignal cs = CompletionSignal::None) {
        return view<Command>(SmmuDriver::sync_command(cs));
    }
    static Command bad() { return {{{0xFF, 0}}}; }

    NestedBench bench{with_ecmdqs()};
    sc_core::sc_signal<bool> wake{"wake"};
    unsigned wakes = 0;
};

TEST_F(SmmuEcmdq, QUEUE_16_AQueueOfItsOwnInvalidatesAndSynchronises) {
    simulate([&] {
        bench.map_page(0);
        bench.start();
        enable(3);
        uint64_t data = 0;
        EXPECT_TRUE(bench.device.read(of_stream(NestedBench::stream), NestedBench::va, data).ok());
        bench.map_page(0, stage1_page);
        bench.stage1.map(NestedBench::va, NestedBench::data_page(1) + map::guest, stage1_page);
        bench.ram.put(NestedBench::data_page(1), Command{{{0x1111, 0}}});
        give(3, {view<Command>(
                     command<TlbiNh>(Opcode::TLBI_NH_ALL).set(TlbiNh::VMID, NestedBench::vmid)),
                 sync()});
        EXPECT_EQ(settled_cons(3), EN | 2);
        EXPECT_TRUE(bench.device.read(of_stream(NestedBench::stream), NestedBench::va, data).ok());
        EXPECT_EQ(data, 0x1111u);
    });
}

TEST_F(SmmuEcmdq, QueuesAndTheMainOneTakeTurns) {
    simulate([&] {
        bench.start();
        enable(0);
        enable(7);
        give(0, {sync(), sync(), sync()});
        give(7, {sync(), sync()});
        bench.run();
        EXPECT_EQ(settled_cons(0), EN | 3);
        EXPECT_EQ(settled_cons(7), EN | 2);
    });
}

TEST_F(SmmuEcmdq, QUEUE_15_ErrorsAreOfOneQueueAndInterruptAsGerror) {
    simulate([&] {
        bench.start();
        enable(1);
        enable(2);
        give(1, {sync(), bad(), sync()});
        give(2, {sync()});
        EXPECT_EQ(settled_cons(1), EN | ERR | 1u << 24 | 1);
        EXPECT_EQ(settled_cons(2), EN | 1);
        EXPECT_EQ(bench.read<Gerror>().raw(), 1u << 9);
        EXPECT_EQ(bench.gerror_pulses.size(), 1u);
        bench.run();  // the main queue goes on
        bench.ram.put(memory_of(1) + 16, sync());
        put(at(1) + 8, EN | ERR | 3u);  // ERRACK
        EXPECT_EQ(settled_cons(1), EN | ERR | 1u << 24 | 3);
    });
}

TEST_F(SmmuEcmdq, QUEUE_18_AFullQueueThatIsNoLongerFullWakes) {
    simulate([&] {
        bench.start();
        enable(0);
        give(0, {sync(), sync(), sync()});
        settled_cons(0);
        EXPECT_EQ(wakes, 0u) << "it never was full";
        for (uint64_t n = 0; n < 4; ++n) bench.ram.put(memory_of(0) + 16 * n, sync());
        put(at(0) + 8, EN | 7u);  // four more: slots 3, 0, 1, 2
        settled_cons(0);
        EXPECT_EQ(wakes, 1u);
    });
}

TEST_F(SmmuEcmdq, CMD_34_SyncWakesWithSev) {
    simulate([&] {
        bench.start();
        bench.push(SmmuDriver::sync_command(CompletionSignal::Sev));
        bench.push(SmmuDriver::sync_command());
        bench.ring();
        EXPECT_TRUE(bench.consumed());
        sc_core::wait(10 * ns);
        EXPECT_EQ(wakes, 1u);
        EXPECT_TRUE(bench.sync_pulses.empty());
    });
}

class SmmuWithoutSev : public SimTest {
protected:
    SmmuBench bench;
};

TEST_F(SmmuWithoutSev, CMD_34_WithoutTheFeatureSevIsNoSignal) {
    sc_core::sc_signal<bool> wake{"wake"};
    bench.smmu.wake_event(wake);
    simulate([&] {
        bench.start();
        bench.push(SmmuDriver::sync_command(CompletionSignal::Sev));
        bench.ring();
        EXPECT_TRUE(bench.consumed());
        sc_core::wait(10 * ns);
        EXPECT_EQ(wake.posedge_event().triggered(), false);
        EXPECT_FALSE(wake.read());
    });
}

}  // namespace
}  // namespace smmu::test
