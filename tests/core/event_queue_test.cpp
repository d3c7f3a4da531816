// The SMMU's end of the Event queue: records, overflow, aborted writes.  Arm IHI 0070 G.b, 3.5,
// 7.2, 7.4; names carry the rule of the check list.
#include <functional>

#include "tests/core/queue_bench.h"

namespace smmu::test {
namespace {

class EventQueue : public QueueBench {
protected:
    /// Memory whose writes take so long that `meanwhile` happens.
    class SlowMemory final : public core::Memory {
    public:
        SlowMemory(core::Memory& memory, std::function<void()> meanwhile)
            : memory_(memory), meanwhile_(std::move(meanwhile)) {}
        core::MemoryResult read(const core::MemoryAccess& a, uint64_t* words) override {
            return memory_.read(a, words);
        }
        core::MemoryResult write(const core::MemoryAccess& a, const uint64_t* words) override {
            const core::MemoryResult result = memory_.write(a, words);
            meanwhile_();
            return result;
        }
        core::MemoryResult compare_and_swap(const core::MemoryAccess& a, uint64_t expected,
                                            uint64_t desired, uint64_t& found) override {
            return memory_.compare_and_swap(a, expected, desired, found);
        }

    private:
        core::Memory& memory_;
        std::function<void()> meanwhile_;
    };
    Recorded record_while(std::function<void()> meanwhile) {
        SlowMemory slow(memory, std::move(meanwhile));
        return core::record_event(registers, Event{{1, 2, 3, 4}}, slow);
    }
};

TEST_F(EventQueue, QUEUE_01_QUEUE_02_QUEUE_03_QUEUE_04_EventsFromEmptyToFullAndAroundForEverySize) {
    for (uint32_t log2size = 0; log2size <= 19; ++log2size) {
        SCOPED_TRACE(log2size);
        const uint32_t entries = 1u << log2size, last = entries - 1;
        event_queue(base | log2size, last, last);
        EXPECT_EQ(record(), Recorded::FirstWritten);
        EXPECT_EQ(written_at(), base + 32 * uint64_t{last});
        EXPECT_EQ(prod(), entries) << "index 0, wrap inverted";

        event_queue(base | log2size, entries | last, last);
        EXPECT_EQ(record(), Recorded::Overflow) << "full";
        event_queue(base | log2size, entries | last, entries | last);
        EXPECT_EQ(record(), Recorded::FirstWritten);
        EXPECT_EQ(prod(), 0u);
    }
}

TEST_F(EventQueue, ARecordIsWrittenWhole) {
    event_queue(base | 4, 2, 2);
    EXPECT_EQ(record(0x1122'3344'5566'7788), Recorded::FirstWritten);
    const uint64_t words[] = {0x1122'3344'5566'7788, 2, 3, 4};
    for (uint64_t i = 0; i < 4; ++i) EXPECT_EQ(memory.word(base + 64 + 8 * i), words[i]);
    EXPECT_EQ(memory.word(base + 56), 0u);
    EXPECT_EQ(memory.word(base + 96), 0u);
}

TEST_F(EventQueue, QUEUE_10_OnlyTheFirstRecordOfAnEmptyQueueInterrupts) {
    event_queue(base | 2, 0, 0);
    EXPECT_EQ(record(), Recorded::FirstWritten);
    EXPECT_EQ(record(), Recorded::Written);
    put(at::EVENTQ_CONS, 1);
    EXPECT_EQ(record(), Recorded::Written) << "one is left";
    put(at::EVENTQ_CONS, 3);
    EXPECT_EQ(record(), Recorded::FirstWritten);
    EXPECT_EQ(prod(), 4u);
}

TEST_F(EventQueue, REG_26_EventQueuesAreCappedAndAligned) {
    features.event_queue_log2 = 3;
    for (const uint64_t log2size : {3, 4, 19, 31}) {
        event_queue(base | 0x0000'12E0 | log2size, 0x7, 0x7);
        EXPECT_EQ(record(), Recorded::FirstWritten);
        EXPECT_EQ(written_at(), base + 0x1200 + 32 * 7) << "256 bytes, aligned to its size";
        EXPECT_EQ(prod(), 0x8u);
    }
    event_queue(base | 0x1E0 | 0, 0, 0);
    record();
    EXPECT_EQ(written_at(), base + 0x1E0);
    event_queue(base | 0x1E0 | 1, 0, 0);
    record();
    EXPECT_EQ(written_at(), base + 0x1C0);
}

TEST_F(EventQueue, QUEUE_06_QUEUE_07_QUEUE_11_OverflowIsShownOnceUntilItIsAcknowledged) {
    for (const uint32_t flag : {0u, 0x8000'0000u}) {  // OVFLG and OVACKFLG may start with either
        event_queue(base | 1, flag, flag);
        EXPECT_EQ(record(1), Recorded::FirstWritten);
        EXPECT_EQ(record(2), Recorded::Written);
        EXPECT_EQ(prod(), flag | 2);
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(record(3), Recorded::Overflow);
            EXPECT_TRUE(memory.log.empty());
            EXPECT_EQ(prod(), (flag ^ 0x8000'0000) | 2) << "toggled by the first loss only";
        }
        EXPECT_EQ(memory.word(base), 1u);
        EXPECT_EQ(memory.word(base + 32), 2u) << "QUEUE-11";
        // Space, still unacknowledged: QUEUE-07.
        put(at::EVENTQ_CONS, flag | 1);
        EXPECT_EQ(record(4), Recorded::Written);
        EXPECT_EQ(record(5), Recorded::Overflow);
        EXPECT_EQ(prod(), (flag ^ 0x8000'0000) | 3) << "a second overflow is invisible";
        // Acknowledged while full: the next loss shows again.
        put(at::EVENTQ_CONS, (flag ^ 0x8000'0000) | 1);
        EXPECT_EQ(record(6), Recorded::Overflow);
        EXPECT_EQ(prod(), flag | 3);
    }
}

TEST_F(EventQueue, QUEUE_19_ADisabledQueueLosesEventsWithoutOverflow) {
    event_queue(base | 1, 0, 2);  // full
    control(0);
    EXPECT_EQ(record(), Recorded::Lost);
    put(at::EVENTQ_CONS, 0);
    EXPECT_EQ(record(), Recorded::Lost);
    EXPECT_TRUE(memory.log.empty());
    EXPECT_EQ(prod(), 0u);
    put(at::CR0, EVENTQEN);
    EXPECT_EQ(record(), Recorded::Lost) << "until the Update is complete";
    acknowledge();
    EXPECT_EQ(record(), Recorded::FirstWritten);
}

TEST_F(EventQueue, GERR_03_AnAbortedWriteStopsTheQueueUntilAcknowledged) {
    event_queue(base | 1, 0, 0);
    memory.abort_at(base + 16);
    EXPECT_EQ(record(), Recorded::Aborted);
    EXPECT_EQ(get(at::GERROR), 0b100u);
    EXPECT_EQ(prod(), 0u) << "a synchronous abort does not move PROD";
    memory.repair(base + 16);
    EXPECT_EQ(record(), Recorded::Lost);
    put(at::EVENTQ_CONS, 2);  // full: still no overflow (QUEUE_19)
    EXPECT_EQ(record(), Recorded::Lost);
    EXPECT_TRUE(memory.log.empty());
    EXPECT_EQ(prod(), 0u);
    put(at::EVENTQ_CONS, 0);
    acknowledge_gerror();
    EXPECT_EQ(record(), Recorded::FirstWritten);
    EXPECT_EQ(written_at(), base);
}

TEST_F(EventQueue, SoftwareThatEmptiesTheQueueDuringAWriteGetsItsInterrupt) {
    event_queue(base | 2, 1, 0);
    EXPECT_EQ(record_while([&] { put(at::EVENTQ_CONS, 1); }), Recorded::FirstWritten);
    EXPECT_EQ(record_while([&] {}), Recorded::Written);
    EXPECT_EQ(prod(), 3u);
}

TEST_F(EventQueue, AResetDuringAWriteLeavesNothing) {
    event_queue(base | 2, 0, 0);
    EXPECT_EQ(record_while([&] { reset(); }), Recorded::Lost);
    EXPECT_EQ(prod(), 0u);
    event_queue(base | 2, 0, 0);
    memory.abort_at(base);
    EXPECT_EQ(record_while([&] { reset(); }), Recorded::Lost);
    EXPECT_EQ(get(at::GERROR), 0u);
}

// A queue whose EVENTQEN was written 0 is in use until the Update is complete: the record stands.
TEST_F(EventQueue, REG_16_ARecordThatIsBeingWrittenIsCommitted) {
    event_queue(base | 2, 0, 0);
    EXPECT_EQ(record_while([&] { put(at::CR0, 0); }), Recorded::FirstWritten);
    EXPECT_EQ(prod(), 1u);
}

}  // namespace
}  // namespace smmu::test
