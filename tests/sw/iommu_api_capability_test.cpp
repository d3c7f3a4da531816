// Coherence and other capabilities, and what a caller is told of the hardware.
#include "sw_stubs/iommu_api/capability.h"

#include "tests/sw/iommu_api_fixture.h"

using namespace smmu;
using namespace smmu::test;
using namespace smmu::sw::iommu_api;
using sw::Coherency;

namespace {

struct IommuApiCapability : IommuApi {
    DeviceSetup canwbs(uint32_t stream) {
        DeviceSetup s = setup(stream);
        s.canwbs = true;
        return s;
    }
};

TEST_F(IommuApiCapability, NEST_04_09_Numbers) {
    EXPECT_EQ(static_cast<int>(Capability::CacheCoherency), 0);
    EXPECT_EQ(static_cast<int>(Capability::NoExec), 1);
    EXPECT_EQ(static_cast<int>(Capability::PreBootProtection), 2);
    EXPECT_EQ(static_cast<int>(Capability::EnforceCacheCoherency), 3);
    EXPECT_EQ(static_cast<int>(Capability::DeferredFlush), 4);
    EXPECT_EQ(static_cast<int>(Capability::DirtyTracking), 5);
    EXPECT_EQ(static_cast<int>(sw::ReservedUse::Direct), 0);
    EXPECT_EQ(static_cast<int>(sw::ReservedUse::DirectRelaxable), 1);
    EXPECT_EQ(static_cast<int>(sw::ReservedUse::Reserved), 2);
    EXPECT_EQ(static_cast<int>(sw::ReservedUse::Msi), 3);
    EXPECT_EQ(static_cast<int>(sw::ReservedUse::SwMsi), 4);
}

TEST_F(IommuApiCapability, NEST_04_01_CacheCoherencyIsFirmwaresWord) {
    smmu.facts_.registers.idr[0] = 0;  // COHACC is 0, firmware says coherent
    EXPECT_TRUE(capable(setup(), Capability::CacheCoherency));
    smmu.facts_.features.coherency = Coherency::NonCoherent;
    smmu.facts_.registers.idr[0] = 1 << 4;
    EXPECT_FALSE(capable(setup(), Capability::CacheCoherency));
}

TEST_F(IommuApiCapability, NEST_04_02_EnforceCacheCoherencyIsTheDevicesCanwbs) {
    EXPECT_FALSE(capable(setup(), Capability::EnforceCacheCoherency));
    EXPECT_TRUE(capable(canwbs(8), Capability::EnforceCacheCoherency));
    smmu.facts_.features.fwb = false;
    EXPECT_TRUE(capable(canwbs(8), Capability::EnforceCacheCoherency)) << "S2FWB has no part in it";
}

TEST_F(IommuApiCapability, NEST_04_03_NoExecAndDeferredFlushAreThereAlways) {
    smmu.facts_ = {};
    EXPECT_TRUE(capable(setup(), Capability::NoExec));
    EXPECT_TRUE(capable(setup(), Capability::DeferredFlush));
    EXPECT_FALSE(capable(setup(), Capability::PreBootProtection));
}

TEST_F(IommuApiCapability, NEST_04_04_DirtyTrackingNeedsDirtyStateAndCoherency) {
    EXPECT_FALSE(capable(setup(), Capability::DirtyTracking));
    smmu.facts_.features.dirty_state = true;
    EXPECT_TRUE(capable(setup(), Capability::DirtyTracking));
    smmu.facts_.features.coherency = Coherency::NonCoherent;
    EXPECT_FALSE(capable(setup(), Capability::DirtyTracking));
}

TEST_F(IommuApiCapability, NEST_04_10_AtsNeedsSmmuRootComplexAndDevice) {
    DeviceSetup s = setup();
    s.rc_ats = true;
    s.pci = &pci;
    EXPECT_TRUE(capable(s, Capability::PciAts));
    s.pci = nullptr;
    EXPECT_FALSE(capable(s, Capability::PciAts));
    s.pci = &pci;
    s.rc_ats = false;
    EXPECT_FALSE(capable(s, Capability::PciAts));
    s.rc_ats = true;
    smmu.facts_.features.ats = false;
    EXPECT_FALSE(capable(s, Capability::PciAts));
}

// --- The rule of a domain: only devices that are always coherent.

TEST_F(IommuApiCapability, NEST_04_05_EnforcingIsTrueForAnEmptyDomain) {
    Hwpt domain;
    EXPECT_TRUE(enforce_cache_coherency(domain));
    EXPECT_TRUE(domain.enforce_coherency);
}

TEST_F(IommuApiCapability, NEST_04_05_EnforcingNeedsCanwbsOfEveryDevice) {
    Device coherent, other;
    coherent.setup.canwbs = true;
    Hwpt domain;
    ASSERT_TRUE(add_entry(domain, {&coherent, &domain, 0, false}));
    EXPECT_TRUE(enforce_cache_coherency(domain));
    ASSERT_TRUE(add_entry(domain, {&other, &domain, 0, false}));
    EXPECT_FALSE(enforce_cache_coherency(domain));
    EXPECT_FALSE(domain.enforce_coherency) << "the answer is stored";
}

TEST_F(IommuApiCapability, NEST_04_08_AHwptOfACanwbsDeviceEnforcesBeforeItMaps) {
    ioas = make_ioas();
    dev = bind(canwbs(8));
    const uint32_t strict = make_hwpt(0, dev, ioas);
    EXPECT_TRUE(api.hwpts.find(strict)->enforce_coherency);
    EXPECT_FALSE(api.hwpts.find(make_hwpt(0, bind(setup(9)), ioas))->enforce_coherency);
}

TEST_F(IommuApiCapability, NEST_04_06_AnEnforcingHwptTakesNoOtherDevice) {
    ioas = make_ioas();
    const uint32_t strict = make_hwpt(0, bind(canwbs(8)), ioas);
    dev = bind(setup(9));
    log.clear();
    EXPECT_EQ(attach(dev, strict), Errno::Inval);
    EXPECT_TRUE(log.empty()) << "nothing changed";
    EXPECT_EQ(ste(9).word[0], 1u) << "it still aborts";
    EXPECT_EQ(destroy(strict), Errno::None) << "and nothing refers to it";
}

TEST_F(IommuApiCapability, NEST_04_07_ANonEnforcingHwptTakesEither) {
    ioas = make_ioas();
    const uint32_t relaxed = make_hwpt(0, bind(setup(9)), ioas);
    dev = bind(canwbs(8));
    EXPECT_EQ(attach(dev, relaxed), Errno::None);
    EXPECT_FALSE(api.hwpts.find(relaxed)->enforce_coherency) << "it does not become stricter";
    EXPECT_EQ(attach(bind(setup(10)), relaxed), Errno::None);
}

TEST_F(IommuApiCapability, NEST_04_11_BindingNeedsCacheCoherencyAndIsolatedMsis) {
    DeviceSetup s = setup();
    uint32_t id = 0;
    s.isolated_msi = false;
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::Perm);
    api.policy.unsafe_interrupts = true;
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::None);
    smmu.facts_.features.coherency = Coherency::NonCoherent;
    s.streams.id[0] = {9};
    EXPECT_EQ(sw::iommu_api::bind(api, s, id), Errno::Inval);
}

