// Stage 2 alone, and what stage 2 makes of the reads of a nested stage 1.
// Arm IHI 0070 G.b, 3.4, 5.2, 13.4.3, 13.8; Arm ARM D8.2.
#include "tests/core/attribute_names.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Event;
using arch::FaultClass;
using arch::Stage2Leaf;

class Stage2 : public Bench {
protected:
    static constexpr uint64_t pa = 0x0000'0056'789A'B000;
};

TEST_F(Stage2, WALK_01_STE_35_EveryStartLevelAndInputSize) {
    features.output_address_bits = 48;
    struct Range {
        unsigned sl0, largest, smallest, levels;
    };
    for (const Range r : {Range{2, 24, 16, 4}, Range{1, 33, 21, 3}, Range{0, 39, 30, 2}})
        for (unsigned t0sz = r.smallest; t0sz <= r.largest; ++t0sz) {
            SCOPED_TRACE(t0sz);
            Context c(memory, SteConfig::S2, 0x4000'0000, {16, t0sz, r.sl0});
            const uint64_t last = (uint64_t{1} << (64 - t0sz)) - 0x1000;
            for (const uint64_t ipa : {uint64_t{0}, last}) c.stage2.map(ipa, pa, stage2_leaf());
            attach(c);
            for (const uint64_t ipa : {uint64_t{0x123}, last + 0x123}) {
                expect_forwarded(read(ipa), pa + 0x123);
                EXPECT_EQ(memory.count(Purpose::Stage2Table), r.levels);
            }
            if (t0sz == 16) continue;  // that is IAS
            expect_aborted(read(last + 0x1000), EventId::F_TRANSLATION);
            EXPECT_TRUE(event()[Event::S2]);
            EXPECT_EQ(memory.count(Purpose::Stage2Table), 0u);
        }
}

TEST_F(Stage2, STE_37_ConcatenatedTablesLieInARow) {
    Context c(memory, SteConfig::S2, 0x4000'0000, {16, 21, 1});  // sixteen tables of level 1
    const uint64_t ipa = 13ull << 39 | 5ull << 30;
    c.stage2.map(ipa, 0x4000'0000, stage2_leaf(), 1);
    c.ste.set(Ste::S2TTB, c.stage2.root() | 0xF000);  // aligned to 64 KB
    attach(c);
    expect_forwarded(read(ipa + 0x1234), 0x4000'1234);
    EXPECT_EQ(memory.log.back().address, c.stage2.root() + 13 * 0x1000 + 5 * 8);
}

TEST_F(Stage2, ADDR_20_FirstIasThenTheConfiguredInputSize) {
    Context c(memory, SteConfig::S2, 0x4000'0000, {16, 25, 1});  // 39 bits
    attach(c);
    expect_aborted(read(uint64_t{1} << 44), EventId::F_ADDR_SIZE);
    EXPECT_FALSE(event()[Event::S2]);
    for (const uint64_t ipa : {uint64_t{1} << 39, (uint64_t{1} << 44) - 1}) {
        expect_aborted(read(ipa), EventId::F_TRANSLATION);
        EXPECT_TRUE(event()[Event::S2]);
        EXPECT_EQ(event()[Event::IPA], ipa & ~uint64_t{0xFFF});
    }
}

TEST_F(Stage2, ADDR_10_AddressesBeyondS2ps) {
    Context c(memory, SteConfig::S2);
    c.ste.set(Ste::S2PS, 0b001);  // 36 bits
    c.stage2.map(0x1000, 0x0F'FFFF'F000, stage2_leaf());
    attach(c);
    expect_forwarded(read(0x1000), 0x0F'FFFF'F000);
    for (int level = 0; level <= 3; ++level)
        for (unsigned bit = 36; bit < 48; ++bit) {
            const uint64_t at = c.stage2.slot(0x1000, level), good = memory.word(at);
            memory.poke(at, good | uint64_t{1} << bit);
            expect_aborted(read(0x1000), EventId::F_ADDR_SIZE);
            EXPECT_TRUE(event()[Event::S2]);
            memory.poke(at, good);
        }
}

TEST_F(Stage2, WALK_16_TableDescriptorsHaveNoHierarchyBits) {
    Context c(memory, SteConfig::S2);
    c.stage2.map(0x1000, pa, stage2_leaf());
    for (int level = 0; level < 3; ++level) c.stage2.add_bits(0x1000, level, 0xF800'0000'0000'0000);
    attach(c);
    expect_forwarded(cold(instruction(access(0x1000))), pa);
    expect_forwarded(write_to(0x1000), pa);
}

TEST_F(Stage2, WALK_11_AccessFlagAndS2affd) {
    Context c(memory, SteConfig::S2);
    c.stage2.map(0x1000, pa, stage2_leaf().set(Stage2Leaf::AF, false));
    attach(c);
    expect_aborted(read(0x1000), EventId::F_ACCESS);
    EXPECT_TRUE(event()[Event::S2]);
    c.ste.set(Ste::S2AFFD, true);
    attach(c);
    expect_forwarded(read(0x1000), pa);
}

TEST_F(Stage2, ATTR_23_TransactionAttributesCombineWithTheLeaf) {
    Context c(memory, SteConfig::S2);
    attach(c);
    for (const bool fwb : {false, true})
        for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr) {
            c.ste.set(Ste::S2FWB, fwb);
            put(stream, c.ste);
            c.stage2.map(0x1000, pa, stage2_leaf().set(Stage2Leaf::MemAttr, mem_attr));
            Access a = access(0x1000);
            a.attributes = n(wb(true, false), wt(), NSH);
            EXPECT_EQ(cold(a).attributes, core::combine(a.attributes, {mem_attr, ISH, fwb}));
        }
}

// 13.1.4: a Device input is Outer Shareable whatever SHCFG says, also where S2FWB makes it Normal.
TEST_F(Stage2, ATTR_23_FwbOverADeviceInputIsOuterShareable) {
    Context c(memory, SteConfig::S2);
    c.ste.set(Ste::S2FWB, true).set(Ste::SHCFG, 0b00);
    c.stage2.map(0x1000, pa,
                 stage2_leaf().set(Stage2Leaf::MemAttr, 0b0110).set(Stage2Leaf::SH, 0b00));
    attach(c);
    Access a = access(0x1000);
    a.attributes = dev(nGnRnE);
    EXPECT_EQ(cold(a).attributes, n(wb(), wb(), OSH));
    a.attributes = n(nc(), nc(), NSH);
    EXPECT_EQ(cold(a).attributes, n(wb(), wb(), OSH));
}

// --- Reads of the SMMU itself, through stage 2 -------------------------------------------------

class ThroughStage2 : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x9000, pa = 0x0000'0056'789A'B000;

    ThroughStage2() {
        context.stage1.map(va, ipa, stage1_leaf());
        context.stage2.map(ipa, pa, stage2_leaf());
        attach(context);
    }
    /// Maps the page with the stage-1 start table, or with the CD, otherwise.
    void remap_table(Stage2Leaf leaf) { context.stage2.map(table, physical(table), leaf); }
    void remap_cd(Stage2Leaf leaf) {
        context.stage2.map(context.cd_place.address, context.cd_place.physical, leaf);
    }
    uint64_t physical(uint64_t i) {
        return memory.word(context.stage2.slot(i, 3)) & 0x0000'FFFF'FFFF'F000;
    }
    MemoryAttributes attributes_of(Purpose purpose) {
        for (const auto& s : memory.log)
            if (s.purpose == purpose) return s.attributes;
        ADD_FAILURE() << "no such read";
        return {};
    }

    Context context{memory};
    const uint64_t table = context.stage1.root();
};

TEST_F(ThroughStage2, WALK_42_ATTR_30_Stage2WalksHaveTheAttributesOfTheSte) {
    context.ste.set(Ste::S2IR0, 0b10).set(Ste::S2OR0, 0b11).set(Ste::S2SH0, 0b10);
    for (const bool fwb : {false, true}) {
        put(stream, context.ste.set(Ste::S2FWB, fwb));
        read(va);
        for (const auto& s : memory.log)
            if (s.purpose == Purpose::Stage2Table) {
                EXPECT_EQ(s.attributes, n(wt(true, false), wb(true, false), OSH));
            }
    }
}

TEST_F(ThroughStage2, ATTR_32_Stage1WalkAttributesCombineWithTheirLocation) {
    features.walks_to_device_are_nc = false;
    struct Row {
        bool fwb;
        uint8_t mem_attr, ir, orgn, sh1, sh2;
        MemoryAttributes expected;
    };
    const Row rows[] = {
        {false, 0b1111, 1, 1, 0b11, 0b00, n(wb(), wb(), ISH)},
        {false, 0b0101, 1, 1, 0b11, 0b11, n(nc(), nc(), OSH)},
        {false, 0b1010, 3, 1, 0b00, 0b11, n(wt(true, false), wt(), ISH)},
        {false, 0b0001, 1, 1, 0b11, 0b11, dev(nGnRE)},
        {true, 0b0110, 0, 0, 0b00, 0b00, n(wb(), wb(), OSH)},  // NC walks are OSH: facts (iii) 1
        {true, 0b0110, 2, 2, 0b11, 0b00, n(wb(true, false), wb(true, false), ISH)},
        {true, 0b0101, 1, 1, 0b11, 0b11, n(nc(), nc(), OSH)},
        {true, 0b0111, 1, 2, 0b00, 0b11, n(wb(), wt(true, false), ISH)},
        {true, 0b0000, 1, 1, 0b11, 0b11, dev(nGnRnE)},
    };
    for (const Row& r : rows) {
        put(stream, context.ste.set(Ste::S2FWB, r.fwb));
        context.cd.set(Cd::IR0, r.ir).set(Cd::OR0, r.orgn).set(Cd::SH0, r.sh1);
        context.write_cd();
        remap_table(stage2_leaf().set(Stage2Leaf::MemAttr, r.mem_attr).set(Stage2Leaf::SH, r.sh2));
        read(va);
        EXPECT_EQ(attributes_of(Purpose::Stage1Table), r.expected) << "MemAttr " << int(r.mem_attr);
    }
}

TEST_F(ThroughStage2, ATTR_30_ATTR_33_CdAttributesCombineWithTheirLocation) {
    context.ste.set(Ste::S1CIR, 0).set(Ste::S1COR, 0).set(Ste::S1CSH, 0).set(Ste::S2FWB, true);
    put(stream, context.ste);
    remap_cd(stage2_leaf().set(Stage2Leaf::MemAttr, 0b0110).set(Stage2Leaf::SH, 0b00));
    read(va);
    EXPECT_EQ(attributes_of(Purpose::Cd), n(wb(), wb(), OSH));
    put(stream, context.ste.set(Ste::S1CIR, 1).set(Ste::S1COR, 2).set(Ste::S2FWB, false));
    remap_cd(stage2_leaf().set(Stage2Leaf::MemAttr, 0b1111).set(Stage2Leaf::SH, 0b11));
    read(va);
    EXPECT_EQ(attributes_of(Purpose::Cd), n(wb(true, false), wt(true, false), ISH));
}

TEST_F(ThroughStage2, WALK_27_S2ptwForbidsTablesAndCdsInDeviceMemory) {
    for (const bool fwb : {false, true})
        for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr) {
            SCOPED_TRACE(unsigned(mem_attr));
            const bool device = fwb ? (mem_attr & 4) == 0 : mem_attr < 4;
            const Stage2Leaf leaf = stage2_leaf().set(Stage2Leaf::MemAttr, mem_attr);
            context.ste.set(Ste::S2FWB, fwb).set(Ste::S2PTW, true);
            put(stream, context.ste);

            remap_table(leaf);
            Outcome o = read(va);
            EXPECT_EQ(o.event, device ? EventId::F_PERMISSION : EventId{});
            if (device) {
                EXPECT_EQ(event()[Event::Class], FaultClass::Tt);
                EXPECT_TRUE(event()[Event::S2] && event()[Event::TTRnW]);
                EXPECT_EQ(event()[Event::IPA], table);
            }
            remap_table(stage2_leaf().set(Stage2Leaf::MemAttr, fwb ? 0b0110 : 0b1111));

            remap_cd(leaf);
            o = read(va);
            EXPECT_EQ(o.event, device ? EventId::F_PERMISSION : EventId{});
            if (device) {
                EXPECT_EQ(event()[Event::Class], FaultClass::Cd);
            }
            put(stream, context.ste.set(Ste::S2PTW, false));
            EXPECT_EQ(read(va).action, Action::Forward) << "without S2PTW it is allowed";
            remap_cd(stage2_leaf().set(Stage2Leaf::MemAttr, fwb ? 0b0110 : 0b1111));
        }
}

TEST_F(ThroughStage2, S2ptwDoesNotConcernTheTransactionItself) {
    put(stream, context.ste.set(Ste::S2PTW, true));
    context.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::MemAttr, 0b0000));
    // Tables built while mapping lie in write-back memory.
    expect_forwarded(read(va), pa);
}

TEST_F(ThroughStage2, TablesAndCdsNeedReadPermissionOnly) {
    const Stage2Leaf read_only =
        stage2_leaf().set(Stage2Leaf::S2AP, 0b01).set(Stage2Leaf::XN, 0b10);
    remap_table(read_only);
    remap_cd(read_only);
    expect_forwarded(write_to(va), pa);
    remap_table(stage2_leaf().set(Stage2Leaf::S2AP, 0b10));
    expect_aborted(write_to(va), EventId::F_PERMISSION);
}

TEST_F(ThroughStage2, ATTR_15_NestedAttributesGoThroughTheWholeChain) {
    context.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AttrIndx, 1));  // NC
    EXPECT_EQ(read(va).attributes, n(nc(), nc(), OSH));
    put(stream, context.ste.set(Ste::S2FWB, true));
    context.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::MemAttr, 0b0110));
    EXPECT_EQ(read(va).attributes.inner, wb());
    EXPECT_EQ(read(va).attributes.type, Normal);
}

TEST_F(ThroughStage2, ATTR_22_EffectiveShareabilityAtStage1IsAParameter) {
    context.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AttrIndx, 1));  // NC, ISH
    put(stream, context.ste.set(Ste::S2FWB, true));
    context.stage2.map(ipa, pa,
                       stage2_leaf().set(Stage2Leaf::MemAttr, 0b0110).set(Stage2Leaf::SH, 0b00));
    EXPECT_EQ(read(va).attributes, n(wb(), wb(), ISH));
    features.effective_shareability_at_stage1 = true;
    EXPECT_EQ(read(va).attributes, n(wb(), wb(), OSH));
}

}  // namespace
}  // namespace smmu::test
