// Guests that hand over any bytes: what reaches the host's SMMU is the guest's alone.
#include "sw_stubs/guest/hostile.h"
#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;
using arch::SteConfig;

namespace {

struct VsmmuHostile : VsmmuTest, ::testing::WithParamInterface<int> {
    /// A stream of the host, and one of another VM.
    static constexpr uint32_t hosts = 0x30, others = 0x31;
    sw::vmm::Iommu other;

    void SetUp() override {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() & ~(3u << 24));  // it can stall
        smmu.set<arch::Idr3>(1u << 8 | 1u << 10);
        boot();
        ASSERT_EQ(driver.set_stream({hosts}, sw::bypass_ste()), sw::Status::Done);
        ASSERT_EQ(other.create(instance, {&ram, 1}), Errno::None);
        ASSERT_EQ(other.assign({{others}, vsid}), Errno::None);
        ASSERT_EQ(other.attach(vsid, {{guest_s1_word0, guest_s1_word1}}), Errno::None);
        smmu.consumed.clear();
    }
    /// As a guest that means well would.
    void configure() {
        set<arch::Cr0>(0);
        set<arch::CmdqProd>(0);
        set<arch::CmdqCons>(0);
        set<arch::Gerrorn>(get<arch::Gerror>());
        put_ste(guest_s1_word0, guest_s1_word1);
        enable();
    }
    /// Only what makes the SMMU forget, under names that are this guest's.
    void check_commands() {
        for (const Command& c : smmu.consumed) {
            const uint64_t op = c.word[0] & 0xFF;
            const uint64_t high = c.word[0] >> 32;
            ASSERT_FALSE(c[Command::SSec]);
            if (op == 0x46)
                ASSERT_EQ(c.word[0], 0x46u);
            else if (op == 0x28 || (op >= 0x10 && op <= 0x13))
                ASSERT_EQ(high & 0xFFFF, vmid) << std::hex << c.word[0];
            else if (op == 1 || op == 3 || op == 5 || op == 6 || op == 0x44)
                ASSERT_EQ(high, 8u) << std::hex << c.word[0];
            else
                FAIL() << std::hex << c.word[0];
        }
        smmu.consumed.clear();
    }
    void check_entry() {
        const Ste s = ste(8);
        const SteConfig config = s[Ste::Config];
        ASSERT_TRUE(s[Ste::V]);
        ASSERT_TRUE(config == SteConfig::Abort || config == SteConfig::S2 ||
                    config == SteConfig::S1S2);
        if (config == SteConfig::Abort) return;
        ASSERT_EQ(s[Ste::S2VMID], vmid);
        ASSERT_EQ(s[Ste::S2TTB], iommu.stage2_of(vsid).ttb);
        ASSERT_TRUE(s[Ste::S2FWB] && s[Ste::S2AA64] && s[Ste::S2PTW]);
        ASSERT_EQ(s[Ste::STRW], 0);
        ASSERT_EQ(s[Ste::EATS], 0);
        for (unsigned i = 4; i < Ste::words; ++i) ASSERT_EQ(s.word[i], 0u);
    }
};

TEST_P(VsmmuHostile, OnlyWhatIsTheGuestsReachesTheHost) {
    sw::guest::Hostile hostile(static_cast<uint64_t>(GetParam()), FakeGuestMemory::base, 20, vsid);
    const Ste host_entry = ste(hosts);
    const Ste other_entry = ste(others);
    unsigned nested = 0;
    for (unsigned i = 0; i < 3000; ++i) {
        if (hostile.one_in(50)) configure();
        if (hostile.one_in(3)) hostile.scribble(guest);
        hostile.access(vsmmu);
        if (hostile.one_in(4))
            iommu.take({{{uint64_t{8} << 32 | hostile.pick({0x10, 0x11, 0x12, 0x13, 4, 8, 10}),
                          hostile.any() & 0xF'8000'FFFF, hostile.any(), 0}}});
        if (hostile.one_in(4)) vsmmu.deliver();
        check_commands();
        check_entry();
        if (HasFatalFailure()) FAIL() << "step " << i;
        nested += ste(8)[Ste::Config] == SteConfig::S1S2;
    }
    for (unsigned i = 0; i < Ste::words; ++i) {
        EXPECT_EQ(ste(hosts).word[i], host_entry.word[i]);
        EXPECT_EQ(ste(others).word[i], other_entry.word[i]);
    }
    EXPECT_NE(nested, 0u) << "it got as far as a stage 1 of its own";

    // The device and its VM are as usable as before.
    guest = FakeGuestMemory{};
    vsmmu.start(iommu, guest, {&event, &gerror, &command_sync});
    prod = 0;
    put_ste(guest_s1_word0, guest_s1_word1);
    enable();
    EXPECT_EQ(ste(8)[Ste::Config], SteConfig::S1S2);
    EXPECT_EQ(ste(8)[Ste::S1ContextPtr], 0x8000'1000u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, VsmmuHostile, ::testing::Range(1, 21));

}  // namespace