// --- GET_HW_INFO

struct IommuApiHwInfo : IommuApi {
    static constexpr uint64_t buffer = FakeCaller::base + 0x100;
    GetHwInfo last{};

    Errno ask(uint32_t data_len, uint32_t flags = 0, uint32_t type = 0) {
        last = {40, flags, dev, data_len, buffer, type, 0, {}, 0};
        return get_hw_info(api, last);
    }
    void SetUp() override {
        smmu.facts_.registers = {
            {0xFFFF'FFFF, 0x2222'2222, 0x3333'3333, 0xFFFF'FFFF, 0x5555'5555, 0xFFFF'FFFF},
            0x4830'043B,
            0x1};
        dev = bind(setup());
        for (uint64_t i = 0; i < 64; ++i) caller.put(uint8_t{0xEE}, buffer + i);
    }
};

TEST_F(IommuApiHwInfo, NEST_05_02_RegistersAreRaw) {
    ASSERT_EQ(ask(40), Errno::None);
    const uint32_t words[10] = {0,           0,           0xFFFF'FFFF, 0x2222'2222, 0x3333'3333,
                                0xFFFF'FFFF, 0x5555'5555, 0xFFFF'FFFF, 0x4830'043B, 0x1};
    for (unsigned i = 0; i < 10; ++i)
        EXPECT_EQ(caller.get<uint32_t>(buffer + 4 * i), words[i]) << i;
    EXPECT_EQ(last.data_len, 40u);
    EXPECT_EQ(last.data_type, 2u);
}

