// Guests that drive their own SMMU: through the trapped registers, the VMM, the API and the host's
// driver into a modelled SMMU, which translates the DMA of their devices.
#include "tests/sw/live_vm.h"

using namespace smmu;
using namespace smmu::test;

namespace {

using LiveVsmmu = LiveVms;

TEST_F(LiveVsmmu, AGuestDrivesItsSmmuAsAHostDoes) {
    live([this] {
        EXPECT_EQ(dma(0), Reached{}) << "nothing is configured";
        guest[0]->boot(3);
        EXPECT_EQ(dma(0), (Reached{word(0, 3)}));
        EXPECT_EQ(vm[0]->gerror.count, 0u);
    });
}

TEST_F(LiveVsmmu, UnmappingIsForgottenAndItsFaultArrives) {
    live([this] {
        guest[0]->boot(3);
        ASSERT_EQ(dma(0), (Reached{word(0, 3)}));
        guest[0]->unmap();
        EXPECT_EQ(dma(0), Reached{});
        serve();
        EXPECT_EQ(vm[0]->event.count, 1u);
        arch::Event e{};
        ASSERT_TRUE(guest[0]->next_event(e));
        EXPECT_EQ(e[arch::Event::Id], arch::EventId::F_TRANSLATION);
        EXPECT_EQ(e[arch::Event::StreamID], LiveVm::vsid);
        EXPECT_EQ(e[arch::Event::InputAddr], LiveGuest::iova);
        EXPECT_FALSE(guest[0]->next_event(e));
        guest[0]->map(5);
        EXPECT_EQ(dma(0), (Reached{word(0, 5)}));
        EXPECT_EQ(logged, 0u);
    });
}

TEST_F(LiveVsmmu, EqualGuestsDoNotMeet) {
    live([this] {
        guest[0]->boot(3);
        guest[1]->boot(3);
        EXPECT_EQ(dma(0), (Reached{word(0, 3)}));
        EXPECT_EQ(dma(1), (Reached{word(1, 3)}));
        guest[0]->unmap();
        EXPECT_EQ(dma(0), Reached{});
        EXPECT_EQ(dma(1), (Reached{word(1, 3)})) << "same ASID, same address, another VM";
        serve();
        arch::Event e{};
        EXPECT_TRUE(guest[0]->next_event(e));
        EXPECT_FALSE(guest[1]->next_event(e));
        EXPECT_EQ(vm[1]->event.count, 0u);
    });
}

TEST_F(LiveVsmmu, AGuestCannotLeaveItsMemory) {
    live([this] {
        guest[0]->boot(3);
        guest[1]->boot(4);
        guest[0]->unmap();
        sw::host::Running running(guest[0]->machine);
        // Its own stage 1 leads to where the other VM's page really lies.
        const uint64_t theirs = vm[1]->memory.physical(LiveGuest::page(4));
        ASSERT_EQ(guest[0]->table.map({LiveGuest::iova, 0x1000}, theirs, {}), sw::MapResult::Done);
        sw::host::Running host(bench->cpu);
        EXPECT_EQ(dma(0), Reached{}) << "that is no IPA of this guest";
        serve();
        EXPECT_EQ(logged, 1u) << "a fault of stage 2 is the host's";
        arch::Event e{};
        EXPECT_FALSE(guest[0]->next_event(e));
        EXPECT_EQ(dma(1), (Reached{word(1, 4)}));
    });
}

TEST_F(LiveVsmmu, SwitchingItsSmmuOffAbortsOrBypassesStage1) {
    live([this] {
        guest[0]->boot(3);
        ASSERT_EQ(dma(0), (Reached{word(0, 3)}));
        sw::host::Running running(guest[0]->machine);
        const sw::Registers r{GuestMachine::base};
        r.write(r.read<arch::Cr0>().set(arch::Cr0::SMMUEN, false));
        sw::host::Running host(bench->cpu);
        EXPECT_EQ(dma(0), Reached{});
        {
            sw::host::Running again(guest[0]->machine);
            r.write(arch::Gbpa{}.set(arch::Gbpa::Update, true));
        }
        EXPECT_EQ(dma(0, LiveGuest::page(6)), (Reached{word(0, 6)})) << "IPAs";
        EXPECT_EQ(dma(0, vm[1]->memory.physical(LiveGuest::page(6))), Reached{});
        {
            sw::host::Running again(guest[0]->machine);
            r.write(r.read<arch::Cr0>().set(arch::Cr0::SMMUEN, true));
        }
        EXPECT_EQ(dma(0), (Reached{word(0, 3)}));
    });
}

TEST_F(LiveVsmmu, AStalledAccessWaitsForItsGuest) {
    live([this] {
        guest[0]->boot(3);
        guest[0]->unmap();
        {
            sw::host::Running running(guest[0]->machine);
            LiveGuest& g = *guest[0];
            const auto config =
                stage1_config(g.table, LiveGuest::asid, g.driver.features().address_size_code);
            ASSERT_EQ(g.driver.set_context({LiveVm::vsid}, *g.cd.as<arch::Cd>(),
                                           make_cd(config).set(arch::Cd::S, true)),
                      sw::Status::Done);
            arch::Ste ste = sw::stage1_ste(g.cd.pa, g.driver.features());
            ASSERT_EQ(g.driver.set_stream({LiveVm::vsid}, ste.set(arch::Ste::S1STALLD, false)),
                      sw::Status::Done);
        }
        Reached reached{};
        bool done = false;
        sc_core::sc_spawn([&] {
            reached = dma(0);
            done = true;
        });
        sc_core::wait(1000 * ns);
        EXPECT_FALSE(done);
        serve();
        arch::Event e{};
        ASSERT_TRUE(guest[0]->next_event(e));
        EXPECT_TRUE(e[arch::Event::Stall]);
        EXPECT_EQ(e[arch::Event::InputAddr], LiveGuest::iova);
        guest[0]->map(7);
        {
            sw::host::Running running(guest[0]->machine);
            sw::resume(guest[0]->driver, sw::stalled_access(e), sw::commands::Resumption::Retry);
        }
        sc_core::wait(1000 * ns);
        EXPECT_TRUE(done);
        EXPECT_EQ(reached, (Reached{word(0, 7)}));
    });
}

}  // namespace
