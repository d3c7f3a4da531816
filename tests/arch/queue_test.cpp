// Queue indexes against Arm IHI 0070 G.b, 3.5.1: empty, full and wrap for every size a queue can
// have.
#include "smmuv3/arch/queue.h"

#include <gtest/gtest.h>

namespace smmu::arch {
namespace {

constexpr unsigned largest_log2size = 19;

uint32_t entries(unsigned log2size) { return uint32_t{1} << log2size; }

TEST(QueueIndex, WrapFlagIsTheBitAboveTheSlot) {
    for (unsigned log2size = 0; log2size <= largest_log2size; ++log2size) {
        const QueueIndex all_ones{0xFFFF'FFFF};
        EXPECT_EQ(all_ones.slot(log2size), entries(log2size) - 1) << log2size;
        EXPECT_EQ(all_ones.wrap(log2size), 1u) << log2size;
        EXPECT_EQ(QueueIndex{entries(log2size)}.slot(log2size), 0u) << log2size;
        EXPECT_EQ(QueueIndex{entries(log2size)}.wrap(log2size), 1u) << log2size;
        EXPECT_EQ(QueueIndex{entries(log2size) - 1}.wrap(log2size), 0u) << log2size;
    }
}

TEST(QueueIndex, NextTogglesTheWrapFlagBehindTheLastSlot) {
    for (unsigned log2size = 0; log2size <= largest_log2size; ++log2size) {
        const uint32_t n = entries(log2size);
        EXPECT_EQ(QueueIndex{n - 1}.next(log2size).raw, n) << log2size;
        EXPECT_EQ(QueueIndex{2 * n - 1}.next(log2size).raw, 0u) << log2size;
    }
}

TEST(QueueIndex, NextLeavesNoBitAboveTheWrapFlag) {
    EXPECT_EQ(QueueIndex{0xFFFF'0003}.next(3).raw, 4u);
    EXPECT_EQ(QueueIndex{0x8000'000F}.next(3).raw, 0u);
}

TEST(Queue, IsEmptyFullOrPartlyUsedAsItsIndexesSay) {
    for (unsigned log2size = 0; log2size <= largest_log2size; ++log2size) {
        const uint32_t n = entries(log2size);
        for (uint32_t start : {uint32_t{0}, n - 1, n, 2 * n - 1}) {
            const QueueIndex cons{start};
            for (uint32_t count : {uint32_t{0}, uint32_t{1}, n / 2, n - 1, n}) {
                const QueueIndex prod{(start + count) % (2 * n)};
                EXPECT_EQ(used(prod, cons, log2size), count) << log2size << ' ' << start;
                EXPECT_EQ(empty(prod, cons, log2size), count == 0) << log2size << ' ' << start;
                EXPECT_EQ(full(prod, cons, log2size), count == n) << log2size << ' ' << start;
            }
        }
    }
}

TEST(Queue, FillsAndDrainsOneEntryAtATime) {
    for (unsigned log2size : {0u, 1u, 3u}) {
        QueueIndex prod{0}, cons{0};
        for (int round = 0; round < 3; ++round) {
            for (uint32_t i = 0; i < entries(log2size); ++i) {
                EXPECT_FALSE(full(prod, cons, log2size));
                prod = prod.next(log2size);
                EXPECT_EQ(used(prod, cons, log2size), i + 1);
            }
            EXPECT_TRUE(full(prod, cons, log2size));
            while (!empty(prod, cons, log2size)) cons = cons.next(log2size);
            EXPECT_EQ(prod.raw, cons.raw);
        }
    }
}

TEST(Queue, IgnoresRegisterBitsThatAreNotIndex) {
    const QueueIndex prod{0x8000'0005},
        cons{0x7F00'0005};  // OVFLG and CMDQ_CONS.ERR beside the index
    EXPECT_TRUE(empty(prod, cons, 4));
    EXPECT_FALSE(full(prod, cons, 4));
    EXPECT_EQ(used(prod, cons, 4), 0u);
}

TEST(Queue, EntriesHaveTheSizesOfTheSpecification) {
    EXPECT_EQ(command_bytes, 16u);
    EXPECT_EQ(event_bytes, 32u);
}

TEST(QueueState, IsCutToTheEffectiveSize) {
    // Eight entries of 16 bytes; no bit of the base below their 128 bytes counts.
    const QueueState q = queue_state(0x1234'5678'90FF, 3, 19, 4, 0xFFFF'FFF9, 0xFFFF'FFF1);
    EXPECT_EQ(q.base, 0x1234'5678'9080u);
    EXPECT_EQ(q.log2size, 3u);
    EXPECT_EQ(q.prod.raw, 0x9u);
    EXPECT_EQ(q.cons.raw, 0x1u);
    EXPECT_TRUE(q.full());
    EXPECT_FALSE(q.empty());
    EXPECT_EQ(queue_state(0, 31, 2, 5, 0, 0).log2size, 2u) << "more than there may be";
    EXPECT_TRUE(queue_state(0, 31, 2, 5, 8, 0).empty());
}

}  // namespace
}  // namespace smmu::arch
