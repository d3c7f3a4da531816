// The API on the driver: what reaches the memory and the Command queue of an SMMU.
#include "tests/sw/iommu_api_smmu_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

/// Counts what no device of the API took.
struct Host {
    unsigned logged = 0;
    void log(const arch::Event&) { ++logged; }
    void lost() {}
};

TEST_F(IommuApiSmmu, NEST_08_6_04_TheNestedSteIsInTheStreamTable) {
    start();
    make_guest(setup());
    ASSERT_EQ(attach(nested(0x4000'100B, 0xD4)), Errno::None);
    EXPECT_EQ(ste().word[0], 0x4000'100Fu);
    EXPECT_EQ(ste().word[1], 0x0000'1000'0208'00D4u) << "S2FWB, SHCFG, MEV, the guest's attributes";
    // PS 4, TG 4K, SH inner, OR IR WB, SL0 2, T0SZ 20, AA64, PTW, R; VMID 1.
    EXPECT_EQ(ste().word[2], 0x044C'3594'0000'0001u);
    EXPECT_EQ(ste().word[3], instance.domain(parent_hwpt().domain).stage2.ttb);
    for (unsigned i = 4; i < 8; ++i) EXPECT_EQ(ste().word[i], 0u);
}

TEST_F(IommuApiSmmu, NEST_08_7_01_ARangeIsS2IpaThenNhAll) {
    start();
    make_guest(setup());
    ASSERT_EQ(attach(nested(0x4000'100B, 0xD4)), Errno::None);
    ASSERT_EQ(map(0x8000'0000, 0x2000), Errno::None);
    hardware.consumed.clear();
    ASSERT_EQ(unmap(0x8000'0000, 0x2000), Errno::None);
    EXPECT_EQ(commands(), (Words{{0x0000'0001'0000'002A, 0x8000'0001},
                                 {0x0000'0001'0000'002A, 0x8000'1001},
                                 cmd_sync,
                                 {0x0000'0001'0000'0010, 0},
                                 cmd_sync}));
}

TEST_F(IommuApiSmmu, NEST_08_7_03_AWholeDomainIsS12Vmall) {
    start();
    make_guest(setup());
    ASSERT_EQ(attach(parent), Errno::None);
    hardware.consumed.clear();
    ASSERT_EQ(detach(api, dev), Errno::None);
    const Words w = commands();
    ASSERT_GE(w.size(), 2u);
    EXPECT_EQ(w[w.size() - 2], (std::pair<uint64_t, uint64_t>{0x0000'0001'0000'0028, 0}));
    EXPECT_EQ(w.back(), cmd_sync);
}

TEST_F(IommuApiSmmu, NEST_08_7_04_AtcIsInvalidatedLastAndWhole) {
    hardware.set<arch::Idr0>(hardware.get<arch::Idr0>().raw() | 1u << 10);  // ATS
    start();
    DeviceSetup s = setup();
    s.rc_ats = true;
    s.pci = &pci;
    make_guest(s);
    ASSERT_EQ(attach(nested(0x4000'100B, 0xD4 | eats)), Errno::None);
    EXPECT_EQ(ste()[Ste::EATS], 1);
    ASSERT_EQ(map(0x8000'0000, 0x1000), Errno::None);
    hardware.consumed.clear();
    ASSERT_EQ(unmap(0x8000'0000, 0x1000), Errno::None);
    EXPECT_EQ(commands(), (Words{{0x0000'0001'0000'002A, 0x8000'0001},
                                 cmd_sync,
                                 {0x0000'0001'0000'0010, 0},
                                 cmd_sync,
                                 {0x0000'0008'0000'0040, 52},
                                 cmd_sync}));
}

TEST_F(IommuApiSmmu, NEST_08_7_05_OnAPlainTableTheAtcForgetsTheSmallestSpan) {
    hardware.set<arch::Idr0>(hardware.get<arch::Idr0>().raw() | 1u << 10);
    start();
    DeviceSetup s = setup();
    s.rc_ats = true;
    s.pci = &pci;
    make_guest(s);
    uint32_t stage1 = 0;
    ASSERT_EQ(hwpt(0, stage1), Errno::None);
    ASSERT_EQ(attach(stage1), Errno::None);
    ASSERT_EQ(map(0x7000, 0x4000), Errno::None);
    hardware.consumed.clear();
    ASSERT_EQ(unmap(0x7000, 0x4000), Errno::None);
    const Words w = commands();
    ASSERT_EQ(w.size(), 7u);
    EXPECT_EQ(w[0], (std::pair<uint64_t, uint64_t>{0x0001'0000'0000'0012, 0x7001}))
        << "NH_VA, ASID 1, leaf";
    EXPECT_EQ(w[4], cmd_sync);
    EXPECT_EQ(w[5], (std::pair<uint64_t, uint64_t>{0x0000'0008'0000'0040, 4}))
        << "pages 7 to 10: sixteen from 0";
}

TEST_F(IommuApiSmmu, NEST_11_3_07_AGuestsCommandsReachTheQueue) {
    start();
    make_guest(setup());
    const InvalidateArmSmmuV3 entries[] = {{{0x0007'0055'0000'0012, 0x1234'5001}},
                                           {{0x0000'0099'0000'0006, 0}}};
    caller.put(entries[0], FakeCaller::base);
    caller.put(entries[1], FakeCaller::base + 16);
    HwptInvalidate c{32, viommu, FakeCaller::base, 1, 16, 2, 0};
    ASSERT_EQ(hwpt_invalidate(api, c), Errno::None);
    EXPECT_EQ(commands(),
              (Words{{0x0007'0001'0000'0012, 0x1234'5001}, {0x0000'0008'0000'0006, 0}, cmd_sync}));
}

TEST_F(IommuApiSmmu, NEST_11_3_14_AnIllegalCommandOfAGuestHurtsNobody) {
    start();
    make_guest(setup());
    hardware.judge = [](const Command& c) {
        return (c.word[0] & 0x400) != 0 ? arch::CommandError::Illegal : arch::CommandError::None;
    };
    caller.put(InvalidateArmSmmuV3{{0x410, 0}}, FakeCaller::base);  // SSec
    caller.put(InvalidateArmSmmuV3{{0x010, 0}}, FakeCaller::base + 16);
    HwptInvalidate c{32, viommu, FakeCaller::base, 1, 16, 2, 0};
    EXPECT_EQ(hwpt_invalidate(api, c), Errno::None);
    EXPECT_EQ(c.entry_num, 2u);
    EXPECT_EQ(commands(), (Words{cmd_sync, {0x0000'0001'0000'0010, 0}, cmd_sync}));
}

TEST_F(IommuApiSmmu, NEST_06_04_ErrataTakeNestingAway) {
    struct Case {
        uint32_t iidr;
        bool nests;
    };
    const Case cases[] = {
        {0x4830'043B, false},  // MMU-600 r0p0
        {0x4831'143B, false},  // MMU-600 r1p1
        {0x4832'043B, true},   // MMU-600 r2p0
        {0x4870'143B, false},  // MMU-700 r0p1
        {0x4871'043B, false},  // MMU-700 r1p0
        {0x4871'143B, true},   // MMU-700 r1p1
        {0x4830'0123, true},   // somebody else's
        {0x0000'0000, true},
    };
    for (const Case& c : cases) {
        hardware.set<arch::Iidr>(c.iidr);
        const auto found = sw::probe(sw::Registers{FakeSmmu::base}, sw::Coherency::Coherent);
        InstanceFacts facts;
        facts.features = found.features;
        EXPECT_EQ(facts.features.nesting && !facts.features.force_sync, c.nests)
            << std::hex << c.iidr;
    }
}

TEST_F(IommuApiSmmu, NEST_06_03_NestingNeedsBothStages) {
    hardware.set<arch::Idr0>(hardware.get<arch::Idr0>().raw() & ~2u);  // no stage 1
    start();
    dev = bind(setup());
    IoasAlloc i{12, 0, 0};
    ASSERT_EQ(ioas_alloc(api, i), Errno::None);
    ioas = i.out_ioas_id;
    uint32_t id = 0;
    EXPECT_EQ(hwpt(1, id), Errno::OpNotSupp);
    EXPECT_EQ(hwpt(0, id), Errno::None) << "stage 2, for itself";
    EXPECT_EQ(instance.domain(api.hwpts.find(id)->domain).stage, sw::Stage::Two);
    EXPECT_EQ(hwpt(8, id), Errno::OpNotSupp);
}

TEST_F(IommuApiSmmu, NEST_05_02_RegistersComeFromTheHardware) {
    hardware.set<arch::Iidr>(0x4832'043B);
    hardware.set<arch::Aidr>(0x04);
    start();
    const auto r = instance.facts().registers;
    EXPECT_EQ(r.idr[0], hardware.get<arch::Idr0>().raw());
    EXPECT_EQ(r.idr[5], hardware.get<arch::Idr5>().raw());
    EXPECT_EQ(r.iidr, 0x4832'043Bu);
    EXPECT_EQ(r.aidr, 0x04u);
    EXPECT_FALSE(instance.facts().features.dirty_state) << "its tables keep none";
}

TEST_F(IommuApiSmmu, NEST_17_09_AnAnswerIsAResumeWithoutSync) {
    hardware.set<arch::Idr0>(hardware.get<arch::Idr0>().raw() & ~(3u << 24));  // it can stall
    start();
    DeviceSetup s = setup();
    s.stall = true;
    make_guest(s);
    ASSERT_EQ(attach(parent), Errno::None);
    EXPECT_TRUE(ste()[Ste::S2S]);
    hardware.consumed.clear();
    put_event({{{0x0000'0008'0000'0010, 0x8000'0077, 0, 0}}});
    Host host;
    EventSink<Host> sink{api, instance, host};
    handle_events(driver, sink);
    EXPECT_EQ(commands(), (Words{{0x0000'0008'0000'2044, 0x77}})) << "RESUME, Ab, no CMD_SYNC";
    EXPECT_EQ(host.logged, 1u);
}

TEST_F(IommuApiSmmu, Stage1IsReachedThroughItsContextDescriptor) {
    start();
    make_guest(setup());
    uint32_t stage1 = 0;
    ASSERT_EQ(hwpt(0, stage1), Errno::None);
    ASSERT_EQ(attach(stage1), Errno::None);
    EXPECT_EQ(ste()[Ste::Config], arch::SteConfig::S1);
    const auto cd = memory.record<arch::Cd>(ste()[Ste::S1ContextPtr]);
    EXPECT_TRUE(cd[arch::Cd::V]);
    EXPECT_EQ(cd[arch::Cd::ASID], 1);
    EXPECT_EQ(cd[arch::Cd::TTB0], instance.domain(api.hwpts.find(stage1)->domain).stage1.ttb);
    const uint64_t where = ste()[Ste::S1ContextPtr];
    ASSERT_EQ(replace(parent), Errno::None);
    EXPECT_EQ(ste()[Ste::Config], arch::SteConfig::S2);
    EXPECT_FALSE(memory.record<arch::Cd>(where)[arch::Cd::V]);
}

TEST_F(IommuApiSmmu, AStreamBelongsToOneContextOfAll) {
    start();
    dev = bind(setup());
    Context other{caller};
    uint32_t id = 0;
    EXPECT_EQ(sw::iommu_api::bind(other, setup(), id), Errno::Busy) << "another VM's";
    DeviceSetup two = setup(9);
    two.streams.id[1] = {8};
    two.streams.count = 2;
    EXPECT_EQ(sw::iommu_api::bind(other, two, id), Errno::Busy) << "one of several is enough";
    EXPECT_EQ(sw::iommu_api::bind(other, setup(9), id), Errno::None) << "and claims none of them";
    ASSERT_EQ(unbind(api, dev), Errno::None);
    EXPECT_EQ(sw::iommu_api::bind(other, setup(), id), Errno::None);
    close(other);
    EXPECT_EQ(sw::iommu_api::bind(api, setup(9), id), Errno::None);
    DeviceSetup beyond = setup(0x1'0000);
    EXPECT_EQ(sw::iommu_api::bind(api, beyond, id), Errno::Range);
    EXPECT_EQ(sw::iommu_api::bind(api, beyond, id), Errno::Range) << "what failed claims nothing";
}

}  // namespace
