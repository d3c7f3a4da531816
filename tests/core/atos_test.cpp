// Address translation operations: what may be asked, and what PAR says.  Words are typed from Arm IHI
// 0070 G.b, 9.1.
#include "tests/core/atos_bench.h"

namespace smmu::test {
namespace {

using arch::S1Default;

// PAR of a page: ATTR 63:56, SH 9:8.
constexpr uint64_t write_back_ish = 0xFF00'0000'0000'0300;

class Atos : public AtosBench {};

TEST_F(Atos, ATOS_02_ATOS_12_WhatIsAskedComesFromAddrAlone) {
    Context& c = use(SteConfig::S1S2);
    using L = arch::Stage1Leaf;
    c.stage1.map(va, ipa, stage1_leaf().set(L::AP, 0b00).set(L::UXN, true));  // privileged
    put(stream, Ste{c.ste}.set(Ste::PRIVCFG, 0b11).set(Ste::INSTCFG, 0b10));
    EXPECT_EQ(gatos(va | both_stages | RnW), failed(0x13));
    EXPECT_EQ(gatos(va | both_stages | PnU | RnW), pa | write_back_ish);
    EXPECT_EQ(gatos(va | both_stages | PnU), pa | write_back_ish) << "a write";
    EXPECT_EQ(gatos(va | both_stages | RnW | InD), failed(0x13));
    EXPECT_EQ(gatos(va | both_stages | PnU | InD), pa | write_back_ish) << "writes are Data";
    // MTCFG and SHCFG do not count either.
    put(stream, Ste{c.ste}.set(Ste::MTCFG, true).set(Ste::MemAttr, 0).set(Ste::SHCFG, 0b10));
    configs.invalidate_all();
    EXPECT_EQ(gatos(va | both_stages | PnU | RnW), pa | write_back_ish);
}

TEST_F(Atos, ATOS_03_ATOS_04_ATOS_05_ATOS_06_InvalidRequests) {
    use(SteConfig::S1S2);
    EXPECT_EQ(gatos(va | RnW), failed(INV_REQ)) << "TYPE 0b00";
    EXPECT_EQ(gatos(ipa | stage2_only | RnW, pasid(0)), failed(INV_REQ));
    EXPECT_EQ(vatos(ipa | stage2_only | RnW, 0), failed(INV_REQ));
    EXPECT_EQ(vatos(va | both_stages | RnW, 0), failed(INV_REQ));
    EXPECT_TRUE(memory.log.empty()) << "decided before anything is read";
    features.stage1 = false;
    EXPECT_EQ(gatos(va | stage1_only | RnW), failed(INV_REQ));
    EXPECT_EQ(gatos(va | both_stages | RnW), failed(INV_REQ));
    features.stage1 = true;
    features.stage2 = false;
    EXPECT_EQ(gatos(ipa | stage2_only | RnW), failed(INV_REQ));
    EXPECT_EQ(gatos(va | both_stages | RnW), failed(INV_REQ));
}

TEST_F(Atos, ATOS_04_ATOS_05_ATOS_06_ATOS_14_StagesThatTheStreamDoesNotHave) {
    const auto type = [](uint64_t t) { return va | t | RnW; };
    use(SteConfig::S2);
    EXPECT_EQ(gatos(type(stage1_only)), failed(INV_STAGE));
    EXPECT_EQ(gatos(type(both_stages)), failed(INV_STAGE));
    use(SteConfig::S1);
    configs.invalidate_all();
    EXPECT_EQ(gatos(type(stage2_only)), failed(INV_STAGE));
    EXPECT_EQ(gatos(type(both_stages)), failed(INV_STAGE));
    for (const SteConfig config : {SteConfig::Abort, SteConfig::Bypass}) {
        use(config);
        configs.invalidate_all();
        for (const uint64_t t : {stage1_only, stage2_only, both_stages})
            EXPECT_EQ(gatos(type(t)), failed(INV_STAGE));
        EXPECT_EQ(vatos(type(stage1_only), 0), failed(0x04)) << "no VMID: C_BAD_STE";
    }
}

TEST_F(Atos, ATOS_07_AddressAndSize) {
    Context& c = use(SteConfig::S1S2);
    EXPECT_EQ(gatos(va | both_stages | RnW), pa | write_back_ish);
    EXPECT_EQ(gatos(va | stage1_only | RnW), ipa | write_back_ish);
    EXPECT_EQ(gatos(ipa | stage2_only | RnW), pa | write_back_ish);
    constexpr uint64_t v = 0x4000'0000, i = 0x80'0000'0000, p = 0x20'0000'0000;
    c.stage1.map(v, i, stage1_leaf(), 1);
    c.stage2.map(i, p, stage2_leaf(), 2);
    constexpr uint64_t size = 1 << 11;
    // 2 MiB: the lowest one of ADDR is bit 20.  1 GiB: bit 29.
    EXPECT_EQ(gatos((v + 0x5000) | both_stages | RnW), p | 1 << 20 | size | write_back_ish);
    EXPECT_EQ(gatos((v + 0x5000) | stage1_only | RnW), i | 1 << 29 | size | write_back_ish);
    EXPECT_EQ(gatos((i + 0x5000) | stage2_only | RnW), p | 1 << 20 | size | write_back_ish);
}

TEST_F(Atos, ATOS_08_ATOS_09_FaultsOfBothStages) {
    Context& c = use(SteConfig::S1S2);
    c.cd.set(Cd::S, true);
    c.ste.set(Ste::S2S, true).set(Ste::S2R, true);
    features.stall_model = core::StallModel::StallAndTerminate;
    attach(c);
    const uint64_t ask = va | both_stages | RnW;
    EXPECT_EQ(gatos((va + 0x1000) | both_stages | RnW), failed(0x10)) << "stage 1";
    c.stage2.unmap(ipa);
    EXPECT_EQ(gatos(ask), failed(0x10, 3, ipa)) << "the final IPA";
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::AF, false));
    EXPECT_EQ(gatos(ask), failed(0x12, 3, ipa));
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0));
    EXPECT_EQ(gatos(ask), failed(0x13, 3, ipa));
    const uint64_t leaf_ipa = memory.word(c.stage1.slot(va, 2)) & 0x0000'FFFF'FFFF'F000;
    const uint64_t leaf_pa = c.stage1.slot(va, 3) & ~uint64_t{0xFFF};
    c.stage2.unmap(leaf_ipa);
    EXPECT_EQ(gatos(ask), failed(0x10, 2, leaf_ipa)) << "a stage-1 table";
    c.stage2.map(leaf_ipa, leaf_pa, stage2_leaf());
    memory.abort_at(c.stage2.slot(leaf_ipa, 3));
    EXPECT_EQ(gatos(ask), failed(0x0B, 2)) << "abort of a stage-2 descriptor";
    memory.repair(c.stage2.slot(leaf_ipa, 3));
    memory.abort_at(c.stage1.slot(va, 3));
    EXPECT_EQ(gatos(ask), failed(0x0B)) << "abort of a stage-1 descriptor";
    configs.invalidate_all();
    c.stage2.unmap(c.cd_place.address);
    EXPECT_EQ(gatos(ask), failed(0x10, 1, c.cd_place.address & ~uint64_t{0xFFF})) << "the CD";
}

