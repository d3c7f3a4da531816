// Stage 1 alone: the two halves of the VA space, levels, blocks, TBI, HAD, the access flag.
// Arm IHI 0070 G.b, 3.4, 5.4; Arm ARM D8.2, D8.3.
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::TableDescriptor;

class Stage1 : public Bench {
protected:
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;

    void expect_walk(uint64_t va, unsigned descriptors) {
        expect_forwarded(read(va), pa + (va & 0xFFF));
        EXPECT_EQ(memory.count(Purpose::Stage1Table), descriptors);
    }
};

TEST_F(Stage1, WALK_01_StartLevelAndRangeOfEveryT0sz) {
    for (unsigned t0sz = 16; t0sz <= 39; ++t0sz) {
        SCOPED_TRACE(t0sz);
        Context c(memory, SteConfig::S1, 0x4000'0000, {t0sz, 20, 2});
        const uint64_t last = (uint64_t{1} << (64 - t0sz)) - 0x1000;
        for (const uint64_t va : {uint64_t{0}, uint64_t{0x12'3000}, last})
            c.stage1.map(va, pa, stage1_leaf());
        attach(c);
        const unsigned levels = t0sz <= 24 ? 4 : t0sz <= 33 ? 3 : 2;
        for (const uint64_t va : {uint64_t{0}, uint64_t{0x12'3000}, last + 0xFFF})
            expect_walk(va, levels);
        expect_aborted(read(last + 0x1000), EventId::F_TRANSLATION);
        EXPECT_EQ(memory.count(Purpose::Stage1Table), 0u) << "outside the range nothing is walked";
        expect_aborted(read(uint64_t{1} << 54), EventId::F_TRANSLATION);
    }
}

TEST_F(Stage1, ADDR_07_UpperHalfIsChosenByBit55AndMustBeSignExtended) {
    for (const unsigned t1sz : {16u, 25u, 39u}) {
        Context low(memory, SteConfig::S1, 0x4000'0000);
        Context high(memory, SteConfig::S1, 0x5000'0000, {t1sz, 20, 2});
        const uint64_t first = ~uint64_t{0} << (64 - t1sz);
        high.stage1.map(0, pa, stage1_leaf());
        high.stage1.map(~uint64_t{0}, pa, stage1_leaf());
        low.cd.set(Cd::EPD1, false).set(Cd::TG1, 0b10).set(Cd::TTB1, high.stage1.root());
        low.cd.set(Cd::T1SZ, static_cast<uint8_t>(t1sz));
        attach(low);
        expect_forwarded(read(first), pa);
        expect_forwarded(read(~uint64_t{0}), pa + 0xFFF);
        expect_aborted(read(first - 1), EventId::F_TRANSLATION);
        expect_aborted(read(first & ~(uint64_t{1} << 63)), EventId::F_TRANSLATION);
        expect_aborted(read(first & ~(uint64_t{1} << 56)), EventId::F_TRANSLATION);
    }
}

// The socket carries 64 bits: nothing is extended, whatever the size of the VA space.
TEST_F(Stage1, ADDR_17_AddressesAreTakenAsTheyCome) {
    Context c(memory, SteConfig::S1);
    const uint64_t last = 0x0000'FFFF'FFFF'F000;
    c.stage1.map(last, pa, stage1_leaf());
    c.use_ttb1();
    attach(c);
    expect_forwarded(read(last), pa);  // the top bit of TTB0's range is no sign
    expect_forwarded(read(0xFFFF'0000'0000'0000 | last), pa);
    const uint64_t outside[] = {0x0001'FFFF'FFFF'F000, 0x0080'FFFF'FFFF'F000, 0x00FF'FFFF'FFFF'F000,
                                0xFF7F'FFFF'FFFF'F000};
    for (const uint64_t va : outside) {
        expect_aborted(read(va), EventId::F_TRANSLATION);
        EXPECT_EQ(event()[arch::Event::InputAddr], va);
    }
}

TEST_F(Stage1, WALK_42_ATTR_30_Ttb1HasItsOwnWalkAttributes) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf());
    c.cd.set(Cd::EPD1, false).set(Cd::TG1, 0b10).set(Cd::T1SZ, 16).set(Cd::TTB1, c.stage1.root());
    c.cd.set(Cd::IR1, 0b10).set(Cd::OR1, 0b11).set(Cd::SH1, 0b10);
    attach(c);
    read(0x1000);
    EXPECT_EQ(memory.log.back().attributes, core::walk_attributes(0b01, 0b01, 0b11));
    read(0xFFFF'0000'0000'1000);
    EXPECT_EQ(memory.log.back().attributes, core::walk_attributes(0b10, 0b11, 0b10));
}

TEST_F(Stage1, CD_31_ADisabledHalfFaultsWithoutAWalk) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf());
    attach(c);
    expect_aborted(read(0xFFFF'FFFF'FFFF'F000), EventId::F_TRANSLATION);
    EXPECT_EQ(memory.count(Purpose::Stage1Table), 0u);
    c.cd.set(Cd::EPD0, true);
    attach(c);
    expect_aborted(read(0x1000), EventId::F_TRANSLATION);
    EXPECT_EQ(memory.count(Purpose::Stage1Table), 0u);
}

TEST_F(Stage1, CD_39_TopByteIsIgnoredWhereTheCdSaysSo) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf());
    c.cd.set(Cd::EPD1, false).set(Cd::TG1, 0b10).set(Cd::T1SZ, 16).set(Cd::TTB1, c.stage1.root());
    const uint64_t low = 0xA500'0000'0000'1000, high = 0x5AFF'0000'0000'1000;
    attach(c);
    expect_aborted(read(low), EventId::F_TRANSLATION);
    expect_aborted(read(high), EventId::F_TRANSLATION);
    c.cd.set(Cd::TBI0, true);
    attach(c);
    expect_forwarded(read(low), pa);
    expect_aborted(read(high), EventId::F_TRANSLATION);
    c.cd.set(Cd::TBI0, false).set(Cd::TBI1, true);
    attach(c);
    expect_aborted(read(low), EventId::F_TRANSLATION);
    expect_forwarded(read(high), pa);
    expect_aborted(read(0x5AFE'0000'0000'1000), EventId::F_TRANSLATION);
}

TEST_F(Stage1, WALK_03_BlocksOfLevels1And2) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x80'4000'0000, 0x0C'8000'0000, stage1_leaf(), 1);
    c.stage1.map(0x80'8020'0000, 0x0C'0060'0000, stage1_leaf(), 2);
    attach(c);
    expect_forwarded(read(0x80'7FED'CBA9), 0x0C'BFED'CBA9);
    EXPECT_EQ(recorded.translations.at(0).shift, 30);
    EXPECT_EQ(memory.count(Purpose::Stage1Table), 2u);
    expect_forwarded(read(0x80'803E'DCBA), 0x0C'007E'DCBA);
    EXPECT_EQ(recorded.translations.at(0).shift, 21);
    EXPECT_EQ(memory.count(Purpose::Stage1Table), 3u);
}

TEST_F(Stage1, OutputBitsBelowABlocksSizeAreIgnored) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0, 0x4000'0000, stage1_leaf(), 1);
    c.stage1.add_bits(0, 1, 0x3FFF'0000);  // nT and RES0 bits
    attach(c);
    expect_forwarded(read(0x1234'5678), 0x5234'5678);
}

TEST_F(Stage1, WALK_02_DescriptorsThatAreNone) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf());
    attach(c);
    const uint64_t leaf_bits = stage1_leaf().word[0];
    for (int level = 0; level <= 3; ++level) {
        const uint64_t at = c.stage1.slot(0x1000, level), good = memory.word(at);
        for (const uint64_t bad : {uint64_t{0}, good & ~uint64_t{1}}) {
            memory.poke(at, bad);
            expect_aborted(read(0x1000), EventId::F_TRANSLATION);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), unsigned(level) + 1);
        }
        if (level == 0 || level == 3) {  // no blocks at level 0, 0b01 is reserved at level 3
            memory.poke(at, leaf_bits | 0x4000'0001);
            expect_aborted(read(0x1000), EventId::F_TRANSLATION);
        }
        memory.poke(at, good);
    }
    expect_forwarded(read(0x1000), pa);
}

TEST_F(Stage1, ADDR_08_AddressesBeyondIps) {
    Context c(memory, SteConfig::S1);
    c.cd.set(Cd::IPS, 0b001);  // 36 bits
    c.stage1.map(0x1000, 0x0F'FFFF'F000, stage1_leaf());
    attach(c);
    expect_forwarded(read(0x1000), 0x0F'FFFF'F000);
    for (int level = 0; level <= 3; ++level) {
        const uint64_t at = c.stage1.slot(0x1000, level), good = memory.word(at);
        for (unsigned bit = 36; bit < 48; ++bit) {
            memory.poke(at, good | uint64_t{1} << bit);
            expect_aborted(read(0x1000), EventId::F_ADDR_SIZE);
            EXPECT_EQ(memory.count(Purpose::Stage1Table), unsigned(level) + 1);
        }
        memory.poke(at, good | 0x079F'0000'0000'0000);
        expect_forwarded(read(0x1000), 0x0F'FFFF'F000);  // bits above 47 are no address
        memory.poke(at, good);
    }
}

TEST_F(Stage1, WALK_11_AccessFlagAndAffd) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf().set(Stage1Leaf::AF, false));
    attach(c);
    expect_aborted(read(0x1000), EventId::F_ACCESS);
    const uint64_t before = memory.word(c.stage1.slot(0x1000, 3));
    c.cd.set(Cd::AFFD, true);
    attach(c);
    expect_forwarded(read(0x1000), pa);
    EXPECT_EQ(memory.word(c.stage1.slot(0x1000, 3)), before) << "and nothing sets it";
}

TEST_F(Stage1, CD_44_HadIgnoresTheTableBitsOfItsHalf) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, pa, stage1_leaf());
    // Everything taken away at level 1, beside NSTable.
    c.stage1.add_bits(0x1000, 1,
                      TableDescriptor{}
                          .set(TableDescriptor::APTable, 0b11)
                          .set(TableDescriptor::UXNTable, true)
                          .set(TableDescriptor::PXNTable, true)
                          .set(TableDescriptor::NSTable, true)
                          .word[0]);
    c.cd.set(Cd::EPD1, false).set(Cd::TG1, 0b10).set(Cd::T1SZ, 16).set(Cd::TTB1, c.stage1.root());
    const uint64_t low = 0x1000, high = 0xFFFF'0000'0000'1000;
    for (const bool had0 : {false, true})
        for (const bool had1 : {false, true}) {
            c.cd.set(Cd::HAD0, had0).set(Cd::HAD1, had1);
            attach(c);
            for (const bool upper : {false, true}) {
                const uint64_t va = upper ? high : low;
                const auto expected = (upper ? had1 : had0) ? Action::Forward : Action::Abort;
                EXPECT_EQ(read(va).action, expected);
                EXPECT_EQ(write_to(va).action, expected);
                EXPECT_EQ(cold(instruction(access(va))).action, expected);
                EXPECT_EQ(cold(privileged(access(va))).action, Action::Forward);
            }
        }
}

TEST_F(Stage1, ATTR_07_AttributesComeFromMairAndTheLeaf) {
    Context c(memory, SteConfig::S1);
    attach(c);
    for (uint8_t index = 0; index < 8; ++index)
        for (const uint8_t sh : {uint8_t{0b00}, uint8_t{0b10}, uint8_t{0b11}}) {
            c.stage1.map(0x1000, pa,
                         stage1_leaf().set(Stage1Leaf::AttrIndx, index).set(Stage1Leaf::SH, sh));
            const auto mair = static_cast<uint8_t>(test_mair >> (8 * index));
            EXPECT_EQ(read(0x1000).attributes,
                      core::make_consistent(core::decode({mair, core::shareability(sh)})));
        }
}

TEST_F(Stage1, ATTR_07_IncomingTypeAndOverridesAreReplaced) {
    Context c(memory, SteConfig::S1);
    c.ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b0000).set(Ste::SHCFG, 0b10);
    c.stage1.map(0x1000, pa, stage1_leaf());
    attach(c);
    EXPECT_EQ(read(0x1000).attributes,
              arch::normal(arch::write_back, arch::write_back, arch::Shareability::Inner));
}

TEST_F(Stage1, ATTR_08_AlloccfgReachesTheOutputThroughStage1) {
    Context c(memory, SteConfig::S1);
    c.ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b1111).set(Ste::ALLOCCFG, 0b1101);
    c.stage1.map(0x1000, pa, stage1_leaf());
    attach(c);
    const arch::CacheAttributes expected{arch::Cacheability::WriteBack, true, false, true};
    EXPECT_EQ(read(0x1000).attributes, arch::normal(expected, expected, arch::Shareability::Inner));
}

}  // namespace
}  // namespace smmu::test
