// Fields that name memory attributes, the overrides of STE and GBPA, and what stage 1 replaces.
// Arm IHI 0070 G.b, 5.2, 5.4, 6.3.11, 13.1.3, 13.1.4, 13.1.7, 13.4.2.
#include <gtest/gtest.h>

#include "smmuv3/core/msi.h"
#include "tests/core/attribute_names.h"

namespace smmu::test {
namespace {

using core::Overrides;

TEST(Decode, ATTR_43_CD_34_EveryMairByte) {
    for (unsigned mair = 0; mair < 256; ++mair)
        for (const Shareability sh : all_shareabilities)
            EXPECT_EQ(core::decode({static_cast<uint8_t>(mair), sh}), stage1_meaning(mair, sh))
                << "MAIR byte " << mair;
}

TEST(Decode, ATTR_43_CD_34_MairBytesTypedByHand) {
    const auto meaning = [](uint8_t mair) { return core::decode({mair, ISH}); };
    EXPECT_EQ(meaning(0xFF), n(wb(), wb(), ISH));
    EXPECT_EQ(meaning(0x44), n(nc(), nc(), ISH));
    EXPECT_EQ(meaning(0x40), n(wt(true, true, true), nc(), ISH)) << "not Non-cacheable";
    EXPECT_EQ(meaning(0xBB), n(wt(), wt(), ISH));
    EXPECT_EQ(meaning(0x00), dev(nGnRnE, ISH));
    EXPECT_EQ(meaning(0x04), dev(nGnRE, ISH));
    EXPECT_EQ(meaning(0x0C), dev(GRE, ISH));
    EXPECT_EQ(meaning(0xF4), n(nc(), wb(), ISH));
    EXPECT_EQ(meaning(0xF0), n(wt(true, true, true), wb(), ISH)) << "not what a PE makes of it";
    EXPECT_EQ(meaning(0xA0), n(wt(true, true, true), wt(true, false), ISH));
}

TEST(Decode, ShareabilityFields) {
    EXPECT_EQ(core::shareability(0b00), NSH);
    EXPECT_EQ(core::shareability(0b01), NSH) << "reserved, behaves as 0b00";
    EXPECT_EQ(core::shareability(0b10), OSH);
    EXPECT_EQ(core::shareability(0b11), ISH);
}

struct LevelEncodings {
    const char* what;
    MemoryAttributes (*decode)(uint8_t inner, uint8_t outer, uint8_t sh);
    CacheAttributes meaning[4];
};
const LevelEncodings encodings[] = {
    {"CD.IRx, ORx and STE.S2IR0, S2OR0",
     core::walk_attributes,
     {nc(), wb(), wt(true, false), wb(true, false)}},
    {"STE.S1CIR, S1COR",
     core::cd_attributes,
     {nc(), wb(true, false), wt(true, false), wb(false, false)}},
    {"CR1 without RA",
     [](uint8_t i, uint8_t o, uint8_t s) { return core::register_attributes(i, o, s, false); },
     {nc(), wb(false, false), wt(false, false), nc()}},
    {"CR1 with RA",
     [](uint8_t i, uint8_t o, uint8_t s) { return core::register_attributes(i, o, s, true); },
     {nc(), wb(), wt(), nc()}},
};

TEST(Decode, ATTR_42_AttributesOfTheSmmusOwnAccesses) {
    constexpr Shareability sh_meaning[4] = {NSH, NSH, OSH, ISH};
    for (const LevelEncodings& e : encodings)
        for (uint8_t inner = 0; inner < 4; ++inner)
            for (uint8_t outer = 0; outer < 4; ++outer)
                for (uint8_t sh = 0; sh < 4; ++sh) {
                    const MemoryAttributes a = e.decode(inner, outer, sh);
                    MemoryAttributes expected =
                        consistent(n(e.meaning[inner], e.meaning[outer], sh_meaning[sh]));
                    // The write hint of a CD fetch is IMPLEMENTATION DEFINED: nothing is written.
                    EXPECT_EQ(a, expected) << e.what << " " << int(inner) << int(outer) << int(sh);
                }
}

// --- Overrides ------------------------------------------------------------------------------

const MemoryAttributes incoming[] = {
    n(wb(), wb(), NSH),
    n(wb(), wb(), ISH),
    n(wb(true, false, true), wt(false, true), ISH),
    n(wt(false, false), wb(false, false), OSH),
    n(nc(), wb(true, false), ISH),
    n(wt(false, true), nc(), NSH),
    n(nc(), nc(), OSH),
    dev(nGnRnE),
    dev(GRE),
};

TEST(Overrides, UseIncomingChangesNothing) {
    for (const MemoryAttributes& in : incoming) EXPECT_EQ(core::apply(Overrides{}, in), in);
}

TEST(Overrides, InconsistentInputIsMadeConsistent) {
    EXPECT_EQ(core::apply({}, dev(nGRE, NSH)), dev(nGRE, OSH));
    EXPECT_EQ(core::apply({}, n(nc(), nc(), ISH)), n(nc(), nc(), OSH));
    const MemoryAttributes hints_on_nc = {Normal, {NC, true, true, true}, wb(), ISH};
    EXPECT_EQ(core::apply({}, hints_on_nc), n(nc(), wb(), ISH));
    EXPECT_EQ(core::apply({}, n(wb(false, false, true), wb(), ISH)),
              n(wb(false, false), wb(), ISH));
}

/// STE.MemAttr and GBPA.MemAttr: as stage 2 without S2FWB, but reserved encodings are defined.
struct MemAttrRow {
    MemoryType type;
    Cacheability inner, outer;
};
constexpr MemAttrRow mem_attr_meaning[16] = {
    {nGnRnE, NC, NC}, {nGnRE, NC, NC},  {nGRE, NC, NC},   {GRE, NC, NC},
    {nGnRnE, NC, NC}, {Normal, NC, NC}, {Normal, WT, NC}, {Normal, WB, NC},
    {nGnRnE, NC, NC}, {Normal, NC, WT}, {Normal, WT, WT}, {Normal, WB, WT},
    {nGnRnE, NC, NC}, {Normal, NC, WB}, {Normal, WT, WB}, {Normal, WB, WB},
};

TEST(Overrides, STE_55_ATTR_06_ATTR_46_MtcfgReplacesTheTypeAndKeepsTheHintsThereAre) {
    for (const MemoryAttributes& in : incoming)
        for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr) {
            Overrides by;
            by.replace_type = true;
            by.mem_attr = mem_attr;
            const MemAttrRow& row = mem_attr_meaning[mem_attr];
            const auto level = [](CacheAttributes was, Cacheability now) {
                if (was.policy() == NC) was = wb();  // no hints came in: RA, WA, nTR (13.1.4)
                was.set(now);
                return was;
            };
            MemoryAttributes expected =
                n(level(in.inner, row.inner), level(in.outer, row.outer), in.shareability);
            expected.type = row.type;
            EXPECT_EQ(core::apply(by, in), consistent(expected))
                << name(in) << " MemAttr " << unsigned(mem_attr);
        }
}

// Hints of a message are IMPLEMENTATION DEFINED.
TEST(Overrides, ATTR_46_MessagesReadMemattrAsTheSteDoes) {
    constexpr Shareability sh_meaning[4] = {NSH, NSH, OSH, ISH};
    for (uint8_t mem_attr = 0; mem_attr < 16; ++mem_attr)
        for (uint8_t sh = 0; sh < 4; ++sh) {
            const MemAttrRow& row = mem_attr_meaning[mem_attr];
            const MemoryAttributes a = core::make_msi(0x1000, 0, mem_attr, sh, {}).attributes;
            EXPECT_EQ(a.type, row.type) << int(mem_attr);
            const bool none = row.type != Normal || (row.inner == NC && row.outer == NC);
            EXPECT_EQ(a.shareability, none ? OSH : sh_meaning[sh]) << int(mem_attr) << int(sh);
            if (row.type != Normal) continue;
            EXPECT_EQ(a.inner.policy(), row.inner) << int(mem_attr);
            EXPECT_EQ(a.outer.policy(), row.outer) << int(mem_attr);
        }
}

TEST(Overrides, STE_53_ATTR_04_ShcfgActsOnCacheableTypesOnly) {
    constexpr Shareability meaning[4] = {NSH, NSH, OSH, ISH};
    for (const MemoryAttributes& in : incoming)
        for (uint8_t shcfg = 0; shcfg < 4; ++shcfg) {
            Overrides by;
            by.sh = shcfg;
            MemoryAttributes expected = in;
            if (shcfg != 0b01) expected.shareability = meaning[shcfg];  // 0b01: use incoming
            EXPECT_EQ(core::apply(by, in), consistent(expected)) << name(in) << int(shcfg);
            by.replace_type = true;
            for (by.mem_attr = 0b0000; by.mem_attr <= 0b0011; ++by.mem_attr)
                EXPECT_EQ(core::apply(by, in).shareability, OSH) << int(shcfg);
            by.mem_attr = 0b0101;
            EXPECT_EQ(core::apply(by, in), n(nc(), nc(), OSH)) << int(shcfg);
        }
}

TEST(Overrides, STE_54_ATTR_05_AlloccfgSetsTheHintsOfBothLevels) {
    for (uint8_t alloc = 0; alloc < 16; ++alloc) {
        Overrides by;
        by.replace_type = true;
        by.mem_attr = 0b1111;
        by.alloc = alloc;
        const MemoryAttributes in = n(wb(true, false), wb(false, true), ISH);
        const bool r = alloc & 4, w = alloc & 2, t = alloc & 1;
        EXPECT_EQ(core::apply(by, in),
                  alloc < 8 ? in : consistent(n(wb(r, w, t), wb(r, w, t), ISH)));
        by.mem_attr = 0b1001;
        EXPECT_EQ(core::apply(by, in), alloc < 8 ? n(nc(), wt(false, true), ISH)
                                                 : consistent(n(nc(), wt(r, w, t), ISH)));
        by.mem_attr = 0b0001;
        EXPECT_EQ(core::apply(by, in), dev(nGnRE)) << "hints mean nothing to Device";
        by.mem_attr = 0b0101;
        EXPECT_EQ(core::apply(by, in), n(nc(), nc(), OSH));
    }
}

TEST(Overrides, PrivcfgAndInstcfg) {
    Overrides by;
    const auto privileged = [&](uint8_t cfg, bool incoming_value) {
        by.privilege = cfg;
        return core::privileged_after(by, incoming_value);
    };
    const auto instruction = [&](uint8_t cfg, bool incoming_value, bool write) {
        by.instruction = cfg;
        return core::instruction_after(by, incoming_value, write);
    };
    for (const bool in : {false, true}) {
        EXPECT_EQ(privileged(0b00, in), in);
        EXPECT_EQ(privileged(0b01, in), in) << "reserved, behaves as 0b00";
        EXPECT_FALSE(privileged(0b10, in));
        EXPECT_TRUE(privileged(0b11, in));
        EXPECT_EQ(instruction(0b00, in, false), in);
        EXPECT_EQ(instruction(0b01, in, false), in) << "reserved, behaves as 0b00";
        EXPECT_FALSE(instruction(0b10, in, false));
        EXPECT_TRUE(instruction(0b11, in, false));
        for (uint8_t cfg = 0; cfg < 4; ++cfg) EXPECT_FALSE(instruction(cfg, in, true)) << "a write";
    }
}

TEST(Overrides, FieldsOfSteAndGbpaAreTheSame) {
    // STE word 1: MemAttr 35:32, MTCFG 36, ALLOCCFG 40:37, SHCFG 45:44, PRIVCFG 49:48, INSTCFG 51:50.
    const arch::Ste ste{{0, 0x000B'31B7'0000'0000, 0, 0, 0, 0, 0, 0}};
    // GBPA: MemAttr 3:0, MTCFG 4, ALLOCCFG 11:8, SHCFG 13:12, PRIVCFG 17:16, INSTCFG 19:18.
    const arch::Gbpa gbpa{{{0x000B'3D17}}};
    for (const Overrides& o : {core::overrides(ste), core::overrides(gbpa)}) {
        EXPECT_TRUE(o.replace_type);
        EXPECT_EQ(o.mem_attr, 7);
        EXPECT_EQ(o.alloc, 0b1101);
        EXPECT_EQ(o.sh, 0b11);
        EXPECT_EQ(o.privilege, 0b11);
        EXPECT_EQ(o.instruction, 0b10);
    }
}

// --- Stage 1 --------------------------------------------------------------------------------

TEST(Stage1Attributes, ReplaceTypeAndShareability) {
    for (const MemoryAttributes& in : incoming)
        for (unsigned mair = 0; mair < 256; ++mair) {
            const MemoryAttributes s1 = stage1_meaning(mair, NSH);
            const MemoryAttributes out = core::replace_by_stage1(in, s1);
            EXPECT_EQ(out.type, s1.type);
            EXPECT_EQ(out.shareability, s1.shareability);
            EXPECT_EQ(out.inner.policy(), s1.inner.policy());
            EXPECT_EQ(out.outer.policy(), s1.outer.policy());
        }
}

// Allocate is weaker than no-allocate, non-transient weaker than transient; the stronger wins.
TEST(Stage1Attributes, HintsCombineWhenACacheableTypeComesIn) {
    for (unsigned i = 0; i < 8; ++i)
        for (unsigned s = 0; s < 8; ++s) {
            const CacheAttributes in = wb(i & 4, i & 2, i & 1), s1 = wb(s & 4, s & 2, s & 1);
            const CacheAttributes expected =
                wb((i & s & 4) != 0, (i & s & 2) != 0, ((i | s) & 1) != 0);
            const auto out = core::replace_by_stage1(n(in, in, ISH), n(s1, s1, ISH));
            EXPECT_EQ(consistent(out), consistent(n(expected, expected, ISH)));
        }
}

TEST(Stage1Attributes, ATTR_09_HintsAreStage1sWhenNoHintsComeIn) {
    const MemoryAttributes s1 = n(wb(true, false), wt(false, true), ISH);
    EXPECT_EQ(core::replace_by_stage1(dev(nGnRE), s1), s1);
    EXPECT_EQ(core::replace_by_stage1(n(nc(), nc(), OSH), s1), s1);
}

}  // namespace
}  // namespace smmu::test
