// Prepare, install, commit: the order in which a device moves from one table to another.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Ste;
using arch::SteConfig;

namespace {

constexpr uint64_t atc_all[2] = {0x0000'0008'0000'0040, 52};  // StreamID 8, everything

using IommuApiAttach = IommuApiTables;

TEST_F(IommuApiAttach, NEST_07_02_BoundDevicesAbort) {
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_EQ(ste().word[1], 0u);
}

TEST_F(IommuApiAttach, NEST_07_1_06_AtsOn) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(log, (Log{"install 8", "send 1", "ats on"}));
    ASSERT_EQ(smmu.sent.size(), 1u);
    EXPECT_EQ(smmu.sent[0].list[0].word[0], atc_all[0]);
    EXPECT_EQ(smmu.sent[0].list[0].word[1], atc_all[1]);
    EXPECT_EQ(smmu.sent[0].wait, Wait::Yes);
    EXPECT_EQ(pci.stu, 12u);
    EXPECT_EQ(ste()[Ste::EATS], 1);
    EXPECT_EQ(hwpt_at(parent).ats_count, 1u);
}

TEST_F(IommuApiAttach, NEST_07_1_07_AtsStaysOn) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    log.clear();
    ASSERT_EQ(replace(dev, stage1), Errno::None);
    EXPECT_EQ(log, (Log{"cd 0", "install 8", "send 1", "invalidate"}));
    EXPECT_TRUE(pci.on);
    EXPECT_EQ(ste()[Ste::EATS], 1);
    EXPECT_EQ(hwpt_at(parent).ats_count, 0u);
    EXPECT_EQ(hwpt_at(stage1).ats_count, 1u);
}

TEST_F(IommuApiAttach, NEST_07_1_05_AtsOffComesBeforeTheSte) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    log.clear();
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(log, (Log{"ats off", "barrier", "install 8", "send 1", "invalidate"}));
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_EQ(hwpt_at(parent).ats_count, 0u) << "by what the entry had, not by what the device has";
    EXPECT_FALSE(api.devices.find(dev)->ats_enabled);
}

TEST_F(IommuApiAttach, NEST_07_1_01_AtsNeedsAllOfSmmuRootComplexAndDevice) {
    smmu.facts_.features.ats = false;
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(log, (Log{"install 8"})) << "CMD_ATC_INV would be illegal";
    EXPECT_EQ(ste()[Ste::EATS], 0);
    EXPECT_FALSE(pci.on);
}

TEST_F(IommuApiAttach, NEST_07_1_02_AtsOfAGuestIsTheGuestsWord) {
    make_viommu_and_vdevice();
    ASSERT_EQ(attach(dev, parent), Errno::None);
    const uint32_t off = make_nested(s1_word0, s1_word1);
    const uint32_t on = make_nested(s1_word0, s1_word1 | eats);
    log.clear();
    ASSERT_EQ(replace(dev, off), Errno::None);
    EXPECT_EQ(log, (Log{"ats off", "barrier", "install 8", "send 1"}));
    EXPECT_EQ(ste()[Ste::EATS], 0);
    EXPECT_EQ(hwpt_at(parent).ats_count, 0u);
    log.clear();
    ASSERT_EQ(replace(dev, on), Errno::None);
    EXPECT_EQ(log, (Log{"install 8", "send 1", "ats on"}));
    EXPECT_EQ(ste()[Ste::EATS], 1);
    EXPECT_EQ(hwpt_at(parent).ats_count, 1u);
    EXPECT_EQ(hwpt_at(parent).entry_count, 1u) << "on the list of the stage 2 all the time";
}

TEST_F(IommuApiAttach, NEST_07_1_04_BothTablesReachTheDeviceDuringTheMove) {
    // The entry of the new table is there when the STE is written; that of the old one is, too.
    struct Looking : FakeInstance {
        using FakeInstance::FakeInstance;
        const Hwpt* from = nullptr;
        const Hwpt* to = nullptr;
        unsigned seen = 0;
        Errno install(arch::StreamId s, const Ste& e) override {
            if (to != nullptr) seen = from->entry_count * 10 + to->entry_count;
            return FakeInstance::install(s, e);
        }
    } looking{log};
    DeviceSetup s = with_ats(9);
    s.instance = &looking;
    const uint32_t device = bind(s);
    const uint32_t first = make_hwpt(0, device, ioas);
    const uint32_t second = make_hwpt(1, device, ioas);
    ASSERT_EQ(attach(device, first), Errno::None);
    looking.from = &hwpt_at(first);
    looking.to = &hwpt_at(second);
    ASSERT_EQ(replace(device, second), Errno::None);
    EXPECT_EQ(looking.seen, 11u);
    EXPECT_EQ(hwpt_at(first).entry_count, 0u);
}

