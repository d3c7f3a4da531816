// ID registers of several sets of features, typed bit by bit from Arm IHI 0070 G.b, 6.3.1 to 6.3.8;
// and the control fields that they announce: CR0.VMW, CR2.E2H.  Names carry the rule of the check
// list.
#include <gtest/gtest.h>

#include "smmuv3/core/register_file.h"

namespace smmu::test {
namespace {

using F = core::Features;

constexpr uint32_t IDR0 = 0x00, IDR1 = 0x04, IDR3 = 0x0C, IDR5 = 0x14, AIDR = 0x1C;
constexpr uint32_t CR0 = 0x20, CR0ACK = 0x24, CR2 = 0x2C;

class IdRegisters : public ::testing::Test {
protected:
    uint32_t get(uint32_t offset) const { return static_cast<uint32_t>(registers.read(offset, 4)); }
    void put(uint32_t offset, uint32_t value) {
        registers.write(offset, 4, value);
        registers.acknowledge_control();
        registers.acknowledge_command_enable();
        registers.acknowledge_event_enable();
    }
    F features;
    core::RegisterFile registers{features};
};

struct Words {
    const char* what;
    void (*change)(F&);
    uint32_t idr0, idr1, idr3, idr5, aidr;
};

// IDR0: S2P 0, S1P 1, TTF 3:2 = 10, COHACC 4, Hyp 9, ASID16 12, MSI 13, VMW 17, VMID16 18, CD2L 19,
// TTENDIAN 22:21 = 10, STALL_MODEL 25:24 = 00, ST_LEVEL 28:27 = 01.
constexpr uint32_t idr0 = 0x084E'321B;
// IDR1: SIDSIZE 5:0 = 16, SSIDSIZE 10:6 = 20, EVENTQS 20:16 = 19, CMDQS 25:21 = 19, ATTR_PERMS_OVR
// 26, ATTR_TYPES_OVR 27.
constexpr uint32_t idr1 = 0x0E73'0510;
// IDR3: HAD 2, XNX 4, FWB 8, RIL 10, BBML 12:11 = 10, E0PD 13, PTWNNC 14, EPAN 17.
constexpr uint32_t idr3 = 0x0002'7514;
// IDR5: OAS 2:0 = 100 (44 bits), GRAN4K 4, GRAN16K 5, GRAN64K 6, STALL_MAX 31:16 = 64.
constexpr uint32_t idr5 = 0x0040'0074;

const Words sets[] = {
    {"default", [](F&) {}, idr0, idr1, idr3, idr5, 3},
    {"SMMUv3.1 with nothing optional",
     [](F& f) {
         f.minor_revision = 1;
         f.forced_write_back = f.two_level_cd_table = f.vmid_wildcard = f.el2 = false;
         f.granule_16k = f.granule_64k = f.range_invalidation = f.e0pd = f.epan = false;
         f.walks_to_device_are_nc = f.wide_asid = f.wide_vmid = f.coherent_access = false;
         f.substream_id_bits = f.bbml = 0;
         f.msi = false;
         f.stall_model = core::StallModel::Terminate;
     },
     0x0940'000B, 0x0E73'0010, 0x0000'0014, 0x0000'0014, 1},
    {"SMMUv3.2",
     [](F& f) {
         f.minor_revision = 2;
         f.bbml = 1;
         f.e0pd = f.walks_to_device_are_nc = f.epan = false;
     },
     idr0, idr1, 0x0000'0D14, idr5, 2},
    {"SMMUv3.4 with all",
     [](F& f) {
         f.minor_revision = 4;
         f.no_tag_access = f.lpa2 = f.small_tables = true;
         f.output_address_bits = f.virtual_address_bits = 52;
     },
     idr0, idr1, 0x0042'7714, 0x0040'04F6, 4},
    {"stage 1 only", [](F& f) { f.stage2 = f.forced_write_back = false; }, 0x0848'301A, idr1,
     0x0002'3404, idr5, 3},
    {"stage 2 only", [](F& f) { f.stage1 = false; }, 0x0846'3019, idr1, 0x0002'7510, idr5, 3},
};

TEST_F(IdRegisters, REG_30_REG_32_REG_33_REG_34_WordsOfSeveralSets) {
    for (const Words& w : sets) {
        SCOPED_TRACE(w.what);
        features = F{};
        w.change(features);
        ASSERT_EQ(core::refuse(features), nullptr) << core::refuse(features);
        EXPECT_EQ(get(IDR0), w.idr0);
        EXPECT_EQ(get(IDR1), w.idr1);
        EXPECT_EQ(get(IDR3), w.idr3);
        EXPECT_EQ(get(IDR5), w.idr5);
        EXPECT_EQ(get(AIDR), w.aidr);
    }
}

TEST_F(IdRegisters, EveryFeatureShowsInItsOwnBits) {
    struct Row {
        void (*change)(F&);
        uint32_t offset, bits;  ///< what differs from the default
    };
    const Row rows[] = {
        {[](F& f) { f.httu = 2; }, IDR0, 0b10 << 6},
        {[](F& f) { f.el2 = false; }, IDR0, 1 << 9},
        {[](F& f) { f.msi = false; }, IDR0, 1 << 13},
        {[](F& f) { f.stall_model = core::StallModel::Stall; }, IDR0, 0b10 << 24},
        {[](F& f) { f.always_abort = true; }, IDR0, 1 << 26},
        {[](F& f) { f.stall_max = 65; }, IDR5, 1 << 16},
        {[](F& f) { f.vmid_wildcard = false; }, IDR0, 1 << 17},
        {[](F& f) { f.two_level_cd_table = false; }, IDR0, 1 << 19},
        {[](F& f) { f.substream_id_bits = 0; }, IDR1, 20 << 6},
        {[](F& f) { f.substream_id_bits = 16; }, IDR1, 4 << 6},
        {[](F& f) { f.small_tables = true; }, IDR3, 1 << 9},
        {[](F& f) { f.range_invalidation = false; }, IDR3, 1 << 10},
        {[](F& f) { f.bbml = 1; }, IDR3, 0b11 << 11},
        {[](F& f) { f.bbml = 0; }, IDR3, 0b10 << 11},
        {[](F& f) { f.e0pd = false; }, IDR3, 1 << 13},
        {[](F& f) { f.walks_to_device_are_nc = false; }, IDR3, 1 << 14},
        {[](F& f) { f.epan = false; }, IDR3, 1 << 17},
        {[](F& f) { f.no_tag_access = true; }, IDR3, 1 << 22},
        {[](F& f) { f.granule_4k = false; }, IDR5, 1 << 4},
        {[](F& f) { f.granule_16k = false; }, IDR5, 1 << 5},
        {[](F& f) { f.granule_64k = false; }, IDR5, 1 << 6},
        {[](F& f) { f.lpa2 = true; }, IDR5, 1 << 7},
        {[](F& f) { f.virtual_address_bits = 52; }, IDR5, 1 << 10},
        {[](F& f) { f.output_address_bits = 52; }, IDR5, 0b010},
    };
    for (const Row& r : rows) {
        features = F{};
        r.change(features);
        for (const auto& [offset, word] : {std::pair{IDR0, idr0}, std::pair{IDR1, idr1},
                                           std::pair{IDR3, idr3}, std::pair{IDR5, idr5}})
            EXPECT_EQ(get(offset), offset == r.offset ? word ^ r.bits : word)
                << "row " << &r - rows << " offset " << offset;
    }
}

TEST_F(IdRegisters, REG_07_TheyAreReadOnly) {
    for (const uint32_t offset : {IDR0, IDR1, IDR3, IDR5, AIDR}) {
        const uint32_t before = get(offset);
        put(offset, ~before);
        EXPECT_EQ(get(offset), before);
    }
}

// --- CR0.VMW
// --------------------------------------------------------------------------------------

TEST_F(IdRegisters, REG_09_REG_10_REG_12_VmwIsStoredAndAcknowledged) {
    constexpr uint16_t masks[] = {0xFFFF, 0xFFFE, 0xFFFC, 0xFFF8, 0xFFF0, 0xFFFF, 0xFFFF, 0xFFFF};
    for (uint32_t vmw = 0; vmw < 8; ++vmw) {
        registers.write(CR0, 4, 0b1101 | vmw << 6);
        EXPECT_EQ(get(CR0), 0b1101 | vmw << 6) << "at once";
        put(CR0, 0b1101 | vmw << 6);
        EXPECT_EQ(get(CR0ACK), 0b1101 | vmw << 6);
        EXPECT_EQ(registers.vmid_mask(), masks[vmw]);
    }
    put(CR0, 0xFFFF'FFFF);
    EXPECT_EQ(get(CR0), 0x1CDu);  // PRIQEN, ATSCHK, DPT_WALK_EN and reserved bits are not there
    EXPECT_EQ(get(CR0ACK), 0x1CDu);
}

TEST_F(IdRegisters, REG_10_REG_12_REG_30_WithoutTheFeatureVmwIsRes0) {
    for (const bool has_stage2 : {true, false}) {
        features.vmid_wildcard = !has_stage2;
        features.stage2 = has_stage2;
        put(CR0, 0xFFFF'FFFF);
        EXPECT_EQ(get(CR0), 0xDu);
        EXPECT_EQ(get(CR0ACK), 0xDu);
        EXPECT_EQ(registers.vmid_mask(), 0xFFFF);
    }
}

// A new value counts once it is acknowledged.
TEST_F(IdRegisters, REG_11_REG_12_VmwTakesEffectWithItsAcknowledgement) {
    registers.write(CR0, 4, 2 << 6);
    EXPECT_EQ(get(CR0ACK), 0u);
    EXPECT_EQ(registers.vmid_mask(), 0xFFFF);
    registers.acknowledge_control();
    EXPECT_EQ(registers.vmid_mask(), 0xFFFC);
}

// --- CR2.E2H
// --------------------------------------------------------------------------------------

TEST_F(IdRegisters, REG_20_E2hIsWritableWhileTheSmmuIsOff) {
    put(CR2, 0xFFFF'FFFF);
    EXPECT_EQ(get(CR2), 0b11u);  // PTM and REC_CFG_ATS are not there
    EXPECT_TRUE(registers.e2h());
    put(CR0, 1);
    put(CR2, 0);
    EXPECT_EQ(get(CR2), 0b11u);
    put(CR0, 0);
    put(CR2, 0b10);
    EXPECT_FALSE(registers.e2h());
}

TEST_F(IdRegisters, REG_20_REG_30_WithoutHypE2hIsRes0) {
    struct Case {
        bool el2, stage1, stage2;
    };
    for (const Case& c :
         {Case{false, true, true}, Case{true, false, true}, Case{true, true, false}}) {
        features.el2 = c.el2;
        features.stage1 = c.stage1;
        features.stage2 = c.stage2;
        put(CR2, 0xFFFF'FFFF);
        EXPECT_EQ(get(CR2), 0b10u);
        EXPECT_FALSE(registers.e2h());
    }
}

// Addresses in registers have OAS bits.
TEST_F(IdRegisters, REG_26_ADDR_15_BasesHoldFiftyTwoBits) {
    features.output_address_bits = 52;
    registers.write(0x80, 8, ~uint64_t{0});
    EXPECT_EQ(registers.read(0x80, 8), 0x400F'FFFF'FFFF'FFC0u);
    registers.write(0x90, 8, ~uint64_t{0});
    EXPECT_EQ(registers.read(0x90, 8), 0x400F'FFFF'FFFF'FFFFu);
    registers.write(0xA0, 8, ~uint64_t{0});
    EXPECT_EQ(registers.read(0xA0, 8), 0x400F'FFFF'FFFF'FFFFu);
}

}  // namespace
}  // namespace smmu::test
