// Stage-2 memory types that depend on features: tables in Device memory (PTWNNC), NoTagAccess
// encodings (MTEPERM).  Arm IHI 0070 G.b, 3.23.1, 5.2 (S2PTW), 13.1.5, 13.1.6; names carry the rule
// of the check list.
#include "tests/core/attribute_names.h"
#include "tests/core/substream_bench.h"

namespace smmu::test {
namespace {

using arch::Stage2Leaf;

constexpr MemoryType device_types[] = {nGnRnE, nGnRE, nGRE, GRE};
constexpr MemoryAttributes nc_osh = n(nc(), nc(), OSH);

// --- The SMMU's own reads of Device memory
// ---------------------------------------------------------

/// A nested stream with a two-level CD table, and what of it lies in a page of its own.
class DeviceTables : public SubstreamBench {
protected:
    DeviceTables() : context_(make(SteConfig::S1S2, 8, S1Format::TwoLevel4K)) {
        put_l1cd(context_, table, level2);
        put_cd(context_, level2, 0);
        stage1_ = memory.get<Cd>(physical(context_, level2))[Cd::TTB0];
    }
    /// The attributes of the read for `purpose`, with its page mapped by this MemAttr.
    MemoryAttributes fetched(Purpose purpose, uint8_t mem_attr) {
        const uint64_t ipa = purpose == Purpose::L1Cd ? table
                             : purpose == Purpose::Cd ? level2
                                                      : stage1_;
        const uint64_t at = context_.stage2.slot(ipa, 3), before = memory.word(at);
        memory.put(at, Stage2Leaf{{{before}}}.set(Stage2Leaf::MemAttr, mem_attr));
        event = cold(of(0)).event;
        memory.poke(at, before);
        for (const auto& s : memory.log)
            if (s.purpose == purpose) return s.attributes;
        return {};
    }
    void set(bool fwb, bool s2ptw) {
        put(stream, context_.ste.set(Ste::S2FWB, fwb).set(Ste::S2PTW, s2ptw));
    }
    EventId event{};

private:
    Context& context_;
    uint64_t stage1_ = 0;
};

constexpr Purpose through_stage2[] = {Purpose::L1Cd, Purpose::Cd, Purpose::Stage1Table};

TEST_F(DeviceTables, ATTR_32_WALK_27_WithPtwnncTheyAreReadAsNonCacheable) {
    for (const Purpose purpose : through_stage2)
        for (const bool fwb : {false, true})
            for (uint8_t dd = 0; dd < 4; ++dd) {
                set(fwb, false);
                features.walks_to_device_are_nc = true;
                EXPECT_EQ(fetched(purpose, dd), nc_osh);
                EXPECT_EQ(event, EventId{});
                features.walks_to_device_are_nc = false;
                EXPECT_EQ(fetched(purpose, dd), dev(device_types[dd]));
                EXPECT_EQ(event, EventId{});
            }
}

TEST_F(DeviceTables, WALK_27_ATTR_31_S2ptwForbidsThemWithEither) {
    for (const bool ptwnnc : {false, true}) {
        features.walks_to_device_are_nc = ptwnnc;
        for (const Purpose purpose : through_stage2)
            for (const bool fwb : {false, true})
                for (uint8_t dd = 0; dd < 4; ++dd) {
                    set(fwb, true);
                    fetched(purpose, dd);
                    EXPECT_EQ(event, EventId::F_PERMISSION);
                }
    }
}

TEST_F(DeviceTables, ATTR_32_ATTR_33_NormalMemoryIsNotConcerned) {
    for (const bool ptwnnc : {false, true}) {
        features.walks_to_device_are_nc = ptwnnc;
        set(false, false);
        EXPECT_EQ(fetched(Purpose::Stage1Table, 0b1111), n(wb(), wb(), ISH));
        EXPECT_EQ(fetched(Purpose::Stage1Table, 0b1010), n(wt(), wt(), ISH));
        EXPECT_EQ(fetched(Purpose::Stage1Table, 0b0101), nc_osh);
        EXPECT_EQ(fetched(Purpose::Cd, 0b1111), n(wb(true, false), wb(true, false), ISH));
        set(true, false);
        EXPECT_EQ(fetched(Purpose::Stage1Table, 0b0110), n(wb(), wb(), ISH));
        EXPECT_EQ(fetched(Purpose::Stage1Table, 0b0111), n(wb(), wb(), ISH));
        EXPECT_EQ(fetched(Purpose::L1Cd, 0b0101), nc_osh);
    }
}

class Stage2Types : public Bench {
protected:
    static constexpr uint64_t va = 0x1000, ipa = 0x5000, pa = 0x9000;

