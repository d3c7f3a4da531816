// The API over fakes, and the steps that most tests begin with.
#pragma once
#include <gtest/gtest.h>

#include "tests/sw/iommu_api_fake.h"

namespace smmu::sw::iommu_api {

inline std::ostream& operator<<(std::ostream& out, Errno e) {
    return out << "errno " << static_cast<int>(e);
}

}  // namespace smmu::sw::iommu_api

namespace smmu::test {

struct IommuApi : ::testing::Test {
    using Context = sw::iommu_api::Context;

    Log log;
    FakeMachine machine{log};
    sw::host::Running running{machine};
    FakeInstance smmu{log};
    FakeInstance other_smmu{log};
    FakePci pci{log};
    FakeCaller caller;
    Context api{caller};

    uint32_t dev = 0, ioas = 0, parent = 0, viommu = 0, vdevice = 0;

    static constexpr uint32_t sid = 0x08;
    static constexpr uint32_t vsid = 0x99;

    sw::iommu_api::DeviceSetup setup(uint32_t stream = sid) {
        sw::iommu_api::DeviceSetup s;
        s.instance = &smmu;
        s.streams.id[0] = {stream};
        s.streams.count = 1;
        return s;
    }
    uint32_t bind(const sw::iommu_api::DeviceSetup& s) {
        uint32_t id = 0;
        EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::None);
        return id;
    }
    uint32_t make_ioas() {
        sw::iommu_api::IoasAlloc c{12, 0, 0};
        EXPECT_EQ(ioas_alloc(api, c), Errno::None);
        return c.out_ioas_id;
    }
    Errno map(uint32_t id, uint64_t iova, uint64_t length, uint64_t va = FakeCaller::base,
              uint32_t flags = 7) {
        sw::iommu_api::IoasMap c{40, flags, id, 0, va, length, iova};
        return ioas_map(api, c);
    }
    Errno unmap(uint32_t id, uint64_t iova, uint64_t length) {
        sw::iommu_api::IoasUnmap c{24, id, iova, length};
        return ioas_unmap(api, c);
    }
    /// A HWPT_ALLOC without data.
    Errno hwpt(uint32_t flags, uint32_t device, uint32_t pt, uint32_t& id, uint32_t fault = 0) {
        sw::iommu_api::HwptAlloc c{48, flags, device, pt, 0, 0, 0, 0, 0, fault, 0};
        const Errno e = hwpt_alloc(api, c);
        if (e == Errno::None) id = c.out_hwpt_id;
        return e;
    }
    uint32_t make_hwpt(uint32_t flags, uint32_t device, uint32_t pt) {
        uint32_t id = 0;
        EXPECT_EQ(hwpt(flags, device, pt, id), Errno::None);
        return id;
    }
    /// One with a guest's STE.
    Errno nested(uint32_t pt, uint64_t w0, uint64_t w1, uint32_t& id, uint32_t flags = 0,
                 uint32_t fault = 0, uint32_t device = 0) {
        const uint64_t at = caller.put(sw::iommu_api::HwptArmSmmuV3{{w0, w1}});
        sw::iommu_api::HwptAlloc c{48, flags, device ? device : dev, pt, 0, 0, 2, 16, at, fault, 0};
        const Errno e = hwpt_alloc(api, c);
        if (e == Errno::None) id = c.out_hwpt_id;
        return e;
    }
    uint32_t make_nested(uint64_t w0, uint64_t w1) {
        uint32_t id = 0;
        EXPECT_EQ(nested(viommu, w0, w1, id), Errno::None);
        return id;
    }
    Errno make_viommu(uint32_t device, uint32_t hwpt_id, uint32_t& id, uint32_t type = 1) {
        sw::iommu_api::ViommuAlloc c{40, 0, type, device, hwpt_id, 0, 0, 0, 0};
        const Errno e = viommu_alloc(api, c);
        if (e == Errno::None) id = c.out_viommu_id;
        return e;
    }
    Errno make_vdevice(uint32_t vi, uint32_t device, uint64_t virt_id, uint32_t& id) {
        sw::iommu_api::VdeviceAlloc c{24, vi, device, 0, virt_id};
        const Errno e = vdevice_alloc(api, c);
        if (e == Errno::None) id = c.out_vdevice_id;
        return e;
    }
    Errno attach(uint32_t device, uint32_t pt) { return sw::iommu_api::attach(api, device, pt); }
    Errno replace(uint32_t device, uint32_t pt) { return sw::iommu_api::replace(api, device, pt); }
    Errno destroy(uint32_t id) { return sw::iommu_api::destroy(api, {8, id}); }

    /// Device, address space, stage 2.
    void make_parent() {
        dev = bind(setup());
        ioas = make_ioas();
        parent = make_hwpt(1, dev, ioas);
    }
    /// The guest's SMMU with the device in it.
    void make_viommu_and_vdevice() {
        ASSERT_EQ(make_viommu(dev, parent, viommu), Errno::None);
        ASSERT_EQ(make_vdevice(viommu, dev, vsid, vdevice), Errno::None);
    }
    void make_guest() {
        make_parent();
        make_viommu_and_vdevice();
    }

    arch::Ste ste(uint32_t stream = sid) { return smmu.stes[stream]; }
};

/// A device with ATS, and a table of each stage for it.
struct IommuApiTables : IommuApi {
    uint32_t stage1 = 0;

    sw::iommu_api::DeviceSetup with_ats(uint32_t stream = sid) {
        sw::iommu_api::DeviceSetup s = setup(stream);
        s.rc_ats = true;
        s.pci = &pci;
        return s;
    }
    void SetUp() override {
        dev = bind(with_ats());
        ioas = make_ioas();
        stage1 = make_hwpt(0, dev, ioas);
        parent = make_hwpt(1, dev, ioas);
        log.clear();
        smmu.sent.clear();
    }
    sw::iommu_api::Hwpt& hwpt_at(uint32_t id) { return *api.hwpts.find(id); }
};

/// V, Config = stage 1, a context pointer; CIR and COR write-back, CSH inner.
constexpr uint64_t s1_word0 = 0x4000'100B, s1_word1 = 0xD4, eats = 0x1000'0000;

}  // namespace smmu::test
