// The Command queue of a guest's SMMU and its events.  Words are typed by hand from IHI 0070 G.b, 4,
// 7.
#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;
using arch::SteConfig;

namespace {

struct VsmmuCommands : VsmmuTest {
    void SetUp() override {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() & ~(3u << 24));  // it can stall
        smmu.set<arch::Idr3>(1u << 8 | 1u << 10);                          // FWB, RIL
        boot();
        put_ste(guest_s1_word0, guest_s1_word1);
        enable();
    }
    /// The command is refused for this reason, and the queue goes on after the guest's repair.
    void refused(uint64_t w0, uint64_t w1, unsigned why = 1) {
        const uint64_t at = cons();
        const unsigned pulses = gerror.pulses;
        command(w0, w1);
        EXPECT_TRUE(command_error()) << std::hex << w0 << ' ' << w1;
        EXPECT_EQ(reason(), why);
        EXPECT_EQ(cons(), at) << "it points to the command";
        EXPECT_EQ(gerror.pulses, pulses + 1);
        EXPECT_EQ(sent(), Words{}) << "nothing reached the host";
        guest.put(commands_at + 16 * (at % 16), {0x46, 0});
        set<arch::Gerrorn>(get<arch::Gerror>());
        EXPECT_FALSE(command_error());
        EXPECT_EQ(cons(), prod);
        smmu.consumed.clear();
    }
};