    /// What a nested access gets: AttrIndx of stage 1 (0 write-back, 1 NC, 3 Device-nGnRE), S2FWB,
    /// MemAttr.
    MemoryAttributes combined(uint8_t attr_indx, bool fwb, uint8_t mem_attr) {
        context.stage1.map(va, ipa, stage1_leaf().set(arch::Stage1Leaf::AttrIndx, attr_indx));
        context.stage2.map(ipa, pa, stage2_leaf().set(Stage2Leaf::MemAttr, mem_attr));
        put(stream, context.ste.set(Ste::S2FWB, fwb));
        context.write_cd();
        return read(va).attributes;
    }
    Context context{memory};
};

TEST_F(Stage2Types, ATTR_32_TheTransactionItselfStaysDevice) {
    for (uint8_t dd = 0; dd < 4; ++dd) {
        EXPECT_EQ(combined(0, false, dd), dev(device_types[dd]));
        EXPECT_EQ(combined(0, true, dd), dev(device_types[dd]));
    }
    Context two(memory, SteConfig::S2, 0x8000'0000);
    two.stage2.map(va, pa, stage2_leaf().set(Stage2Leaf::MemAttr, 0b0001));
    put(stream, two.ste);
    EXPECT_EQ(read(va).attributes, dev(nGnRE));
}

// --- NoTagAccess ---------------------------------------------------------------------------------

TEST_F(Stage2Types, ATTR_21_NoTagAccessEncodingsWithMteperm) {
    features.no_tag_access = true;
    // S2FWB = 0: 0b0100 is write-back.
    EXPECT_EQ(combined(0, false, 0b0100), n(wb(), wb(), ISH));
    EXPECT_EQ(combined(1, false, 0b0100), nc_osh);
    EXPECT_EQ(combined(3, false, 0b0100), dev(nGnRE));
    // S2FWB = 1: 0b1110 forces write-back, 0b1111 passes.
    EXPECT_EQ(combined(0, true, 0b1110), n(wb(), wb(), ISH));
    EXPECT_EQ(combined(1, true, 0b1110).inner, wb());
    EXPECT_EQ(combined(3, true, 0b1110).type, Normal);
    EXPECT_EQ(combined(0, true, 0b1111), n(wb(), wb(), ISH));
    EXPECT_EQ(combined(1, true, 0b1111), nc_osh);
    EXPECT_EQ(combined(3, true, 0b1111), dev(nGnRE));
}

TEST_F(Stage2Types, ATTR_11_ATTR_15_ATTR_20_OtherEncodingsDoNotDependOnMteperm) {
    struct Row {
        bool fwb;
        uint8_t mem_attr;
        MemoryAttributes over_wb;
    };
    const Row rows[] = {
        {false, 0b0000, dev(nGnRnE)},
        {false, 0b0011, dev(GRE)},
        {false, 0b0101, nc_osh},
        {false, 0b1010, n(wt(), wt(), ISH)},
        {false, 0b1111, n(wb(), wb(), ISH)},
        {true, 0b0001, dev(nGnRE)},
        {true, 0b0101, nc_osh},
        {true, 0b0110, n(wb(), wb(), ISH)},
        {true, 0b0111, n(wb(), wb(), ISH)},
    };
    for (const bool mteperm : {false, true}) {
        features.no_tag_access = mteperm;
        for (const Row& r : rows)
            EXPECT_EQ(combined(0, r.fwb, r.mem_attr), r.over_wb) << "row " << &r - rows;
    }
    // Without it bit 3 is RES0 with S2FWB.
    features.no_tag_access = false;
    EXPECT_EQ(combined(0, true, 0b1001), dev(nGnRE));
    EXPECT_EQ(combined(0, true, 0b1101), nc_osh);
    EXPECT_EQ(combined(1, true, 0b1110).inner, wb());
    EXPECT_EQ(combined(1, true, 0b1111), nc_osh);
}

TEST_F(Stage2Types, ATTR_46_SteMemattrHasNoSuchEncoding) {
    for (const bool mteperm : {false, true})
        for (const bool fwb : {false, true}) {
            features.no_tag_access = mteperm;
            put(stream, Ste{}
                            .set(Ste::V, true)
                            .set(Ste::Config, SteConfig::Bypass)
                            .set(Ste::MTCFG, true)
                            .set(Ste::MemAttr, 0b0100)
                            .set(Ste::S2FWB, fwb)
                            .set(Ste::SHCFG, 0b01));
            EXPECT_EQ(read(va).attributes, dev(nGnRnE));
        }
}

// A table behind a NoTagAccess page is in Normal memory.
TEST_F(DeviceTables, ATTR_21_ATTR_31_NoTagAccessIsNotDevice) {
    features.no_tag_access = true;
    set(false, true);
    EXPECT_EQ(fetched(Purpose::Stage1Table, 0b0100), n(wb(), wb(), ISH));
    EXPECT_EQ(event, EventId{});
    set(true, true);
    EXPECT_EQ(fetched(Purpose::Stage1Table, 0b1110), n(wb(), wb(), ISH));
    EXPECT_EQ(event, EventId{});
}

}  // namespace
}  // namespace smmu::test
