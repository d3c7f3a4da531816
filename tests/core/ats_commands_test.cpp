// CMD_ATC_INV and CMD_PRI_RESP: what endpoints are told.  Words are typed from Arm IHI 0070 G.b, 4.5.
#include "tests/core/command_bench.h"

namespace smmu::test {
namespace {

using arch::CommandError;
using arch::PrgStatus;

class AtsCommands : public Bench, private core::CommandTarget {
protected:
    AtsCommands() { features.ats = features.pri = true; }
    CommandError execute(uint64_t word0, uint64_t word1 = 0) {
        invalidations.clear();
        responses.clear();
        const core::CommandControls controls{0xFFFF, false, registers.smmu_enabled()};
        return core::execute({{{word0, word1}}}, features, controls, *this);
    }
    static constexpr uint64_t atc_inv = 0x40 | uint64_t{stream.value} << 32;
    static constexpr uint64_t pri_resp = 0x41 | uint64_t{stream.value} << 32;
    static constexpr uint64_t global = 1 << 9, ssec = 1 << 10, ssv = 1 << 11;
    static constexpr uint64_t pasid = uint64_t{0x54321} << 12;

    std::vector<arch::InvalidateRequest> invalidations;
    std::vector<arch::PrgResponse> responses;

private:
    void invalidate_config(arch::StreamId, arch::StreamId) override {}
    void invalidate_context(arch::StreamId, arch::SubstreamId) override {}
    void invalidate_tlb(const core::TlbScope&) override {}
    void resume(arch::StreamId, uint16_t, core::StallEnd) override {}
    void terminate_stalls(arch::StreamId) override {}
    void invalidate_atc(const arch::InvalidateRequest& r) override { invalidations.push_back(r); }
    void respond(const arch::PrgResponse& r) override { responses.push_back(r); }
};

class WithoutEndpoints : public CommandBench<Bench> {};

TEST_F(AtsCommands, CMD_05_CMD_28_ATS_28_AtcInvIsIllegalWithoutAts) {
    features.ats = false;
    EXPECT_EQ(execute(atc_inv), CommandError::Illegal);
    features.ats = true;
    EXPECT_EQ(execute(atc_inv | ssec), CommandError::Illegal);
    EXPECT_EQ(execute(atc_inv), CommandError::None);
    EXPECT_EQ(invalidations.size(), 1u);
    disable();
    EXPECT_EQ(execute(atc_inv), CommandError::None);
    EXPECT_TRUE(invalidations.empty()) << "ignored while SMMUEN is 0";
    features.ats = false;
    EXPECT_EQ(execute(atc_inv), CommandError::Illegal) << "which does not hide that it is illegal";
}

TEST_F(AtsCommands, CMD_29_SpanIsAlignedToItsSize) {
    EXPECT_EQ(execute(atc_inv, 0x1234'5678'9000), CommandError::None);
    ASSERT_EQ(invalidations.size(), 1u);
    EXPECT_EQ(invalidations[0].stream, stream);
    EXPECT_EQ(invalidations[0].first, 0x1234'5678'9000u);
    EXPECT_EQ(invalidations[0].last, 0x1234'5678'9FFFu);
    execute(atc_inv, 0x1234'5678'9000 | 4);  // 64 KiB
    EXPECT_EQ(invalidations[0].first, 0x1234'5678'0000u);
    EXPECT_EQ(invalidations[0].last, 0x1234'5678'FFFFu);
    execute(atc_inv, 0xFFFF'F000'0000'0000 | 51);
    EXPECT_EQ(invalidations[0].first, uint64_t{1} << 63);
    EXPECT_EQ(invalidations[0].last, ~uint64_t{0});
    execute(atc_inv, 52);
    EXPECT_EQ(invalidations[0].first, 0u);
    EXPECT_EQ(invalidations[0].last, ~uint64_t{0});
    EXPECT_EQ(execute(atc_inv, 53), CommandError::Illegal);
    EXPECT_EQ(execute(atc_inv, 63), CommandError::Illegal);
}

TEST_F(AtsCommands, CMD_29_PasidAndGlobal) {
    execute(atc_inv | pasid | global);
    EXPECT_FALSE(invalidations[0].substream_valid);
    EXPECT_FALSE(invalidations[0].global) << "counts with SSV only";
    execute(atc_inv | pasid | global | ssv);
    EXPECT_TRUE(invalidations[0].substream_valid);
    EXPECT_TRUE(invalidations[0].global);
    EXPECT_EQ(invalidations[0].substream.value, 0x54321u);
    features.substream_id_bits = 0;
    execute(atc_inv | pasid | global | ssv);
    EXPECT_FALSE(invalidations[0].substream_valid);
}

TEST_F(AtsCommands, CMD_31_PRI_11_PRI_12_Responses) {
    features.pri = false;
    EXPECT_EQ(execute(pri_resp, 2u << 12), CommandError::Illegal);
    features.pri = true;
    EXPECT_EQ(execute(pri_resp | ssec, 2u << 12), CommandError::Illegal);
    EXPECT_EQ(execute(pri_resp, 3u << 12), CommandError::Illegal);
    EXPECT_TRUE(responses.empty());
    const PrgStatus status[] = {PrgStatus::ResponseFailure, PrgStatus::InvalidRequest,
                                PrgStatus::Success};
    for (unsigned resp = 0; resp < 3; ++resp) {
        EXPECT_EQ(execute(pri_resp | pasid | ssv, resp << 12 | 0x1A5), CommandError::None);
        ASSERT_EQ(responses.size(), 1u);
        EXPECT_EQ(responses[0].status, status[resp]);
        EXPECT_EQ(responses[0].stream, stream);
        EXPECT_EQ(responses[0].prg_index, 0x1A5u);
        EXPECT_TRUE(responses[0].substream_valid);
        EXPECT_EQ(responses[0].substream.value, 0x54321u);
    }
    execute(pri_resp | pasid, 0);
    EXPECT_FALSE(responses[0].substream_valid);
    // Response codes on the bus (8.3).
    EXPECT_EQ(unsigned(PrgStatus::Success), 0b0000u);
    EXPECT_EQ(unsigned(PrgStatus::InvalidRequest), 0b0001u);
    EXPECT_EQ(unsigned(PrgStatus::ResponseFailure), 0b1111u);
}

/// A target that says nothing of endpoints has none.
TEST_F(WithoutEndpoints, CommandsToThemAreConsumedAllTheSame) {
    features.ats = features.pri = true;
    run(0x40 | uint64_t{stream.value} << 32);
    run(0x41 | uint64_t{stream.value} << 32);
}

TEST_F(AtsCommands, CMD_32_IgnoredWhileTheSmmuIsDisabled) {
    disable();
    EXPECT_EQ(execute(pri_resp, 2u << 12), CommandError::None);
    EXPECT_TRUE(responses.empty());
}

}  // namespace
}  // namespace smmu::test