TEST_F(VsmmuCommands, NEST_11_3_03_InvalidationsAreMadeAnewUnderTheHostsVmid) {
    command(0xABCD'9999'FFFF'F810, ~uint64_t{0});  // NH_ALL; SSec is 0
    EXPECT_EQ(sent(), (Words{{0x0000'0001'0000'0010, 0}}));
    command(0x0007'9999'0000'0011, 0);
    EXPECT_EQ(sent(), (Words{{0x0007'0001'0000'0011, 0}}));
    command(0x0007'9999'0000'0012, 0x1234'5001);
    EXPECT_EQ(sent(), (Words{{0x0007'0001'0000'0012, 0x1234'5001}}));
    command(0x0007'9999'0040'3012, 0x1234'5501);  // TG 4K, TTL 1, NUM 3, SCALE 4
    EXPECT_EQ(sent(), (Words{{0x0007'0001'0040'3012, 0x1234'5501}}));
    command(0x0007'9999'0000'0013, 0x1234'5000);
    EXPECT_EQ(sent(), (Words{{0x0000'0001'0000'0013, 0x1234'5000}})) << "no ASID";
    command(0x0000'9999'0000'0030, 0);
    EXPECT_EQ(sent(), (Words{{0x0000'0001'0000'0010, 0}})) << "all of the guest's, no more";
    EXPECT_FALSE(command_error());
}

TEST_F(VsmmuCommands, ContextDescriptorsAreForgottenByThePhysicalStream) {
    command(0x0000'0005'0002'2005, 1);
    command(0x0000'0005'0000'0006, 0);
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0002'2005, 1}, {0x0000'0008'0000'0006, 0}}));
    command(0x0000'0008'0000'0006, 0);
    EXPECT_EQ(sent(), Words{}) << "not a stream of the guest";
    EXPECT_FALSE(command_error());
}

TEST_F(VsmmuCommands, EveryOpcodeIsDoneOrIllegal) {
    for (unsigned op = 0; op < 0x100; ++op) {
        const bool legal = (op >= 1 && op <= 6) || (op >= 0x10 && op <= 0x13) || op == 0x30 ||
                           (op >= 0x44 && op <= 0x46);
        if (legal) {
            command(op, 0);
            EXPECT_FALSE(command_error()) << std::hex << op;
            sent();
        } else {
            refused(op, 0);
        }
    }
}

TEST_F(VsmmuCommands, IllegalParametersStopTheQueue) {
    for (const uint64_t op : {1, 2, 3, 4, 5, 6, 0x44, 0x45}) refused(op | 1 << 10, 0);  // SSec
    refused(0x46 | 3 << 12, 0);                                                         // CS = 3
    refused(0x12, 1 << 10);           // a granule, but neither range nor level
    refused(0x13, 2 << 10 | 1 << 8);  // 16K, level 1
    refused(0x40, 52);                // ATC_INV without ATS
    refused(0x41, 0);                 // PRI_RESP without PRI
}

TEST_F(VsmmuCommands, AQueueThatCannotBeReadIsCerrorAbt) {
    guest.bad_page = commands_at;
    command(0x10, 0);
    EXPECT_TRUE(command_error());
    EXPECT_EQ(reason(), 2u);
    EXPECT_EQ(cons(), 0u);
    set<arch::CmdqProd>(1);
    EXPECT_EQ(sent(), Words{}) << "nothing is taken while the error is active";
    guest.bad_page = ~uint64_t{0};
    set<arch::Gerrorn>(get<arch::Gerror>());
    EXPECT_EQ(sent(), (Words{{0x0000'0001'0000'0010, 0}})) << "fetched again";
}

TEST_F(VsmmuCommands, WhatStandsBeforeABadCommandIsDone) {
    guest.put(commands_at, {0x10, 0, 0x28, 0, 0x10, 0});
    set<arch::CmdqProd>(3);
    EXPECT_EQ(sent(), (Words{{0x0000'0001'0000'0010, 0}}));
    EXPECT_EQ(cons(), 1u);
    EXPECT_TRUE(command_error());
}

TEST_F(VsmmuCommands, NEST_11_3_16_SyncCompletesAndMayRaiseItsInterrupt) {
    guest.put(commands_at, {0x10, 0, 0x46 | 1 << 12, 0, 0x46 | 2 << 12, 0, 0x46, 0});
    set<arch::CmdqProd>(4);
    EXPECT_EQ(cons(), 4u);
    EXPECT_EQ(command_sync.pulses, 1u) << "CS = 1";
    ASSERT_EQ(smmu.consumed.size(), 2u);
    EXPECT_EQ(smmu.consumed[1].word[0], 0x46u) << "waited for";
}

TEST_F(VsmmuCommands, ManyCommandsGoInLists) {
    set<arch::Cr0>(0);
    set<arch::CmdqBase>(commands_at | 8);
    set<arch::Cr0>(0xD);
    smmu.consumed.clear();
    for (unsigned i = 0; i < 200; ++i) guest.put(commands_at + 16 * i, {0x11, 0});
    set<arch::CmdqProd>(200);
    EXPECT_EQ(smmu.consumed.size(), 204u) << "four lists";
    EXPECT_EQ(cons(), 200u);
}

TEST_F(VsmmuCommands, AnSmmuThatDoesNotAnswerIsServiceFailure) {
    smmu.consume_after = ~0u;
    command(0x10, 0);
    EXPECT_EQ((get<arch::Gerror>() ^ get<arch::Gerrorn>()), 1u << 8);
    EXPECT_EQ(gerror.pulses, 1u);
}

// --- Events

constexpr uint64_t of_device = uint64_t{8} << 32, of_guest = uint64_t{5} << 32;

TEST_F(VsmmuCommands, NEST_11_5_09_AnEventArrivesUnderTheGuestsStreamId) {
    EXPECT_TRUE(iommu.take({{{of_device | 0x10, uint64_t{1} << 35, 0x7000, 0}}}));
    vsmmu.deliver();
    EXPECT_EQ(get<arch::EventqProd>(), 1u);
    EXPECT_EQ(event.pulses, 1u);
    EXPECT_EQ(guest.word(events_at), of_guest | 0x10);
    EXPECT_EQ(guest.word(events_at + 8), uint64_t{1} << 35);
    EXPECT_EQ(guest.word(events_at + 16), 0x7000u);
    iommu.take({{{of_device | 0x13, 0, 0x8000, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(event.pulses, 1u) << "the queue was not empty";
    set<arch::EventqCons>(2);
    iommu.take({{{of_device | 0x13, 0, 0x9000, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(event.pulses, 2u);
}

TEST_F(VsmmuCommands, AFullQueueOverflows) {
    for (unsigned i = 0; i < 20; ++i) {
        iommu.take({{{of_device | 0x10, 0, i, 0}}});
        vsmmu.deliver();
    }
    EXPECT_EQ(get<arch::EventqProd>(), 1u << 31 | 16u) << "OVFLG";
    set<arch::EventqCons>(1u << 31 | 16u);
    iommu.take({{{of_device | 0x10, 0, 77, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(get<arch::EventqProd>(), 1u << 31 | 17u);
    EXPECT_EQ(guest.word(events_at + 16), 77u);
}

TEST_F(VsmmuCommands, EventsThatTheHostLostAreAnOverflow) {
    for (unsigned i = 0; i < 40; ++i) iommu.take({{{of_device | 0x10, 0, i, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(get<arch::EventqProd>() >> 31, 1u);
}

TEST_F(VsmmuCommands, EventsWithoutAQueueAreDiscarded) {
    set<arch::Cr0>(0x9);
    iommu.take({{{of_device | 0x10, 0, 1, 0}}});
    vsmmu.deliver();
    set<arch::Cr0>(0xD);
    EXPECT_EQ(get<arch::EventqProd>(), 0u);
}

TEST_F(VsmmuCommands, AQueueThatCannotBeWrittenIsAnError) {
    guest.bad_page = events_at;
    iommu.take({{{of_device | 0x10, 0, 1, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(get<arch::Gerror>() ^ get<arch::Gerrorn>(), 1u << 2) << "EVENTQ_ABT_ERR";
    EXPECT_EQ(gerror.pulses, 1u);
    EXPECT_EQ(get<arch::EventqProd>(), 0u);
}

}  // namespace
