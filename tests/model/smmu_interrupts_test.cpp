// Interrupts as software meets them: edges, not levels; which have an enable; that none is missed.
// Arm IHI 0070 G.b, 3.18, 7.5.
#include "tests/model/smmu_bench.h"

namespace smmu::test {
namespace {

using namespace arch;

constexpr uint64_t doorbell = 0xA0'0000;

struct SmmuInterrupts : SimTest, NestedBench {
    void fault(unsigned n) {
        uint32_t data = 0;
        EXPECT_FALSE(device.read(of_stream(stream), va + n * page_bytes, data).ok());
    }
    void settle() { sc_core::wait(1000 * ns); }
    /// An illegal command; the queue then stops.
    void fail_a_command() {
        push(Command{{{0xFF, 0}}});
        ring();
        settle();
    }
    /// Takes the illegal command back, and lets the queue go on.
    void repair() {
        set_command_prod(read<CmdqCons>()[CmdqCons::RD]);
        ring();
        write(Gerrorn{{{read<Gerror>().raw()}}});
    }
    /// CMD_SYNC with an MSI, typed from 4.7.3.
    static Command sync(uint64_t address, uint32_t data) {
        return {{{uint64_t{data} << 32 | 0x0FC0'1046, address}}};
    }
    /// How long a pin is up after `cause`, which may be repeated without any acknowledgement.
    template <class F>
    sc_core::sc_time width(sc_core::sc_signal<bool>& pin, F cause) {
        sc_core::sc_time up, down;
        sc_core::sc_spawn([&] {
            sc_core::wait(pin.posedge_event());
            up = sc_core::sc_time_stamp();
            sc_core::wait(pin.negedge_event());
            down = sc_core::sc_time_stamp();
        });
        sc_core::wait(sc_core::SC_ZERO_TIME);
        cause();
        settle();
        EXPECT_FALSE(pin.read());
        return down - up;
    }
};

TEST_F(SmmuInterrupts, IRQ_01_EachIsAPulseOfOneClockWithNothingToClear) {
    simulate([&] {
        start();
        const sc_core::sc_time clock = Params{}.clock;
        for (unsigned n = 0; n < 2; ++n) {
            EXPECT_EQ(width(irq_cmd_sync,
                            [&] {
                                push(sync_command(CompletionSignal::Irq));
                                ring();
                            }),
                      clock);
            EXPECT_EQ(width(irq_eventq, [&] { fault(n); }), clock);
            EXPECT_TRUE(take_event());
            EXPECT_EQ(width(irq_gerror, [&] { fail_a_command(); }), clock);
            repair();
        }
        // An error that stays active does not keep the next one from interrupting.
        fail_a_command();
        ram.fail(map::event_queue, 0x1000);
        EXPECT_EQ(width(irq_gerror, [&] { fault(0); }), clock);
        EXPECT_EQ(read<Gerror>().raw() ^ read<Gerrorn>().raw(), 0b101u);
    });
}

TEST_F(SmmuInterrupts, IRQ_05_TheCmdSyncInterruptNeedsNoEnable) {
    simulate([&] {
        start();
        enable_interrupts(IrqCtrl{});
        push(sync_command(CompletionSignal::Irq));
        push(sync(doorbell, 0xCAFE));
        ring();
        EXPECT_TRUE(consumed());
        settle();
        EXPECT_EQ(sync_pulses.size(), 2u);
        EXPECT_EQ(ram.get<uint32_t>(doorbell), 0xCAFEu);
    });
}

// Several causes may share one interrupt: software that takes all that PROD shows, each time it is
// interrupted, must miss no record.
TEST_F(SmmuInterrupts, IRQ_06_WhoTakesAllRecordsAtEachInterruptMissesNone) {
    events_log2 = 6;
    simulate([&] {
        start();
        unsigned taken = 0;
        sc_core::sc_spawn([&] {
            for (;;) {
                sc_core::wait(irq_eventq.posedge_event());
                sc_core::wait(20 * ns);  // software takes its time
                while (take_event()) ++taken;
            }
        });
        sc_core::wait(sc_core::SC_ZERO_TIME);
        ram.latency = 7 * ns;
        unsigned faults = 0;
        for (unsigned burst = 1; burst <= 8; ++burst) {
            for (unsigned n = 0; n < burst; ++n, ++faults) {
                device.delay = sc_core::SC_ZERO_TIME;
                fault(n);
            }
            sc_core::wait(13 * burst * ns);
        }
        settle();
        EXPECT_EQ(taken, faults);
        EXPECT_GE(eventq_pulses.size(), 1u);
        EXPECT_LE(eventq_pulses.size(), faults);
    });
}

// Memory takes its time, and software sees PROD or GERROR before it is over.
TEST_F(SmmuInterrupts, REG_44_WhatHappenedBeforeTheEnableNeverInterrupts) {
    simulate([&] {
        for (const bool aborts : {false, true}) {
            start();
            enable_interrupts(IrqCtrl{});
            if (aborts) ram.fail(map::event_queue, 0x1000);
            ram.latency = 300 * ns;
            device.delay = sc_core::SC_ZERO_TIME;
            fault(0);
            const auto has_happened = [&] {
                return aborts ? peek<Gerror>() != 0 : peek<EventqProd>() != peek<EventqCons>();
            };
            while (!has_happened()) sc_core::wait(ns);
            enable_interrupts(all_interrupts());
            settle();
            EXPECT_TRUE(eventq_pulses.empty() && gerror_pulses.empty()) << aborts;
            ram.latency = sc_core::SC_ZERO_TIME;
            EXPECT_EQ(take_event().has_value(), !aborts);
            enable_interrupts(IrqCtrl{});
            control(Cr0{});
        }
    });
}

TEST_F(SmmuInterrupts, GERR_11_AnMsiErrorStopsNeitherLaterMessagesNorTheQueues) {
    simulate([&] {
        EXPECT_TRUE(cpu.write(StreamIn{}, EventqIrqCfg0::offset, doorbell + 0x10).ok());
        EXPECT_TRUE(cpu.write(StreamIn{}, EventqIrqCfg1::offset, uint32_t{0xE0E0}).ok());
        start();
        ram.fail(doorbell, 0x20);
        push(sync(doorbell, 1));
        ring();
        EXPECT_TRUE(consumed());
        fault(0);
        settle();
        EXPECT_EQ(read<Gerror>().raw(), 1u << 4 | 1u << 5);  // MSI_CMDQ_, MSI_EVENTQ_ABT_ERR
        EXPECT_TRUE(take_event());

        ram.repair();  // and nothing is acknowledged
        push(sync(doorbell, 2));
        ring();
        EXPECT_TRUE(consumed());
        fault(1);
        settle();
        EXPECT_EQ(ram.get<uint32_t>(doorbell), 2u);
        EXPECT_EQ(ram.get<uint32_t>(doorbell + 0x10), 0xE0E0u);
        EXPECT_TRUE(take_event());
        EXPECT_EQ(read<Gerror>().raw(), 1u << 4 | 1u << 5);
    });
}

}  // namespace
}  // namespace smmu::test