TEST_F(Atos, ATOS_09_Stage2AloneAlwaysSaysIn) {
    Context& c = use(SteConfig::S1S2);
    const uint64_t ask = ipa | stage2_only | RnW;
    c.stage2.unmap(ipa);
    EXPECT_EQ(gatos(ask), failed(0x10, 3));
    memory.abort_at(c.stage2.slot(ipa, 3));
    EXPECT_EQ(gatos(ask), failed(0x0B, 3));
    EXPECT_EQ(gatos(uint64_t{1} << 44 | stage2_only | RnW), failed(0x11)) << "ATOS-20: above IAS";
    configs.invalidate_all();
    put(stream, Ste{});
    EXPECT_EQ(gatos(ask), failed(0x04, 3)) << "configuration errors too";
}

TEST_F(Atos, ATOS_10_Stage1AloneHidesStage2) {
    Context& c = use(SteConfig::S1S2);
    const uint64_t ask = va | stage1_only | RnW;
    c.stage2.unmap(ipa);
    EXPECT_EQ(gatos(ask), ipa | write_back_ish) << "the final IPA is not translated";
    const uint64_t leaf_ipa = memory.word(c.stage1.slot(va, 2)) & 0x0000'FFFF'FFFF'F000;
    c.stage2.unmap(leaf_ipa);
    EXPECT_EQ(gatos(ask), failed(0x0B)) << "F_WALK_EABT";
    configs.invalidate_all();
    c.stage2.unmap(c.cd_place.address);
    EXPECT_EQ(gatos(ask), failed(0x09)) << "F_CD_FETCH";
}