TEST_F(IommuApiHwInfo, NEST_05_08_AShortBufferIsATruncatedCopy) {
    ASSERT_EQ(ask(12), Errno::None);
    EXPECT_EQ(caller.get<uint32_t>(buffer + 8), 0xFFFF'FFFFu);
    EXPECT_EQ(caller.get<uint32_t>(buffer + 12), 0xEEEE'EEEEu);
    EXPECT_EQ(last.data_len, 40u) << "what there is, not what fitted";
}

TEST_F(IommuApiHwInfo, NEST_05_08_ALongBufferEndsInZeros) {
    ASSERT_EQ(ask(48), Errno::None);
    EXPECT_EQ(caller.get<uint64_t>(buffer + 40), 0u);
    EXPECT_EQ(caller.get<uint8_t>(buffer + 48), 0xEE);
    EXPECT_EQ(last.data_len, 40u);
}

TEST_F(IommuApiHwInfo, NEST_05_08_NoBufferAsksForTheSize) {
    GetHwInfo c{40, 0, dev, 0, 0, 0, 0, {}, 0};
    EXPECT_EQ(get_hw_info(api, c), Errno::None);
    EXPECT_EQ(c.data_len, 40u);
}

TEST_F(IommuApiHwInfo, NEST_05_05_FlagsAndReservedBytes) {
    for (uint32_t bit = 1; bit < 32; ++bit)
        EXPECT_EQ(ask(40, uint32_t{1} << bit), Errno::OpNotSupp) << bit;
    for (unsigned i = 0; i < 3; ++i) {
        GetHwInfo c{40, 0, dev, 0, 0, 0, 0, {}, 0};
        c.reserved[i] = 1;
        EXPECT_EQ(get_hw_info(api, c), Errno::OpNotSupp);
    }
    dev = 0;
    EXPECT_EQ(ask(40, 2), Errno::OpNotSupp) << "before the device is looked for";
}

TEST_F(IommuApiHwInfo, NEST_05_06_InputTypeIsTheDefaultOrThisOne) {
    EXPECT_EQ(ask(40, 1, 0), Errno::None);
    EXPECT_EQ(ask(40, 1, 2), Errno::None);
    EXPECT_EQ(last.data_type, 2u);
    EXPECT_EQ(ask(40, 1, 1), Errno::OpNotSupp);
    EXPECT_EQ(ask(40, 1, 3), Errno::OpNotSupp);
    EXPECT_EQ(ask(40, 0, 7), Errno::None) << "without the flag nothing is asked";
}

TEST_F(IommuApiHwInfo, NEST_05_07_BadDeviceIsEnoent) {
    dev = 77;
    EXPECT_EQ(ask(40), Errno::NoEnt);
    dev = make_ioas();
    EXPECT_EQ(ask(40), Errno::NoEnt);
}

TEST_F(IommuApiHwInfo, NEST_05_10_UnreachableBufferIsEfault) {
    GetHwInfo c{40, 0, dev, 40, 0x10, 0, 0, {}, 0};
    EXPECT_EQ(get_hw_info(api, c), Errno::Fault);
}

TEST_F(IommuApiHwInfo, NEST_05_03_NotBuiltInIsTypeNone) {
    api.policy.arm_nesting = false;
    ASSERT_EQ(ask(8), Errno::None);
    EXPECT_EQ(last.data_type, 0u);
    EXPECT_EQ(last.data_len, 0u);
    EXPECT_EQ(caller.get<uint64_t>(buffer), 0u);
    EXPECT_EQ(ask(8, 1, 2), Errno::OpNotSupp);
}

TEST_F(IommuApiHwInfo, NEST_05_09_CapabilitiesAndPasids) {
    ASSERT_EQ(ask(0), Errno::None);
    EXPECT_EQ(last.out_capabilities, 8u) << "no ATS";
    EXPECT_EQ(last.out_max_pasid_log2, 0);
    smmu.facts_.features.dirty_state = true;
    DeviceSetup s = setup(9);
    s.rc_ats = s.pasid_exec = s.pasid_priv = true;
    s.pci = &pci;
    s.pasid_bits = 20;
    dev = bind(s);
    ASSERT_EQ(ask(0), Errno::None);
    EXPECT_EQ(last.out_capabilities, 7u);
    EXPECT_EQ(last.out_max_pasid_log2, 8) << "the SMMU has eight bits";
}

TEST_F(IommuApiHwInfo, NEST_05_04_OnlyTheseFieldsAreForAGuest) {
    const HwInfoArmSmmuV3 kept = usable_by_guest(hw_info(smmu.facts_.registers));
    EXPECT_EQ(kept.idr[0], 0x1F68'100Cu);  // 28:27, 26, 25:24, 22:21, 19, 12, 3:2
    EXPECT_EQ(kept.idr[1], 0x2222'2222u & 0x7FF);
    EXPECT_EQ(kept.idr[2], 0u);
    EXPECT_EQ(kept.idr[3], 0x1C00u);  // 12:11, 10
    EXPECT_EQ(kept.idr[4], 0u);
    EXPECT_EQ(kept.idr[5], 0xC70u);  // 11:10, 6, 5, 4
    EXPECT_EQ(kept.iidr, 0u);
    EXPECT_EQ(kept.aidr, 0u);
}

}  // namespace
