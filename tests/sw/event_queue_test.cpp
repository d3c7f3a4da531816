// The Event queue, and events as text.
#include "sw_stubs/driver/event_queue.h"

#include <gtest/gtest.h>

#include <string>

#include "sw_stubs/driver/event_text.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Event;

namespace {

constexpr unsigned log2size = 2;

struct EventQueueTest : ::testing::Test, Bench {
    EventQueue queue;
    uint32_t produced = 0;

    void SetUp() override {
        ASSERT_TRUE(queue.allocate(arena, Registers{FakeSmmu::base}, log2size));
    }
    /// The SMMU writes an event for this stream.
    void produce(uint32_t stream) {
        const uint64_t pa =
            queue.base()[arch::EventqBase::ADDR] + (produced & 3) * arch::event_bytes;
        for (unsigned i = 0; i < 4; ++i) memory.at(pa + 8 * i) = i;
        memory.at(pa) = uint64_t{stream} << 32 | 0x10;
        produced = (produced + 1) & 7;
        set_prod(false);
    }
    void set_prod(bool overflow) {
        smmu.set<arch::EventqProd>(produced | (overflow ? 1u << 31 : 0));
    }
    uint32_t cons() { return smmu.get<arch::EventqCons>().raw(); }
};

TEST_F(EventQueueTest, BaseHoldsAddressSizeAndHint) {
    EXPECT_EQ(queue.base().raw(), 0x4000'0000'4000'0000u | log2size);
}

TEST_F(EventQueueTest, AnEmptyQueueGivesNothing) {
    Event e{};
    EXPECT_FALSE(queue.take(e));
    EXPECT_FALSE(queue.take_overflow());
    EXPECT_TRUE(smmu.writes.empty());
}

TEST_F(EventQueueTest, EventsComeOutInOrderAcrossTheWrap) {
    for (uint32_t round = 0; round < 5; ++round) {
        for (uint32_t i = 0; i < 3; ++i) produce(100 * round + i);
        for (uint32_t i = 0; i < 3; ++i) {
            Event e{};
            ASSERT_TRUE(queue.take(e));
            EXPECT_EQ(e[Event::StreamID], 100 * round + i);
            EXPECT_EQ(e.word[3], 3u);
        }
        Event e{};
        EXPECT_FALSE(queue.take(e));
        EXPECT_EQ(cons(), produced) << "with the wrap flag";
    }
}

TEST_F(EventQueueTest, AFullQueueGivesAllItsEvents) {
    for (uint32_t i = 0; i < 4; ++i) produce(i);
    Event e{};
    for (uint32_t i = 0; i < 4; ++i) EXPECT_TRUE(queue.take(e));
    EXPECT_FALSE(queue.take(e));
}

TEST_F(EventQueueTest, OverflowIsToldOnceAndAcknowledgedByCopyingTheFlag) {
    set_prod(true);
    EXPECT_TRUE(queue.take_overflow());
    EXPECT_EQ(cons(), 0x8000'0000u);
    EXPECT_FALSE(queue.take_overflow());

    Event e{};
    produce(1);
    set_prod(true);
    ASSERT_TRUE(queue.take(e));
    EXPECT_EQ(cons(), 0x8000'0001u) << "the flag stays where the SMMU has it";

    set_prod(false);  // the second overflow toggles back
    EXPECT_TRUE(queue.take_overflow());
    EXPECT_EQ(cons(), 0x0000'0001u);
}

// --- Text

std::string text(const Event& e) { return describe(e).c_str(); }

TEST(EventText, TellsATranslationFaultOfStage2) {
    const Event e{{{0x0000'0105'0000'0010, 0x0000'0280'0000'0000, 0x1'2345'6789, 0x4000'1000}}};
    EXPECT_EQ(text(e),
              "F_TRANSLATION StreamID 0x105: unprivileged write at 0x123456789, stage 2, class IN, "
              "IPA 0x40001000");
}

TEST(EventText, TellsAPermissionFaultOfStage1) {
    const Event e{{{0x0000'0001'0000'7813, 0x0000'020A'0000'0000, 0x1000, 0x4000'1000}}};
    EXPECT_EQ(
        text(e),
        "F_PERMISSION StreamID 0x1 SubstreamID 0x7: privileged read at 0x1000, stage 1, class IN");
}

TEST(EventText, TellsAnInstructionFetchAndAStall) {
    const Event e{{{0x0000'0001'0000'0012, 0x0000'000C'8000'0042, 0, 0}}};
    EXPECT_EQ(text(e),
              "F_ACCESS StreamID 0x1: unprivileged instruction fetch at 0x0, stage 1, class CD, "
              "stalled with STAG 0x42");
}

TEST(EventText, TellsOnlyWhatAFormatHas) {
    EXPECT_EQ(text({{{0x0000'FFFF'0000'0002, 0, 5, 5}}}), "C_BAD_STREAMID StreamID 0xFFFF");
    EXPECT_EQ(text({{{0x0000'0008'0000'0004, 0, 5, 5}}}), "C_BAD_STE StreamID 0x8");
    EXPECT_EQ(text({{{0x0000'0008'0000'0003, 0, 5, 0x4000'1040}}}),
              "F_STE_FETCH StreamID 0x8, fetched from 0x40001040");
    EXPECT_EQ(text({{{0x0000'0008'0000'000B, 0x0000'0108'0000'0000, 0x2000, 0x4000'1048}}}),
              "F_WALK_EABT StreamID 0x8: unprivileged read at 0x2000, stage 1, class TT, fetched "
              "from 0x40001048");
    EXPECT_EQ(text({{{0x0000'0008'0000'00E3, 0, 0, 0}}}), "event 0xE3 StreamID 0x8");
}

TEST(EventText, IsCutOffAtTheEndOfItsBuffer) {
    Text<4> t;
    t.add("abcdef");
    EXPECT_STREQ(t.c_str(), "abc");
    EXPECT_EQ(t.length(), 3u);
    Text<32> h;
    h.hex(0).add(' ').hex(~uint64_t{0});
    EXPECT_STREQ(h.c_str(), "0x0 0xFFFFFFFFFFFFFFFF");
}

}  // namespace