TEST_F(Atos, ATOS_13_Priority) {
    use(SteConfig::S2);
    EXPECT_EQ(gatos(va, 0x1'23), failed(INV_REQ)) << "before C_BAD_STREAMID";
    EXPECT_EQ(gatos(va | stage1_only, 0x123), failed(0x02));
    memory.abort_at(ste_address(stream));
    EXPECT_EQ(gatos(va | stage1_only), failed(0x03));
    memory.repair(ste_address(stream));
    EXPECT_EQ(gatos(va | stage1_only, pasid(9)), failed(INV_STAGE)) << "before C_BAD_SUBSTREAMID";
    Context& c = use(SteConfig::S1S2);
    configs.invalidate_all();
    EXPECT_EQ(gatos(va | stage1_only, pasid(9)), failed(0x08));
    put(stream, Ste{c.ste}.set(Ste::S1CDMax, 1));
    EXPECT_EQ(gatos(va | stage1_only), failed(0x06));
    attach(c);
    memory.put(c.cd_place.physical, Cd{});
    EXPECT_EQ(gatos(va | stage1_only), failed(0x0A));
}

TEST_F(Atos, ATOS_15_VatosSeesItsVmidOnly) {
    Context& c = use(SteConfig::S1S2);
    c.ste.set(Ste::S2VMID, 0x1234);
    attach(c);
    const uint64_t ask = va | stage1_only | RnW;
    EXPECT_EQ(vatos(ask, 0x1234), ipa | write_back_ish);
    EXPECT_EQ(vatos(ask, 0x1235), failed(0x04));
    Context& s1 = use(SteConfig::S1);
    s1.ste.set(Ste::S2VMID, 0x77);
    attach(s1);
    configs.invalidate_all();
    EXPECT_EQ(vatos(ask, 0x77), pa | write_back_ish);
    EXPECT_EQ(vatos(ask, 0), failed(0x04));
    Context& s2 = use(SteConfig::S2);
    s2.ste.set(Ste::S2VMID, 0x88);
    attach(s2);
    configs.invalidate_all();
    EXPECT_EQ(vatos(ask, 0x88), failed(INV_STAGE));
    EXPECT_EQ(vatos(ask, 0x89), failed(0x04));
    Context& el2 = use(SteConfig::S1);
    put(stream, Ste{el2.ste}.set(Ste::STRW, 0b10));
    configs.invalidate_all();
    EXPECT_EQ(vatos(ask, 0), failed(0x04)) << "EL2 has no VMID";
}

TEST_F(Atos, ATOS_19_Attributes) {
    Context& c = use(SteConfig::S1S2);
    using L2 = arch::Stage2Leaf;
    // Stage 1 Attr1 of test_mair is 0x44, Non-cacheable; stage 2 forces it to write-back.
    c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AttrIndx, 1));
    EXPECT_EQ(gatos(va | stage1_only | RnW) >> 56, 0x44u);
    EXPECT_EQ(gatos(va | stage1_only | RnW) >> 8 & 3, 0b10u) << "consistent: Outer Shareable";
    c.stage2.map(ipa, pa, stage2_leaf().set(L2::MemAttr, 0b0110));
    put(stream, Ste{c.ste}.set(Ste::S2FWB, true));
    configs.invalidate_all();
    EXPECT_EQ(gatos(va | both_stages | RnW) >> 56, 0xFFu);
    EXPECT_EQ(gatos(ipa | stage2_only | RnW) >> 56, 0xFFu) << "RA = WA = 1, TR = 0";
    put(stream, c.ste);
    configs.invalidate_all();
    c.stage2.map(ipa, pa, stage2_leaf().set(L2::MemAttr, 0b0001));  // Device-nGnRE
    EXPECT_EQ(gatos(ipa | stage2_only | RnW), pa | 0x0400'0000'0000'0200);
    EXPECT_EQ(gatos(va | both_stages | RnW), pa | 0x0400'0000'0000'0200);
}

TEST_F(Atos, ATOS_20_InputRanges) {
    use(SteConfig::S1S2);
    EXPECT_EQ(gatos(uint64_t{1} << 48 | both_stages | RnW), failed(0x10)) << "neither half";
    Context& s2 = use(SteConfig::S2);
    s2.ste.set(Ste::S2T0SZ, 24).set(Ste::S2SL0, 1);
    attach(s2);
    configs.invalidate_all();
    EXPECT_EQ(gatos(uint64_t{1} << 40 | stage2_only | RnW), failed(0x10, 3));
    EXPECT_EQ(gatos(uint64_t{1} << 44 | stage2_only | RnW), failed(0x11));
}

TEST_F(Atos, ATOS_23_StreamsThatSkipStage1WithoutSubstream) {
    Context& c = use(SteConfig::S1S2);
    c.ste.set(Ste::S1CDMax, 1).set(Ste::S1DSS, S1Default::Bypass);
    attach(c);
    EXPECT_EQ(gatos(ipa | both_stages | RnW), pa | write_back_ish);
    const uint64_t identity = gatos(ipa | stage1_only | RnW);
    EXPECT_EQ(identity & 0x00FF'FFFF'FFFF'F001, ipa) << "4 KiB around the address";
    EXPECT_EQ(memory.count(Purpose::Cd), 0u);
    EXPECT_EQ(gatos(uint64_t{1} << 44 | stage1_only | RnW), failed(0x11));

    c.ste.set(Ste::S1DSS, S1Default::Substream0);
    attach(c);
    configs.invalidate_all();
    EXPECT_EQ(gatos(va | stage1_only | RnW), ipa | write_back_ish);
    EXPECT_EQ(gatos(va | stage1_only | RnW, pasid(0)), failed(0x06));
}

TEST_F(Atos, ATOS_24_OneStageAloneKnowsItsOwnPermissions) {
    Context& c = use(SteConfig::S1S2);
    c.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AP, 0b10));  // privileged, read-only
    EXPECT_EQ(gatos(ipa | stage2_only), pa | write_back_ish) << "a write";
    c.stage1.map(va, ipa, stage1_leaf());
    c.stage2.map(ipa, pa, stage2_leaf().set(arch::Stage2Leaf::S2AP, 0));
    EXPECT_EQ(gatos(va | stage1_only), ipa | write_back_ish);
}

}  // namespace
}  // namespace smmu::test
