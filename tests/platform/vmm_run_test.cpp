// The platform is wired for guests: timers, virtual and maintenance interrupts reach where they should.
#include "tests/platform/smmu_vp.h"

namespace smmu::test {
namespace {

TEST_F(SmmuVp, RunsTwoGuestsWithInterruptsOfTheirOwn) {
    const Ended ended = call("run --firmware " VMM_PROGRAM);
    EXPECT_EQ(ended.status, 0) << ended.out << ended.err;
}

}  // namespace
}  // namespace smmu::test