TEST_F(IommuApiAttach, NEST_07_1_08_ATagThatNobodyUsesIsForgottenAtOnce) {
    ASSERT_EQ(attach(dev, parent), Errno::None);
    const uint32_t second = bind(setup(9));
    ASSERT_EQ(attach(second, parent), Errno::None);
    smmu.forgotten.clear();
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_TRUE(smmu.forgotten.empty()) << "the other device still uses the VMID";
    ASSERT_EQ(detach(api, second), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    EXPECT_EQ(smmu.forgotten[0].what.range.size, 0u) << "everything";
    EXPECT_TRUE(smmu.forgotten[0].what.nest_parent);
    EXPECT_TRUE(smmu.forgotten[0].targets.empty());
}

TEST_F(IommuApiAttach, NEST_07_01_AllStreamsOfADeviceDuplicatesOnce) {
    DeviceSetup s = with_ats();
    s.streams.id[0] = {0x20};
    s.streams.id[1] = {0x21};
    s.streams.id[2] = {0x20};
    s.streams.count = 3;
    const uint32_t device = bind(s);
    log.clear();
    smmu.sent.clear();
    ASSERT_EQ(attach(device, parent), Errno::None);
    EXPECT_EQ(log, (Log{"install 32", "install 33", "send 2", "ats on"}));
    EXPECT_EQ(smmu.sent[0].list[1].word[0], 0x0000'0021'0000'0040u);
}

TEST_F(IommuApiAttach, NEST_07_1_03_AFailedPrepareChangesNothing) {
    make_viommu_and_vdevice();
    ASSERT_EQ(attach(dev, parent), Errno::None);
    ASSERT_EQ(destroy(vdevice), Errno::None);
    const uint32_t guest = make_nested(s1_word0, s1_word1);
    const Ste before = ste();
    log.clear();
    EXPECT_EQ(replace(dev, guest), Errno::NoEnt);
    EXPECT_TRUE(log.empty());
    EXPECT_TRUE(pci.on) << "ATS goes off only when nothing can fail any more";
    EXPECT_EQ(ste().word[0], before.word[0]);
    EXPECT_EQ(hwpt_at(parent).entry_count, 1u);
    EXPECT_EQ(api.devices.find(dev)->hwpt, &hwpt_at(parent));
}

TEST_F(IommuApiAttach, NEST_07_1_03_AFullListIsEnomem) {
    for (unsigned i = 0; i < most_domain_entries; ++i)
        ASSERT_TRUE(add_entry(hwpt_at(parent), {api.devices.find(dev), nullptr, i, false}));
    log.clear();
    EXPECT_EQ(attach(dev, parent), Errno::NoMem);
    EXPECT_TRUE(log.empty());
}

TEST_F(IommuApiAttach, NEST_07_1_11_OrderOfWhatPrepareRefuses) {
    // A device without CANWBS, which stalls under two StreamIDs, and a table for those with it alone.
    DeviceSetup s = setup(9);
    s.streams.id[1] = {10};
    s.streams.count = 2;
    s.stall = true;
    const uint32_t device = bind(s);
    make_viommu_and_vdevice();
    FaultQueueAlloc f{16, 0, 0, 0};
    ASSERT_EQ(fault_queue_alloc(api, f), Errno::None);
    uint32_t guest = 0;
    ASSERT_EQ(nested(viommu, s1_word0, s1_word1, guest, 4, f.out_fault_id), Errno::None);
    Hwpt& stage2 = hwpt_at(parent);
    stage2.enforce_coherency = true;
    stage2.entry_count = most_domain_entries;
    EXPECT_EQ(attach(device, guest), Errno::NoMem) << "no room";
    stage2.entry_count = 0;
    EXPECT_EQ(attach(device, guest), Errno::NoEnt) << "no vDEVICE";
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, device, 0x9A, id), Errno::None);
    EXPECT_EQ(attach(device, guest), Errno::OpNotSupp) << "faults of two StreamIDs";
    hwpt_at(guest).fault = nullptr;
    EXPECT_EQ(attach(device, guest), Errno::Inval) << "coherency";
    stage2.enforce_coherency = false;
    EXPECT_EQ(attach(device, guest), Errno::None);
    hwpt_at(guest).fault = api.fault_queues.find(f.out_fault_id);
}

TEST_F(IommuApiAttach, NEST_07_1_10_AnSmmuThatDoesNotAnswerIsTold) {
    smmu.sends_that_work = 0;
    EXPECT_EQ(attach(dev, parent), Errno::TimedOut);
    EXPECT_EQ(api.devices.find(dev)->hwpt, &hwpt_at(parent)) << "what was begun is ended";
    EXPECT_EQ(destroy(parent), Errno::Busy);
    smmu.sends_that_work = ~0u;
    EXPECT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::None);
}

TEST_F(IommuApiAttach, Stage1HasAContextDescriptorBeforeItsSte) {
    ASSERT_EQ(attach(dev, stage1), Errno::None);
    EXPECT_EQ(log, (Log{"cd 0", "install 8", "send 1", "ats on"}));
    EXPECT_EQ(ste().word[0], 0x00C0'000Bu) << "V, Config 5, the context pointer";
    EXPECT_EQ(ste()[Ste::S1DSS], arch::S1Default::Substream0);
    EXPECT_TRUE(ste()[Ste::S1STALLD]) << "the SMMU could stall, the device cannot";
    EXPECT_TRUE(smmu.cds[0][arch::Cd::V]);
    EXPECT_EQ(smmu.cds[0][arch::Cd::TTB0], 0x8000'0000u);
    EXPECT_EQ(smmu.cds[0][arch::Cd::ASID], 1);
    EXPECT_FALSE(smmu.cds[0][arch::Cd::S]);
}

TEST_F(IommuApiAttach, AStallingDeviceStallsAtStage1) {
    DeviceSetup s = setup(9);
    s.stall = true;
    const uint32_t device = bind(s);
    ASSERT_EQ(attach(device, stage1), Errno::None);
    EXPECT_FALSE(ste(9)[Ste::S1STALLD]);
    EXPECT_TRUE(smmu.cds[0][arch::Cd::S]);
}

TEST_F(IommuApiAttach, WithoutRoomForAContextDescriptorItIsEnomem) {
    smmu.has_cds = false;
    EXPECT_EQ(attach(dev, stage1), Errno::NoMem);
    EXPECT_EQ(ste().word[0], 1u);
}

}  // namespace
