// Trapped accesses of a guest: decoding and dispatch, natively; syndromes typed from the Arm ARM.
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "sw_stubs/vmm/guest_memory.h"
#include "sw_stubs/vmm/mmio.h"

namespace smmu::sw::vmm {
namespace {

constexpr uint64_t far_of = 0xFFFF'0000'1234'5678, hpfar_of = 0x0'0900'0000 >> 12 << 4;

TEST(MmioDecodeTest, AStoreOf32BitsFromW4) {
    const MmioAccess access = decode({0x9384'0046, far_of, hpfar_of});
    EXPECT_TRUE(access.decoded);
    EXPECT_TRUE(access.write);
    EXPECT_EQ(access.size, 4);
    EXPECT_EQ(access.target, 4);
    EXPECT_FALSE(access.wide_register);
    EXPECT_EQ(access.ipa, 0x0900'0678u);
}

TEST(MmioDecodeTest, ALoadOf64BitsToX5) {
    const MmioAccess access = decode({0x93C5'8006, far_of, hpfar_of});
    EXPECT_TRUE(access.decoded);
    EXPECT_FALSE(access.write);
    EXPECT_EQ(access.size, 8);
    EXPECT_EQ(access.target, 5);
    EXPECT_TRUE(access.wide_register);
    EXPECT_FALSE(access.sign_extended);
}

TEST(MmioDecodeTest, ASignExtendedByteToX30) {
    const MmioAccess access = decode({0x933E'8007, far_of, hpfar_of});
    EXPECT_TRUE(access.decoded);
    EXPECT_EQ(access.size, 1);
    EXPECT_TRUE(access.sign_extended);
    EXPECT_EQ(access.target, 30);
}

TEST(MmioDecodeTest, WhatTheCpuDoesNotDescribeIsNotDecoded) {
    EXPECT_FALSE(decode({0x9200'0046, far_of, hpfar_of}).decoded);  // ISV = 0
    EXPECT_FALSE(decode({0x9384'0446, far_of, hpfar_of}).decoded);  // FnV
    EXPECT_FALSE(decode({0x9384'0146, far_of, hpfar_of}).decoded);  // cache maintenance
    EXPECT_FALSE(decode({0x9384'00C6, far_of, hpfar_of}).decoded);  // table walk of stage 1
    EXPECT_FALSE(decode({0x9384'004E, far_of, hpfar_of}).decoded);  // permission fault
    EXPECT_FALSE(decode({0x9784'0046, far_of, hpfar_of}).decoded);  // an abort of EL2 itself
    EXPECT_FALSE(decode({0x8200'0006, far_of, hpfar_of}).decoded);  // fetch
}

struct Recorder final : VirtualDevice {
    struct Access {
        uint64_t offset;
        unsigned size;
        uint64_t value;
        bool operator==(const Access& o) const {
            return offset == o.offset && size == o.size && value == o.value;
        }
    };
    std::vector<Access> reads, writes;
    uint64_t answer = 0;

    uint64_t read(uint64_t offset, unsigned size) override {
        reads.push_back({offset, size, 0});
        return answer;
    }
    void write(uint64_t offset, unsigned size, uint64_t value) override {
        writes.push_back({offset, size, value});
    }
};

class MmioMapTest : public ::testing::Test {
protected:
    Recorder first, second;
    MmioMap map;
    uint64_t x[31] = {};

    MmioMapTest() {
        EXPECT_TRUE(map.add(0x0900'0000, 0x1000, first));
        EXPECT_TRUE(map.add(0x0905'0000, 0x2'0000, second));
    }
    static MmioAccess access(bool write, uint8_t size, uint8_t target, uint64_t ipa) {
        MmioAccess a;
        a.decoded = true;
        a.write = write;
        a.size = size;
        a.target = target;
        a.ipa = ipa;
        return a;
    }
};

using Accesses = std::vector<Recorder::Access>;

TEST_F(MmioMapTest, AStoreReachesItsDeviceWithTheBytesOfItsSize) {
    x[7] = 0x1122'3344'5566'7788;
    EXPECT_TRUE(map.perform(access(true, 2, 7, 0x0906'0002), x));
    EXPECT_TRUE(map.perform(access(true, 8, 7, 0x0900'0FF8), x));
    EXPECT_TRUE(map.perform(access(true, 4, 31, 0x0900'0000), x));
    EXPECT_EQ(second.writes, (Accesses{{0x1'0002, 2, 0x7788}}));
    EXPECT_EQ(first.writes, (Accesses{{0xFF8, 8, 0x1122'3344'5566'7788}, {0, 4, 0}}));
}

TEST_F(MmioMapTest, ALoadLeavesWhatTheInstructionWouldHave) {
    first.answer = 0xFFFF'FFFF'8765'43F1;
    x[3] = ~uint64_t{0};
    MmioAccess load = access(false, 1, 3, 0x0900'0001);
    EXPECT_TRUE(map.perform(load, x));
    EXPECT_EQ(x[3], 0xF1u);
    load.sign_extended = true;
    EXPECT_TRUE(map.perform(load, x));
    EXPECT_EQ(x[3], 0xFFFF'FFF1u);  // LDRSB Wt
    load.wide_register = true;
    EXPECT_TRUE(map.perform(load, x));
    EXPECT_EQ(x[3], 0xFFFF'FFFF'FFFF'FFF1u);  // LDRSB Xt
    MmioAccess word = access(false, 4, 3, 0x0900'0004);
    EXPECT_TRUE(map.perform(word, x));
    EXPECT_EQ(x[3], 0x8765'43F1u);
    word.target = 31;
    EXPECT_TRUE(map.perform(word, x));
    EXPECT_EQ(first.reads.size(), 5u);
}

TEST_F(MmioMapTest, WhatNoDeviceCanAnswerIsRefusedAndChangesNothing) {
    x[1] = 5;
    EXPECT_FALSE(map.perform(access(false, 4, 1, 0x0900'1000), x));
    EXPECT_FALSE(map.perform(access(false, 4, 1, 0x08FF'FFFC), x));
    EXPECT_FALSE(map.perform(access(false, 4, 1, 0x0900'0002), x));  // misaligned
    EXPECT_TRUE(first.reads.empty());
    EXPECT_EQ(x[1], 5u);
}

TEST_F(MmioMapTest, RangesDoNotOverlapAndAreEightAtMost) {
    EXPECT_FALSE(map.add(0x0900'0FFF, 1, second));
    EXPECT_FALSE(map.add(0x08FF'0000, 0x2'0000, second));
    EXPECT_FALSE(map.add(0x0A00'0000, 0, second));
    for (uint64_t i = 0; i < 6; ++i) EXPECT_TRUE(map.add(0x1000'0000 + i * 0x1000, 0x1000, first));
    EXPECT_FALSE(map.add(0x2000'0000, 0x1000, first));
}

TEST(GuestMemoryTest, OnlyTheGuestsRamIsReached) {
    alignas(4096) static std::array<uint8_t, 8192> ram{};
    const auto pa = reinterpret_cast<uint64_t>(ram.data());
    const MemoryRegion regions[] = {{0x8000'0000, pa + 4096, 4096, MemoryKind::Ram},
                                    {0x9000'0000, pa, 4096, MemoryKind::Device}};
    MappedMemory memory({regions, 2});
    const uint64_t value = 0x0807'0605'0403'0201;
    EXPECT_TRUE(memory.write(0x8000'0FF8, &value, 8));
    EXPECT_EQ(ram[8191], 8);
    uint8_t bytes[3] = {};
    EXPECT_TRUE(memory.read(0x8000'0FF9, bytes, 3));
    EXPECT_EQ(bytes[0], 2);
    EXPECT_EQ(bytes[2], 4);
    EXPECT_FALSE(memory.read(0x8000'0FFE, bytes, 3));
    EXPECT_FALSE(memory.write(0x9000'0000, &value, 8));
    EXPECT_EQ(ram[0], 0);
}

}  // namespace
}  // namespace smmu::sw::vmm
