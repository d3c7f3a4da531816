// Messages (MSIs) of a guest's SMMU.  Words are typed by hand from IHI 0070 G.b, 3.18, 4.7.3, 6.3, 7.5.
#include "sw_stubs/vmm/guest_messages.h"
#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

using Sent = std::vector<std::pair<uint64_t, uint32_t>>;

struct VsmmuMessages : VsmmuTest {
    static constexpr uint64_t nowhere = 0x4000'0000;

    void SetUp() override {
        boot();
        vsmmu.start(iommu, guest, {&event, &gerror, &command_sync, &page_request, &messages});
        put_ste(guest_s1_word0, guest_s1_word1);
    }
    void fault() {
        iommu.take({{{uint64_t{8} << 32 | 0x10, 0, 0x7000, 0}}});
        vsmmu.deliver();
    }
    uint64_t errors() { return get<arch::Gerror>() ^ get<arch::Gerrorn>(); }
};

TEST_F(VsmmuMessages, MsiIsThereWhereMessagesCanBeDelivered) {
    EXPECT_EQ(get<arch::Idr0>() >> 13 & 1, 1u);
    vsmmu.start(iommu, guest, {&event, &gerror, &command_sync});
    EXPECT_EQ(get<arch::Idr0>() >> 13 & 1, 0u);
}

