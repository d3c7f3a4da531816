// ID registers to features and refusals.  Register values are typed by hand from IHI 0070
// G.b, 6.3.1-6.3.6.
#include "sw_stubs/driver/probe.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;

namespace {

struct ProbeTest : ::testing::Test, Bench {
    Probe look(Coherency says = Coherency::NonCoherent) {
        return probe(Registers{FakeSmmu::base}, says);
    }
};

TEST_F(ProbeTest, ReadsTheFeaturesOfAPlainSmmu) {
    smmu.set<arch::Idr0>(
        0x080C'701B);  // ST_LEVEL 1, CD2L, VMID16, SEV, MSI, ASID16, COHACC, TTF 2, S1P, S2P
    smmu.set<arch::Idr1>(0x0E73'0190);  // ATTR_*_OVR, CMDQS 19, EVENTQS 19, SSIDSIZE 6, SIDSIZE 16
    smmu.set<arch::Idr3>(0x0000'0514);  // RIL, FWB, XNX, HAD
    smmu.set<arch::Idr5>(0x0000'0074);  // all granules, OAS 44
    const Probe p = look(Coherency::Coherent);
    EXPECT_EQ(p.refusal, Refusal::None);
    EXPECT_FALSE(p.coherency_differs);
    const Features& f = p.features;
    EXPECT_TRUE(f.stage1 && f.stage2 && f.two_level_stream_table && f.two_level_cd_table);
    EXPECT_TRUE(f.sev && f.msi && f.attribute_override && f.range_invalidation && f.fwb);
    EXPECT_TRUE(f.stall) << "STALL_MODEL 0: stalls and terminates";
    EXPECT_FALSE(f.hyp || f.ats || f.pri || f.stall_forced);
    EXPECT_EQ(f.asid_bits, 16);
    EXPECT_EQ(f.vmid_bits, 16);
    EXPECT_EQ(f.stream_bits, 16);
    EXPECT_EQ(f.substream_bits, 6);
    EXPECT_EQ(f.command_queue_log2, 19);
    EXPECT_EQ(f.event_queue_log2, 19);
    EXPECT_EQ(f.address_bits, 44);
    EXPECT_EQ(f.address_size_code, 4);
}

TEST_F(ProbeTest, ReadsTheOptionalBitsOneByOne) {
    smmu.set<arch::Idr0>(0x0200'0A03 | 2 << 2);  // STALL_MODEL 2, NS1ATS, Hyp, S1P, S2P
    Features f = look().features;
    EXPECT_TRUE(f.hyp && f.stall && f.stall_forced);
    EXPECT_FALSE(f.ats || f.two_level_stream_table || f.sev || f.msi);
    EXPECT_EQ(f.asid_bits, 8);
    EXPECT_EQ(f.vmid_bits, 8);
    smmu.set<arch::Idr0>(0x0101'0403 | 2 << 2);  // STALL_MODEL 1, PRI, ATS
    f = look().features;
    EXPECT_TRUE(f.ats && f.pri);
    EXPECT_FALSE(f.stall);
}

TEST_F(ProbeTest, AddressSizesEndAt48Bits) {
    const unsigned expected[8] = {32, 36, 40, 42, 44, 48, 48, 48};
    for (unsigned code = 0; code < 8; ++code) {
        smmu.set<arch::Idr5>(1u << 4 | code);
        EXPECT_EQ(look().features.address_bits, expected[code]) << code;
        EXPECT_EQ(look().features.address_size_code, code < 5 ? code : 5) << code;
    }
}

TEST_F(ProbeTest, TheFirmwareTableDecidesCoherency) {
    smmu.set<arch::Idr0>(0x0000'000B);
    EXPECT_EQ(look(Coherency::Coherent).features.coherency, Coherency::Coherent);
    EXPECT_TRUE(look(Coherency::Coherent).coherency_differs);
    EXPECT_EQ(look(Coherency::NonCoherent).features.coherency, Coherency::NonCoherent);
    EXPECT_FALSE(look(Coherency::NonCoherent).coherency_differs);
    smmu.set<arch::Idr0>(0x0000'001B);
    EXPECT_TRUE(look(Coherency::NonCoherent).coherency_differs);
}

TEST_F(ProbeTest, RefusesWhatItCannotDrive) {
    constexpr uint32_t idr0 = 0x0000'000B;  // TTENDIAN mixed, TTF 2, S1P, S2P
    constexpr uint32_t idr1 = 7u << 21;
    constexpr uint32_t idr5 = 1u << 4;
    struct Case {
        uint32_t idr0, idr1, idr5;
        Refusal expected;
    };
    const Case cases[] = {
        {idr0, idr1, idr5, Refusal::None},
        {idr0 & ~1u, idr1, idr5, Refusal::None},  // stage 1 alone
        {idr0 & ~2u, idr1, idr5, Refusal::None},  // stage 2 alone
        {idr0 & ~3u, idr1, idr5, Refusal::NoTranslation},
        {idr0 | 1u << 21, idr1, idr5, Refusal::NoLittleEndian},  // reserved
        {idr0 | 2u << 21, idr1, idr5, Refusal::None},
        {idr0 | 3u << 21, idr1, idr5, Refusal::NoLittleEndian},
        {(idr0 & ~0xCu) | 1u << 2, idr1, idr5, Refusal::NoAArch64Tables},
        {idr0 & ~0xCu, idr1, idr5, Refusal::NoAArch64Tables},
        {idr0 | 3u << 2, idr1, idr5, Refusal::None},
        {idr0, idr1 | 1u << 30, idr5, Refusal::PresetTables},
        {idr0, idr1 | 1u << 29, idr5, Refusal::PresetQueues},
        {idr0, idr1 | 1u << 28, idr5, Refusal::RelativeBases},
        {idr0, 6u << 21, idr5, Refusal::SmallCommandQueue},
        {idr0, 0, idr5, Refusal::SmallCommandQueue},
        {idr0, idr1, 0x60, Refusal::NoSmallGranule},
    };
    for (const Case& c : cases) {
        smmu.set<arch::Idr0>(c.idr0);
        smmu.set<arch::Idr1>(c.idr1);
        smmu.set<arch::Idr5>(c.idr5);
        EXPECT_EQ(look().refusal, c.expected)
            << std::hex << c.idr0 << ' ' << c.idr1 << ' ' << c.idr5;
    }
}

TEST_F(ProbeTest, EveryRefusalHasItsOwnSentence) {
    std::vector<std::string> all;
    for (int r = 0; r <= static_cast<int>(Refusal::NoSmallGranule); ++r) {
        const std::string text = describe(static_cast<Refusal>(r));
        for (const std::string& other : all) EXPECT_NE(text, other);
        all.push_back(text);
    }
}

TEST_F(ProbeTest, WritesNothing) {
    look();
    EXPECT_TRUE(smmu.writes.empty());
}

}  // namespace
