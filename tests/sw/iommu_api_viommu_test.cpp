// A guest's SMMU, its devices, and who may be attached before they are known.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

struct IommuApiViommu : IommuApi {
    uint32_t id = 0;
    void SetUp() override { make_parent(); }
};

// --- VIOMMU_ALLOC

TEST_F(IommuApiViommu, NEST_11_1_06_HasTheVmidOfItsStage2) {
    ASSERT_EQ(make_viommu(dev, parent, id), Errno::None);
    EXPECT_EQ(api.viommus.find(id)->vmid.value, 0x21);
}

TEST_F(IommuApiViommu, NEST_11_1_02_OrderOfChecks) {
    const uint32_t plain = make_hwpt(0, dev, ioas);
    smmu.facts_.features.nesting = false;
    smmu.facts_.features.fwb = false;
    ViommuAlloc c{40, 1, 0, 99, 98, 0, 0, 0, 0};
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "flags";
    c.flags = 0;
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "type 0";
    c.type = 0xDEAD;
    EXPECT_EQ(viommu_alloc(api, c), Errno::NoEnt) << "device";
    c.dev_id = dev;
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "type";
    c.type = 2;
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "a type of other hardware";
    c.type = 1;
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "no nesting";
    smmu.facts_.features.nesting = true;
    EXPECT_EQ(viommu_alloc(api, c), Errno::OpNotSupp) << "not coherent";
    smmu.facts_.features.fwb = true;
    EXPECT_EQ(viommu_alloc(api, c), Errno::NoEnt) << "HWPT";
    c.hwpt_id = plain;
    EXPECT_EQ(viommu_alloc(api, c), Errno::Inval) << "no nest parent";
    c.hwpt_id = parent;
    EXPECT_EQ(viommu_alloc(api, c), Errno::None);
}

TEST_F(IommuApiViommu, NEST_11_1_03_CoherenceGate) {
    smmu.facts_.features.fwb = false;
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::OpNotSupp) << "neither S2FWB nor CANWBS";
    DeviceSetup s = setup(9);
    s.canwbs = true;
    EXPECT_EQ(make_viommu(bind(s), parent, id), Errno::None) << "CANWBS";
    smmu.facts_.features.fwb = true;
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::None) << "S2FWB";
}

TEST_F(IommuApiViommu, NEST_11_1_04_ForceSyncIsUnsupported) {
    smmu.facts_.features.force_sync = true;
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::OpNotSupp);
}

TEST_F(IommuApiViommu, NEST_11_1_05_StageOfAnotherSmmuIsEinval) {
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    EXPECT_EQ(make_viommu(bind(s), parent, id), Errno::Inval);
}

TEST_F(IommuApiViommu, NEST_11_1_08_ReservedAndDataAreNotLookedAt) {
    ViommuAlloc c{40, 0, 1, dev, parent, 0, 7, 8, 0x10};
    EXPECT_EQ(viommu_alloc(api, c), Errno::None);
}

TEST_F(IommuApiViommu, NEST_11_1_05_ANestedHwptIsNoParent) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    EXPECT_EQ(make_viommu(dev, make_nested(s1_word0, s1_word1), id), Errno::NoEnt);
}

TEST_F(IommuApiViommu, NEST_11_1_07_WhatIsReferredToCannotBeDestroyed) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::Busy);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    EXPECT_EQ(destroy(viommu), Errno::Busy);
    EXPECT_EQ(destroy(guest), Errno::None);
    EXPECT_EQ(destroy(viommu), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::None);
    EXPECT_EQ(destroy(ioas), Errno::None);
}

TEST_F(IommuApiViommu, ExhaustionIsEnomem) {
    unsigned count = 0;
    while (make_viommu(dev, parent, id) == Errno::None) ++count;
    EXPECT_EQ(count, most_viommus);
    EXPECT_EQ(make_viommu(dev, parent, id), Errno::NoMem);
}

// --- VDEVICE_ALLOC

TEST_F(IommuApiViommu, NEST_11_2_02_Checks) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    EXPECT_EQ(make_vdevice(99, dev, 1, id), Errno::NoEnt);
    EXPECT_EQ(make_vdevice(parent, dev, 1, id), Errno::NoEnt);
    EXPECT_EQ(make_vdevice(viommu, 99, 1, id), Errno::NoEnt);
    EXPECT_EQ(make_vdevice(viommu, dev, uint64_t{1} << 32, id), Errno::Inval)
        << "a StreamID has 32 bits";
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    EXPECT_EQ(make_vdevice(viommu, bind(s), 1, id), Errno::Inval);
    EXPECT_EQ(make_vdevice(viommu, dev, 0xFFFF'FFFF, id), Errno::None);
}

TEST_F(IommuApiViommu, NEST_11_2_03_OneVdeviceADeviceAndOneDeviceAVirtualId) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    ASSERT_EQ(make_vdevice(viommu, dev, 1, id), Errno::None);
    uint32_t other = 0;
    EXPECT_EQ(make_vdevice(viommu, dev, 2, other), Errno::Exist);
    const uint32_t second = bind(setup(9));
    EXPECT_EQ(make_vdevice(viommu, second, 1, other), Errno::Exist);
    uint32_t second_viommu = 0;
    ASSERT_EQ(make_viommu(dev, parent, second_viommu), Errno::None);
    EXPECT_EQ(make_vdevice(second_viommu, dev, 1, other), Errno::Exist) << "one in all";
    EXPECT_EQ(make_vdevice(second_viommu, second, 1, other), Errno::None)
        << "virtual ids are each guest's own";
    EXPECT_EQ(destroy(viommu), Errno::Busy);
    EXPECT_EQ(destroy(id), Errno::None);
    EXPECT_EQ(make_vdevice(second_viommu, dev, 2, other), Errno::None);
}

