// What an SMMU is said to be and must not be asked to do: errata by SMMU_IIDR, models by the IORT, HTTU
// by whoever says it, and the ID registers as a VMM is shown them.
#include <gtest/gtest.h>

#include "sw_stubs/driver/errata.h"
#include "sw_stubs/driver/hw_info.h"
#include "sw_stubs/driver/smmu.h"
#include "sw_stubs/driver/ste.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;

namespace {

struct ImplementationTest : ::testing::Test, Bench {
    /// IIDR: ProductID [31:20], Variant [19:16], Revision [15:12], Implementer [11:0].
    Features with_iidr(uint32_t iidr) {
        smmu.set<arch::Iidr>(iidr);
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 14 | 1u << 5);  // SEV, BTM
        return probe(Registers{FakeSmmu::base}, FirmwareSays{}).features;
    }
    Features with(const FirmwareSays& says, uint32_t httu) {
        smmu.set<arch::Idr0>((smmu.get<arch::Idr0>().raw() & ~0xC0u) | httu << 6);
        const Probe p = probe(Registers{FakeSmmu::base}, says);
        httu_differs = p.httu_differs;
        return p.features;
    }
    bool httu_differs = false;
};

TEST_F(ImplementationTest, NEST_06_03_NestingNeedsBothStages) {
    EXPECT_TRUE(with_iidr(0).nesting);
    const uint32_t idr0 = smmu.get<arch::Idr0>().raw();
    smmu.set<arch::Idr0>(idr0 & ~1u);
    EXPECT_FALSE(probe(Registers{FakeSmmu::base}, FirmwareSays{}).features.nesting);
    smmu.set<arch::Idr0>(idr0 & ~2u);
    EXPECT_FALSE(probe(Registers{FakeSmmu::base}, FirmwareSays{}).features.nesting);
}

