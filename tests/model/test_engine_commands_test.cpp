// What the commands of the test engine do to memory, and in which order.
#include <algorithm>
#include <cstdlib>

#include "tests/model/test_engine_bench.h"

namespace smmu {
namespace {

using test::Beat;
using test::Command;
using test::EngineBench;
namespace user = test::user;

class TestEngineCommandsTest : public test::SimTest {};

/// What the engine's public header says RAND48 writes, with the C library's own rand48 (the engine's
/// generator takes the low byte of lrand48 and one more step).
std::vector<uint8_t> random_bytes(uint64_t begin, uint64_t length, uint32_t seed) {
    std::vector<uint8_t> bytes;
    for (uint64_t at = begin; at < begin + length; ++at) {
        if (at == begin || at % 0x1000 == 0)
            srand48(static_cast<long>(seed ^ (at >> 32) ^ (at & 0xFFFF'FFFF)));
        bytes.push_back(static_cast<uint8_t>(lrand48()));
        lrand48();
    }
    return bytes;
}

std::vector<uint64_t> addresses(const std::vector<Beat>& beats, bool write) {
    std::vector<uint64_t> found;
    for (const Beat& beat : beats)
        if (beat.write == write) found.push_back(beat.address);
    return found;
}

// x1 = (0x1'330E * 0x5'DEEC'E66D + 0xB) mod 2^48 = 0x0AA8'4949'5101, then 0x7459'9DEA'6378: bits 47:17
// of the first, and bit 31 of the second.
TEST(Rand48, FirstNumberOfSeedOne) {
    test_engine::Rand48 random(1);
    EXPECT_EQ(random.next(), 0x8554'24A4u);
}

TEST(Rand48, SkippingIsDrawing) {
    for (const uint64_t count : {0, 1, 2, 63, 4095}) {
        test_engine::Rand48 drawn(0x1234'5678), skipped(0x1234'5678);
        for (uint64_t i = 0; i < count; ++i) drawn.next();
        skipped.skip(count);
        EXPECT_EQ(drawn.next(), skipped.next()) << count;
    }
}

TEST_F(TestEngineCommandsTest, Rand48FillsWithTheHeadersNumbers) {
    EngineBench b;
    simulate([&] {
        for (const uint32_t seed : {0u, 1u, 0x1234'5678u, ~0u}) {
            constexpr uint64_t begin = 0x1'0F81, length = 0x1234;  // over two boundaries
            std::fill(b.memory.bytes.begin(), b.memory.bytes.end(), uint8_t{0xEE});
            b.set(0, user::seed, seed);
            ASSERT_EQ(b.over(0, Command::RAND48, begin, length), Command::HALTED);
            const std::vector<uint8_t> expected = random_bytes(begin, length, seed);
            EXPECT_TRUE(std::equal(expected.begin(), expected.end(), &b.memory.bytes[begin]))
                << "seed " << seed;
            EXPECT_EQ(b.memory.bytes[begin - 1], 0xEE);
            EXPECT_EQ(b.memory.bytes[begin + length], 0xEE);
        }
        EXPECT_TRUE(addresses(b.memory.beats, false).empty()) << "it only writes";
    });
}

TEST_F(TestEngineCommandsTest, Rand48WithAStrideWritesSomeOfTheWords) {
    EngineBench b;
    simulate([&] {
        std::fill(b.memory.bytes.begin(), b.memory.bytes.end(), uint8_t{0xEE});
        ASSERT_EQ(b.over(0, Command::RAND48, 0x1003, 0x2A, 0x18), Command::HALTED);
        const std::vector<uint8_t> random = random_bytes(0x1000, 0x40, 0);
        for (uint64_t i = 0; i < 0x40; ++i) {
            const bool written = i < 0x20 && i % 0x18 < 8;  // 0x1000 and 0x1018: up to 0x102F
            EXPECT_EQ(b.memory.bytes[0x1000 + i], written ? random[i] : 0xEE) << i;
        }
    });
}

TEST_F(TestEngineCommandsTest, Rand48UsesTheAttributesOfTheDestination) {
    EngineBench b;
    simulate([&] {
        b.set(0, user::attributes, test_engine::attributes_word(0x40FF, 0x0033));
        ASSERT_EQ(b.over(0, Command::RAND48, 0x1000, 8), Command::HALTED);
        EXPECT_EQ(
            b.memory.beats.at(0).who.attributes,
            arch::normal(arch::non_cacheable, arch::non_cacheable, arch::Shareability::Outer));
    });
}

TEST_F(TestEngineCommandsTest, Sum64AddsTheWords) {
    EngineBench b;
    simulate([&] {
        uint64_t all = 0, every_third = 0;
        for (uint64_t i = 0; i < 100; ++i) {
            const uint64_t word = 0xF000'0000'0000'0001u * (i + 1);  // it wraps
            std::memcpy(&b.memory.bytes[0x1FC0 + 8 * i], &word, 8);
            all += word;
            if (i % 3 == 0) every_third += word;
        }
        ASSERT_EQ(b.over(0, Command::SUM64, 0x1FC0, 800), Command::HALTED);
        EXPECT_EQ(b.get(0, user::sum, 8), all);
        ASSERT_EQ(b.over(0, Command::SUM64, 0x1FC0, 800, 24), Command::HALTED);
        EXPECT_EQ(b.get(0, user::sum, 8), every_third);
        EXPECT_TRUE(addresses(b.memory.beats, true).empty()) << "it only reads";
    });
}

TEST_F(TestEngineCommandsTest, Sum64TakesWholeWordsForAnyBeat) {
    TestEngineParams params;
    params.beat = 13;
    EngineBench b(params);
    simulate([&] {
        for (uint64_t i = 0; i < 5; ++i) std::memcpy(&b.memory.bytes[0x1000 + 8 * i], &i, 8);
        ASSERT_EQ(b.over(0, Command::SUM64, 0x1000, 40), Command::HALTED);
        EXPECT_EQ(b.get(0, user::sum, 8), 10u);
    });
}

TEST_F(TestEngineCommandsTest, AFailedSumLeavesTheResultAndNamesTheAddress) {
    EngineBench b;
    b.memory.bad_begin = 0x1100;
    b.memory.bad_end = 0x1108;
    simulate([&] {
        b.set(0, user::sum, 77, 8);
        EXPECT_EQ(b.over(0, Command::SUM64, 0x1000, 0x200), Command::ERROR);
        EXPECT_EQ(b.get(0, user::sum, 8), 77u);
        EXPECT_EQ(b.get(0, user::error_address, 8), 0x1100u);
    });
}

TEST_F(TestEngineCommandsTest, AStrideReachesOutToWholeWords) {
    EngineBench b;
    simulate([&] {
        const std::vector<uint8_t> before(b.memory.bytes);
        ASSERT_EQ(b.copy(0, 0x1005, 0x2003, 4, 8), Command::HALTED);
        EXPECT_EQ(addresses(b.memory.beats, false), (std::vector<uint64_t>{0x1000, 0x1008}));
        EXPECT_EQ(addresses(b.memory.beats, true), (std::vector<uint64_t>{0x2000, 0x2008}));
        b.memory.beats.clear();
        ASSERT_EQ(b.copy(0, 0x1000, 0x2000, 0x40, 0x1000), Command::HALTED);
        EXPECT_EQ(b.memory.beats.size(), 2u) << "a stride beyond the range: one word";
        EXPECT_EQ(b.memory.bytes[0x2000], before[0x1000]);
    });
}

TEST_F(TestEngineCommandsTest, TheSeedDecidesTheOrder) {
    EngineBench b;
    simulate([&] {
        const auto order = [&](uint32_t seed, uint64_t stride) {
            b.memory.beats.clear();
            b.set(0, user::seed, seed);
            EXPECT_EQ(b.over(0, Command::SUM64, 0x1FC0, 0x100, stride), Command::HALTED);
            return addresses(b.memory.beats, false);
        };
        const std::vector<uint64_t> up{0x1FC0, 0x2000, 0x2040, 0x2080};
        const std::vector<uint64_t> down{0x2080, 0x2040, 0x2000, 0x1FC0};
        EXPECT_EQ(order(0, 1), up);
        EXPECT_EQ(order(~0u, 1), down);
        EXPECT_EQ(order(0, 0x40), up);
        EXPECT_EQ(order(~0u, 0x40), down);

        const std::vector<uint64_t> random = order(1, 8), again = order(1, 8);
        EXPECT_EQ(random, again);
        EXPECT_NE(random, order(2, 8));
        EXPECT_NE(random, order(0, 8));
        uint64_t front = 0x1FC0, back = 0x20C0;
        for (const uint64_t address : random) {
            if (address == front)
                front += 8;
            else
                EXPECT_EQ(address, back -= 8) << "neither the front nor the back";
        }
        EXPECT_EQ(front, back);
    });
}

TEST_F(TestEngineCommandsTest, AnyOrderMovesTheSameBytesWithoutCrossingPages) {
    EngineBench b;
    simulate([&] {
        for (const uint32_t seed : {~0u, 1u, 99u}) {
            b.memory.beats.clear();
            std::fill_n(&b.memory.bytes[0x1'0000], 0x3000, uint8_t{0xEE});
            b.set(0, user::seed, seed);
            ASSERT_EQ(b.copy(0, 0x1F85, 0x1'0FB3, 0x1101), Command::HALTED);
            EXPECT_TRUE(std::equal(&b.memory.bytes[0x1F85], &b.memory.bytes[0x1F85 + 0x1101],
                                   &b.memory.bytes[0x1'0FB3]));
            EXPECT_EQ(b.memory.bytes[0x1'0FB2], 0xEE);
            EXPECT_EQ(b.memory.bytes[0x1'0FB3 + 0x1101], 0xEE);
            for (const Beat& beat : b.memory.beats)
                EXPECT_EQ(beat.address / 0x1000, (beat.address + beat.length - 1) / 0x1000);
        }
    });
}

}  // namespace
}  // namespace smmu
