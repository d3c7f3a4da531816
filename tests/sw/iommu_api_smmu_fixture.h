// The API on the driver, and the driver on a fake SMMU.
#pragma once
#include <gtest/gtest.h>

#include <ostream>
#include <utility>
#include <vector>

#include "sw_stubs/iommu_api/smmu_instance.h"
#include "tests/sw/fake_smmu.h"
#include "tests/sw/iommu_api_fixture.h"

namespace smmu::test {

using namespace sw::iommu_api;
using arch::Command;
using arch::Ste;

using Words = std::vector<std::pair<uint64_t, uint64_t>>;
constexpr std::pair<uint64_t, uint64_t> cmd_sync{0x46, 0};

struct IommuApiSmmu : ::testing::Test {
    PhysicalMemory memory{0x4000'0000, 4 << 20};
    FakeSmmu hardware{memory};
    sw::host::Running running{hardware};
    sw::Arena arena{memory.region()};
    sw::Smmu driver;
    SmmuInstance instance;
    FakeCaller caller;
    Context api{caller};
    Log log;
    FakePci pci{log};
    uint32_t dev = 0, ioas = 0, parent = 0, viommu = 0, events = 0;

    void start(SmmuInstanceSetup limits = {}) {
        const auto found = sw::probe(sw::Registers{FakeSmmu::base}, sw::Coherency::Coherent);
        ASSERT_EQ(driver.prepare(FakeSmmu::base, found.features, arena), sw::Status::Done);
        ASSERT_EQ(driver.reset(), sw::Status::Done);
        limits.smmu = &driver;
        limits.arena = &arena;
        instance.start(limits);
    }
    DeviceSetup setup(uint32_t stream = 8) {
        DeviceSetup s;
        s.instance = &instance;
        s.streams.id[0] = {stream};
        s.streams.count = 1;
        return s;
    }
    uint32_t bind(const DeviceSetup& s) {
        uint32_t id = 0;
        EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::None);
        return id;
    }
    Errno hwpt(uint32_t flags, uint32_t& id) {
        HwptAlloc c{48, flags, dev, ioas, 0, 0, 0, 0, 0, 0, 0};
        const Errno e = hwpt_alloc(api, c);
        id = c.out_hwpt_id;
        return e;
    }
    uint32_t nested(uint64_t w0, uint64_t w1) {
        const uint64_t at = caller.put(HwptArmSmmuV3{{w0, w1}});
        HwptAlloc c{48, 0, dev, viommu, 0, 0, 2, 16, at, 0, 0};
        EXPECT_EQ(hwpt_alloc(api, c), Errno::None);
        return c.out_hwpt_id;
    }
    /// Device, address space, stage 2, the guest's SMMU with the device in it.
    void make_guest(const DeviceSetup& s) {
        dev = bind(s);
        IoasAlloc i{12, 0, 0};
        ASSERT_EQ(ioas_alloc(api, i), Errno::None);
        ioas = i.out_ioas_id;
        ASSERT_EQ(hwpt(1, parent), Errno::None);
        ViommuAlloc v{40, 0, 1, dev, parent, 0, 0, 0, 0};
        ASSERT_EQ(viommu_alloc(api, v), Errno::None);
        viommu = v.out_viommu_id;
        VdeviceAlloc d{24, viommu, dev, 0, 0x99};
        ASSERT_EQ(vdevice_alloc(api, d), Errno::None);
        hardware.consumed.clear();
    }
    Errno map(uint64_t iova, uint64_t length) {
        IoasMap c{40, 7, ioas, 0, FakeCaller::base, length, iova};
        return ioas_map(api, c);
    }
    Errno unmap(uint64_t iova, uint64_t length) {
        IoasUnmap c{24, ioas, iova, length};
        return ioas_unmap(api, c);
    }
    Errno attach(uint32_t pt) { return sw::iommu_api::attach(api, dev, pt); }
    Errno replace(uint32_t pt) { return sw::iommu_api::replace(api, dev, pt); }

    /// As the SMMU finds it: two levels, split 8.
    Ste ste(uint32_t stream = 8) {
        const uint64_t top = hardware.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const uint64_t second =
            memory.record<arch::L1Std>(top + (stream >> 8) * 8)[arch::L1Std::L2Ptr];
        return memory.record<Ste>(second + (stream & 0xFF) * 64);
    }
    Words commands() {
        Words w;
        for (const Command& c : hardware.consumed) w.push_back({c.word[0], c.word[1]});
        hardware.consumed.clear();
        return w;
    }
    /// As the SMMU would write it.
    void put_event(const arch::Event& e) {
        const uint64_t base = hardware.get<arch::EventqBase>()[arch::EventqBase::ADDR];
        for (unsigned i = 0; i < 4; ++i) memory.at(base + 32 * events + 8 * i) = e.word[i];
        hardware.set<arch::EventqProd>(++events);
    }
    Hwpt& parent_hwpt() { return *api.hwpts.find(parent); }
};

}  // namespace smmu::test
