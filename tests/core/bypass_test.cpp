// Transactions that nothing translates: SMMUEN = 0 with GBPA, and bypass STEs.
// Arm IHI 0070 G.b, 3.4, 5.2, 6.3.14, 13.2, 13.3.
#include "tests/core/attribute_names.h"
#include "tests/core/bench.h"

namespace smmu::test {
namespace {

class Disabled : public Bench {
protected:
    Disabled() { disable(); }
    void gbpa(uint32_t value) { write(arch::Gbpa::offset, 0x8000'0000 | value); }
};

TEST_F(Disabled, TransactionsPassUnchanged) {
    const Access a = access(0x0000'0FFF'FFFF'FFFF);
    const Outcome o = cold(a);
    expect_forwarded(o, a.address);
    EXPECT_EQ(o.attributes, a.attributes);
    EXPECT_TRUE(o.reads && o.writes);
}

// Nothing is fetched through the table, and nothing is kept; what was cached before stays.
TEST_F(Disabled, ST_27_NothingIsReadAndNothingIsCached) {
    Context c(memory, SteConfig::S1);
    c.stage1.map(0x1000, 0x9000, stage1_leaf());
    attach(c);
    enable();
    expect_forwarded(warm(access(0x1000)), 0x9000);
    disable();
    for (const Access& a : {access(0x1000), writing(access(0x2000))}) {
        expect_forwarded(warm(a), a.address);
        EXPECT_TRUE(memory.log.empty());
        EXPECT_TRUE(recorded.configurations.empty() && recorded.translations.empty());
    }
    // Enabled again without a command, the old entry may be used, or its structures read again.
    c.stage1.map(0x1000, 0xB000, stage1_leaf());
    enable();
    const uint64_t after = warm(access(0x1000)).address;
    EXPECT_TRUE(after == 0x9000 || after == 0xB000) << std::hex << after;
}

TEST_F(Disabled, ADDR_03_AnAddressBeyondOasIsAbortedSilently) {
    expect_aborted_silently(read(0x0000'1000'0000'0000));
    expect_aborted_silently(read(0xFFFF'0000'0000'0000));
    features.output_address_bits = 48;
    expect_forwarded(read(0x0000'1000'0000'0000), 0x0000'1000'0000'0000);
}

TEST_F(Disabled, REG_22_AbortBitAbortsSilently) {
    gbpa(0x0010'1000);
    expect_aborted_silently(read(0));
}

TEST_F(Disabled, REG_23_SubstreamsAreAllowed) {
    expect_forwarded(cold(substream(access(0x1000), 1)), 0x1000);
}

// Each field by itself; what is not consistent is made so (13.1.7).
TEST_F(Disabled, ATTR_02_ATTR_46_GbpaOverridesAttributes) {
    Access a = access(0x1000);
    a.attributes = n(wb(), wb(), ISH);
    gbpa(0x0000'1011);  // MTCFG, MemAttr Device-nGnRE, SHCFG use incoming
    EXPECT_EQ(cold(a).attributes, dev(nGnRE));
    gbpa(0x0000'101F);  // Normal iWB-oWB
    a.attributes = dev(nGnRnE);
    EXPECT_EQ(cold(a).attributes, n(wb(), wb(), OSH));
    gbpa(0x0000'3C1F);  // ALLOCCFG 0b1100: RA only; SHCFG Inner
    EXPECT_EQ(cold(a).attributes, n(wb(true, false), wb(true, false), ISH));
    a.attributes = n(wb(), wt(), NSH);
    gbpa(0x0000'1C00);  // ALLOCCFG alone
    EXPECT_EQ(cold(a).attributes, n(wb(true, false), wt(true, false), NSH));
    gbpa(0x0000'2000);  // SHCFG Outer alone
    EXPECT_EQ(cold(a).attributes, n(wb(), wt(), OSH));
    gbpa(0x0000'0000);  // SHCFG Non-shareable
    a.attributes = n(wb(), wt(), ISH);
    EXPECT_EQ(cold(a).attributes, n(wb(), wt(), NSH));
    gbpa(0x0000'3D15);  // iNC-oNC, with SHCFG Inner and hints
    EXPECT_EQ(cold(a).attributes, n(nc(), nc(), OSH));
    for (const uint32_t reserved_for_tables : {0x1014u, 0x1018u, 0x101Cu}) {
        gbpa(reserved_for_tables);
        EXPECT_EQ(cold(a).attributes, dev(nGnRnE));
    }
}

TEST_F(Disabled, RegisterResetsToUseIncoming) {
    Access a = access(0x1000);
    for (const MemoryAttributes& in : {n(wb(), wt(), OSH), dev(GRE), n(nc(), nc(), OSH)}) {
        a.attributes = in;
        EXPECT_EQ(cold(a).attributes, in);
    }
}

class BypassSte : public Bench {
protected:
    Ste ste = Ste{}.set(Ste::V, true).set(Ste::Config, SteConfig::Bypass).set(Ste::SHCFG, 0b01);
};

TEST_F(BypassSte, AddressAndAttributesPassUnchanged) {
    put(stream, ste);
    const Access a = access(0x0000'0FFF'FFFF'FFFF);
    const Outcome o = cold(a);
    expect_forwarded(o, a.address);
    EXPECT_EQ(o.attributes, a.attributes);
    EXPECT_TRUE(o.reads && o.writes);
    EXPECT_EQ(memory.log.size(), 1u);
}

TEST_F(BypassSte, ADDR_02_AnAddressBeyondOasIsAnAddressSizeFault) {
    put(stream, ste);
    expect_aborted(read(0x0000'1000'0000'0000), EventId::F_ADDR_SIZE);
    expect_aborted(write_to(0x8000'0000'0000'0000), EventId::F_ADDR_SIZE);
    EXPECT_FALSE(event()[arch::Event::S2]);
    EXPECT_EQ(event()[arch::Event::Class], arch::FaultClass::In);
}

// Each field by itself.  IDR1.ATTR_TYPES_OVR is 1, and the SMMU does not tell streams of PCIe devices
// apart: it lets the fields act for them too (13.6.1 leaves the choice).
TEST_F(BypassSte, ATTR_03_ATTR_35_ATTR_46_STE_53_STE_54_STE_55_STE_59_OverridesReplaceAttributes) {
    EXPECT_EQ(core::idr1(features).raw() >> 26 & 0b11, 0b11u) << "ATTR_TYPES_OVR, ATTR_PERMS_OVR";
    Access a = access(0);
    a.attributes = n(wb(true, false), wt(false, true), ISH);
    struct Row {
        const char* what;
        uint64_t word1;  ///< MemAttr 35:32, MTCFG 36, ALLOCCFG 40:37, SHCFG 45:44
        MemoryAttributes expected;
    };
    const Row rows[] = {
        {"incoming", 0x0000'1000'0000'0000, a.attributes},
        {"SHCFG NSH", 0x0000'0000'0000'0000, n(wb(true, false), wt(false, true), NSH)},
        {"SHCFG OSH", 0x0000'2000'0000'0000, n(wb(true, false), wt(false, true), OSH)},
        {"SHCFG ISH", 0x0000'3000'0000'0000, n(wb(true, false), wt(false, true), ISH)},
        {"MemAttr without MTCFG", 0x0000'1001'0000'0000, a.attributes},
        {"iWT-oWT", 0x0000'101A'0000'0000, n(wt(true, false), wt(false, true), ISH)},
        {"iNC-oNC", 0x0000'1015'0000'0000, n(nc(), nc(), OSH)},
        {"Device-nGRE", 0x0000'1012'0000'0000, dev(nGRE)},
        {"0b0100", 0x0000'1014'0000'0000, dev(nGnRnE)},
        {"0b1000", 0x0000'1018'0000'0000, dev(nGnRnE)},
        {"0b1100", 0x0000'101C'0000'0000, dev(nGnRnE)},
        {"ALLOCCFG 0b1010", 0x0000'115F'0000'0000, n(wb(false, true), wb(false, true), ISH)},
        {"ALLOCCFG 0b1001 as 0b1000", 0x0000'113F'0000'0000,
         n(wb(false, false), wb(false, false), ISH)},
        {"ALLOCCFG 0b0111", 0x0000'10FF'0000'0000, n(wb(true, false), wb(false, true), ISH)},
        {"ALLOCCFG and iNC-oNC", 0x0000'11F5'0000'0000, n(nc(), nc(), OSH)},
    };
    for (const Row& r : rows) {
        ste.word[1] = r.word1;
        put(stream, ste);
        EXPECT_EQ(cold(a).attributes, r.expected) << r.what;
    }
}

TEST_F(BypassSte, ATTR_03_GbpaHasNoPartWhileEnabled) {
    while_disabled(arch::Gbpa::offset, 0x8010'1011);
    put(stream, ste);
    expect_forwarded(read(0x1000), 0x1000);
    EXPECT_EQ(read(0x1000).attributes, arch::default_attributes);
}

}  // namespace
}  // namespace smmu::test
