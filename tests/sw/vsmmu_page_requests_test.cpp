// The PRI queue of a guest's SMMU.  Words are typed by hand from IHI 0070 G.b, 4.5.2, 6.3, 8.
#include "tests/sw/vsmmu_pri_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

TEST_F(VsmmuPri, IdRegistersShowWhatTheDeviceAndTheHostHave) {
    EXPECT_EQ(get<arch::Idr0>() >> 16 & 1, 1u) << "PRI";
    EXPECT_EQ(get<arch::Idr0>() >> 10 & 1, 1u) << "ATS";
    EXPECT_EQ(get<arch::Idr1>() >> 11 & 0x1F, 10u) << "PRIQS as emulated";
    EXPECT_EQ(get<arch::Idr3>() >> 5 & 1, 1u) << "PPS: answers have the PASID of their request";
    EXPECT_TRUE(pci.ats && pci.pri);
    EXPECT_EQ(pci.credits, 16u);
    smmu.set<arch::Idr1>(smmu.get<arch::Idr1>().raw() & ~(31u << 6));
    ASSERT_TRUE(instance.start({&driver, &arena}));
    vsmmu.start(iommu, guest, {});
    EXPECT_EQ(get<arch::Idr0>() >> 16 & 1, 1u);
    EXPECT_EQ(get<arch::Idr3>() >> 5 & 1, 0u) << "there are no PASIDs";
}

TEST_F(VsmmuPri, RegistersAreThereAndGuardedByTheirEnables) {
    EXPECT_EQ(get<arch::Cr0Ack>(), 0xFu);
    EXPECT_EQ(get<arch::IrqCtrlAck>(), 7u);
    set<arch::PriqBase>(0x1234'0004);
    set<arch::PriqProd>(1);
    set<arch::PriqIrqCfg0>(0x1000);
    EXPECT_EQ(get<arch::PriqBase>(), requests_at | 2);
    EXPECT_EQ(get<arch::PriqProd>(), 0u);
    EXPECT_EQ(get<arch::PriqIrqCfg0>(), 0u) << "PRIQ_IRQEN is set";
    set<arch::Cr0>(0xE);
    set<arch::PriqBase>(0x1234'0004);
    EXPECT_EQ(get<arch::PriqBase>(), requests_at | 2) << "PRIQEN itself guards, not SMMUEN";
    set<arch::Cr0>(0xD);
    set<arch::PriqBase>(~uint64_t{0});
    EXPECT_EQ(get<arch::PriqBase>(), 0x40FF'FFFF'FFFF'FFFFu) << "WA, ADDR[55:5], LOG2SIZE";
    set<arch::PriqProd>(0xFFFF'FFFF);
    set<arch::PriqCons>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::PriqProd>(), 0x800F'FFFFu);
    EXPECT_EQ(get<arch::PriqCons>(), 0x800F'FFFFu);
    set<arch::Cr1>(0xD75);
    EXPECT_EQ(get<arch::Cr1>(), 0u) << "queues are enabled";
    set<arch::Cr0>(0x2);
    set<arch::Cr1>(0xD75);
    EXPECT_EQ(get<arch::Cr1>(), 0u) << "the PRI queue is one of them";
    set<arch::Cr0>(0);
    set<arch::Cr1>(0xD75);
    EXPECT_EQ(get<arch::Cr1>(), 0xD75u);
}

TEST_F(VsmmuPri, ARequestArrivesUnderTheGuestsStreamIdAndIsAnsweredUnderTheHosts) {
    EXPECT_TRUE(ask(last | write | privileged | execute | with_pasid | pasid12, 0x7000'0000'5123));
    EXPECT_EQ(get<arch::PriqProd>(), 1u);
    EXPECT_EQ(page_request.pulses, 1u);
    EXPECT_EQ(request(0, 0), 0xEC00'0012'0000'0006u) << "SSV, Last, W, X, Priv; SubstreamID 0x12";
    EXPECT_EQ(request(0, 1), 0x7000'0000'5123u) << "page and PRGIndex 0x123";
    EXPECT_EQ(sent(), Words{}) << "nobody answers for the guest";
    command(0x0000'0006'0001'2841, 0x2123);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0001'2841, 0x2123}})) << "Success";
    command(0x0000'0006'0001'2841, 0x2123);
    EXPECT_EQ(sent(), Words{}) << "only once";
    EXPECT_FALSE(command_error());
}

TEST_F(VsmmuPri, InvalidAndFailureTellTheDeviceThatThereIsNoPage) {
    ask(last | read, 0x5007);
    command(0x0000'0006'0000'0041, 0x1007);  // InvalidRequest
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1007}}));
    ask(last | read, 0x6008);
    command(0x0000'0006'0000'0041, 0x0008);  // ResponseFailure
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1008}})) << "its function may go on asking";
}

