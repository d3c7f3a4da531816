// What may leave the SMMU, whatever went in and whatever translated it.  Arm IHI 0070 G.b, 13.1.1,
// 13.1.7; names carry the rule of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

using arch::Stage1Leaf;
using arch::Stage2Leaf;

// Not the model's own rule: told again, level by level.
bool has_hints(const CacheAttributes& c) {
    return c.read_allocate() || c.write_allocate() || c.transient();
}
bool is_mixed(const MemoryAttributes& a) {
    return a.type == Normal && (a.inner.policy() == NC) != (a.outer.policy() == NC);
}

class AttributeOutput : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000;

    static std::vector<MemoryAttributes> everything_that_may_come_in() {
        std::vector<MemoryAttributes> all;
        const CacheAttributes levels[] = {{NC, true, true, true},  // hints that mean nothing
                                          nc(),
                                          wt(true, false, true),
                                          wb(false, false, true),
                                          wb()};
        for (const Shareability sh : all_shareabilities) {
            for (const MemoryType type : {nGnRnE, nGnRE, nGRE, GRE}) all.push_back(dev(type, sh));
            for (const CacheAttributes& inner : levels)
                for (const CacheAttributes& outer : levels) all.push_back(n(inner, outer, sh));
        }
        return all;
    }

    /// ATTR-24 and ATTR-25 of one output; counts what kinds were seen.
    void expect_consistent(const MemoryAttributes& out) {
        const bool device = out.type != Normal;
        const bool none = !device && out.inner.policy() == NC && out.outer.policy() == NC;
        if (device || none) {
            EXPECT_EQ(out.shareability, OSH) << name(out);
        }
        for (const CacheAttributes& c : {out.inner, out.outer}) {
            if (device || c.policy() == NC) {
                EXPECT_FALSE(has_hints(c)) << name(out);
            } else if (!c.read_allocate() && !c.write_allocate()) {
                EXPECT_FALSE(c.transient()) << name(out);
            }
        }
        ++(device ? devices : none ? non_cacheable : is_mixed(out) ? mixed : cacheable);
    }
    /// Of every access that may come in.
    void expect_consistent_outputs() {
        for (const MemoryAttributes& in : everything_that_may_come_in()) {
            Access a = access(va);
            a.attributes = in;
            const Outcome o = cold(a);
            ASSERT_EQ(o.action, Action::Forward);
            expect_consistent(o.attributes);
        }
    }
    unsigned devices = 0, non_cacheable = 0, mixed = 0, cacheable = 0;
};

TEST_F(AttributeOutput, ATTR_24_ATTR_25_OfEveryWayThroughTheSmmu) {
    disable();
    for (const uint32_t gbpa : {0x8000'1000u, 0x8000'3F1Eu, 0x8000'0917u, 0x8000'2015u}) {
        write(arch::Gbpa::offset, gbpa);
        expect_consistent_outputs();
    }
    enable();
    // MTCFG, MemAttr, ALLOCCFG and SHCFG at once: bits [45:32] of word 1.
    for (const uint64_t overrides : {0x1000ull, 0x0920ull, 0x3137ull, 0x213Dull, 0x003Full}) {
        Ste ste = Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass);
        ste.word[1] |= overrides << 32;
        put(stream, ste);
        expect_consistent_outputs();
    }
    constexpr uint8_t mem_attrs[] = {0b0001, 0b0101, 0b0110, 0b0111, 0b1101, 0b1111};
    for (const SteConfig config : {SteConfig::S1, SteConfig::S2, SteConfig::S1S2}) {
        Context c(memory, config, 0x4000'0000 + 0x1000'0000 * static_cast<uint64_t>(config));
        for (const bool fwb : {false, true})
            for (const uint8_t mem_attr : mem_attrs)
                for (uint8_t i = 0; i < 8; ++i) {
                    const auto sh = static_cast<uint8_t>(i % 4 == 1 ? 0 : i % 4);
                    c.cd.set(Cd::MAIR, 0x00'04'F4'4F'33'C3'FF'44);
                    c.stage1.map(
                        va, config == SteConfig::S1 ? pa : ipa,
                        stage1_leaf().set(Stage1Leaf::AttrIndx, i).set(Stage1Leaf::SH, sh));
                    c.stage2.map(
                        config == SteConfig::S2 ? va : ipa, pa,
                        stage2_leaf().set(Stage2Leaf::MemAttr, mem_attr).set(Stage2Leaf::SH, 0));
                    c.ste.set(Ste::S2FWB, fwb);
                    attach(c);
                    expect_consistent_outputs();
                }
    }
    EXPECT_TRUE(devices && non_cacheable && mixed && cacheable) << "all kinds were seen";
}

TEST_F(AttributeOutput, ATTR_26_MixedTypesKeepTheirShareability) {
    Context c(memory);
    c.cd.set(Cd::MAIR, 0xBB'F4'4F'FF);  // indexes 1 and 2: iWB-oNC, iNC-oWB
    struct Row {
        uint8_t field;
        Shareability sh;
    };
    const Row rows[] = {{0b00, NSH}, {0b10, OSH}, {0b11, ISH}};
    for (const uint8_t index : {uint8_t{1}, uint8_t{2}})
        for (const Row& s1 : rows)
            for (const Row& s2 : rows) {
                c.stage1.map(
                    va, ipa,
                    stage1_leaf().set(Stage1Leaf::AttrIndx, index).set(Stage1Leaf::SH, s1.field));
                c.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::SH, s2.field));
                attach(c);
                const MemoryAttributes out = read(va).attributes;
                const bool outer = s1.sh == OSH || s2.sh == OSH;
                const bool inner = s1.sh == ISH || s2.sh == ISH;
                EXPECT_TRUE(is_mixed(out));
                EXPECT_EQ(out.shareability, outer ? OSH : inner ? ISH : NSH);
            }
    put(stream, Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass).set(Ste::SHCFG, 0b01));
    for (const Shareability sh : all_shareabilities) {
        Access a = access(va);
        a.attributes = n(nc(), wb(), sh);
        EXPECT_EQ(cold(a).attributes, a.attributes);
    }
}

TEST_F(AttributeOutput, ATTR_39_InstructionsMayBeReadFromDevices) {
    Context c(memory);
    attach(c);
    const auto fetched = [&] {
        const Outcome o = cold(instruction(access(va)));
        expect_forwarded(o, pa);
        return o.attributes;
    };
    for (const auto& [index, type] :
         {std::pair<uint8_t, MemoryType>{2, nGnRnE}, {3, nGnRE}, {5, GRE}, {6, nGRE}}) {
        c.stage1.map(va, ipa, stage1_leaf().set(Stage1Leaf::AttrIndx, index));
        c.stage2.map(ipa, pa, stage2_leaf());
        EXPECT_EQ(fetched(), dev(type));
    }
    c.stage1.map(va, ipa, stage1_leaf());
    for (const auto& [mem_attr, type] :
         {std::pair<uint8_t, MemoryType>{0, nGnRnE}, {1, nGnRE}, {2, nGRE}, {3, GRE}}) {
        c.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::MemAttr, mem_attr));
        EXPECT_EQ(fetched(), dev(type));
    }
}

}  // namespace
}  // namespace smmu::test
