// Faults on their way to software: record, PROD, interrupt; overflow, aborts, disabling.
// Arm IHI 0070 G.b, 7.2 and 7.4.
#include "tests/model/smmu_bench.h"

namespace smmu::test {

using arch::Event;
using arch::EventqCons;
using arch::EventqProd;
using arch::Gerror;

struct SmmuEvents : SimTest, NestedBench {
    /// An access to a page that nothing maps; `n` tells the records apart.
    void fault(unsigned n) {
        uint32_t data = 0;
        EXPECT_EQ(device.read(of_stream(stream), va + n * arch::page_bytes, data),
                  tlm::TLM_ADDRESS_ERROR_RESPONSE);
    }
    void settle() { sc_core::wait(1000 * ns); }
    /// Calls `then` when the SMMU writes to its Event queue.
    void at_record_write(std::function<void()> then) {
        ram.on_access = [this, then](tlm::tlm_generic_payload& p) {
            if (p.is_write() && p.get_address() >= map::event_queue &&
                p.get_address() < map::event_queue + 0x1000)
                then();
        };
    }
    void acknowledge_gerror() { write(arch::Gerrorn{{{read<Gerror>().raw()}}}); }
};

TEST_F(SmmuEvents, EVT_14_QUEUE_09_RecordComesBeforeProdAndProdBeforeTheInterrupt) {
    simulate([&] {
        start();
        sc_core::sc_time written;
        uint32_t prod_then = ~0u;
        at_record_write([&] {
            written = sc_core::sc_time_stamp();
            prod_then = peek<EventqProd>();
        });
        ram.latency = 50 * ns;
        fault(3);
        while (eventq_pulses.empty()) sc_core::wait(ns);
        EXPECT_EQ(prod_then, 0u);
        EXPECT_EQ(eventq_pulses[0].eventq_prod, 1u);
        EXPECT_GE(eventq_pulses[0].at, written + 50 * ns);
        EXPECT_EQ((ram.get<Event>(map::event_queue)[Event::InputAddr]), va + 0x3000);
    });
}

TEST_F(SmmuEvents, InterruptComesOnlyWhenTheQueueWasEmpty) {
    simulate([&] {
        start();
        fault(0);
        settle();
        fault(1);
        settle();
        EXPECT_EQ(eventq_pulses.size(), 1u);
        EXPECT_TRUE(take_event());
        EXPECT_TRUE(take_event());
        EXPECT_FALSE(take_event());
        fault(2);
        settle();
        EXPECT_EQ(eventq_pulses.size(), 2u);
    });
}

/// Software found one record, took it, and goes to sleep: the next record has to wake it, also when
/// the write of that record had begun before.
TEST_F(SmmuEvents, InterruptComesWhenTheQueueEmptiedDuringTheWriteOfTheNextRecord) {
    simulate([&] {
        start();
        fault(0);
        settle();
        ASSERT_EQ(eventq_pulses.size(), 1u);
        at_record_write([] { sc_core::wait(100 * ns); });
        fault(1);
        sc_core::wait(50 * ns);  // the second write is on its way
        EXPECT_TRUE(take_event());
        EXPECT_FALSE(take_event());
        settle();
        EXPECT_EQ(eventq_pulses.size(), 2u);
        EXPECT_TRUE(take_event());
    });
}

TEST_F(SmmuEvents, REG_44_NoInterruptWhileDisabledAndNoneAfterwards) {
    simulate([&] {
        start();
        enable_interrupts(arch::IrqCtrl{});
        fault(0);
        settle();
        enable_interrupts(all_interrupts());
        settle();
        EXPECT_EQ(peek<EventqProd>(), 1u);
        EXPECT_TRUE(eventq_pulses.empty());
    });
}

TEST_F(SmmuEvents, EVT_11_EVT_12_FullQueueLosesRecordsAndTogglesOverflowOnce) {
    simulate([&] {
        start();
        for (unsigned n = 0; n < 6; ++n) fault(n);  // four fit
        settle();
        const auto prod = read<EventqProd>();
        EXPECT_EQ(prod[EventqProd::WR], 0b100u);
        EXPECT_TRUE(prod[EventqProd::OVFLG]);
        // With space, recording goes on, although the overflow is not acknowledged.
        for (unsigned n = 0; n < 4; ++n) {
            const auto event = take_event();
            ASSERT_TRUE(event);
            EXPECT_EQ((*event)[Event::InputAddr], va + n * arch::page_bytes);
        }
        fault(7);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::InputAddr], va + 7 * arch::page_bytes);
        EXPECT_TRUE(read<EventqProd>()[EventqProd::OVFLG]);
        // Once acknowledged, the next overflow shows again.
        write(read<EventqCons>().set(EventqCons::OVACKFLG, true));
        for (unsigned n = 0; n < 5; ++n) fault(n);
        settle();
        EXPECT_FALSE(read<EventqProd>()[EventqProd::OVFLG]);
    });
}

