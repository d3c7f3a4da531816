// What a VMM relies on, as black boxes: the steps and answers of Linux's own tests of this API.
#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;

namespace {

constexpr uint64_t buffer = FakeCaller::base + 0x2000;
constexpr uint64_t array = FakeCaller::base + 0x1'0000;

/// IOAS, device, nest parent, vIOMMU, nested HWPT.
struct IommuApiContract : IommuApi {
    uint32_t guest = 0;
    void SetUp() override {
        make_parent();
        ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
        guest = make_nested(s1_word0, s1_word1);
    }
    Errno report() {
        return report_event(api, smmu, {{{uint64_t{sid} << 32 | 0x10, 0, 0x1000, 0}}});
    }
};

TEST_F(IommuApiContract, NEST_20_01_ViommuAutoDestroy) {
    uint32_t id = 0;
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, id), Errno::None);
    ASSERT_EQ(attach(dev, guest), Errno::None);
    ASSERT_EQ(map(ioas, 0x10000, 0x1000), Errno::None);
    FaultQueueAlloc f{16, 0, 0, 0};
    ASSERT_EQ(fault_queue_alloc(api, f), Errno::None);
    VeventqAlloc v{32, 0, viommu, 1, 2, 0, 0, 0};
    ASSERT_EQ(veventq_alloc(api, v), Errno::None);
    sw::iommu_api::close(api);
    for (uint32_t i = 0; i <= most_objects; ++i) EXPECT_FALSE(exists(api, i)) << i;
    for (const auto& t : smmu.tables) EXPECT_FALSE(t.used);
    EXPECT_EQ(ste().word[0], 1u) << "the device aborts";
    EXPECT_EQ(read_file(api, v.out_veventq_fd, buffer, 40), -9);
    EXPECT_EQ(make_ioas(), 1u) << "as new";
}

TEST_F(IommuApiContract, NEST_20_02_ViommuNegative) {
    uint32_t id = 0;
    EXPECT_EQ(make_viommu(dev, 0, id), Errno::NoEnt);
    EXPECT_EQ(make_viommu(dev, make_hwpt(0, dev, ioas), id), Errno::Inval);
    EXPECT_EQ(make_viommu(dev, parent, id, 0xDEAD), Errno::OpNotSupp);
    EXPECT_EQ(destroy(parent), Errno::Busy);
    EXPECT_EQ(destroy(viommu), Errno::Busy);
    EXPECT_EQ(make_viommu(0, parent, id), Errno::NoEnt);
}

