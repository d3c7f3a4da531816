// The test engine at work: what it copies, with which identity, in which time.
#include <algorithm>
#include <array>

#include "tests/model/test_engine_bench.h"

namespace smmu {
namespace {

using test::Beat;
using test::Command;
using test::EngineBench;
namespace user = test::user;
namespace privileged = test::privileged;
namespace half = test_engine::half;

class TestEngineTest : public test::SimTest {};

sc_core::sc_time ns(double value) { return sc_core::sc_time(value, sc_core::SC_NS); }

TestEngineParams params(PageCrossing crossing) {
    TestEngineParams p;
    p.page_crossing = crossing;
    return p;
}

bool crosses_page(const Beat& beat) {
    return beat.address / 0x1000 != (beat.address + beat.length - 1) / 0x1000;
}

/// Copies between many alignments, short and long, over a page boundary on either side.
void check_alignments(EngineBench& b) {
    constexpr uint64_t source = 0x1'0FC0, destination = 0x2'0F80, margin = 0x200;
    uint8_t* const window =
        &b.memory.bytes[destination - margin];  // all that a copy may touch, and more
    for (const uint64_t length : {1, 2, 7, 8, 63, 64, 65, 128, 333}) {
        for (uint64_t s = 0; s < 64; s += 7) {
            for (uint64_t d = 0; d < 128; d += 13) {
                std::array<uint8_t, 0x400 + margin> expected;
                expected.fill(0xEE);
                std::fill_n(window, expected.size(), uint8_t{0xEE});
                std::copy_n(&b.memory.bytes[source + s], length, &expected[margin + d]);
                ASSERT_EQ(b.copy(0, source + s, destination + d, length), Command::HALTED);
                ASSERT_TRUE(std::equal(expected.begin(), expected.end(), window))
                    << "length " << length << " source +" << s << " destination +" << d;
            }
        }
    }
}

TEST_F(TestEngineTest, CopiesAnyAlignmentAndLength) {
    EngineBench b;
    simulate([&] {
        check_alignments(b);
        EXPECT_TRUE(std::none_of(b.memory.beats.begin(), b.memory.beats.end(), crosses_page));
        EXPECT_TRUE(std::all_of(b.memory.beats.begin(), b.memory.beats.end(),
                                [](const Beat& beat) { return beat.length <= 64; }));
    });
}

TEST_F(TestEngineTest, CopiesWithBeatsThatCrossPages) {
    EngineBench b(params(PageCrossing::Allowed));
    simulate([&] {
        check_alignments(b);
        EXPECT_TRUE(std::any_of(b.memory.beats.begin(), b.memory.beats.end(), crosses_page));
    });
}

TEST_F(TestEngineTest, BeatsHaveTheSizeThatWasAskedFor) {
    TestEngineParams p;
    p.beat = 256;
    EngineBench b(p);
    simulate([&] {
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 600), Command::HALTED);
        ASSERT_EQ(b.memory.beats.size(), 6u);
        EXPECT_EQ(b.memory.beats[0].length, 256u);
        EXPECT_EQ(b.memory.beats[4].length, 88u);
    });
}

TEST_F(TestEngineTest, AStrideCopiesOneWordAtEachMultiple) {
    EngineBench b;
    simulate([&] {
        const std::vector<uint8_t> before(b.memory.bytes);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 0x30, 0x18), Command::HALTED);
        for (uint64_t i = 0; i < 0x40; ++i) {
            const bool copied = i < 0x30 && i % 0x18 < 8;
            EXPECT_EQ(b.memory.bytes[0x2000 + i], before[(copied ? 0x1000 : 0x2000) + i]) << i;
        }
        EXPECT_EQ(b.memory.beats.size(), 4u);
    });
}

TEST_F(TestEngineTest, AFailedReadIsReportedWithItsAddress) {
    EngineBench b;
    b.memory.bad_begin = 0x1100;
    b.memory.bad_end = 0x1101;
    simulate([&] {
        EXPECT_EQ(b.copy(0, 0x1010, 0x2010, 0x400), Command::ERROR);
        EXPECT_EQ(b.get(0, user::error_address, 8), 0x10D0u) << "the beat that holds the bad byte";
        EXPECT_EQ(b.get(0, user::count_launched), 7u);
        EXPECT_EQ(b.get(0, user::count_returned), 7u);
        EXPECT_EQ(b.copy(0, 0x1010, 0x2010, 0x40), Command::HALTED) << "the next command runs";
    });
}

