// From a guest's STE to the one that the SMMU reads, and what follows a change of stage 2.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Ste;

namespace {

// The stage 2 of the first domain of the fake: VMID 0x21, T0SZ 16, SH outer, AA64, PTW, R.
constexpr uint64_t s2_word2 = 0x0448'2010'0000'0021, s2_word3 = 0x9000'0000;
constexpr uint64_t fwb_and_shcfg = 0x0000'1000'0200'0000;

struct IommuApiNested : IommuApi {
    void SetUp() override { make_guest(); }
    void use(uint64_t w0, uint64_t w1) {
        const uint32_t id = make_nested(w0, w1);
        const bool there = api.devices.find(dev)->hwpt != nullptr;
        ASSERT_EQ(there ? replace(dev, id) : attach(dev, id), Errno::None);
    }
    void expect_ste(uint64_t w0, uint64_t w1, uint64_t w2, uint64_t w3) {
        EXPECT_EQ(ste().word[0], w0);
        EXPECT_EQ(ste().word[1], w1);
        EXPECT_EQ(ste().word[2], w2);
        EXPECT_EQ(ste().word[3], w3);
        for (unsigned i = 4; i < 8; ++i) EXPECT_EQ(ste().word[i], 0u) << i;
    }
};

TEST_F(IommuApiNested, NEST_08_6_01_InvalidIsAValidAbort) {
    use(0, 0xFFFF'FFFF'FFFF'FFFF);
    expect_ste(0x1, 0, 0, 0);
}

TEST_F(IommuApiNested, NEST_08_6_02_AbortIsAbort) {
    use(0x1, eats | 0xFF);
    expect_ste(0x1, 0, 0, 0);
}

TEST_F(IommuApiNested, NEST_08_6_03_BypassIsStage2AloneWithoutAtsOrMev) {
    use(0x9, eats | 0xFF);
    expect_ste(0xD, fwb_and_shcfg, s2_word2, s2_word3);
}

TEST_F(IommuApiNested, NEST_08_6_04_Stage1IsBothStages) {
    use(s1_word0, s1_word1);
    expect_ste(0x4000'100F, fwb_and_shcfg | 0x0008'00D4, s2_word2, s2_word3);
}

TEST_F(IommuApiNested, NEST_08_6_05_ShcfgOnlyWhereAttributesCanBeOverridden) {
    smmu.facts_.features.attribute_override = false;
    use(0x9, 0);
    EXPECT_EQ(ste().word[1], 0x0200'0000u);
}

TEST_F(IommuApiNested, NEST_08_6_06_AStallingDeviceStallsAtStage2) {
    DeviceSetup s = setup(9);
    s.stall = true;
    dev = bind(s);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, vdevice), Errno::None);
    ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    EXPECT_EQ(ste(9).word[2], s2_word2 | uint64_t{1} << 57);
    ASSERT_EQ(replace(dev, make_nested(0x1, 0)), Errno::None);
    EXPECT_EQ(ste(9).word[2], 0u) << "an abort has none";
}

TEST_F(IommuApiNested, NEST_08_6_07_AStage2ThatStallsHasNoAts) {
    DeviceSetup s = setup(9);
    s.stall = s.rc_ats = true;
    s.pci = &pci;
    dev = bind(s);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, vdevice), Errno::None);
    ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1 | eats)), Errno::None);
    EXPECT_EQ(ste(9)[Ste::EATS], 0) << "S2S with EATS is illegal: the device would be lost";
    EXPECT_TRUE(ste(9)[Ste::S2S]);
    EXPECT_FALSE(pci.on);
    ASSERT_EQ(replace(dev, parent), Errno::None);
    EXPECT_EQ(ste(9)[Ste::EATS], 0);
    ASSERT_EQ(replace(dev, make_hwpt(0, dev, ioas)), Errno::None);
    EXPECT_EQ(ste(9)[Ste::EATS], 1) << "stage 1 alone may have both";
}

TEST_F(IommuApiNested, NEST_08_5_01_AnotherSmmuIsEinval) {
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    EXPECT_EQ(attach(bind(s), make_nested(0x1, 0)), Errno::Inval);
}

TEST_F(IommuApiNested, NEST_08_5_02_PasidsOfTheHostAreEbusy) {
    DeviceSetup s = setup(9);
    s.pasid_bits = 4;
    dev = bind(s);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, vdevice), Errno::None);
    const uint32_t rid = make_hwpt(8, dev, ioas);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    ASSERT_EQ(attach(dev, rid), Errno::None);
    ASSERT_EQ(attach_pasid(api, dev, 5, make_hwpt(8, dev, ioas)), Errno::None);
    EXPECT_EQ(replace(dev, guest), Errno::Busy);
    EXPECT_EQ(replace(dev, parent), Errno::Busy) << "the same for stage 2 alone";
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_EQ(replace(dev, guest), Errno::None);
}

