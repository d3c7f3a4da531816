// CMD_TLBI_* by ranges of addresses (IDR3.RIL).  Arm IHI 0070 G.b, 4.4.1.1: NUM is [16:12] and SCALE
// [25:20] of word 0; TTL is [9:8] and TG [11:10] of word 1.  Names carry the rule of the check list.
#include "tests/core/tlbi_bench.h"

namespace smmu::test {
namespace {

class TlbiRange : public Tlbi {
protected:
    static constexpr uint64_t K4 = 1 << 10, K16 = 2 << 10, K64 = 3 << 10;
    static constexpr uint64_t last_level = 3 << 8;

    /// What NH_VAA of VMID A removes.
    std::string range(uint64_t address, uint64_t tg, uint64_t num, uint64_t scale) {
        return removes(0x0000'0A0B'0000'0013 | num << 12 | scale << 20, address | tg);
    }
};

TEST_F(TlbiRange, CMD_23_NumPlusOneGranulesFromTheAddressOn) {
    EXPECT_EQ(range(page - 0x2000, K4, 1, 0), "") << "it ends before the page";
    EXPECT_EQ(range(page - 0x2000, K4, 2, 0), "abi");
    EXPECT_EQ(range(page - 0x2000, K4, 3, 0), "abdij");
    EXPECT_EQ(range(page - 0x1F000, K4, 31, 0), "abi");
    EXPECT_EQ(range(page - 0x1E000, K4, 31, 0), "abdij");
    EXPECT_EQ(range(next_page, K4, 31, 0), "dj") << "it begins after the page";
}

TEST_F(TlbiRange, CMD_23_ScaleDoublesThem) {
    EXPECT_EQ(range(page, K4, 0, 1), "abdij");
    EXPECT_EQ(range(page - 0x2000, K4, 0, 1), "");
    EXPECT_EQ(range(page - 0x7000, K4, 3, 1), "abi");
    EXPECT_EQ(range(0, K4, 31, 31), "abdghij") << "2^48 bytes";
    EXPECT_EQ(range(0, K4, 26, 21), "gh") << "0x36'0000'0000 bytes";
    EXPECT_EQ(range(0, K4, 25, 21), "g") << "0x34'0000'0000 bytes";
    EXPECT_EQ(range(0, K4, 31, 20), "g") << "2^37 bytes";
}

TEST_F(TlbiRange, CMD_23_TheGranuleIsTheUnit) {
    const uint64_t page16 = page & ~uint64_t{0x3FFF}, page64 = page & ~uint64_t{0xFFFF};
    EXPECT_EQ(range(page16, K16 | last_level, 0, 0), "abdij");
    EXPECT_EQ(range(page16 - 0x4000, K16 | last_level, 0, 0), "");
    EXPECT_EQ(range(page16 - 0x4000, K16, 1, 0), "abdij");
    EXPECT_EQ(range(page64, K64 | last_level, 0, 0), "abdij");
    EXPECT_EQ(range(page64 - 0x1'0000, K64 | last_level, 0, 0), "");
    EXPECT_EQ(range(page64 - 0x1F'0000, K64, 31, 0), "abdij");
    EXPECT_EQ(range(page64 - 0x20'0000, K64, 31, 0), "");
}

TEST_F(TlbiRange, CMD_23_APartOfABlockRemovesIt) {
    EXPECT_EQ(range(block - 0x3000, K4, 2, 0), "");
    EXPECT_EQ(range(block - 0x3000, K4, 3, 0), "g");
    EXPECT_EQ(range(block + 0x1F'F000, K4, 0, 1), "g");
    EXPECT_EQ(range(block + 0x20'0000, K4, 0, 1), "");
    EXPECT_EQ(range(0x34'BFFF'F000, K4, 1, 0), "h") << "the block that the page was cut from";
    EXPECT_EQ(range(0x34'BFFF'E000, K4, 1, 0), "");
}

TEST_F(TlbiRange, CMD_23_TLB_19_ARangeDoesNotWrap) {
    features.lpa2 = true;
    features.virtual_address_bits = 52;
    EXPECT_EQ(range(upper, K4, 31, 39), "f");
    EXPECT_EQ(range(0xFFFF'FFFF'FFFF'F000, K4, 31, 39), "");
}

TEST_F(TlbiRange, CMD_23_ScalesAbove39CountAs39) {
    features.lpa2 = true;
    features.virtual_address_bits = 52;
    for (const uint64_t scale : {39, 40, 63})  // 2^51 bytes
        EXPECT_EQ(range(0, K4, 0, scale), "abdghij");
    EXPECT_EQ(range(upper - (uint64_t{1} << 51), K4, 0, 63), "") << "it ends before the page";
    EXPECT_EQ(range(upper - (uint64_t{1} << 51) + 0x1000, K4, 0, 63), "f");
}

TEST_F(TlbiRange, CMD_23_EveryCommandByAddressTakesARange) {
    constexpr uint64_t pages = 1 << 12;  // two
    EXPECT_EQ(removes(0x0C0D'0A0B'0000'0012 | pages, page | K4), "adij") << "NH_VA: globals of any";
    EXPECT_EQ(removes(0x0000'0A0B'0000'002A | pages, (page - 0x1000) | K4), "l") << "S2_IPA";
    EXPECT_EQ(removes(0x0000'0A0B'0000'002A | pages, (block - 0x1000) | K4), "n");
    EXPECT_EQ(removes(0x0000'0000'0000'0023 | pages, page | K4), "opqr") << "EL2_VAA";
    controls.e2h = true;
    EXPECT_EQ(removes(0x0C0D'0000'0000'0022 | pages, page | K4), "pr") << "EL2_VA";
}

TEST_F(TlbiRange, CMD_24_CMD_25_WithoutGranuleItIsOneAddress) {
    for (const uint64_t ttl : {0, 1, 2, 3})
        EXPECT_EQ(range(page - 0x1000, ttl << 8, 31, 31), "") << "NUM, SCALE, TTL are RES0";
    EXPECT_EQ(range(page, 0, 31, 31), "abi");
}

// TTL and TG let other entries stay; here the range alone decides.
TEST_F(TlbiRange, CMD_25_LevelHintsAreNotUsed) {
    for (const uint64_t ttl : {1, 2, 3}) EXPECT_EQ(range(page, K4 | ttl << 8, 0, 0), "abi");
    EXPECT_EQ(range(page, K4 | 1 << 8 | 1 << 7, 0, 0), "abi") << "TTL128";
}

TEST_F(TlbiRange, CMD_24_AGranuleWithoutRangeAndLevelIsIllegal) {
    for (const uint64_t opcode : {0x12, 0x13, 0x22, 0x23, 0x2A}) {
        for (const uint64_t tg : {K4, K16, K64}) expect_illegal(opcode, page | tg);
        expect_illegal(opcode, page | K16 | 1 << 8);  // level 1 of 16 KB tables needs IDR5.DS
    }
    features.lpa2 = true;
    features.virtual_address_bits = 52;
    for (const uint64_t tg : {K4, K16, K64}) expect_illegal(0x13, page | tg);
    EXPECT_EQ(range(page & ~uint64_t{0x3FFF}, K16 | 1 << 8, 0, 0), "abdij");

    features.range_invalidation = false;
    EXPECT_EQ(range(page, K4, 0, 0), "abi") << "RES0 without RIL";
}

}  // namespace
}  // namespace smmu::test
