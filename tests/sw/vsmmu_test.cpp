// Registers and streams of a guest's SMMU.  Words are typed by hand from IHI 0070 G.b, 6.3.
#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;
using arch::SteConfig;

namespace {

// --- Registers

TEST_F(VsmmuTest, IdRegistersShowStage1AndWhatTheHostHasOfIt) {
    // The host: S1P, S2P, VMID16, ASID16, CD2L, two levels, ...; SIDSIZE 16; FWB; OAS 44, 4K.
    EXPECT_EQ(get<arch::Idr0>(), 0x0808'1000u | 0b10 << 2 | 1 << 4 | 1 << 1)
        << "COHACC, S1P; no S2P, no VMID16";
    EXPECT_EQ(get<arch::Idr1>(), 10u << 21 | 10u << 16 | 16) << "queues as emulated";
    EXPECT_EQ(get<arch::Idr2>(), 0u);
    EXPECT_EQ(get<arch::Idr3>(), 0u) << "no FWB: there is no stage 2";
    EXPECT_EQ(get<arch::Idr5>(), 32u << 16 | 1u << 4 | 4);
    EXPECT_EQ(get<arch::Iidr>(), 0u);
    EXPECT_EQ(get<arch::Aidr>(), 1u);
    set<arch::Idr0>(0);
    EXPECT_NE(get<arch::Idr0>(), 0u);
}

TEST_F(VsmmuTest, NothingOfTheHostsPlatformShows) {
    smmu.set<arch::Idr0>(0xFFFF'FFFF);
    smmu.set<arch::Idr1>(0x0FFF'FFFF);
    smmu.set<arch::Idr3>(0xFFFF'FFFF);
    smmu.set<arch::Idr4>(0xFFFF'FFFF);
    ASSERT_TRUE(instance.start({&driver, &arena}));
    vsmmu.start(iommu, guest, {});
    EXPECT_EQ(get<arch::Idr0>(), 0x1F68'101Eu);
    EXPECT_EQ(get<arch::Idr1>(), 10u << 21 | 10u << 16 | 0x7FF);
    EXPECT_EQ(get<arch::Idr3>(), 0x1C00u);
    EXPECT_EQ(get<arch::Idr4>(), 0u);
}

TEST_F(VsmmuTest, ControlIsAcknowledgedAtOnce) {
    set<arch::Cr0>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::Cr0>(), 0xDu) << "SMMUEN, EVENTQEN, CMDQEN: there is no more";
    EXPECT_EQ(get<arch::Cr0Ack>(), 0xDu);
    set<arch::IrqCtrl>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::IrqCtrl>(), 5u);
    EXPECT_EQ(get<arch::IrqCtrlAck>(), 5u);
    set<arch::Cr0Ack>(0);
    EXPECT_EQ(get<arch::Cr0Ack>(), 0xDu) << "read only";
}

TEST_F(VsmmuTest, BasesAreGuardedByTheirEnables) {
    enable();
    set<arch::StrtabBase>(0x1234'0000);
    set<arch::StrtabBaseCfg>(3);
    set<arch::CmdqBase>(0x1234'0004);
    set<arch::CmdqCons>(7);
    set<arch::EventqBase>(0x1234'0004);
    set<arch::EventqProd>(7);
    EXPECT_EQ(get<arch::StrtabBase>(), table);
    EXPECT_EQ(get<arch::StrtabBaseCfg>(), 6u);
    EXPECT_EQ(get<arch::CmdqBase>(), commands_at | 4);
    EXPECT_EQ(get<arch::CmdqCons>(), 0u);
    EXPECT_EQ(get<arch::EventqBase>(), events_at | 4);
    EXPECT_EQ(get<arch::EventqProd>(), 0u);
    set<arch::Cr0>(0);
    set<arch::EventqProd>(7);
    EXPECT_EQ(get<arch::EventqProd>(), 7u);
    EXPECT_EQ(vsmmu.read(arch::EventqProd::offset - 0x1'0000, 4), 0u) << "page 1 only";
}

TEST_F(VsmmuTest, WideRegistersHaveTwoHalves) {
    vsmmu.write(0x80, 4, 0xFFFF'FFFF);
    vsmmu.write(0x84, 4, 0xFFFF'FFFF);
    EXPECT_EQ(vsmmu.read(0x80, 8), 0x40FF'FFFF'FFFF'FFC0u) << "RA, ADDR[55:6]";
    EXPECT_EQ(vsmmu.read(0x84, 4), 0x40FF'FFFFu);
    EXPECT_EQ(vsmmu.read(0x80, 2), 0u);
    EXPECT_EQ(vsmmu.read(0x82, 4), 0u) << "not aligned";
    vsmmu.write(0x80, 1, 0);
    EXPECT_EQ(vsmmu.read(0x80, 4), 0xFFFF'FFC0u);
    EXPECT_EQ(vsmmu.read(0x20'0000, 8), 0u) << "nothing is there";
}

TEST_F(VsmmuTest, ThereIsNoPriAndThereAreNoMsis) {
    for (const uint64_t offset : {0x68u, 0x70u, 0xB0u, 0xB8u, 0xC0u, 0xD0u, 0x1'00C8u, 0x1'00CCu}) {
        vsmmu.write(offset, 8, ~uint64_t{0});
        vsmmu.write(offset, 4, 0xFFFF'FFFF);
        EXPECT_EQ(vsmmu.read(offset, 4), 0u) << std::hex << offset;
    }
}

// --- What streams do while the guest's SMMU is off

TEST_F(VsmmuTest, BeforeTheGuestDoesAnythingItsDevicesAbort) {
    EXPECT_EQ(get<arch::Gbpa>(), 1u << 20);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort);
}

TEST_F(VsmmuTest, GlobalBypassIsStage2AloneAndNeedsTheUpdateBit) {
    set<arch::Gbpa>(0);
    EXPECT_EQ(get<arch::Gbpa>(), 1u << 20) << "without Update nothing happens";
    set<arch::Gbpa>(1u << 31);
    EXPECT_EQ(get<arch::Gbpa>(), 0u) << "Update is done";
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S2);
    EXPECT_EQ(ste()[Ste::S2VMID], vmid);
    set<arch::Gbpa>(1u << 31 | 1u << 20);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort);
}

TEST_F(VsmmuTest, EnablingReadsTheStreamTableAndDisablingLeavesIt) {
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S1S2);
    EXPECT_EQ(ste()[Ste::S1ContextPtr], 0x8000'1000u);
    set<arch::Gbpa>(1u << 31);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S1S2) << "it does not count now";
    set<arch::Cr0>(0xC);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S2);
}

// --- The guest's STE

TEST_F(VsmmuTest, NEST_11_3_15_AnSteCountsWhenItsCacheIsInvalidated) {
    enable();
    put_ste(guest_s1_word0, guest_s1_word1);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort) << "V was 0 when it was read";
    command(0x03 | uint64_t{vsid} << 32, 1);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S1S2);
    put_ste(0x8000'200B, guest_s1_word1);
    command(0x04, 31);  // CFGI_ALL
    EXPECT_EQ(ste()[Ste::S1ContextPtr], 0x8000'2000u);
    put_ste(0, 0);
    command(0x04 | uint64_t{vsid - 1} << 32, 0);  // streams 4 and 5
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort);
    put_ste(guest_s1_word0, guest_s1_word1);
    command(0x04 | uint64_t{vsid + 1} << 32, 0);  // 6 and 7
    command(0x03 | uint64_t{8} << 32, 1);         // the physical StreamID is no name of it
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort);
}

TEST_F(VsmmuTest, CfgiSteForgetsContextDescriptorsToo) {
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    command(0x03 | uint64_t{vsid} << 32, 1);
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0000'0006, 0}})) << "CFGI_CD_ALL: the STE is the same";
}

TEST_F(VsmmuTest, TwoLevelTablesAreFollowed) {
    set<arch::StrtabBase>(table);
    set<arch::StrtabBaseCfg>(1 << 16 | 8 << 6 | 16);
    set<arch::CmdqBase>(commands_at | 4);
    guest.put(table, {0x8000'8000 | 9});
    guest.put(0x8000'8000 + 64 * vsid, {guest_s1_word0, guest_s1_word1});
    set<arch::Cr0>(0x9);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S1S2);
    guest.put(table, {0x8000'8000 | 3});  // four STEs: 5 is none of them
    command(0x04, 31);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort);
    for (const uint64_t span : {0u, 10u, 31u}) {
        guest.put(table, {0x8000'8000 | 9});
        command(0x04, 31);
        ASSERT_EQ(ste()[Ste::Config], SteConfig::S1S2);
        guest.put(table, {0x8000'8000 | span});
        command(0x04, 31);
        EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort) << span;
    }
}

TEST_F(VsmmuTest, WhatCannotBeReadAborts) {
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    ASSERT_EQ(ste()[Ste::Config], SteConfig::S1S2);
    guest.bad_page = table;
    command(0x04, 31);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort) << "the STE";
    guest.bad_page = ~uint64_t{0};
    set<arch::Cr0>(0);
    set<arch::StrtabBase>(0x00FF'FFFF'FFFF'FFC0);
    set<arch::Cr0>(0xD);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort) << "the table is nowhere";
    set<arch::Cr0>(0);
    set<arch::StrtabBase>(table);
    set<arch::StrtabBaseCfg>(2);
    set<arch::Cr0>(0xD);
    EXPECT_EQ(ste()[Ste::Config], SteConfig::Abort) << "four streams: 5 is beyond";
}

TEST_F(VsmmuTest, WhatTheGuestsSmmuIgnoresIsLeftOut) {
    // SHCFG, MTCFG, MemAttr, ALLOCCFG, PRIVCFG, INSTCFG, MEV, CONT, EATS without ATS.
    put_ste(guest_s1_word0, guest_s1_word1 | 0x000F'31FFull << 32 | 1u << 19 | 0x1E000 | 1u << 28);
    enable();
    EXPECT_EQ(ste()[Ste::Config], SteConfig::S1S2);
    EXPECT_EQ(ste()[Ste::EATS], 0);
    EXPECT_EQ(ste()[Ste::PRIVCFG], 0);
    EXPECT_EQ(ste()[Ste::SHCFG], 1) << "the host's";
}

TEST_F(VsmmuTest, AnIllegalSteAborts) {
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    struct Bad {
        uint64_t w0, w1;
    };
    for (const Bad& b : {Bad{0x8000'100D, 0xD4}, Bad{0x8000'100F, 0xD4},       // stage 2, both
                         Bad{guest_s1_word0, guest_s1_word1 | 2ull << 30},     // STRW
                         Bad{guest_s1_word0 | 1ull << 55, guest_s1_word1}}) {  // address too long
        put_ste(guest_s1_word0, guest_s1_word1);
        command(0x04, 31);
        ASSERT_EQ(ste()[Ste::Config], SteConfig::S1S2);
        put_ste(b.w0, b.w1);
        command(0x04, 31);
        EXPECT_EQ(ste().word[0], 1u) << std::hex << b.w0 << ' ' << b.w1;
        EXPECT_FALSE(command_error()) << "a bad STE is no bad command";
    }
}

struct VsmmuWithoutFwb : VsmmuTest {
    void SetUp() override {
        smmu.set<arch::Idr3>(0);
        boot();
    }
};

TEST_F(VsmmuWithoutFwb, WithoutCanwbsItStaysAborted) {
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_FALSE(command_error());
    ASSERT_EQ(iommu.assign({{0x09}, 6, true}), Errno::None);
    put_ste(guest_s1_word0, guest_s1_word1, 6);
    command(0x04, 31);
    EXPECT_EQ(ste(9)[Ste::Config], SteConfig::S1S2) << "behind CANWBS";
    EXPECT_EQ(ste(8).word[0], 1u);
}

}  // namespace