TEST_F(IommuApiContract, NEST_20_03_ViommuAllocNestedIopf) {
    FaultQueueAlloc f{16, 0, 0, 0};
    ASSERT_EQ(fault_queue_alloc(api, f), Errno::None);
    uint32_t id = 0;
    EXPECT_EQ(nested(viommu, s1_word0, s1_word1, id, 4, 0xFFFF'FFFF), Errno::NoEnt);
    EXPECT_EQ(nested(viommu, s1_word0, s1_word1, id, 4 | 1u << 31, f.out_fault_id),
              Errno::OpNotSupp);
    ASSERT_EQ(nested(viommu, s1_word0, s1_word1, id, 4, f.out_fault_id), Errno::None);
    EXPECT_EQ(attach(dev, id), Errno::NoEnt) << "no vDEVICE yet";
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    ASSERT_EQ(attach(dev, id), Errno::None);
    EXPECT_EQ(destroy(id), Errno::Busy) << "attached";
    EXPECT_EQ(report_event(api, smmu, {{{uint64_t{sid} << 32 | 0x10, 0x8000'0005, 0x1000, 0}}}),
              Errno::None);
    ASSERT_EQ(read_file(api, f.out_fault_fd, buffer, 40), 40);
    caller.put(PageResponse{caller.get<PageFault>(buffer).cookie, 0}, buffer);
    EXPECT_EQ(write_file(api, f.out_fault_fd, buffer, 8), 8);
    EXPECT_EQ(smmu.sent.back().list[0].word[0], 0x0000'0008'0000'1044u);
    EXPECT_EQ(smmu.sent.back().list[0].word[1], 5u);
}

TEST_F(IommuApiContract, NEST_20_04_VdeviceAlloc) {
    EXPECT_EQ(attach(dev, guest), Errno::NoEnt);
    VeventqAlloc v{32, 0, viommu, 1, 2, 0, 0, 0};
    ASSERT_EQ(veventq_alloc(api, v), Errno::None);
    VeventqAlloc again = v;
    EXPECT_EQ(veventq_alloc(api, again), Errno::Exist);
    uint32_t id = 0, other = 0;
    ASSERT_EQ(make_vdevice(viommu, dev, 0x99, id), Errno::None);
    EXPECT_EQ(make_vdevice(viommu, dev, 0xAA, other), Errno::Exist);
    ASSERT_EQ(attach(dev, guest), Errno::None);
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read_file(api, v.out_veventq_fd, buffer, 0x1000), 40);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 8) >> 32, 0x99u);

    ASSERT_EQ(detach(api, dev), Errno::None);
    ASSERT_EQ(destroy(id), Errno::None);
    ASSERT_EQ(make_vdevice(viommu, dev, 0x88, id), Errno::None);
    ASSERT_EQ(attach(dev, guest), Errno::None);
    for (unsigned i = 0; i < 3; ++i) ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read_file(api, v.out_veventq_fd, buffer, 0x1000), 40 + 40 + 8);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 8) >> 32, 0x88u);
    EXPECT_EQ(caller.get<uint32_t>(buffer + 80), 1u) << "the overflow, once";
    ASSERT_EQ(report(), Errno::None);
    ASSERT_EQ(read_file(api, v.out_veventq_fd, buffer, 0x1000), 40);
    EXPECT_EQ(caller.get<uint32_t>(buffer), 0u) << "and then clean";
}

TEST_F(IommuApiContract, NEST_20_05_VdeviceCache) {
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    const InvalidateArmSmmuV3 good{{uint64_t{vsid} << 32 | 0x05, 0}};
    const InvalidateArmSmmuV3 stranger{{uint64_t{vsid + 1} << 32 | 0x05, 0}};
    caller.put(good, array);
    caller.put(stranger, array + 16);
    const auto run = [&](uint32_t type, uint32_t length, uint32_t& count, uint64_t at = array) {
        HwptInvalidate c{32, viommu, at, type, length, count, 0};
        const Errno e = hwpt_invalidate(api, c);
        count = c.entry_num;
        return e;
    };
    uint32_t count = 0;
    EXPECT_EQ(run(1, 16, count), Errno::None) << "empty";
    EXPECT_EQ(count, 0u);
    count = 1;
    EXPECT_EQ(run(9, 16, count), Errno::Inval);
    count = 1;
    EXPECT_EQ(run(1, 16, count, 0), Errno::Inval);
    count = 1;
    EXPECT_EQ(run(1, 0, count), Errno::Inval);
    EXPECT_EQ(count, 0u);
    smmu.sent.clear();
    count = 2;
    EXPECT_EQ(run(1, 16, count), Errno::Io);
    EXPECT_EQ(count, 1u);
    ASSERT_EQ(smmu.sent.size(), 1u) << "the first one is executed";
    EXPECT_EQ(smmu.sent[0].list[0].word[0], 0x0000'0008'0000'0005u);
    caller.put(good, array + 16);
    count = 2;
    EXPECT_EQ(run(1, 16, count), Errno::None);
    EXPECT_EQ(count, 2u);
}

TEST_F(IommuApiContract, NEST_20_06_VdeviceTombstone) {
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    ASSERT_EQ(unbind(api, dev), Errno::None);
    EXPECT_EQ(destroy(vdevice), Errno::NoEnt);
    EXPECT_EQ(destroy(guest), Errno::None);
    EXPECT_EQ(destroy(viommu), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::None);
    EXPECT_EQ(destroy(ioas), Errno::None);
}

TEST_F(IommuApiContract, NEST_20_09_AttachAndReplace) {
    EXPECT_EQ(replace(dev, parent), Errno::Inval) << "not attached";
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(attach(dev, parent), Errno::Busy);
    EXPECT_EQ(attach(dev, make_hwpt(0, dev, ioas)), Errno::Busy);
    EXPECT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(detach(api, 99), Errno::NoEnt);
}

TEST_F(IommuApiContract, NEST_20_09_DestroyIsRefusedWhileSomethingRefers) {
    EXPECT_EQ(destroy(ioas), Errno::Busy) << "the parent HWPT";
    EXPECT_EQ(destroy(parent), Errno::Busy) << "the vIOMMU";
    EXPECT_EQ(destroy(viommu), Errno::Busy) << "the nested HWPT";
    ASSERT_EQ(destroy(guest), Errno::None);
    ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    EXPECT_EQ(destroy(viommu), Errno::Busy) << "the vDEVICE";
    ASSERT_EQ(destroy(vdevice), Errno::None);
    ASSERT_EQ(destroy(viommu), Errno::None);
    ASSERT_EQ(attach(dev, parent), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::Busy) << "the device";
    EXPECT_EQ(destroy(dev), Errno::Busy);
    ASSERT_EQ(detach(api, dev), Errno::None);
    EXPECT_EQ(destroy(parent), Errno::None);
    EXPECT_EQ(destroy(ioas), Errno::None);
    EXPECT_EQ(destroy(ioas), Errno::NoEnt);
}

TEST_F(IommuApiContract, IdsAreTheLowestFree) {
    const uint32_t a = make_ioas(), b = make_ioas();
    EXPECT_EQ(b, a + 1);
    ASSERT_EQ(destroy(a), Errno::None);
    EXPECT_EQ(make_ioas(), a);
}

}  // namespace
