// The SMMU's end of the Command queue, and what both queues have in common: indexes, sizes,
// addresses, attributes.  Arm IHI 0070 G.b, 3.5, 6.3.26 to 6.3.29, 7.1; names carry the rule of the
// check list.
#include "tests/core/attribute_names.h"
#include "tests/core/queue_bench.h"

namespace smmu::test {
namespace {

class Queues : public QueueBench {};

// --- Command queue ------------------------------------------------------------------------------

TEST_F(Queues, QUEUE_01_QUEUE_02_QUEUE_03_QUEUE_04_CommandsFromEmptyToFullAndAroundForEverySize) {
    for (uint32_t log2size = 0; log2size <= 19; ++log2size) {
        SCOPED_TRACE(log2size);
        const uint32_t entries = 1u << log2size, last = entries - 1;
        command_queue(base | log2size, last, last);
        EXPECT_FALSE(waiting());
        put(at::CMDQ_PROD, entries | last);  // a whole queue more: full
        EXPECT_TRUE(waiting());

        EXPECT_EQ(fetched_at(), base + 16 * uint64_t{last});
        EXPECT_EQ(cons(), last) << "fetching does not consume";
        core::consume_command(registers);
        EXPECT_EQ(cons(), entries) << "index 0, wrap inverted";
        if (log2size == 0) {
            EXPECT_FALSE(waiting());
            put(at::CMDQ_PROD, 0);
        } else {
            EXPECT_TRUE(waiting());
        }
        EXPECT_EQ(fetched_at(), base);

        // To the end of the second lap: the wrap flag inverts again.
        command_queue(base | log2size, 0, entries | last);
        EXPECT_TRUE(waiting());
        core::consume_command(registers);
        EXPECT_EQ(cons(), 0u);
        EXPECT_FALSE(waiting());
    }
}

TEST_F(Queues, EveryCommandOfAFullQueueIsFetchedOnceAndInOrder) {
    for (uint64_t i = 0; i < 8; ++i) memory.put(base + 16 * i, Command{{0x4600 + i, ~i}});
    command_queue(base | 3, 5 | 8, 5);
    for (uint64_t i = 0; i < 8; ++i) {
        ASSERT_TRUE(waiting());
        Command c{};
        EXPECT_TRUE(core::fetch_command(registers, memory, c).done());
        const uint64_t slot = (5 + i) % 8;
        EXPECT_EQ(c.word[0], 0x4600 + slot);
        EXPECT_EQ(c.word[1], ~slot);
        core::consume_command(registers);
    }
    EXPECT_FALSE(waiting());
}

TEST_F(Queues, REG_26_CommandQueuesAreCappedAndAligned) {
    features.command_queue_log2 = 4;
    for (const uint64_t log2size : {4, 5, 19, 31}) {
        command_queue(base | 0x0000'12E0 | log2size, 0x1F, 0x0F);
        EXPECT_EQ(fetched_at(), base + 0x1200 + 16 * 15) << "256 bytes, aligned to its size";
        core::consume_command(registers);
        EXPECT_EQ(cons(), 0x10u);
        EXPECT_EQ(fetched_at(), base + 0x1200);
    }
    struct Row {
        uint64_t log2size, low_bits, effective;
    };
    for (const Row& r : {Row{0, 0x1E0, 0x1E0}, Row{1, 0x1E0, 0x1E0}, Row{2, 0x1E0, 0x1C0},
                         Row{3, 0x1E0, 0x180}, Row{4, 0x1E0, 0x100}}) {
        command_queue(base | r.low_bits | r.log2size, 1, 0);
        EXPECT_EQ(fetched_at(), base + r.effective) << r.log2size;
    }
}

TEST_F(Queues, REG_15_NothingWaitsInADisabledQueue) {
    command_queue(base | 4, 3, 0);
    EXPECT_TRUE(waiting());
    put(at::CR0, 0);
    EXPECT_TRUE(waiting()) << "until the Update is complete";
    acknowledge();
    EXPECT_FALSE(waiting());
    put(at::CMDQ_PROD, 5);
    EXPECT_FALSE(waiting());
    control(CMDQEN);
    EXPECT_TRUE(waiting());
}

TEST_F(Queues, CMD_09_AnAbortedFetchConsumesNothing) {
    command_queue(base | 4, 3, 1);
    memory.abort_at(base + 16 + 8);
    Command c{};
    EXPECT_EQ(core::fetch_command(registers, memory, c).status, core::MemoryResult::Status::Abort);
    EXPECT_EQ(cons(), 1u);
    registers.raise_command_error(arch::CommandError::Abort);
    EXPECT_FALSE(waiting());
    // CMD_03, CMD_04: repaired and acknowledged, the same command is fetched with no PROD write.
    memory.repair(base + 16 + 8);
    acknowledge_gerror();
    EXPECT_TRUE(waiting());
    EXPECT_EQ(fetched_at(), base + 16);
    registers.raise_command_error(arch::CommandError::Illegal);
    put(at::CMDQ_PROD, 1);
    acknowledge_gerror();
    EXPECT_FALSE(waiting()) << "PROD was moved back to CONS";
}

// --- Both -------------------------------------------------------------------------------------

TEST_F(Queues, QUEUE_05_InconsistentIndexesNeverLeaveTheQueue) {
    for (uint32_t p = 0; p < 8; ++p)
        for (uint32_t c = 0; c < 8; ++c) {
            command_queue(base | 2, p, c);
            const uint64_t command = fetched_at();
            EXPECT_TRUE(command >= base && command < base + 4 * 16) << p << ' ' << c;
            core::consume_command(registers);
            EXPECT_EQ(cons(), (c + 1) % 8);

            event_queue(base | 2, p, c);
            const Recorded what = record();
            if (what == Recorded::Overflow) continue;
            EXPECT_TRUE(written_at() >= base && written_at() < base + 4 * 32) << p << ' ' << c;
            EXPECT_EQ(prod(), (p + 1) % 8);
        }
}

TEST_F(Queues, IndexBitsAboveTheWrapFlagHaveNoEffect) {
    command_queue(base | 2, 0x000F'FFF8 | 3, 0x000F'FFF8 | 2);
    EXPECT_TRUE(waiting());
    EXPECT_EQ(fetched_at(), base + 2 * 16);
    core::consume_command(registers);
    EXPECT_EQ(cons(), 3u);
    EXPECT_FALSE(waiting());
    event_queue(base | 2, 0x000F'FFF8 | 3, 0x000F'FFF8 | 3);
    EXPECT_EQ(record(), Recorded::FirstWritten);
    EXPECT_EQ(prod(), 4u);
}

TEST_F(Queues, QUEUE_12_REG_19_AttributesOfQueueAccessesComeFromCr1AndTheHints) {
    // IC and OC: 00 and 11 NC, 01 WB, 10 WT.  SH: 01 as 00, and OSH where both levels are NC.
    const auto level = [](uint32_t code, bool hint) {
        return code == 1 ? wb(hint, hint) : code == 2 ? wt(hint, hint) : nc();
    };
    constexpr Shareability sh_of[4] = {NSH, NSH, OSH, ISH};
    for (uint32_t cr1 = 0; cr1 < 64; ++cr1)
        for (const bool hint : {false, true}) {
            const uint32_t ic = cr1 & 3, oc = cr1 >> 2 & 3;
            const bool is_cached = (ic == 1 || ic == 2) || (oc == 1 || oc == 2);
            const MemoryAttributes expected =
                n(level(ic, hint), level(oc, hint), is_cached ? sh_of[cr1 >> 4] : OSH);
            // Only the hint of the access's own direction means anything: the other may be either.
            const auto reading = [](MemoryAttributes a) {
                a.inner.set(CacheAttributes::WriteAllocate, false);
                a.outer.set(CacheAttributes::WriteAllocate, false);
                return a;
            };
            const auto writing = [](MemoryAttributes a) {
                a.inner.set(CacheAttributes::ReadAllocate, false);
                a.outer.set(CacheAttributes::ReadAllocate, false);
                return a;
            };
            control(0);
            put(at::CR1, 0xD40 | cr1);  // the fields for tables count for nothing here
            command_queue(uint64_t{hint} << 62 | base | 4, 1, 0);
            fetched_at();
            EXPECT_EQ(memory.log[0].purpose, Purpose::CommandQueue);
            EXPECT_EQ(memory.log[0].size, 16u);
            EXPECT_FALSE(memory.log[0].is_write);
            EXPECT_EQ(reading(memory.log[0].attributes), reading(expected)) << cr1 << hint;

            event_queue(uint64_t{hint} << 62 | base | 4, 0, 0);
            record();
            EXPECT_EQ(memory.log[0].purpose, Purpose::EventQueue);
            EXPECT_EQ(memory.log[0].size, 32u);
            EXPECT_TRUE(memory.log[0].is_write);
            EXPECT_EQ(writing(memory.log[0].attributes), writing(expected)) << cr1 << hint;
        }
}

}  // namespace
}  // namespace smmu::test