TEST_F(IommuApiNested, NEST_08_5_01_OtherSmmuComesBeforePasids) {
    DeviceSetup s = setup(9);
    s.pasid_bits = 4;
    s.instance = &other_smmu;
    dev = bind(s);
    ASSERT_EQ(attach(dev, make_hwpt(8, dev, ioas)), Errno::None);
    ASSERT_EQ(attach_pasid(api, dev, 5, make_hwpt(8, dev, ioas)), Errno::None);
    EXPECT_EQ(replace(dev, parent), Errno::Inval);
}

TEST_F(IommuApiNested, NEST_08_5_05_TheHostsContextDescriptorIsClearedAfterTheSte) {
    ASSERT_EQ(attach(dev, make_hwpt(0, dev, ioas)), Errno::None);
    ASSERT_TRUE(smmu.cds[0][arch::Cd::V]);
    log.clear();
    use(s1_word0, s1_word1);
    EXPECT_EQ(log, (Log{"install 8", "cd 0", "invalidate"}));
    EXPECT_FALSE(smmu.cds[0][arch::Cd::V]);
}

TEST_F(IommuApiNested, NEST_08_5_03_PasidsCannotBeAttachedToANestedHwpt) {
    DeviceSetup s = setup(9);
    s.pasid_bits = 4;
    EXPECT_EQ(attach_pasid(api, bind(s), 5, make_nested(s1_word0, s1_word1)), Errno::Inval);
}

// --- Stage 2 changes

TEST_F(IommuApiNested, NEST_08_7_01_ARangeIsForgottenInTheSmmuAndInItsGuests) {
    use(s1_word0, s1_word1);
    ASSERT_EQ(map(ioas, 0x10000, 0x3000), Errno::None);
    smmu.forgotten.clear();
    ASSERT_EQ(unmap(ioas, 0x10000, 0x3000), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    EXPECT_EQ(smmu.forgotten[0].what.range.input, 0x10000u);
    EXPECT_EQ(smmu.forgotten[0].what.range.size, 0x3000u);
    EXPECT_TRUE(smmu.forgotten[0].what.nest_parent);
}

TEST_F(IommuApiNested, NEST_08_7_02_AStage2ThatNobodyNestsOnIsNoNestParent) {
    smmu.facts_.features.stage1 = false;
    ASSERT_EQ(attach(dev, make_hwpt(0, dev, ioas)), Errno::None);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    EXPECT_FALSE(smmu.forgotten[0].what.nest_parent);
}

TEST_F(IommuApiNested, NEST_08_7_04_DevicesOfGuestsForgetEverything) {
    DeviceSetup s = setup(9);
    s.rc_ats = true;
    s.pci = &pci;
    s.streams.id[1] = {10};
    s.streams.count = 2;
    dev = bind(s);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x9A, vdevice), Errno::None);
    use(s1_word0, s1_word1 | eats);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    smmu.forgotten.clear();
    ASSERT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    const auto& targets = smmu.forgotten[0].targets;
    ASSERT_EQ(targets.size(), 2u) << "each of its streams";
    EXPECT_EQ(targets[0].who.stream.value, 9u);
    EXPECT_EQ(targets[1].who.stream.value, 10u);
    EXPECT_TRUE(targets[0].all);
    EXPECT_FALSE(targets[0].who.valid) << "no PASID: all of them";
}

TEST_F(IommuApiNested, NEST_08_7_05_DevicesOnAPlainTableForgetTheRange) {
    DeviceSetup s = setup(9);
    s.rc_ats = true;
    s.pci = &pci;
    dev = bind(s);
    ASSERT_EQ(attach(dev, make_hwpt(0, dev, ioas)), Errno::None);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    smmu.forgotten.clear();
    ASSERT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    ASSERT_EQ(smmu.forgotten[0].targets.size(), 1u);
    EXPECT_FALSE(smmu.forgotten[0].targets[0].all);
}

TEST_F(IommuApiNested, NEST_08_7_06_WhatNobodyUsesNeedsNoCommand) {
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::None);
    EXPECT_TRUE(smmu.forgotten.empty());
}

// --- Objects

TEST_F(IommuApiNested, NEST_08_9_01_ADeviceOfAGuestIsOnTheListOfItsStage2) {
    const Hwpt& paging = *api.hwpts.find(parent);
    use(s1_word0, s1_word1);
    ASSERT_EQ(paging.entry_count, 1u);
    EXPECT_EQ(paging.entries[0].through, api.devices.find(dev)->hwpt);
    EXPECT_NE(paging.entries[0].through, &paging) << "the entry tells by which HWPT";
    use(s1_word0 | 0x40, s1_word1);
    ASSERT_EQ(paging.entry_count, 1u);
    EXPECT_EQ(paging.entries[0].through, api.devices.find(dev)->hwpt);
    EXPECT_TRUE(smmu.forgotten.empty()) << "the VMID was in use all the time";
}

TEST_F(IommuApiNested, ReplacingByTheSameHwptDoesNothing) {
    const uint32_t id = make_nested(s1_word0, s1_word1);
    ASSERT_EQ(attach(dev, id), Errno::None);
    log.clear();
    EXPECT_EQ(replace(dev, id), Errno::None);
    EXPECT_TRUE(log.empty());
}

}  // namespace