TEST_F(IommuApiViommu, NEST_11_2_04_WhenTheDeviceGoesItsVdevicesIdIsNeverUsedAgain) {
    make_viommu_and_vdevice();
    const uint32_t buried = vdevice;
    ASSERT_EQ(unbind(api, dev), Errno::None);
    EXPECT_EQ(destroy(buried), Errno::NoEnt);
    EXPECT_EQ(destroy(viommu), Errno::None) << "nothing refers to it any more";
    for (unsigned i = 0; i < most_ioas - 2; ++i) EXPECT_NE(make_ioas(), buried);
    sw::iommu_api::close(api);
    uint32_t last = 0;
    for (unsigned i = 0; i < buried && i < most_ioas; ++i) last = make_ioas();
    EXPECT_EQ(last, buried < most_ioas ? buried : most_ioas) << "until the file is closed";
}

// --- Attaching without a vDEVICE

TEST_F(IommuApiViommu, NEST_11_4_01_Stage1NeedsAVdevice) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    EXPECT_EQ(attach(dev, guest), Errno::NoEnt);
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    EXPECT_EQ(attach(dev, guest), Errno::None);
    EXPECT_EQ(api.devices.find(dev)->vmaster.viommu, api.viommus.find(viommu));
    EXPECT_EQ(api.devices.find(dev)->vmaster.vsid, vsid);
}

TEST_F(IommuApiViommu, NEST_11_4_02_AbortAndBypassNeedNone) {
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    EXPECT_EQ(attach(dev, make_nested(0x1, 0)), Errno::None);
    EXPECT_EQ(replace(dev, make_nested(0x9, 0)), Errno::None);
    EXPECT_EQ(replace(dev, make_nested(s1_word0 & ~uint64_t{1}, s1_word1)), Errno::None)
        << "not valid: an abort";
    EXPECT_EQ(api.devices.find(dev)->vmaster.viommu, nullptr);
}

TEST_F(IommuApiViommu, NEST_11_4_01_AVdeviceOfAnotherGuestDoesNotCount) {
    make_viommu_and_vdevice();
    uint32_t other = 0;
    ASSERT_EQ(make_viommu(dev, parent, other), Errno::None);
    ASSERT_EQ(nested(other, s1_word0, s1_word1, id), Errno::None);
    EXPECT_EQ(attach(dev, id), Errno::NoEnt);
}

TEST_F(IommuApiViommu, NEST_11_4_04_OtherTablesClearIt) {
    make_viommu_and_vdevice();
    ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    ASSERT_EQ(replace(dev, parent), Errno::None);
    EXPECT_EQ(api.devices.find(dev)->vmaster.viommu, nullptr);
    ASSERT_EQ(replace(dev, make_nested(s1_word0, s1_word1)), Errno::None);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(api.devices.find(dev)->vmaster.viommu, nullptr);
}

TEST_F(IommuApiViommu, NEST_11_4_03_ItIsStoredBeforeAnyAtcCommand) {
    struct Looking : FakeInstance {
        using FakeInstance::FakeInstance;
        const Device* device = nullptr;
        const Viommu* at_send = nullptr;
        const Viommu* at_install = nullptr;
        Errno send(const arch::Command* l, unsigned n, Wait w) override {
            if (device != nullptr) at_send = device->vmaster.viommu;
            return FakeInstance::send(l, n, w);
        }
        Errno install(arch::StreamId s, const arch::Ste& e) override {
            if (device != nullptr) at_install = device->vmaster.viommu;
            return FakeInstance::install(s, e);
        }
    } looking{log};
    DeviceSetup s = setup(9);
    s.instance = &looking;
    s.rc_ats = true;
    s.pci = &pci;
    dev = bind(s);
    parent = make_hwpt(1, dev, ioas);
    ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    looking.device = api.devices.find(dev);
    ASSERT_EQ(attach(dev, make_nested(s1_word0, s1_word1 | eats)), Errno::None);
    EXPECT_EQ(looking.at_install, nullptr);
    EXPECT_EQ(looking.at_send, api.viommus.find(viommu));
}

TEST_F(IommuApiViommu, TheGateIsForTheDeviceThatIsAttachedToo) {
    smmu.facts_.features.fwb = false;
    DeviceSetup coherent = setup(9);
    coherent.canwbs = true;
    const uint32_t always_coherent = bind(coherent);
    ASSERT_EQ(make_viommu(always_coherent, parent, viommu), Errno::None);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x99, vdevice), Errno::None);
    uint32_t other = 0;
    ASSERT_EQ(make_vdevice(viommu, always_coherent, 0x9A, other), Errno::None);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    EXPECT_EQ(attach(dev, guest), Errno::Inval) << "the vIOMMU was made for a better one";
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_EQ(attach(always_coherent, guest), Errno::None);
}

}  // namespace
