// CMD_TLBI_EL2_*, and what the commands for EL1 leave of EL2.  Command words are typed from Arm IHI
// 0070 G.b, 4.4.2.7 to 4.4.2.10; names carry the rule of the check list.
#include "tests/core/tlb_letters.h"

namespace smmu::test {
namespace {

constexpr uint64_t page = 0x0000'1234'5678'9000, next_page = page + 0x1000;
constexpr uint64_t upper = 0xFFFF'1234'5678'9000, block = 0x0000'0012'3460'0000;
constexpr uint16_t A = 0x0A0B, one = 0x0C0D, two = 0x0C0E;
constexpr StreamWorld EL1 = StreamWorld::El1, EL2 = StreamWorld::El2, E2H = StreamWorld::El2E2h;

class TlbiEl2 : public TlbLetters {
protected:
    TlbiEl2() {
        letters = {
            // EL1: a and b are what EL2 entries would be but for their world.
            {'a', EL1, Stages::One, 0, 0, false, page},
            {'b', EL1, Stages::One, 0, one, false, page},
            {'c', EL1, Stages::Both, A, one, false, page},
            {'d', EL1, Stages::Both, A, two, true, next_page},
            {'e', EL1, Stages::Two, A, 0, false, page},
            // EL2: neither VMID nor ASID.
            {'p', EL2, Stages::One, 0, 0, false, page},
            {'q', EL2, Stages::One, 0, 0, false, next_page},
            {'r', EL2, Stages::One, 0, 0, false, block, 21, 21},
            // EL2-E2H: an ASID, no VMID.
            {'t', E2H, Stages::One, 0, one, false, page},
            {'u', E2H, Stages::One, 0, two, false, page},
            {'v', E2H, Stages::One, 0, two, true, next_page},
            {'w', E2H, Stages::One, 0, one, false, upper},
            {'x', E2H, Stages::One, 0, one, false, block, 21, 21},
        };
    }
    /// Of those that are gone, the ones that a world has.
    static std::string of(const std::string& world, const std::string& gone) {
        std::string s;
        for (const char letter : gone)
            if (world.find(letter) != std::string::npos) s += letter;
        return s;
    }
};

const std::string el1 = "abcde", el2 = "pqr", e2h = "tuvwx";

TEST_F(TlbiEl2, CMD_18_ILL_WithoutHyp) {
    for (const uint64_t opcode : {0x20, 0x21, 0x22, 0x23}) {
        features = core::Features{};
        EXPECT_FALSE(is_illegal(opcode, page));
        features.el2 = false;
        EXPECT_TRUE(is_illegal(opcode, page));
        features = core::Features{};
        features.stage1 = false;  // IDR0.Hyp is RES0 without both stages
        EXPECT_TRUE(is_illegal(opcode, page));
        features = core::Features{};
        features.stage2 = false;
        EXPECT_TRUE(is_illegal(opcode, page));
    }
}

TEST_F(TlbiEl2, CMD_18_E2H_03_El2AllDropsBothKinds) {
    for (const bool on : {false, true}) {
        controls.e2h = on;
        EXPECT_EQ(removes(0x20), el2 + e2h);
        EXPECT_EQ(removes(0x0C0D'0A0B'0000'0020, page), el2 + e2h) << "it has no parameters";
    }
}

TEST_F(TlbiEl2, CMD_18_E2H_03_El2VaWithE2hMatchesTheAsidOrGlobals) {
    controls.e2h = true;
    const auto gone = [&](uint64_t word0, uint64_t word1) {
        const std::string all = removes(word0, word1);
        EXPECT_EQ(of(el1, all), "");
        return of(e2h, all);
    };
    EXPECT_EQ(gone(0x0C0D'0000'0000'0022, page), "t");
    EXPECT_EQ(gone(0x0C0E'0000'0000'0022, page), "u");
    EXPECT_EQ(gone(0x0C0D'0000'0000'0022, next_page), "v");
    EXPECT_EQ(gone(0x0C0D'0000'0000'0022, upper), "w");
    EXPECT_EQ(gone(0x0C0D'0000'0000'0022, upper | 1), "w") << "Leaf";
    EXPECT_EQ(gone(0x0C0D'0000'0000'0022, block + 0x12'3000), "x");
    EXPECT_EQ(gone(0x0D0D'0000'0000'0022, page), "");
    EXPECT_EQ(gone(0x0C0D'0A0B'0000'0022, page), "t") << "there is no VMID";
}

TEST_F(TlbiEl2, CMD_18_E2H_03_El2VaWithoutE2hIgnoresTheAsid) {
    controls.e2h = false;
    for (const uint64_t asid : {uint64_t{0}, uint64_t{one}, uint64_t{0xFFFF}}) {
        const auto gone = [&](uint64_t address) {
            const std::string all = removes(asid << 48 | 0x22, address);
            EXPECT_EQ(of(el1, all), "");
            return of(el2, all);
        };
        EXPECT_EQ(gone(page), "p");
        EXPECT_EQ(gone(next_page), "q");
        EXPECT_EQ(gone(block + 0x1F'F000), "r");
        EXPECT_EQ(gone(page - 0x1000), "");
    }
}

TEST_F(TlbiEl2, CMD_18_E2H_03_El2VaaMatchesAllAsids) {
    for (const bool on : {false, true}) {
        controls.e2h = on;
        const auto gone = [&](uint64_t address) {
            const std::string all = removes(0x0C0D'0000'0000'0023, address);
            EXPECT_EQ(of(el1, all), "");
            return of(on ? e2h : el2, all);
        };
        EXPECT_EQ(gone(page), on ? "tu" : "p");
        EXPECT_EQ(gone(next_page), on ? "v" : "q");
        EXPECT_EQ(gone(block), on ? "x" : "r");
        EXPECT_EQ(gone(upper), on ? "w" : "");
    }
}

TEST_F(TlbiEl2, CMD_18_E2H_03_El2AsidLeavesGlobals) {
    for (const bool on : {false, true}) {
        controls.e2h = on;
        EXPECT_EQ(of(el1 + e2h, removes(0x0C0D'0000'0000'0021)), "twx");
        EXPECT_EQ(of(el1 + e2h, removes(0x0C0E'0000'0000'0021)), "u");
        EXPECT_EQ(of(el1 + e2h, removes(0x0D0D'0000'0000'0021, page)), "");
    }
}

// Every command for EL1, with parameters that EL2 entries would match.
TEST_F(TlbiEl2, TLB_03_CMD_15_CMD_20_CMD_21_CommandsForEl1LeaveEl2) {
    for (const bool on : {false, true}) {
        controls.e2h = on;
        EXPECT_EQ(removes(0x0000'0000'0000'0010), "ab");        // NH_ALL of VMID 0
        EXPECT_EQ(removes(0x0C0D'0000'0000'0011), "b");         // NH_ASID
        EXPECT_EQ(removes(0x0000'0000'0000'0012, page), "a");   // NH_VA
        EXPECT_EQ(removes(0x0000'0000'0000'0013, page), "ab");  // NH_VAA
        EXPECT_EQ(removes(0x0000'0000'0000'0028), "ab");        // S12_VMALL
        EXPECT_EQ(removes(0x0000'0000'0000'002A, page), "");    // S2_IPA
        EXPECT_EQ(removes(0x0000'0000'0000'0030), el1);         // NSNH_ALL
    }
}

}  // namespace
}  // namespace smmu::test