TEST_F(SmmuEvents, QueueOfOneEntryWorks) {
    events_log2 = 0;
    simulate([&] {
        start();
        for (unsigned n = 0; n < 3; ++n) {
            fault(n);
            const auto event = next_event();
            ASSERT_TRUE(event);
            EXPECT_EQ((*event)[Event::InputAddr], va + n * arch::page_bytes);
        }
        EXPECT_FALSE(read<EventqProd>()[EventqProd::OVFLG]);
    });
}

TEST_F(SmmuEvents,
       EVT_11_EVT_12_EVT_26_AbortedWriteActivatesGerrorAndStopsRecordingUntilAcknowledged) {
    simulate([&] {
        start();
        ram.fail(map::event_queue, 0x1000);
        fault(0);
        settle();
        EXPECT_EQ(read<Gerror>().raw(), 0b100u);
        ASSERT_EQ(gerror_pulses.size(), 1u);
        EXPECT_EQ(gerror_pulses[0].gerror, 0b100u);
        EXPECT_TRUE(eventq_pulses.empty());

        ram.repair();
        fault(1);
        settle();
        EXPECT_EQ(read<EventqProd>().raw(), 0u);  // lost, and no overflow

        acknowledge_gerror();
        fault(2);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::InputAddr], va + 0x2000);
        EXPECT_EQ(gerror_pulses.size(), 1u);
    });
}

TEST_F(SmmuEvents, EVT_11_EVT_13_DisabledQueueLosesRecordsWithoutOverflow) {
    simulate([&] {
        start();
        control(all_on().set(arch::Cr0::EVENTQEN, false));
        fault(0);
        settle();
        control(all_on());
        settle();
        EXPECT_EQ(read<EventqProd>().raw(), 0u);
    });
}

TEST_F(SmmuEvents, EVT_25_DisablingIsAcknowledgedAfterTheRecordBeingWritten) {
    simulate([&] {
        start();
        at_record_write([] { sc_core::wait(100 * ns); });
        fault(0);
        fault(1);
        sc_core::wait(10 * ns);
        control(all_on().set(arch::Cr0::EVENTQEN, false));
        EXPECT_EQ(read<EventqProd>().raw(), 1u);  // the first was committed, the second dropped
        settle();
        EXPECT_EQ(read<EventqProd>().raw(), 1u);
    });
}

TEST_F(SmmuEvents, RecordOfAFaultInLocalTimeWaitsForThatTime) {
    simulate([&] {
        start();
        const sc_core::sc_time now = sc_core::sc_time_stamp();
        device.delay = 500 * ns;
        fault(0);
        while (eventq_pulses.empty()) sc_core::wait(ns);
        EXPECT_GE(eventq_pulses[0].at, now + 500 * ns);
    });
}

/// A master that is far ahead in local time does not keep the records of others back.
TEST_F(SmmuEvents, AreRecordedInTheOrderOfTheirLocalTimes) {
    simulate([&] {
        start();
        device.delay = 5000 * ns;
        fault(0);
        device.delay = sc_core::SC_ZERO_TIME;
        fault(1);
        const auto event = next_event();
        ASSERT_TRUE(event);
        EXPECT_EQ((*event)[Event::InputAddr], va + 0x1000);
        sc_core::wait(5000 * ns);
        EXPECT_TRUE(take_event());
    });
}

}  // namespace smmu::test