TEST_F(VsmmuPri, AGroupComesWholeAndHasOneAnswer) {
    ask(read, 0x5007);
    ask(last | read, 0xA001);
    EXPECT_EQ(get<arch::PriqProd>(), 1u) << "the other group";
    EXPECT_EQ(request(0, 1), 0xA001u);
    ask(write, 0x6007);
    ask(last | read | write, 0x7007);
    EXPECT_EQ(get<arch::PriqProd>(), 4u);
    EXPECT_EQ(request(1, 0), read | 6);
    EXPECT_EQ(request(1, 1), 0x5007u);
    EXPECT_EQ(request(2, 0), write | 6);
    EXPECT_EQ(request(2, 1), 0x6007u);
    EXPECT_EQ(request(3, 0), last | read | write | 6);
    EXPECT_EQ(request(3, 1), 0x7007u);
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}}));
    command(0x0000'0006'0000'0041, 0x2001);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2001}}));
}

TEST_F(VsmmuPri, AStopMarkerArrivesAndHasNoAnswer) {
    ask(last | with_pasid | pasid12, 0);
    EXPECT_EQ(get<arch::PriqProd>(), 1u);
    EXPECT_EQ(request(0, 0), last | with_pasid | pasid12 | 6);
    command(0x0000'0006'0001'2841, 0x2000);
    EXPECT_EQ(sent(), Words{});
    for (unsigned i = 0; i < 100; ++i) {
        ask(last | with_pasid | pasid12, 0);
        consume(static_cast<uint32_t>(get<arch::PriqProd>()) & 7);
    }
    EXPECT_EQ(get<arch::PriqProd>() >> 31, 0u);
    EXPECT_TRUE(ask(last | read, 0x5007)) << "they take no place for good";
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}}));
}

// --- Interrupts

TEST_F(VsmmuPri, AnInterruptIsForAQueueThatWasEmptyOrForTheLastOfAGroup) {
    ask(last | read, 0x5001);
    ask(last | read, 0x5002);
    EXPECT_EQ(page_request.pulses, 1u) << "it was not empty";
    consume(2);
    ask(read, 0x5003);
    ask(last | read, 0x6003);
    EXPECT_EQ(page_request.pulses, 2u);
    set<arch::IrqCtrl>(5);
    set<arch::PriqIrqCfg2>(0xFFFF'FFFF);
    EXPECT_EQ(get<arch::PriqIrqCfg2>(), 0x8000'003Fu) << "LO, SH, MemAttr";
    consume(4);
    ask(last | read, 0x5004);
    EXPECT_EQ(page_request.pulses, 2u) << "PRIQ_IRQEN is clear";
    set<arch::IrqCtrl>(7);
    ask(read, 0x5005);
    ask(last | read, 0x6005);
    EXPECT_EQ(page_request.pulses, 3u) << "LO: for the last, though it was not empty";
    ask(last | read, 0x6006);
    EXPECT_EQ(page_request.pulses, 4u);
    ask(read, 0x5007);
    ask(last | read, 0x6007);
    EXPECT_EQ(page_request.pulses, 5u) << "lost to an overflow, which interrupts for the last too";
}

// --- Overflow, and no queue

TEST_F(VsmmuPri, AFullQueueOverflowsAndTheDeviceMayAskAgain) {
    for (unsigned i = 0; i < 4; ++i) ask(last | read, 0x5000 | i);
    EXPECT_EQ(sent(), Words{});
    ask(last | read | with_pasid | pasid12, 0x5004);
    EXPECT_EQ(get<arch::PriqProd>(), 1u << 31 | 4u) << "OVFLG";
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0001'2841, 0x2004}})) << "Success, with its PASID";
    consume(4);
    ask(last | read, 0x5005);
    EXPECT_EQ(get<arch::PriqProd>(), 1u << 31 | 4u)
        << "nothing is written before it is acknowledged";
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2005}}));
    consume(1u << 31 | 4);
    ask(last | read, 0x5006);
    EXPECT_EQ(get<arch::PriqProd>(), 1u << 31 | 5u);
    EXPECT_EQ(request(4, 1), 0x5006u);
    for (const uint64_t index : {0u, 1u, 2u, 3u, 6u}) {
        command(0x0000'0006'0000'0041, 0x2000 | index);
        EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2000 | index}}));
    }
}