TEST_F(ImplementationTest, NEST_06_04_Mmu600LosesSevUpToR0p2AndNestingBeforeR2) {
    EXPECT_FALSE(with_iidr(0x4830'043B).sev);
    EXPECT_FALSE(with_iidr(0x4830'243B).sev);
    EXPECT_TRUE(with_iidr(0x4830'343B).sev);
    EXPECT_TRUE(with_iidr(0x4831'043B).sev);
    EXPECT_FALSE(with_iidr(0x4830'343B).nesting);
    EXPECT_FALSE(with_iidr(0x4831'F43B).nesting);
    EXPECT_TRUE(with_iidr(0x4832'043B).nesting);
    EXPECT_TRUE(with_iidr(0x4832'043B).btm);
    EXPECT_FALSE(with_iidr(0x4830'043B).force_sync);
}

TEST_F(ImplementationTest, NEST_06_04_Mmu700LosesBtmAndBeforeR1p1NestingAndLongLists) {
    for (const uint32_t old : {0x4870'043Bu, 0x4870'143Bu, 0x4871'043Bu}) {
        EXPECT_FALSE(with_iidr(old).nesting) << std::hex << old;
        EXPECT_TRUE(with_iidr(old).force_sync) << std::hex << old;
        EXPECT_FALSE(with_iidr(old).btm);
    }
    EXPECT_TRUE(with_iidr(0x4871'143B).nesting);
    EXPECT_FALSE(with_iidr(0x4871'143B).force_sync);
    EXPECT_FALSE(with_iidr(0x4871'143B).btm);
    EXPECT_TRUE(with_iidr(0x4871'143B).sev);
}

TEST_F(ImplementationTest, NEST_06_05_MmuL1AndS3LoseBtmAlone) {
    for (const uint32_t iidr : {0x48A0'043Bu, 0x4980'043Bu}) {
        const Features f = with_iidr(iidr);
        EXPECT_FALSE(f.btm);
        EXPECT_TRUE(f.nesting && f.sev);
        EXPECT_FALSE(f.force_sync);
    }
}

TEST_F(ImplementationTest, NEST_06_05_ProductsOfOthersHaveNoneOfThese) {
    const Features f = with_iidr(0x4870'043A);
    EXPECT_TRUE(f.nesting && f.btm && f.sev);
}

TEST_F(ImplementationTest, ModelsOfTheIortHaveTheirQuirks) {
    FirmwareSays says;
    EXPECT_FALSE(with(says, 0).skip_prefetch || with(says, 0).page0_only);
    says.model = SmmuModel::Hi161x;
    EXPECT_TRUE(with(says, 0).skip_prefetch);
    EXPECT_FALSE(with(says, 0).page0_only);
    says.model = SmmuModel::Cn99xx;
    EXPECT_FALSE(with(says, 0).skip_prefetch);
    EXPECT_TRUE(with(says, 0).page0_only);
}

TEST_F(ImplementationTest, TheRegistersOfPage1CanBeInPage0) {
    FirmwareSays says;
    says.model = SmmuModel::Cn99xx;
    Smmu driver;
    ASSERT_EQ(driver.prepare(FakeSmmu::base, with(says, 0), arena), Status::Done);
    ASSERT_EQ(driver.reset(), Status::Done);
    bool saw_prod = false;
    for (const RegisterWrite& w : smmu.writes) {
        EXPECT_LT(w.offset, 0x1'0000u);
        saw_prod |= w.offset == 0xA8;
    }
    EXPECT_TRUE(saw_prod);
}

TEST_F(ImplementationTest, HttuIsWhatTheIortSays) {
    FirmwareSays says;
    EXPECT_FALSE(with(says, 2).access_flag);
    EXPECT_TRUE(httu_differs);
    says.httu_override = 1;
    EXPECT_TRUE(with(says, 1).access_flag);
    EXPECT_FALSE(with(says, 1).dirty_state);
    EXPECT_FALSE(httu_differs);
    says.httu_override = 2;
    EXPECT_TRUE(with(says, 1).dirty_state);
    EXPECT_TRUE(httu_differs);
}

TEST_F(ImplementationTest, HttuIsWhatIdr0SaysForADeviceTreeAndThreeIsNone) {
    FirmwareSays says;
    says.httu_of_idr0 = true;
    EXPECT_TRUE(with(says, 1).access_flag && !with(says, 1).dirty_state);
    EXPECT_TRUE(with(says, 2).access_flag && with(says, 2).dirty_state);
    EXPECT_FALSE(with(says, 3).access_flag || with(says, 3).dirty_state);
}

TEST_F(ImplementationTest, NEST_05_02_IdRegistersAreShownAsTheyRead) {
    smmu.set<arch::Idr0>(0x1234'5670);
    smmu.set<arch::Idr1>(0x1234'5671);
    smmu.set<arch::Idr2>(0x1234'5672);
    smmu.set<arch::Idr3>(0x1234'5673);
    smmu.set<arch::Idr4>(0x1234'5674);
    smmu.set<arch::Idr5>(0x1234'5675);
    smmu.set<arch::Iidr>(0x4870'043B);  // errata show as well
    smmu.set<arch::Aidr>(0x3);
    const IdRegisters info = read_id_registers(Registers{FakeSmmu::base});
    for (uint32_t i = 0; i < 6; ++i) EXPECT_EQ(info.idr[i], 0x1234'5670 + i);
    EXPECT_EQ(info.iidr, 0x4870'043Bu);
    EXPECT_EQ(info.aidr, 3u);
    EXPECT_TRUE(smmu.writes.empty());
}

/// Numbers of bits from 6.3.1, 6.3.2, 6.3.4, 6.3.6.
TEST_F(ImplementationTest, NEST_05_04_TheUsableBitsAreThoseOfFifteenFields) {
    const auto field = [](unsigned hi, unsigned lo) {
        return static_cast<uint32_t>(((uint64_t{1} << (hi - lo + 1)) - 1) << lo);
    };
    EXPECT_EQ(usable_id_bits.idr[0], field(3, 2) | field(12, 12) | field(19, 19) | field(22, 21) |
                                         field(25, 24) | field(26, 26) | field(28, 27));
    EXPECT_EQ(usable_id_bits.idr[1], field(5, 0) | field(10, 6));
    EXPECT_EQ(usable_id_bits.idr[3], field(10, 10) | field(12, 11));
    EXPECT_EQ(usable_id_bits.idr[5], field(11, 10) | field(6, 6) | field(5, 5) | field(4, 4));
    EXPECT_EQ(usable_id_bits.idr[2] | usable_id_bits.idr[4] | usable_id_bits.iidr, 0u);
}

}  // namespace
