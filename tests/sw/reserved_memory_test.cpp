// Streams of reserved memory ranges (IORT RMR nodes) go on working while the SMMU is brought up.
#include "sw_stubs/driver/reserved_memory.h"

#include <gtest/gtest.h>

#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;

namespace {

struct ReservedMemory : ::testing::Test, Bench {
    Smmu driver;

    void prepare(unsigned stream_bits = 16) {
        smmu.set<arch::Idr1>((smmu.get<arch::Idr1>().raw() & ~0x3Fu) | stream_bits);
        const Features f = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(FakeSmmu::base, f, arena), Status::Done);
    }
    uint64_t word0(uint32_t stream) {
        const uint64_t top = smmu.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const arch::L1Std l1{{{memory.at(top + 8 * (stream >> 8))}}};
        return memory.at(l1[arch::L1Std::L2Ptr] + 64 * (stream & 0xFF));
    }
};

TEST_F(ReservedMemory, ItsStreamsAreBypassedBeforeTheSmmuIsEnabled) {
    prepare();
    const BypassResult r = bypass_reserved_streams(driver, {0x1FE, 0x201});
    EXPECT_EQ(r.status, Status::Done);
    EXPECT_EQ(r.bypassed, 4u);
    EXPECT_EQ(r.beyond_table, 0u);
    EXPECT_TRUE(smmu.writes.empty()) << "nothing of the SMMU is touched";
    ASSERT_EQ(driver.reset(), Status::Done);
    for (uint32_t stream = 0x1FE; stream <= 0x201; ++stream) EXPECT_EQ(word0(stream), 0x9u);
    EXPECT_EQ(word0(0x1FD), 0x1u);
    EXPECT_EQ(word0(0x202), 0x1u);
}

TEST_F(ReservedMemory, StreamsThatTheSmmuCannotHaveAreCountedAndSkipped) {
    prepare(10);
    const BypassResult r = bypass_reserved_streams(driver, {0x3FE, 0x405});
    EXPECT_EQ(r.status, Status::Done);
    EXPECT_EQ(r.bypassed, 2u);
    EXPECT_EQ(r.beyond_table, 6u);
}

/// A table may claim 2^32 StreamIDs.
TEST_F(ReservedMemory, TheWorkIsBoundedByTheStreamTable) {
    prepare(9);
    const BypassResult r = bypass_reserved_streams(driver, {0, 0xFFFF'FFFF});
    EXPECT_EQ(r.bypassed, 512u);
    EXPECT_EQ(r.beyond_table, 0x1'0000'0000u - 512);
}

TEST_F(ReservedMemory, WithoutMemoryItStops) {
    PhysicalMemory small{0x6000'0000, 24 << 10};
    Arena little{small.region()};
    const Features f = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
    ASSERT_EQ(driver.prepare(FakeSmmu::base, f, little), Status::Done);
    const BypassResult r = bypass_reserved_streams(driver, {0, 0xFFFF});
    EXPECT_EQ(r.status, Status::OutOfMemory);
    EXPECT_EQ(r.bypassed, 0u);
}

TEST(SoftwareMsi, NEST_10_01_TheWindowIsOneMebibyteAt128) {
    EXPECT_EQ(software_msi_window.start, 0x0800'0000u);
    EXPECT_EQ(software_msi_window.length, 0x10'0000u);
    EXPECT_EQ(static_cast<int>(software_msi_window.use), 4);
}

}  // namespace