TEST_F(VsmmuPri, AGroupThatIsCutByAnOverflowIsAnsweredAtItsLast) {
    for (unsigned i = 0; i < 3; ++i) ask(last | read, 0x5000 | i);
    ask(read, 0x5007);
    ask(read, 0x6007);
    ask(last | read, 0x7007);
    EXPECT_EQ(get<arch::PriqProd>(), 1u << 31 | 4u) << "its first is there";
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}}));
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{}) << "it has had its answer";
}

TEST_F(VsmmuPri, WithoutAQueueTheDeviceIsToldNo) {
    for (const uint64_t cr0 : {0xDu, 0xEu}) {  // PRIQEN, SMMUEN
        set<arch::Cr0>(cr0);
        sent();
        EXPECT_TRUE(ask(last | read, 0x5001));
        EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1001}})) << cr0;
        EXPECT_TRUE(ask(last | with_pasid | pasid12, 0)) << "a Stop Marker";
        EXPECT_EQ(sent(), Words{});
        EXPECT_EQ(get<arch::PriqProd>(), 0u);
    }
}

TEST_F(VsmmuPri, AQueueThatCannotBeWrittenIsAnErrorUntilItIsAcknowledged) {
    guest.bad_page = requests_at;
    ask(last | read, 0x5001);
    EXPECT_EQ(get<arch::Gerror>() ^ get<arch::Gerrorn>(), 1u << 3) << "PRIQ_ABT_ERR";
    EXPECT_EQ(gerror.pulses, 1u);
    EXPECT_EQ(get<arch::PriqProd>(), 0u);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1001}}));
    guest.bad_page = ~uint64_t{0};
    ask(last | read, 0x5002);
    EXPECT_EQ(get<arch::PriqProd>(), 0u);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1002}}));
    set<arch::Gerrorn>(get<arch::Gerror>());
    ask(last | read, 0x5003);
    EXPECT_EQ(get<arch::PriqProd>(), 1u);
    EXPECT_EQ(page_request.pulses, 1u);
}

/// The device has PRI; its SMMU has none, or the device no ATS.
struct VsmmuNoPri : VsmmuTest {
    CountedPci pci;
    void start(uint32_t idr0_bits, bool rc_ats) {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | idr0_bits);
        boot();
        ASSERT_EQ(iommu.assign({{0x09}, 6, false, false, rc_ats, &pci, true}), Errno::None);
        vsmmu.start(iommu, guest, {&event, &gerror, &command_sync, &page_request});
        put_ste(guest_s1_word0, guest_s1_word1 | 1u << 28, 6);
        enable();
        EXPECT_EQ(get<arch::Idr0>() >> 16 & 1, 0u);
        set<arch::Cr0>(0xF);
        EXPECT_EQ(get<arch::Cr0Ack>() & 2, 0u);
        EXPECT_FALSE(pci.pri);
        command(0x0000'0006'0000'0041, 0x2007);
        EXPECT_TRUE(command_error()) << "CMD_PRI_RESP is illegal";
    }
    void SetUp() override {}
};

TEST_F(VsmmuNoPri, TheSmmuHasNone) { start(1u << 10, true); }
TEST_F(VsmmuNoPri, TheRootComplexHasNoAts) { start(1u << 10 | 1u << 16, false); }

}  // namespace
