// For which addresses the translation of one leaf may answer: its block or its run, but nothing
// outside the range of its tables, and nothing that would leave the output range.  Arm ARM D8.3,
// D8.7.1; Arm IHI 0070 G.b, 3.4.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

constexpr uint64_t gigabyte = 0x4000'0000;
constexpr uint64_t Contiguous = uint64_t{1} << 52;

/// Tables of one level that a test writes by hand.
class LeafReach : public Bench {
protected:
    static constexpr uint64_t table = 0x7000'0000;

    void forget() {
        configs.invalidate_all();
        tlb.invalidate_all();
    }
    /// Blocks of one size side by side from entry 0 on, input = output.
    void blocks(unsigned count, uint64_t bytes, uint64_t leaf) {
        for (uint64_t i = 0; i < count; ++i) memory.poke(table + 8 * i, (i * bytes) | leaf | 0b01);
    }
    /// Stage 1 with 64 - `txsz` bits of VA and 2^`ips_code` of output, in LPA2 format or not.
    void stage1(uint8_t txsz, uint8_t ips, bool ds) {
        forget();
        Context c(memory, SteConfig::S1);
        c.cd.set(Cd::T0SZ, txsz).set(Cd::IPS, ips).set(Cd::DS, ds).set(Cd::TTB0, table);
        attach(c);
    }
    void stage2(uint8_t t0sz, uint8_t sl0, uint8_t ps, bool ds) {
        forget();
        Context c(memory, SteConfig::S2);
        c.ste.set(Ste::S2T0SZ, t0sz).set(Ste::S2SL0, sl0).set(Ste::S2PS, ps).set(Ste::S2DS, ds);
        c.ste.set(Ste::S2TTB, table);
        attach(c);
    }
    /// Whether its leaf is cached (the caller has met it) or not.
    void expect_fault(uint64_t address, EventId id) {
        expect_aborted(cold(access(address)), id);
        expect_aborted(warm(access(address)), id);
    }
    void expect_hit(uint64_t address) {
        expect_forwarded(warm(access(address)), address);
        EXPECT_EQ(recorded.tlb_lookups.hits, 1u) << std::hex << address;
    }
    void expect_miss(uint64_t address) {
        expect_forwarded(warm(access(address)), address);
        EXPECT_EQ(recorded.tlb_lookups.misses, 1u) << std::hex << address;
    }
};

TEST_F(LeafReach, ARunOfSixteenAnswersAsOne) {
    blocks(17, gigabyte, stage1_leaf().word[0] | Contiguous);
    stage1(25, 0b101, false);  // 39 bits, start level 1
    expect_miss(gigabyte);
    expect_hit(0);
    expect_hit(16 * gigabyte - 1);
    expect_miss(16 * gigabyte);
}

// A 33-bit input has eight of the sixteen entries: the others are no addresses at all.
TEST_F(LeafReach, ARunAnswersForNothingOutsideTheInputRange) {
    blocks(16, gigabyte, stage1_leaf().word[0] | Contiguous);
    stage1(31, 0b101, false);
    expect_miss(0);
    expect_fault(8 * gigabyte, EventId::F_TRANSLATION);
    expect_fault(16 * gigabyte - 1, EventId::F_TRANSLATION);

    blocks(16, gigabyte, stage2_leaf().word[0] | Contiguous);
    stage2(31, 1, 0b101, false);
    expect_miss(0);
    expect_fault(8 * gigabyte, EventId::F_TRANSLATION);
    expect_fault(16 * gigabyte - 1, EventId::F_TRANSLATION);
}

// R_XFDVL: an address size fault is required, whatever the Contiguous bit says.
TEST_F(LeafReach, ARunAnswersForNothingOutsideTheOutputRange) {
    blocks(16, gigabyte, stage1_leaf().word[0] | Contiguous);
    stage1(25, 0b000, false);  // IPS: 32 bits
    expect_miss(0);
    expect_fault(4 * gigabyte, EventId::F_ADDR_SIZE);
    expect_fault(16 * gigabyte - 1, EventId::F_ADDR_SIZE);

    blocks(16, gigabyte, stage2_leaf().word[0] | Contiguous);
    stage2(25, 1, 0b000, false);
    expect_miss(0);
    expect_fault(4 * gigabyte, EventId::F_ADDR_SIZE);
    expect_fault(16 * gigabyte - 1, EventId::F_ADDR_SIZE);
}

// With IDR5.DS a block of level 0 has 512 GB, more than the output range may have.
TEST_F(LeafReach, ABlockAnswersForNothingOutsideTheOutputRange) {
    features.lpa2 = true;
    features.virtual_address_bits = 52;
    ASSERT_EQ(core::refuse(features), nullptr);
    const uint64_t range = uint64_t{1} << 36;
    blocks(1, 512 * gigabyte, stage1_leaf().set(arch::Stage1Leaf::SH, 0).word[0]);
    stage1(16, 0b001, true);  // IPS: 36 bits
    expect_miss(0);
    expect_hit(range - 1);
    expect_fault(range, EventId::F_ADDR_SIZE);
    expect_fault(512 * gigabyte - 1, EventId::F_ADDR_SIZE);

    blocks(1, 512 * gigabyte, stage2_leaf().set(arch::Stage2Leaf::SH, 0).word[0]);
    stage2(64 - 44, 2, 0b001, true);  // S2PS: 36 bits
    expect_miss(0);
    expect_hit(range - 1);
    expect_fault(range, EventId::F_ADDR_SIZE);
    expect_fault(512 * gigabyte - 1, EventId::F_ADDR_SIZE);
}

// 4.4: any address of the block removes what was cut from it.
TEST_F(LeafReach, AnInvalidationOfAnyAddressOfTheBlockReachesThePartThatIsCached) {
    features.lpa2 = true;
    features.virtual_address_bits = 52;
    blocks(1, 512 * gigabyte, stage1_leaf().set(arch::Stage1Leaf::SH, 0).word[0]);
    stage1(16, 0b001, true);
    expect_miss(0);
    core::TlbScope scope;
    scope.by_vmid = false;
    scope.by_address = true;
    scope.first = scope.last = 100 * gigabyte;
    tlb.invalidate(scope);
    expect_miss(0);

    blocks(1, 512 * gigabyte, stage2_leaf().set(arch::Stage2Leaf::SH, 0).word[0]);
    stage2(64 - 44, 2, 0b001, true);
    expect_miss(0);
    tlb.invalidate(scope);
    expect_miss(0);
}

}  // namespace
}  // namespace smmu::test
