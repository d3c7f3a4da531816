// Bits of CDs and descriptors that belong to features which are not there: they do nothing.
// Arm IHI 0070 G.b, 5.2, 5.4, 6.3.4, 6.3.6; names carry the rule of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

class AbsentTableFeatures : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000;
    static constexpr uint64_t leaf_59_to_62 = 0x7800'0000'0000'0000;

    AbsentTableFeatures() {
        context.stage2.map(ipa, pa, stage2_leaf());
        map(0);
        attach(context);
    }
    void map(uint8_t index, uint64_t more = 0, uint8_t ap = 0b01) {
        Stage1Leaf leaf = stage1_leaf().set(Stage1Leaf::AttrIndx, index).set(Stage1Leaf::AP, ap);
        leaf.word[0] |= more;
        context.stage1.map(va, ipa, leaf);
    }
    Context context{memory};
};

// IDR3.PBHA is 0.
TEST_F(AbsentTableFeatures, WALK_44_HardwareUseBitsOfLeavesDoNothing) {
    EXPECT_EQ(registers.read(0x0C, 4) >> 3 & 1, 0u) << "IDR3.PBHA";
    const MemoryAttributes plain = read(va).attributes;
    for (const uint8_t hwu : {uint8_t{0b0000}, uint8_t{0b1111}})
        for (const bool had : {false, true}) {
            context.cd.set(Cd::HWU0, hwu).set(Cd::HAD0, had);
            context.ste.set(Ste::S2HWU59, hwu != 0).set(Ste::S2HWU60, hwu != 0);
            context.ste.set(Ste::S2HWU61, hwu != 0).set(Ste::S2HWU62, hwu != 0);
            attach(context);
            map(0, leaf_59_to_62);
            Stage2Leaf stage2 = stage2_leaf();
            stage2.word[0] |= leaf_59_to_62;
            context.stage2.map(ipa, pa, stage2);
            for (const Access& a : {access(va), writing(access(va)), instruction(access(va))}) {
                const Outcome o = cold(a);
                expect_forwarded(o, pa);
                EXPECT_EQ(o.attributes, plain);
            }
        }
}

// IDR3.AIE is 0: bit 59 of a leaf is no part of AttrIndx.
TEST_F(AbsentTableFeatures, ATTR_44_AttrindxHasThreeBits) {
    for (uint8_t index = 0; index < 8; ++index) {
        context.cd.set(Cd::AIE, false);
        attach(context);
        map(index);
        const MemoryAttributes three_bits = read(va).attributes;
        context.cd.set(Cd::AIE, true);
        attach(context);
        map(index, uint64_t{1} << 59);
        EXPECT_EQ(read(va).attributes, three_bits) << int(index);
    }
}

// IDR3.S1PI is 0: AP, UXN and PXN decide, and no permission index is looked at.
TEST_F(AbsentTableFeatures, CD_35_WALK_45_PermissionIndexesDoNothing) {
    context.ste.set(Ste::S1PIE, true);
    context.cd.set(Cd::PIE, true);
    for (const uint64_t indexes :
         {0x0000'0000'0000ull, 0x4444'4444'4444ull, 0x6666'6666'6666ull, 0x7777'7777'7777ull}) {
        context.cd.set(Cd::PIIP, indexes).set(Cd::PIIU, indexes);
        attach(context);
        map(0);
        expect_forwarded(write_to(va), pa);
        expect_forwarded(cold(instruction(access(va))), pa);
        map(0, 0, 0b11);
        expect_aborted(write_to(va), EventId::F_PERMISSION);
        map(0, 0, 0b00);
        expect_aborted(read(va), EventId::F_PERMISSION);
        map(0, uint64_t{1} << 54);
        expect_aborted(cold(instruction(access(va))), EventId::F_PERMISSION);
    }
}

// IDR5.D128 is 0: bits [65] and [129] of a CD are HAD0 and HAD1, [127:124] and [191:188] are HWU.
TEST_F(AbsentTableFeatures, WALK_46_BitsOf128BitTablesKeepTheirOldMeaning) {
    EXPECT_EQ(registers.read(0x14, 4) >> 8 & 1, 0u) << "IDR5.D128";
    context.use_ttb1();
    const uint64_t upper = va | 0xFFFF'0000'0000'0000;
    context.stage1.add_bits(va, 1, uint64_t{1} << 62);  // APTable[1]: no writes below
    context.write_cd();
    expect_aborted(write_to(va), EventId::F_PERMISSION);
    expect_aborted(write_to(upper), EventId::F_PERMISSION);
    Cd cd = context.cd;
    cd.word[1] |= uint64_t{1} << 1 | uint64_t{0xF} << 60;
    memory.put(context.cd_place.physical, cd);
    expect_forwarded(write_to(va), pa);
    expect_aborted(write_to(upper), EventId::F_PERMISSION);
    cd.word[2] |= uint64_t{1} << 1 | uint64_t{0xF} << 60;
    memory.put(context.cd_place.physical, cd);
    expect_forwarded(write_to(va), pa);
    expect_forwarded(write_to(upper), pa);
    // Nothing else selects such tables.
    memory.put(context.cd_place.physical, cd.set(Cd::AA64, false));
    expect_aborted(read(va), EventId::C_BAD_CD);
}

TEST_F(AbsentTableFeatures, CD_48_WALK_35_ADDR_06_ADDR_12_NeitherShortNorWideDescriptors) {
    for (const SteConfig config : {SteConfig::S1, SteConfig::S1S2}) {
        Context c(memory, config, config == SteConfig::S1 ? 0x7000'0000 : 0xB000'0000);
        c.stage1.map(va, config == SteConfig::S1 ? pa : ipa, stage1_leaf());
        c.stage2.map(ipa, pa, stage2_leaf());
        c.cd.set(Cd::AA64, false);
        for (const bool s1pie : {false, true})
            for (const uint8_t txsz : {uint8_t{0}, uint8_t{7}, uint8_t{16}}) {
                c.ste.set(Ste::S1PIE, s1pie);
                c.cd.set(Cd::T0SZ, txsz);
                attach(c);
                expect_aborted(read(va), EventId::C_BAD_CD);
            }
    }
}

// VMSAv8-64 over a stage 2 of VMSAv8-32 is ILLEGAL in the CD; here the STE is ILLEGAL before that.
TEST_F(AbsentTableFeatures, CD_25_Stage1CannotMeetAnotherStage2) {
    EXPECT_EQ(registers.read(0x00, 4) >> 2 & 0b11, 0b10u) << "IDR0.TTF";
    context.ste.set(Ste::S2AA64, false);
    attach(context);
    expect_aborted(read(va), EventId::C_BAD_STE);
}

}  // namespace
}  // namespace smmu::test
