// Guests and devices that do not keep to what page requests ask of them.  Words are typed by hand from
// IHI 0070 G.b, 4.5.2, 8.
#include "tests/sw/vsmmu_pri_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

TEST_F(VsmmuPri, AnAnswerToNothingReachesNoDevice) {
    ask(last | read, 0x5007);
    command(0x0000'0006'0000'0041, 0x2008);  // another group
    command(0x0000'0009'0000'0041, 0x2007);  // the physical StreamID is no name of it
    command(0x0000'0005'0000'0041, 0x2007);  // its other device
    command(0x1234'5678'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{});
    EXPECT_FALSE(command_error());
    set<arch::Cr0>(0xE);
    sent();
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{}) << "ignored while SMMUEN is 0";
    EXPECT_FALSE(command_error());
}

/// Its stream aborts with and without SMMUEN, so nothing ends the group.
TEST_F(VsmmuPri, AnswersAreIgnoredWhileSmmuenIs0) {
    put_ste(0, 0, 6);
    command(0x0000'0006'0000'0003, 1);
    ask(last | read, 0x5007);
    set<arch::Cr0>(0xE);
    sent();
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{});
    EXPECT_FALSE(command_error());
    set<arch::Cr0>(0xF);
    sent();
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}}));
}

TEST_F(VsmmuPri, IllegalAnswersStopTheQueue) {
    ask(last | read, 0x5007);
    for (const Words::value_type& bad :
         {Words::value_type{0x0000'0006'0000'0041, 0x3007}, {0x0000'0006'0000'0441, 0x2007}}) {
        const uint64_t at = cons();
        command(bad.first, bad.second);
        EXPECT_TRUE(command_error());
        EXPECT_EQ(reason(), 1u) << "CERROR_ILL: Resp 3, SSec";
        EXPECT_EQ(cons(), at);
        guest.put(commands_at + 16 * (at % 16), {0x46, 0});
        set<arch::Gerrorn>(get<arch::Gerror>());
    }
    EXPECT_EQ(sent(), Words{});
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}})) << "it still waits";
}

TEST_F(VsmmuPri, WhatIsNeverAnsweredEndsWithTheTable) {
    ask(last | read, 0x5007);
    ask(last | write, 0x6008);
    put_ste(0x8000'200B, guest_s1_word1 | 1u << 28, 6);
    command(0x0000'0006'0000'0003, 1);
    Words w = sent();
    const Words both{{0x0000'0009'0000'0041, 0x1007}, {0x0000'0009'0000'0041, 0x1008}};
    EXPECT_NE(std::search(w.begin(), w.end(), both.begin(), both.end()), w.end());
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{}) << "an answer that comes late finds nothing";
    ask(last | read, 0x5009);  // the host has cookies to give again
    ask(last | read, 0x500A);
    command(0x0000'0006'0000'0041, 0x2007);
    command(0x0000'0006'0000'0041, 0x2008);
    EXPECT_EQ(sent(), Words{}) << "nor another group";
    EXPECT_TRUE(pci.pri) << "the device still has EATS";
    put_ste(guest_s1_word0, guest_s1_word1, 6);
    command(0x0000'0006'0000'0003, 1);
    EXPECT_FALSE(pci.ats || pci.pri) << "EATS = 0";
}

TEST_F(VsmmuPri, AGuestThatNeverAnswersFillsItsOwnPlacesOnly) {
    for (unsigned i = 0; i < 200; ++i) {
        consume(static_cast<uint32_t>(get<arch::PriqProd>()) & 7);
        EXPECT_TRUE(ask(last | read, 0x5000 | i));
    }
    const Words answered = sent();
    ASSERT_EQ(answered.size(), 200u - 32) << "32 wait; the others may be asked for again";
    EXPECT_EQ(answered.front(), Words::value_type(0x0000'0009'0000'0041, 0x2000 | 32));
    command(0x0000'0006'0000'0041, 0x2000);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2000}}));
    EXPECT_TRUE(ask(last | read, 0x5100));
    EXPECT_EQ(sent(), Words{}) << "there is room again";
}

TEST_F(VsmmuPri, AnIndexThatIsUsedAgainForgetsWhatHadItBefore) {
    for (unsigned i = 0; i < 100; ++i) {
        consume(static_cast<uint32_t>(get<arch::PriqProd>()) & 7);
        ask(last | read, 0x5007);
    }
    EXPECT_EQ(sent(), Words{});
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2007}}));
}

/// Cookies of the host are given again at once.
TEST_F(VsmmuPri, WhatHadAnIndexBeforeIsNoNameOfAnotherGroup) {
    ask(last | read, 0x5007);
    set<arch::Cr0>(0xD);  // no queue
    ask(last | read, 0x6007);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x1007}}));
    set<arch::Cr0>(0xF);
    ask(last | read, 0x5008);
    command(0x0000'0006'0000'0041, 0x2007);
    EXPECT_EQ(sent(), Words{}) << "it had its answer";
    command(0x0000'0006'0000'0041, 0x2008);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2008}}));
}

TEST_F(VsmmuPri, RequestsOfDevicesWithoutPriAreTheHosts) {
    EXPECT_FALSE(ask(last | read, 0x5001, 8));
    EXPECT_FALSE(ask(last | read, 0x5001, 0x30));
    EXPECT_EQ(get<arch::PriqProd>(), 0u);
}

TEST_F(VsmmuPri, StallsAndPageRequestsHaveQueuesOfTheirOwn) {
    iommu.take({{{uint64_t{8} << 32 | 0x10, uint64_t{1} << 31 | 0x42, 0x7000, 0}}});
    ask(last | read, 0x5042);
    EXPECT_EQ(get<arch::EventqProd>(), 1u);
    EXPECT_EQ(get<arch::PriqProd>(), 1u);
    command(0x0000'0006'0000'0041, 0x2042);
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0000'0041, 0x2042}}));
    command(0x0000'0005'0000'1044, guest.word(events_at + 8) & 0xFFFF);
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0000'1044, 0x42}}));
}

}  // namespace