TEST_F(TestEngineTest, AFailedWriteIsReportedWithItsAddress) {
    EngineBench b;
    simulate([&] {
        const uint64_t beyond = b.memory.bytes.size();
        EXPECT_EQ(b.copy(0, 0x1000, beyond - 0x40, 0x80), Command::ERROR);
        EXPECT_EQ(b.get(0, user::error_address, 8), beyond);
    });
}

TEST_F(TestEngineTest, CountReturnedMovesWhenTheCommandEnds) {
    EngineBench b;
    simulate([&] {
        b.start_copy(0, 0x1000, 0x2000, 0x100);
        sc_core::wait(ns(35));
        EXPECT_EQ(b.status(0), Command::MEMCPY);
        EXPECT_GT(b.get(0, user::count_launched), 0u);
        EXPECT_EQ(b.get(0, user::count_returned), 0u);
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.get(0, user::count_returned), 8u);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 0x40), Command::HALTED);
        EXPECT_EQ(b.get(0, user::count_returned), 10u)
            << "they count from reset, not from the command";
    });
}

TEST_F(TestEngineTest, EachFrameIsAPciFunctionByReset) {
    EngineBench b;
    simulate([&] {
        for (uint32_t frame = 0; frame < virt::test_engine_frames; ++frame) {
            b.memory.beats.clear();
            ASSERT_EQ(b.copy(frame, 0x1000, 0x2000, 8), Command::HALTED);
            for (const Beat& beat : b.memory.beats) {
                EXPECT_EQ(beat.who.stream.value, (frame + 1) * 8);
                EXPECT_FALSE(beat.who.substream_valid);
                EXPECT_FALSE(beat.who.no_snoop);
                EXPECT_FALSE(beat.who.privileged);
                EXPECT_EQ(beat.who.attributes, arch::default_attributes);
            }
        }
    });
}

TEST_F(TestEngineTest, ThePrivilegedPageGivesTheIdentity) {
    EngineBench b;
    simulate([&] {
        b.set_privileged(2, privileged::streamid, 0x42);
        b.set_privileged(2, privileged::substreamid, 7);
        EXPECT_EQ(b.copy(2, 0x1000, 0x2000, 8), Command::HALTED);
        EXPECT_EQ(b.memory.beats[0].who.stream.value, 0x42u);
        EXPECT_TRUE(b.memory.beats[1].who.substream_valid);
        EXPECT_EQ(b.memory.beats[1].who.substream.value, 7u);
    });
}

TEST_F(TestEngineTest, AttributesAreThoseOfSourceAndDestination) {
    EngineBench b;
    simulate([&] {
        const uint16_t source = half::write_back | half::inner_shareable | half::non_secure;
        const uint16_t destination = half::non_cacheable | half::privileged;
        b.set(0, user::attributes, test_engine::attributes_word(source, destination));
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
        EXPECT_EQ(b.memory.beats[0].who.attributes,
                  arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner));
        EXPECT_FALSE(b.memory.beats[0].who.privileged);
        EXPECT_EQ(
            b.memory.beats[1].who.attributes,
            arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer));
        EXPECT_TRUE(b.memory.beats[1].who.privileged);
    });
}

TEST_F(TestEngineTest, NoSnoopNeedsTheRequestAndThePermission) {
    EngineBench b;
    simulate([&] {
        const auto no_snoop = [&](uint32_t request, uint32_t permission) {
            b.memory.beats.clear();
            b.set(0, user::uctrl, request);
            b.set_privileged(0, privileged::pctrl, permission);
            EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 8), Command::HALTED);
            EXPECT_EQ(b.memory.beats[0].who.no_snoop, b.memory.beats[1].who.no_snoop);
            return b.memory.beats[0].who.no_snoop;
        };
        EXPECT_FALSE(no_snoop(0, 0));
        EXPECT_FALSE(no_snoop(test_engine::uctrl_no_snoop, 0));
        EXPECT_FALSE(no_snoop(0, test_engine::pctrl_no_snoop_allowed));
        EXPECT_TRUE(no_snoop(test_engine::uctrl_no_snoop, test_engine::pctrl_no_snoop_allowed));
    });
}