TEST_F(VsmmuMessages, RegistersHaveTheirBitsAndAreGuardedByTheirEnables) {
    for (const uint64_t base : {0x68u, 0xB0u}) {
        set<arch::IrqCtrl>(0);
        vsmmu.write(base, 8, ~uint64_t{0});
        vsmmu.write(base + 8, 8, ~uint64_t{0});
        EXPECT_EQ(vsmmu.read(base, 8), 0x0000'0FFF'FFFF'FFFCu) << "ADDR, to the 44 bits of OAS";
        EXPECT_EQ(vsmmu.read(base + 8, 4), 0xFFFF'FFFFu);
        EXPECT_EQ(vsmmu.read(base + 12, 4), 0x3Fu) << "SH, MemAttr";
        vsmmu.write(base + 4, 4, 1);
        EXPECT_EQ(vsmmu.read(base, 8), 0x1'FFFF'FFFCu);
        set<arch::IrqCtrl>(5);
        vsmmu.write(base, 8, 0x1000);
        vsmmu.write(base + 8, 4, 7);
        vsmmu.write(base + 12, 4, 7);
        EXPECT_EQ(vsmmu.read(base, 8), 0x1'FFFF'FFFCu);
        EXPECT_EQ(vsmmu.read(base + 8, 8), 0x0000'003F'FFFF'FFFFu);
    }
    set<arch::IrqCtrl>(1);
    vsmmu.write(0xB8, 4, 7);
    vsmmu.write(0x70, 4, 7);
    EXPECT_EQ(vsmmu.read(0xB8, 4), 7u) << "each by its own";
    EXPECT_EQ(vsmmu.read(0x70, 4), 0xFFFF'FFFFu);
    vsmmu.write(0xD0, 8, ~uint64_t{0});
    EXPECT_EQ(vsmmu.read(0xD0, 8), 0u) << "no PRI, no message of it";
    set<arch::Gerrorn>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::Gerrorn>(), 0x1B5u) << "errors that there can be: none of the PRI queue";
}

TEST_F(VsmmuMessages, AnEventInterruptsByWireAndByMessage) {
    set<arch::EventqIrqCfg0>(FakeMessages::doorbell);
    set<arch::EventqIrqCfg1>(74);
    enable();
    fault();
    EXPECT_EQ(messages.sent, (Sent{{FakeMessages::doorbell, 74}}));
    EXPECT_EQ(event.pulses, 1u);
    fault();
    EXPECT_EQ(messages.sent.size(), 1u) << "the queue was not empty";
    set<arch::EventqCons>(2);
    set<arch::IrqCtrl>(1);
    fault();
    EXPECT_EQ(messages.sent.size(), 1u) << "EVENTQ_IRQEN is clear";
}

TEST_F(VsmmuMessages, AddressZeroIsNoMessage) {
    set<arch::EventqIrqCfg1>(74);
    enable();
    fault();
    EXPECT_EQ(messages.sent, Sent{});
    EXPECT_EQ(event.pulses, 1u);
    command(0x46 | 1 << 12 | uint64_t{0x1234} << 32, 0);
    EXPECT_EQ(messages.sent, Sent{});
    EXPECT_EQ(command_sync.pulses, 1u);
}

TEST_F(VsmmuMessages, AnErrorInterruptsByMessage) {
    set<arch::GerrorIrqCfg0>(0x8000'8000);
    set<arch::GerrorIrqCfg1>(0xCAFE);
    enable();
    command(0xFF, 0);
    EXPECT_EQ(messages.sent, (Sent{{0x8000'8000, 0xCAFE}}));
    EXPECT_EQ(guest.word(0x8000'8000), 0xCAFEu) << "32 bits of the guest's RAM";
    EXPECT_EQ(errors(), 1u);
}

TEST_F(VsmmuMessages, ASyncWritesItsMessageWhateverIrqCtrlSays) {
    enable();
    set<arch::IrqCtrl>(0);
    guest.put(commands_at, {0x11, 0, 0x46 | 1 << 12 | uint64_t{0xABCD'0001} << 32, 0x8000'9000});
    guest.put(0x8000'9000, {~uint64_t{0}});
    set<arch::CmdqProd>(2);
    EXPECT_EQ(cons(), 2u);
    EXPECT_EQ(guest.word(0x8000'9000), 0xFFFF'FFFF'ABCD'0001u);
    ASSERT_EQ(smmu.consumed.size(), 2u) << "what stood before it is complete";
    prod = 2;
    command(0x46 | 2 << 12 | uint64_t{1} << 32, 0x8000'9000);  // CS = SEV
    command(0x46 | uint64_t{1} << 32, 0x8000'9000);
    EXPECT_EQ(messages.sent.size(), 1u);
}

TEST_F(VsmmuMessages, ASyncMayWriteIntoItsOwnCommand) {
    enable();
    command(0x46 | 1 << 12, commands_at);
    EXPECT_EQ(guest.word(commands_at) & 0xFFFF'FFFF, 0u) << "what a driver polls";
    EXPECT_EQ(cons(), 1u);
}

TEST_F(VsmmuMessages, AMessageThatMeetsNothingIsAnErrorOfItsSource) {
    set<arch::GerrorIrqCfg0>(FakeMessages::doorbell);
    set<arch::GerrorIrqCfg1>(77);
    set<arch::EventqIrqCfg0>(nowhere);
    enable();
    fault();
    EXPECT_EQ(errors(), 1u << 5) << "MSI_EVENTQ_ABT_ERR";
    EXPECT_EQ(messages.sent, (Sent{{FakeMessages::doorbell, 77}})) << "which interrupts";
    EXPECT_EQ(get<arch::EventqProd>(), 1u) << "the event is there all the same";
    set<arch::EventqCons>(1);
    fault();
    EXPECT_EQ(messages.sent.size(), 1u) << "the error is active already";
    command(0x46 | 1 << 12, nowhere);
    EXPECT_EQ(errors(), 1u << 5 | 1u << 4) << "MSI_CMDQ_ABT_ERR";
    EXPECT_EQ(cons(), 1u) << "the CMD_SYNC is complete";
    EXPECT_EQ(messages.sent.size(), 2u);
    set<arch::Gerrorn>(get<arch::Gerror>());
    EXPECT_EQ(errors(), 0u);
}

TEST_F(VsmmuMessages, TheMessageOfGerrorThatMeetsNothingInterruptsNobody) {
    set<arch::GerrorIrqCfg0>(nowhere);
    enable();
    command(0xFF, 0);
    EXPECT_EQ(errors(), 1u << 7 | 1u) << "MSI_GERROR_ABT_ERR, CMDQ_ERR";
    EXPECT_EQ(gerror.pulses, 1u) << "that of CMDQ_ERR";
    EXPECT_EQ(messages.sent, Sent{});
}

TEST_F(VsmmuMessages, AddressBitsAboveOasAreIgnored) {
    enable();
    command(0x46 | 1 << 12 | uint64_t{5} << 32, 0x000F'F000'8000'9000);
    EXPECT_EQ(messages.sent, (Sent{{0x8000'9000, 5}}));
}

// --- The PRI queue's

TEST_F(VsmmuMessages, APageRequestInterruptsByMessage) {
    CountedPci pci;
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 16 | 1u << 10);
    smmu.set<arch::Idr1>(smmu.get<arch::Idr1>().raw() | 4u << 11);
    sw::vmm::Iommu own;
    sw::Smmu second;
    sw::iommu_api::SmmuInstance with_pri;
    const auto found = sw::probe(sw::Registers{FakeSmmu::base}, sw::Coherency::Coherent);
    ASSERT_EQ(second.prepare(FakeSmmu::base, found.features, arena), sw::Status::Done);
    ASSERT_EQ(second.reset(), sw::Status::Done);
    ASSERT_TRUE(with_pri.start({&second, &arena}));
    ASSERT_EQ(own.create(with_pri, {&ram, 1}), Errno::None);
    ASSERT_EQ(own.assign({{0x09}, 6, false, false, true, &pci, true}), Errno::None);
    vsmmu.start(own, guest, {&event, &gerror, &command_sync, &page_request, &messages});
    set<arch::PriqIrqCfg0>(FakeMessages::doorbell);
    set<arch::PriqIrqCfg1>(75);
    set<arch::PriqBase>(0x8003'0002);
    enable();
    set<arch::IrqCtrl>(7);
    set<arch::Cr0>(0xF);
    const auto ask = [&](uint64_t index) {
        own.take(arch::PageRequest{{{uint64_t{5} << 60 | 9, 0x5000 | index}}});
        vsmmu.deliver();
    };
    ask(1);
    EXPECT_EQ(messages.sent, (Sent{{FakeMessages::doorbell, 75}}));
    EXPECT_EQ(page_request.pulses, 1u);
    set<arch::IrqCtrl>(5);
    set<arch::PriqIrqCfg0>(nowhere);
    set<arch::IrqCtrl>(7);
    set<arch::PriqCons>(1);
    ask(2);
    EXPECT_EQ(errors(), 1u << 6) << "MSI_PRIQ_ABT_ERR";
    set<arch::Gerrorn>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::Gerrorn>(), 0x1FDu);
    own.close();
}

// --- Where they go

struct GuestMessagesTest : VsmmuMessages {
    sw::vmm::Vgic gic;
    sw::vmm::VgicDistributor distributor{gic};
    sw::vmm::GuestMessages to{gic, guest};
    bool pending(uint32_t intid) {
        return (distributor.read(0x200 + intid / 32 * 4, 4) >> intid % 32 & 1) != 0;
    }
};

TEST_F(GuestMessagesTest, TheDoorbellMakesAnSpiPending) {
    distributor.write(0xC00 + 74 / 16 * 4, 4, 2u << (74 % 16) * 2);  // an edge
    EXPECT_TRUE(to.send(0x0800'0040, 74));
    EXPECT_TRUE(pending(74));
    EXPECT_FALSE(pending(75));
    EXPECT_TRUE(to.send(0x0800'0040, 20)) << "no SPI: nothing happens";
    EXPECT_FALSE(pending(20));
    EXPECT_TRUE(to.send(0x0800'0040, 0x3FF));
}

TEST_F(GuestMessagesTest, EverythingElseIsRamOrNothing) {
    EXPECT_TRUE(to.send(0x8000'1004, 0x1234'5678));
    EXPECT_EQ(guest.word(0x8000'1000), 0x1234'5678ull << 32);
    EXPECT_FALSE(to.send(0x0800'0100, ~0u)) << "other registers are no doorbell";
    EXPECT_EQ(distributor.read(0x100, 4), 0u);
    EXPECT_FALSE(to.send(0x8010'0000, 1)) << "behind its RAM";
}

TEST_F(GuestMessagesTest, AnSmmuReachesItsGuestByTheDoorbell) {
    vsmmu.start(iommu, guest, {nullptr, nullptr, nullptr, nullptr, &to});
    distributor.write(0xC00 + 76 / 16 * 4, 4, 2u << (76 % 16) * 2);
    enable();
    command(0x46 | 1 << 12 | uint64_t{76} << 32, 0x0800'0040);
    EXPECT_TRUE(pending(76));
    EXPECT_EQ(errors(), 0u);
}

}  // namespace
