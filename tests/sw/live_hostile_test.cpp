// Two VMs with equal layouts, StreamIDs and ASIDs on one modelled SMMU.  One of them hands over any
// bytes and its device accesses any address; the other never notices.
#include "sw_stubs/guest/hostile.h"
#include "tests/sw/live_vm.h"

using namespace smmu;
using namespace smmu::test;

namespace {

struct LiveHostile : LiveVms, ::testing::WithParamInterface<int> {
    /// What the hostile VM's device reached: its own RAM, and nothing else.
    void check_reach() {
        for (const Ram::Seen& s : bench->ram.seen) {
            if (s.in.stream != stream[0] || s.port != 0) continue;
            EXPECT_GE(s.address, pa[0]);
            EXPECT_LT(s.address, pa[0] + RamOfGuest::size);
            ++reached;
        }
        bench->ram.seen.clear();
    }
    unsigned reached = 0;
};

TEST_P(LiveHostile, TheOtherVmNeverNotices) {
    live([this] {
        guest[0]->boot(3);
        guest[1]->boot(4);
        ASSERT_EQ(dma(0), (Reached{word(0, 3)}));
        ASSERT_EQ(dma(1), (Reached{word(1, 4)}));
        bench->ram.remembers = true;
        sw::guest::Hostile hostile(static_cast<uint64_t>(GetParam()), RamOfGuest::ipa, 21,
                                   LiveVm::vsid);
        for (unsigned i = 0; i < 400; ++i) {
            if (hostile.one_in(3)) hostile.scribble(vm[0]->memory);
            hostile.access(vm[0]->vsmmu);
            bool done = false;
            const uint64_t address = hostile.one_in(3) ? LiveGuest::iova : hostile.address(4);
            sc_core::sc_spawn([&, address] {
                dma(0, address);
                done = true;
            });
            for (unsigned n = 0; n < 20 && !done; ++n) {
                sc_core::wait(100 * ns);
                serve();
            }
            if (!done) {  // its own SMMU lets it wait: the guest switches that off
                vm[0]->vsmmu.write(arch::Cr0::offset, 4, 0);
                for (unsigned n = 0; n < 20 && !done; ++n) sc_core::wait(100 * ns);
            }
            ASSERT_TRUE(done) << "nothing waits for ever";
            ASSERT_EQ(dma(1), (Reached{word(1, 4)})) << "step " << i;
            check_reach();
        }
        EXPECT_NE(reached, 0u);
        EXPECT_EQ(vm[1]->event.count + vm[1]->gerror.count, 0u);
        arch::Event e{};
        EXPECT_FALSE(guest[1]->next_event(e));
        EXPECT_EQ(bench->driver.commands().skipped(), 0u) << "no illegal command reached the host";
        EXPECT_EQ(bench->driver.handle_errors().raw(), 0u);
        guest[1]->unmap();
        EXPECT_EQ(dma(1), Reached{});
        guest[1]->map(5);
        EXPECT_EQ(dma(1), (Reached{word(1, 5)}));
    });
}

INSTANTIATE_TEST_SUITE_P(Seeds, LiveHostile, ::testing::Range(1, 9));

}  // namespace