TEST_F(TestEngineTest, ACommandUsesTheRegistersAsTheyWereAtItsDoorbell) {
    EngineBench b;
    simulate([&] {
        b.start_copy(0, 0x1000, 0x2000, 0x100);
        sc_core::wait(ns(25));
        b.set(0, user::destination, 0x3000, 8);
        b.set_privileged(0, privileged::streamid, 0x77);
        b.set(0, user::cmd, static_cast<uint32_t>(Command::MEMCPY));  // busy: ignored
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.memory.beats.size(), 8u);
        for (const Beat& beat : b.memory.beats) {
            EXPECT_LT(beat.address, 0x3000u);
            EXPECT_EQ(beat.who.stream.value, virt::test_engine_rid(0));
        }
    });
}

TEST_F(TestEngineTest, HaltedStopsABusyFrameAfterItsBeat) {
    EngineBench b;
    simulate([&] {
        b.start_copy(0, 0x1000, 0x8000, 0x4000);
        sc_core::wait(ns(50));
        b.set(0, user::cmd, static_cast<uint32_t>(Command::HALTED));
        EXPECT_EQ(b.finish(0), Command::HALTED);
        const size_t beats = b.memory.beats.size();
        EXPECT_LT(beats, 10u);
        EXPECT_EQ(beats % 2, 0u) << "a beat that was read is written";
        sc_core::wait(ns(500));
        EXPECT_EQ(b.memory.beats.size(), beats);
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 0x40), Command::HALTED);
    });
}

TEST_F(TestEngineTest, TimeAdvancesWithTheDelaysOfTheBeats) {
    EngineBench b;
    simulate([&] {
        const sc_core::sc_time start = sc_core::sc_time_stamp();
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 0x100), Command::HALTED);
        EXPECT_GE(sc_core::sc_time_stamp() - start, ns(80)) << "8 accesses of 10 ns";
        EXPECT_LE(sc_core::sc_time_stamp() - start, ns(82));
    });
}

TEST_F(TestEngineTest, AQuantumChangesNoTimes) {
    TestEngineParams p;
    p.quantum = ns(1000);
    EngineBench b(p);
    simulate([&] {
        EXPECT_EQ(b.copy(0, 0x1000, 0x2000, 0x100), Command::HALTED);
        ASSERT_EQ(b.memory.beats.size(), 8u);
        for (size_t i = 0; i < 8; ++i)
            EXPECT_EQ(b.memory.beats[i].at, b.memory.beats[0].at + ns(10) * static_cast<double>(i));
        EXPECT_GE(sc_core::sc_time_stamp(), ns(80));
    });
}

TEST_F(TestEngineTest, FramesRunConcurrently) {
    EngineBench b;
    simulate([&] {
        b.start_copy(0, 0x1000, 0x2000, 0x400);
        b.start_copy(1, 0x3000, 0x4000, 0x400);
        EXPECT_EQ(b.finish(0), Command::HALTED);
        EXPECT_EQ(b.finish(1), Command::HALTED);
        EXPECT_LE(sc_core::sc_time_stamp(), ns(330)) << "both in the time of one";
        unsigned changes = 0;
        for (size_t i = 1; i < b.memory.beats.size(); ++i)
            changes += b.memory.beats[i].who.stream != b.memory.beats[i - 1].who.stream;
        EXPECT_GE(changes, 16u) << "after each beat of one comes one of the other";
        EXPECT_TRUE(
            std::equal(&b.memory.bytes[0x1000], &b.memory.bytes[0x1400], &b.memory.bytes[0x2000]));
        EXPECT_TRUE(
            std::equal(&b.memory.bytes[0x3000], &b.memory.bytes[0x3400], &b.memory.bytes[0x4000]));
    });
}

TEST_F(TestEngineTest, EveryCommandThatEndsGivesOnePulse) {
    EngineBench b;
    unsigned pulses = 0;
    sc_core::sc_spawn([&] {
        for (;;) {
            sc_core::wait(b.irq.posedge_event());
            ++pulses;
        }
    });
    simulate([&] {
        b.start_copy(0, 0x1000, 0x2000, 0x40);
        b.start_copy(1, 0x3000, 0x4000, 0x40);            // ends at the same time
        b.start_copy(2, b.memory.bytes.size(), 0, 0x40);  // fails
        sc_core::wait(ns(200));
        EXPECT_EQ(pulses, 3u);
        EXPECT_FALSE(b.irq.read());
    });
}

}  // namespace
}  // namespace smmu
