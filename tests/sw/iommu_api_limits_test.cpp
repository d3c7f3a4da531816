// The API on the driver: where tables, tags, memory and the Command queue end.
#include "tests/sw/iommu_api_smmu_fixture.h"

using namespace smmu;
using namespace smmu::test;

namespace {

constexpr uint64_t pa = FakeCaller::base + FakeCaller::physical_offset;

TEST_F(IommuApiSmmu, NEST_06_07_VmidsAreFrom1AndTheirEndIsEnospc) {
    SmmuInstanceSetup limits;
    limits.vmid_count = 2;
    start(limits);
    make_guest(setup());
    EXPECT_EQ(instance.domain(parent_hwpt().domain).stage2.vmid.value, 1);
    uint32_t second = 0, third = 0;
    ASSERT_EQ(hwpt(1, second), Errno::None);
    EXPECT_EQ(instance.domain(api.hwpts.find(second)->domain).stage2.vmid.value, 2);
    EXPECT_EQ(hwpt(1, third), Errno::NoSpc);
    ASSERT_EQ(destroy(api, {8, second}), Errno::None);
    EXPECT_EQ(hwpt(1, third), Errno::None);
}

TEST_F(IommuApiSmmu, NEST_06_07_VmidsEndWhereTheSmmuEnds) {
    SmmuInstanceSetup limits;
    limits.first_vmid = 254;
    limits.vmid_count = 1000;
    hardware.set<arch::Idr0>(hardware.get<arch::Idr0>().raw() & ~(1u << 18));  // 8 bits
    start(limits);
    make_guest(setup());
    uint32_t id = 0;
    EXPECT_EQ(hwpt(1, id), Errno::None);
    EXPECT_EQ(hwpt(1, id), Errno::NoSpc);
}

TEST_F(IommuApiSmmu, NEST_09_07_ErrorsOfTheTables) {
    start();
    make_guest(setup());
    const DomainId id = parent_hwpt().domain;
    const sw::Mapping rw{};
    sw::Mapping none{};
    none.read = none.write = false;
    EXPECT_EQ(instance.map(id, {0x1000, 0x1000}, pa, none), Errno::Inval);
    EXPECT_EQ(instance.map(id, {0x1800, 0x1000}, pa, rw), Errno::Inval);
    EXPECT_EQ(instance.map(id, {uint64_t{1} << 44, 0x1000}, pa, rw), Errno::Range);
    EXPECT_EQ(instance.map(id, {0x1000, 0x1000}, uint64_t{1} << 44, rw), Errno::Range);
    ASSERT_EQ(instance.map(id, {0x1000, 0x1000}, pa, rw), Errno::None);
    EXPECT_EQ(instance.map(id, {0x1000, 0x1000}, pa, rw), Errno::Exist);
    EXPECT_EQ(instance.unmap(id, {0x2000, 0x1000}), Errno::NoEnt);
    EXPECT_EQ(instance.unmap(id, {0x1000, 0x1000}), Errno::None);
}

TEST_F(IommuApiSmmu, APartOfABlockCannotBeUnmapped) {
    start();
    make_guest(setup());
    const DomainId id = parent_hwpt().domain;
    ASSERT_EQ(instance.map(id, {0x20'0000, 0x20'0000}, 0x1'0020'0000, {}), Errno::None);
    EXPECT_EQ(instance.unmap(id, {0x20'0000, 0x1000}), Errno::Inval);
    EXPECT_EQ(instance.unmap(id, {0x20'0000, 0x20'0000}), Errno::None);
}

TEST_F(IommuApiSmmu, WhenTheArenaEndsItIsEnomem) {
    start();
    make_guest(setup());
    while (arena.allocate(4096, 4096)) {
    }
    EXPECT_EQ(map(0x8000'0000, 0x1000), Errno::NoMem);
    EXPECT_EQ(unmap(0x8000'0000, 0x1000), Errno::NoEnt) << "nothing is left of it";
    uint32_t id = 0;
    EXPECT_EQ(hwpt(0, id), Errno::NoMem);
    EXPECT_EQ(instance.cd_table(setup(9).streams, 0).pa, 0u);
}

TEST_F(IommuApiSmmu, TablesAndContextDescriptorsAreFixedPools) {
    start();
    make_guest(setup());
    uint32_t id = 0;
    unsigned count = 1;
    Errno e = Errno::None;
    while ((e = hwpt(1, id)) == Errno::None) ++count;
    EXPECT_EQ(e, Errno::NoMem);
    EXPECT_EQ(count, 32u);
    for (uint32_t s = 0; s < most_devices; ++s)
        ASSERT_NE(instance.cd_table(setup(0x100 + s).streams, 0).pa, 0u);
    EXPECT_NE(instance.cd_table(setup(0x100).streams, 0).pa, 0u) << "the same one again";
    EXPECT_EQ(instance.cd_table(setup(0x200).streams, 0).pa, 0u);
    EXPECT_EQ(instance.write_cd(setup(0x200).streams, {0}, {}), Errno::NoMem);
}

TEST_F(IommuApiSmmu, TablesThatEndedAreUsedAgain) {
    start();
    make_guest(setup());
    uint32_t id = 0;
    ASSERT_EQ(hwpt(1, id), Errno::None);
    ASSERT_EQ(map(0x8000'0000, 0x4000), Errno::None);
    ASSERT_EQ(unmap(0x8000'0000, 0x4000), Errno::None);
    ASSERT_EQ(destroy(api, {8, id}), Errno::None);
    const uint64_t used = arena.used();
    for (unsigned i = 0; i < 100; ++i) {
        ASSERT_EQ(hwpt(1, id), Errno::None);
        ASSERT_EQ(map(0x8000'0000, 0x4000), Errno::None);
        ASSERT_EQ(unmap(0x8000'0000, 0x4000), Errno::None);
        ASSERT_EQ(destroy(api, {8, id}), Errno::None);
    }
    EXPECT_EQ(arena.used(), used);
}

TEST_F(IommuApiSmmu, StreamsThatTheTableDoesNotHaveAreErange) {
    start();
    uint32_t id = 0;
    EXPECT_EQ(sw::iommu_api::bind(api, setup(0x1'0000), id), Errno::Range);
}

TEST_F(IommuApiSmmu, AStuckQueueIsTold) {
    start();
    make_guest(setup());
    ASSERT_EQ(attach(parent), Errno::None);
    ASSERT_EQ(map(0x8000'0000, 0x1000), Errno::None);
    hardware.consume_after = ~0u;  // it does not look at its queue any more
    EXPECT_EQ(unmap(0x8000'0000, 0x1000), Errno::TimedOut);
    EXPECT_EQ(detach(api, dev), Errno::TimedOut) << "done, and told";
    EXPECT_EQ(api.devices.find(dev)->hwpt, nullptr);
    const Command more{{{0x10, 0}}};
    Errno e = Errno::None;
    for (unsigned i = 0; i < 300 && e == Errno::None; ++i) e = instance.send(&more, 1, Wait::No);
    EXPECT_EQ(e, Errno::TimedOut) << "the queue is full";
}

TEST_F(IommuApiSmmu, APasidsContextDescriptorIsInTheTableOfItsDevice) {
    hardware.set<arch::Idr1>(hardware.get<arch::Idr1>().raw() | 8u << 6);  // SSIDSIZE
    start();
    DeviceSetup s = setup();
    s.pasid_bits = 4;
    make_guest(s);
    uint32_t id = 0;
    ASSERT_EQ(hwpt(8, id), Errno::None);
    ASSERT_EQ(attach_pasid(api, dev, 5, id), Errno::None);
    EXPECT_EQ(ste()[Ste::S1CDMax], 4);
    EXPECT_EQ(ste()[Ste::S1DSS], arch::S1Default::Terminate) << "the stream itself aborts";
    const auto cd = [&](uint64_t pasid) {
        return memory.record<arch::Cd>(ste()[Ste::S1ContextPtr] + 64 * pasid);
    };
    EXPECT_TRUE(cd(5)[arch::Cd::V]);
    EXPECT_EQ(cd(5)[arch::Cd::ASID], 1);
    EXPECT_FALSE(cd(4)[arch::Cd::V] || cd(0)[arch::Cd::V]);
    const uint64_t where = ste()[Ste::S1ContextPtr];
    ASSERT_EQ(detach_pasid(api, dev, 5), Errno::None);
    EXPECT_EQ(ste().word[0], 1u);
    EXPECT_FALSE(memory.record<arch::Cd>(where + 5 * 64)[arch::Cd::V]);
    ASSERT_EQ(attach_pasid(api, dev, 7, id), Errno::None);
    EXPECT_EQ(ste()[Ste::S1ContextPtr], where) << "the same table again";
}

TEST_F(IommuApiSmmu, NoRoomForContextDescriptorsIsEnomem) {
    hardware.set<arch::Idr1>(hardware.get<arch::Idr1>().raw() | 10u << 6);
    start();
    DeviceSetup s = setup();
    s.pasid_bits = 10;
    make_guest(s);
    uint32_t id = 0;
    ASSERT_EQ(hwpt(8, id), Errno::None);
    arena.allocate(arena.size() - arena.used() - 4096, 1);
    EXPECT_EQ(attach_pasid(api, dev, 5, id), Errno::NoMem);
    EXPECT_EQ(api.devices.find(dev)->used_pasids(), 0u);
    EXPECT_EQ(ste().word[0], 1u);
}

TEST(IommuApiFlatCaller, ReachesItsRegionAndNothingElse) {
    uint64_t words[4] = {1, 2, 3, 4};
    const auto base = reinterpret_cast<uint64_t>(words);
    FlatCaller flat(base, sizeof(words));
    uint64_t value = 0;
    EXPECT_TRUE(flat.read(base + 8, &value, 8));
    EXPECT_EQ(value, 2u);
    value = 9;
    EXPECT_TRUE(flat.write(base + 24, &value, 8));
    EXPECT_EQ(words[3], 9u);
    EXPECT_FALSE(flat.read(base + 25, &value, 8));
    EXPECT_FALSE(flat.write(base - 1, &value, 8));
    EXPECT_FALSE(flat.read(base + 8, &value, ~uint64_t{0}));
    EXPECT_FALSE(flat.read(0, &value, 8));
    EXPECT_EQ(flat.resolve(base + 8, 100, true).pa, base + 8);
    EXPECT_EQ(flat.resolve(base + 8, 100, true).size, 24u);
    EXPECT_EQ(flat.resolve(base + 8, 4, true).size, 4u);
    EXPECT_EQ(flat.resolve(base + 32, 4, true).size, 0u);
    EXPECT_EQ(flat.resolve(base - 1, 4, true).size, 0u);
}

}  // namespace
