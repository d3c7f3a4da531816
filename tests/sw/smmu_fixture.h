// The driver of one SMMU on the recording fake.
#pragma once
#include <gtest/gtest.h>

#include "sw_stubs/driver/smmu.h"
#include "tests/sw/fake_smmu.h"

namespace smmu::test {

struct SmmuTest : ::testing::Test, Bench {
    sw::Smmu driver;

    sw::Features features() {
        return probe(sw::Registers{FakeSmmu::base}, sw::Coherency::NonCoherent).features;
    }
    void prepare() {
        ASSERT_EQ(driver.prepare(FakeSmmu::base, features(), arena), sw::Status::Done);
    }
    void start() {
        prepare();
        ASSERT_EQ(driver.reset(), sw::Status::Done);
        smmu.writes.clear();
        smmu.consumed.clear();
    }
    /// Where the SMMU finds the STE of a stream, following the registers and the table; 0 when it
    /// finds none.
    uint64_t ste_address(uint32_t stream) {
        const uint64_t top = smmu.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const auto cfg = smmu.get<arch::StrtabBaseCfg>();
        if (cfg[arch::StrtabBaseCfg::FMT] == arch::StreamTableFormat::Linear)
            return top + 64 * stream;
        const arch::L1Std l1{{{memory.at(top + 8 * (stream >> 8))}}};
        if (l1[arch::L1Std::Span] == 0) return 0;
        EXPECT_EQ(l1[arch::L1Std::Span], 9);
        return l1[arch::L1Std::L2Ptr] + 64 * (stream & 0xFF);
    }
    arch::Ste ste(uint32_t stream) { return memory.record<arch::Ste>(ste_address(stream)); }
};

}  // namespace smmu::test
