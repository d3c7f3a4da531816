// PASIDs of the host: their context descriptors, and what they ask of the stream.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using arch::Ste;

namespace {

struct IommuApiPasid : IommuApi {
    uint32_t plain = 0, rid = 0, other = 0;

    void SetUp() override {
        DeviceSetup s = setup();
        s.pasid_bits = 4;
        s.rc_ats = true;
        s.pci = &pci;
        dev = bind(s);
        ioas = make_ioas();
        plain = make_hwpt(0, dev, ioas);
        rid = make_hwpt(8, dev, ioas);
        other = make_hwpt(8, dev, ioas);
        log.clear();
    }
};

TEST_F(IommuApiPasid, NEST_20_07_PasidAttachContract) {
    ASSERT_EQ(attach(dev, plain), Errno::None);
    EXPECT_EQ(attach_pasid(api, dev, 5, rid), Errno::Inval)
        << "the stream's HWPT has no PASID flag";
    ASSERT_EQ(replace(dev, rid), Errno::None);
    EXPECT_EQ(attach_pasid(api, dev, 5, plain), Errno::Inval) << "nor may the PASID's lack it";
    EXPECT_EQ(replace_pasid(api, dev, 5, rid), Errno::Inval) << "not attached";
    ASSERT_EQ(attach_pasid(api, dev, 5, other), Errno::None);
    EXPECT_EQ(attach_pasid(api, dev, 5, other), Errno::Busy);
    EXPECT_EQ(attach_pasid(api, dev, 5, rid), Errno::Busy);
    EXPECT_EQ(replace_pasid(api, dev, 5, rid), Errno::None);
    EXPECT_EQ(replace(dev, plain), Errno::Inval);
    EXPECT_EQ(destroy(rid), Errno::Busy);
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_EQ(destroy(other), Errno::None);
}

TEST_F(IommuApiPasid, Checks) {
    EXPECT_EQ(attach_pasid(api, 99, 5, rid), Errno::NoEnt);
    EXPECT_EQ(attach_pasid(api, dev, 0, rid), Errno::Inval);
    EXPECT_EQ(attach_pasid(api, dev, 16, rid), Errno::Inval) << "four bits";
    EXPECT_EQ(attach_pasid(api, dev, 5, 99), Errno::NoEnt);
    EXPECT_EQ(attach_pasid(api, dev, 5, ioas), Errno::Inval);
    DeviceSetup s = setup(9);
    s.instance = &other_smmu;
    s.pasid_bits = 4;
    EXPECT_EQ(attach_pasid(api, bind(s), 5, rid), Errno::Inval);
    for (uint32_t p = 1; p <= most_pasids; ++p)
        ASSERT_EQ(attach_pasid(api, dev, p, rid), Errno::None);
    EXPECT_EQ(attach_pasid(api, dev, most_pasids + 1, rid), Errno::NoMem);
}

TEST_F(IommuApiPasid, APasidHasAContextDescriptorOfItsOwn) {
    ASSERT_EQ(attach(dev, rid), Errno::None);
    log.clear();
    ASSERT_EQ(attach_pasid(api, dev, 5, other), Errno::None);
    EXPECT_EQ(log, (Log{"cd 5"}));
    EXPECT_EQ(smmu.cds[5][arch::Cd::ASID], 3) << "the third table of the fake";
    log.clear();
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_EQ(log, (Log{"cd 5", "send 1", "invalidate"}));
    EXPECT_FALSE(smmu.cds[5][arch::Cd::V]);
    EXPECT_EQ(smmu.sent.back().list[0].word[0], 0x0000'0008'0000'5840u) << "SSID 5, SSV, ATC_INV";
}

TEST_F(IommuApiPasid, NEST_07_1_09_PasidsAloneKeepAtsOnAndTheStreamAborts) {
    ASSERT_EQ(attach_pasid(api, dev, 5, rid), Errno::None);
    EXPECT_TRUE(pci.on) << "a table of CDs is there";
    EXPECT_EQ(ste()[Ste::Config], arch::SteConfig::S1);
    EXPECT_EQ(ste()[Ste::S1DSS], arch::S1Default::Terminate);
    ASSERT_EQ(attach(dev, other), Errno::None);
    EXPECT_EQ(ste()[Ste::S1DSS], arch::S1Default::Substream0);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_TRUE(pci.on);
    EXPECT_EQ(ste()[Ste::S1DSS], arch::S1Default::Terminate);
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_FALSE(pci.on);
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_EQ(destroy(rid), Errno::None);
}

TEST_F(IommuApiPasid, UnmappingReachesTheAtcUnderThePasid) {
    ASSERT_EQ(attach_pasid(api, dev, 5, rid), Errno::None);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    smmu.forgotten.clear();
    ASSERT_EQ(unmap(ioas, 0x10000, 0x1000), Errno::None);
    ASSERT_EQ(smmu.forgotten.size(), 1u);
    ASSERT_EQ(smmu.forgotten[0].targets.size(), 1u);
    EXPECT_TRUE(smmu.forgotten[0].targets[0].who.valid);
    EXPECT_EQ(smmu.forgotten[0].targets[0].who.substream.value, 5u);
    EXPECT_FALSE(smmu.forgotten[0].targets[0].all);
}

TEST_F(IommuApiPasid, ADriverWithoutTablesOfCdsRefusesPasids) {
    ASSERT_EQ(attach(dev, rid), Errno::None);
    smmu.has_cds = false;
    EXPECT_EQ(attach_pasid(api, dev, 5, other), Errno::NoMem);
    EXPECT_EQ(api.devices.find(dev)->used_pasids(), 0u);
    EXPECT_EQ(api.hwpts.find(other)->entry_count, 0u);
}

TEST_F(IommuApiPasid, UnbindingDetachesPasids) {
    ASSERT_EQ(attach_pasid(api, dev, 5, rid), Errno::None);
    ASSERT_EQ(unbind(api, dev), Errno::None);
    EXPECT_FALSE(pci.on);
    EXPECT_EQ(destroy(rid), Errno::None);
}

TEST_F(IommuApiPasid, NEST_17_14_FaultsOfAPasidGoToItsOwnHwpt) {
    FaultQueueAlloc c{16, 0, 0, 0};
    ASSERT_EQ(fault_queue_alloc(api, c), Errno::None);
    uint32_t with_queue = 0;
    ASSERT_EQ(hwpt(8 | 4, dev, ioas, with_queue, c.out_fault_id), Errno::None);
    ASSERT_EQ(attach(dev, rid), Errno::None);
    ASSERT_EQ(attach_pasid(api, dev, 5, with_queue), Errno::None);
    const arch::Event of_pasid{{{uint64_t{sid} << 32 | 0x5810, uint64_t{1} << 31, 0, 0}}};
    EXPECT_EQ(report_event(api, smmu, of_pasid), Errno::None);
    const arch::Event of_rid{{{uint64_t{sid} << 32 | 0x10, uint64_t{1} << 31, 0, 0}}};
    EXPECT_EQ(report_event(api, smmu, of_rid), Errno::OpNotSupp);
}

TEST_F(IommuApiPasid, NEST_17_13_DetachingAPasidAnswersItsFaultsAndNoOthers) {
    FaultQueueAlloc c{16, 0, 0, 0};
    ASSERT_EQ(fault_queue_alloc(api, c), Errno::None);
    uint32_t with_queue = 0;
    ASSERT_EQ(hwpt(8 | 4, dev, ioas, with_queue, c.out_fault_id), Errno::None);
    ASSERT_EQ(attach(dev, with_queue), Errno::None);
    ASSERT_EQ(attach_pasid(api, dev, 5, with_queue), Errno::None);
    const uint64_t stall = uint64_t{1} << 31;
    ASSERT_EQ(report_event(api, smmu, {{{uint64_t{sid} << 32 | 0x5810, stall | 1, 0, 0}}}),
              Errno::None);
    ASSERT_EQ(report_event(api, smmu, {{{uint64_t{sid} << 32 | 0x10, stall | 2, 0, 0}}}),
              Errno::None);
    smmu.sent.clear();
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    ASSERT_EQ(smmu.sent.back().list[0].word[0], 0x0000'0008'0000'2044u) << "abort";
    EXPECT_EQ(smmu.sent.back().list[0].word[1], 1u);
    Fault* const left = api.fault_queues.find(c.out_fault_id)->oldest_pending();
    ASSERT_NE(left, nullptr);
    EXPECT_EQ(left->record.grpid, 2u);
}

}  // namespace
