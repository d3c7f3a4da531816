// ATS of a guest's devices.  Words are typed by hand from IHI 0070 G.b, 4.5.1, 5.2.
#include "tests/sw/vsmmu_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

/// A second device, which has ATS; the guest knows it as 6.
struct VsmmuAts : VsmmuTest {
    CountedPci pci;
    void SetUp() override {
        smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 10);
        boot();
        ASSERT_EQ(iommu.assign({{0x09}, 6, false, false, true, &pci}), Errno::None);
        vsmmu.start(iommu, guest, {&event, &gerror, &command_sync});
        enable();
    }
};

TEST_F(VsmmuAts, TheGuestDecidesByItsSte) {
    EXPECT_EQ(get<arch::Idr0>() >> 10 & 1, 1u);
    put_ste(guest_s1_word0, guest_s1_word1 | 1u << 28, 6);
    command(0x04, 31);
    EXPECT_EQ(ste(9)[Ste::EATS], 1);
    EXPECT_TRUE(pci.ats);
    put_ste(guest_s1_word0, guest_s1_word1, 6);
    command(0x04, 31);
    EXPECT_EQ(ste(9)[Ste::EATS], 0);
    EXPECT_FALSE(pci.ats);
    put_ste(guest_s1_word0, guest_s1_word1 | 2u << 28, 6);  // split-stage
    command(0x04, 31);
    EXPECT_EQ(ste(9).word[0], 1u);
}

TEST_F(VsmmuAts, AtcInvIsForItsOwnDevices) {
    command(0x0000'0006'0001'2A40, 0x1234'5003);  // SSV, Global, SubstreamID 0x12
    EXPECT_EQ(sent(), (Words{{0x0000'0009'0001'2A40, 0x1234'5003}}));
    command(0x0000'0009'0000'0040, 52);
    EXPECT_EQ(sent(), Words{}) << "the physical StreamID is no name of it";
    set<arch::Cr0>(0xC);
    sent();
    command(0x0000'0006'0000'0040, 52);
    EXPECT_EQ(sent(), Words{}) << "ignored while SMMUEN is 0";
    EXPECT_FALSE(command_error());
    command(0x0000'0006'0000'0040, 53);
    EXPECT_TRUE(command_error()) << "a size beyond everything";
}

}  // namespace
