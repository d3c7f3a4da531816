// SMC as the firmware sees it: results typed from DEN 0022 and DEN 0028, and what ends a run.
#include "platform/psci.h"

#include <gtest/gtest.h>

#include <optional>

namespace smmu::platform {
namespace {

class PsciTest : public ::testing::Test {
protected:
    SmcResult call(uint64_t function, uint64_t argument = 0) {
        SmcCall c;
        c.x[0] = function;
        c.x[1] = argument;
        return psci.smc(c);
    }

    std::optional<Ending> ending;
    Psci psci{[this](Ending e) { ending = e; }};
};

TEST_F(PsciTest, VersionIsOneZero) {
    EXPECT_EQ(call(0x8400'0000).x[0], 0x0001'0000u);
    EXPECT_FALSE(ending);
}

TEST_F(PsciTest, FeaturesNameWhatIsThereAndNothingElse) {
    for (const uint32_t there : {0x8400'0000u, 0x8400'0008u, 0x8400'0009u, 0x8400'000Au})
        EXPECT_EQ(call(0x8400'000A, there).x[0], 0u) << std::hex << there;
    for (const uint32_t absent :
         {0x8400'0001u, 0xC400'0003u, 0xC400'0001u, 0x8000'0000u, 0xC200'0001u, 0u})
        EXPECT_EQ(call(0x8400'000A, absent).x[0], ~uint64_t{0}) << std::hex << absent;
    EXPECT_FALSE(ending);
}

TEST_F(PsciTest, AnUnknownFunctionIsNotSupportedAndEndsNothing) {
    for (const uint64_t unknown : {0ull, 0xC400'0003ull, 0x8400'0002ull, 0xFFFF'FFFFull})
        EXPECT_EQ(call(unknown).x[0], ~uint64_t{0}) << std::hex << unknown;
    EXPECT_FALSE(ending);
}

TEST_F(PsciTest, OnlyTheLowHalfOfX0NamesTheFunction) {
    EXPECT_EQ(call(0xFFFF'FFFF'8400'0000).x[0], 0x0001'0000u);
    EXPECT_EQ(call(0x8400'000A, 0xFFFF'FFFF'8400'0008).x[0], 0u);
}

TEST_F(PsciTest, SystemOffAndResetEndTheRunAndStopTheCpu) {
    EXPECT_TRUE(call(0x8400'0008).power_off);
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->cause, Ending::Cause::Off);
    EXPECT_TRUE(call(0x8400'0009).power_off);
    EXPECT_EQ(ending->cause, Ending::Cause::Reset);
}

TEST_F(PsciTest, ExitCarriesTheStatusOfX1) {
    EXPECT_TRUE(call(0xC200'0001, 7).power_off);
    ASSERT_TRUE(ending);
    EXPECT_EQ(ending->cause, Ending::Cause::Exit);
    EXPECT_EQ(ending->status, 7u);
}

}  // namespace
}  // namespace smmu::platform
