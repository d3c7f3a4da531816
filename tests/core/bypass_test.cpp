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

TEST_F(Disabled, ADDR_TransactionsPassUnchangedAndReadNothing) {
    const Access a = access(0x0000'0FFF'FFFF'FFFF);
    const Outcome o = cold(a);
    expect_forwarded(o, a.address);
    EXPECT_EQ(o.attributes, a.attributes);
    EXPECT_TRUE(o.reads && o.writes);
    EXPECT_TRUE(memory.log.empty());
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

TEST_F(Disabled, GbpaOverridesAttributes) {
    Access a = access(0x1000);
    a.attributes = n(wb(), wb(), ISH);
    gbpa(0x0000'1011);  // MTCFG, MemAttr Device-nGnRE, SHCFG use incoming
    EXPECT_EQ(cold(a).attributes, dev(nGnRE));
    gbpa(0x0000'101F);  // Normal iWB-oWB
    a.attributes = dev(nGnRnE);
    EXPECT_EQ(cold(a).attributes, n(wb(), wb(), OSH));
    gbpa(0x0000'3C1F);  // ALLOCCFG 0b1100: RA only; SHCFG Inner
    EXPECT_EQ(cold(a).attributes, n(wb(true, false), wb(true, false), ISH));
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

TEST_F(BypassSte, OverridesReplaceAttributes) {
    ste.set(Ste::MTCFG, true).set(Ste::MemAttr, 0b1010).set(Ste::SHCFG, 0b10);
    put(stream, ste);
    EXPECT_EQ(read(0).attributes, n(wt(), wt(), OSH));
    ste.set(Ste::ALLOCCFG, 0b1010);
    put(stream, ste);
    EXPECT_EQ(read(0).attributes, n(wt(false, true), wt(false, true), OSH));
}

TEST_F(BypassSte, GbpaHasNoPartWhileEnabled) {
    while_disabled(arch::Gbpa::offset, 0x8010'1011);
    put(stream, ste);
    expect_forwarded(read(0x1000), 0x1000);
    EXPECT_EQ(read(0x1000).attributes, arch::default_attributes);
}

}  // namespace
}  // namespace smmu::test
