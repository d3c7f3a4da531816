// Accesses that wait for a guest's answer.  Words are typed by hand from IHI 0070 G.b, 4.7, 7.3.
#include <algorithm>

#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

constexpr uint64_t of_device = uint64_t{8} << 32, of_guest = uint64_t{5} << 32;
constexpr uint64_t stall = uint64_t{1} << 31;

struct VsmmuStalls : VsmmuTest {
    void SetUp() override {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() & ~(3u << 24));  // it can stall
        smmu.set<arch::Idr3>(1u << 8 | 1u << 10);                          // FWB, RIL
        boot();
        put_ste(guest_s1_word0, guest_s1_word1);
        enable();
    }
};

TEST_F(VsmmuStalls, NEST_17_09_AStallIsReportedAndResumedByTheGuest) {
    EXPECT_TRUE(iommu.take({{{of_device | 0x0001'2810, stall | 0x42, 0x7000, 0}}}));
    vsmmu.deliver();
    ASSERT_EQ(get<arch::EventqProd>(), 1u);
    EXPECT_EQ(guest.word(events_at), of_guest | 0x0001'2810) << "SSV, SubstreamID 0x12";
    const uint64_t w1 = guest.word(events_at + 8);
    EXPECT_EQ(w1 >> 31 & 1, 1u) << "Stall";
    EXPECT_EQ(w1 >> 35 & 1, 0u) << "a write";
    EXPECT_EQ(guest.word(events_at + 16), 0x7000u);
    const uint64_t stag = w1 & 0xFFFF;
    command(0x0000'0006'0000'1044, stag);
    command(of_guest | 0x1044, stag + 1);
    EXPECT_EQ(sent(), Words{}) << "another stream, another STAG";
    command(of_guest | 0x1044, stag);
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0000'1044, 0x42}})) << "retry, by the host's names";
    command(of_guest | 0x1044, stag);
    EXPECT_EQ(sent(), Words{}) << "only once";
    EXPECT_FALSE(command_error());
}

TEST_F(VsmmuStalls, StallsWaitForRoomAndAreNeverLost) {
    for (unsigned i = 0; i < 16; ++i) iommu.take({{{of_device | 0x10, 0, i, 0}}});
    vsmmu.deliver();
    iommu.take({{{of_device | 0x10, stall | 0x42, 0x7000, 0}}});
    vsmmu.deliver();
    EXPECT_EQ(get<arch::EventqProd>(), 16u) << "full, and no overflow";
    set<arch::EventqCons>(1);
    EXPECT_EQ(get<arch::EventqProd>(), 17u);
    EXPECT_EQ(guest.word(events_at + 16), 0x7000u);
}

TEST_F(VsmmuStalls, EverythingThatStallsEndsWithItsStreamOrItsSmmu) {
    const auto two = [&] {
        iommu.take({{{of_device | 0x10, stall | 0x42, 0x7000, 0}}});
        iommu.take({{{of_device | 0x10, stall | 0x43, 0x8000, 0}}});
        vsmmu.deliver();
        sent();
    };
    const Words both{{0x0000'0008'0000'2044, 0x42}, {0x0000'0008'0000'2044, 0x43}};
    two();
    command(of_guest | 0x45, 0);  // STALL_TERM
    EXPECT_EQ(sent(), both);
    two();
    set<arch::Cr0>(0xC);
    Words w = sent();
    EXPECT_TRUE(std::includes(w.begin(), w.end(), both.begin(), both.end()) ||
                std::search(w.begin(), w.end(), both.begin(), both.end()) != w.end());
    set<arch::Cr0>(0xD);
    two();
    const uint64_t stag = guest.word(events_at + 32 * ((get<arch::EventqProd>() - 1) % 16) + 8);
    put_ste(0x8000'200B, guest_s1_word1);
    command(0x04, 31);
    w = sent();
    EXPECT_NE(std::search(w.begin(), w.end(), both.begin(), both.end()), w.end());
    command(of_guest | 0x1044, stag & 0xFFFF);
    EXPECT_EQ(sent(), Words{}) << "an answer that comes late finds nothing";
    two();  // the host has cookies to give again
    command(of_guest | 0x1044, (stag - 1) & 0xFFFF);
    EXPECT_EQ(sent(), Words{}) << "nor another stall";
}

TEST_F(VsmmuStalls, AStallThatTheHostEndedIsNoNameOfAnother) {
    iommu.take({{{of_device | 0x10, stall | 0x42, 0x7000, 0}}});
    vsmmu.deliver();
    const uint64_t first = guest.word(events_at + 8) & 0xFFFF;
    ASSERT_EQ(iommu.use(vsid, sw::vmm::Policy::TestWithoutFwb), Errno::None);
    sent();
    iommu.take({{{of_device | 0x10, stall | 0x43, 0x8000, 0}}});
    vsmmu.deliver();
    command(of_guest | 0x1044, first);
    EXPECT_EQ(sent(), Words{});
    command(of_guest | 0x1044, guest.word(events_at + 32 + 8) & 0xFFFF);
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0000'1044, 0x43}}));
}

/// 6.3.9: with SMMUEN = 0 no transaction can become stalled; the host may hear of one later.
TEST_F(VsmmuStalls, AStallThatIsHeardOfWhenItsSmmuIsOffEndsAtOnce) {
    put_ste(0x8000'200B, guest_s1_word1);
    command(0x04, 31);
    set<arch::Cr0>(0xC);
    const uint64_t before = get<arch::EventqProd>();
    sent();
    ASSERT_TRUE(iommu.take({{{of_device | 0x10, stall | 0x42, 0x7000, 0}}}));
    vsmmu.deliver();
    EXPECT_EQ(sent(), (Words{{0x0000'0008'0000'2044, 0x42}})) << "aborted";
    set<arch::Cr0>(0xD);
    EXPECT_EQ(get<arch::EventqProd>(), before) << "nothing is left of it";
}

}  // namespace
