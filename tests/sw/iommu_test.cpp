// What a VM may ask of the SMMU, and what the SMMU gets to hear of it (vmm/iommu.h), down to the
// words in the stream table and in the Command queue.
#include "sw_stubs/vmm/iommu.h"

#include <gtest/gtest.h>

#include "sw_stubs/iommu_api/smmu_instance.h"
#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;
using arch::Ste;
using arch::SteConfig;
using iommu_api::Errno;
using vmm::Policy;

namespace {

constexpr uint32_t device = 0x99, canwbs_device = 0x9A;  // as the guest knows them
constexpr uint16_t vmid = 0x21;
constexpr vmm::MemoryRegion regions[] = {
    {0x8000'0000, 0x5000'3000, 0x1000, vmm::MemoryKind::Ram},
    {0x8000'2000, 0x5000'1000, 0x1000, vmm::MemoryKind::Ram},
    {0x0A00'0000, 0x1000'0000, 0x1000, vmm::MemoryKind::Device},
};

/// V, Config = stage 1, a context pointer; CIR, COR write-back, CSH inner.
constexpr GuestSte stage1{{0x4000'1000 | 0b101 << 1 | 1, 0xD4}};

struct IommuTest : ::testing::Test, Bench {
    Smmu driver;
    iommu_api::SmmuInstance instance;
    vmm::Iommu iommu;

    void start() {
        const Features features = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(FakeSmmu::base, features, arena), Status::Done);
        ASSERT_EQ(driver.reset(), Status::Done);
        iommu_api::SmmuInstanceSetup setup{&driver, &arena};
        setup.first_vmid = vmid;
        ASSERT_TRUE(instance.start(setup));
        ASSERT_EQ(iommu.create(instance, {regions, 3}), Errno::None);
        ASSERT_EQ(iommu.assign({{0x08}, device, false, false}), Errno::None);
        ASSERT_EQ(iommu.assign({{0x09}, canwbs_device, true, false}), Errno::None);
        smmu.consumed.clear();
    }
    /// As the SMMU finds it.
    Ste ste(uint32_t stream) {
        const uint64_t top = smmu.get<arch::StrtabBase>()[arch::StrtabBase::ADDR];
        const uint64_t second = memory.record<arch::L1Std>(top)[arch::L1Std::L2Ptr];
        return memory.record<Ste>(second + stream * 64);
    }
    std::vector<Command> invalidations() const {
        std::vector<Command> kept;
        for (const Command& c : smmu.consumed)
            if (c[Command::Op] != Opcode::SYNC) kept.push_back(c);
        return kept;
    }
    Errno invalidate(const Command& c) {
        unsigned done = 0;
        const Errno e = iommu.invalidate(&c, 1, done);
        EXPECT_EQ(done == 1, e == Errno::None);
        return e;
    }
    uint64_t leaf(uint64_t ipa, const Stage2Config& stage2) {
        uint64_t table = stage2.ttb;
        for (int level = 2 - stage2.sl0;; ++level) {
            const uint64_t entry = memory.at(table + (ipa >> (39 - 9 * level)) % 512 * 8);
            if ((entry & 1) == 0 || level == 3) return entry;
            table = entry & 0xFFFF'FFFF'F000;
        }
    }
};

TEST_F(IommuTest, ADeviceAbortsUntilTheGuestAttachesSomething) {
    start();
    EXPECT_EQ(ste(8).word[0], 1u);
    EXPECT_EQ(ste(9).word[0], 1u);
}

TEST_F(IommuTest, DevicesReachTheRamOfTheMemoryMapAndNothingElse) {
    start();
    const Stage2Config stage2 = iommu.stage2_of(device);
    EXPECT_EQ(leaf(0x8000'0000, stage2) & 0xFFFF'FFFF'F000, 0x5000'3000u);
    EXPECT_EQ(leaf(0x8000'2000, stage2) & 0xFFFF'FFFF'F000, 0x5000'1000u);
    EXPECT_EQ(leaf(0x8000'0000, stage2) >> 2 & 0xF, 0b0110u) << "write-back, whatever stage 1 says";
    EXPECT_EQ(leaf(0x8000'1000, stage2) & 1, 0u);
    EXPECT_EQ(leaf(0x0A00'0000, stage2) & 1, 0u) << "registers are for the CPU only";
}

TEST_F(IommuTest, StageOneOfTheGuestStandsOnTheStage2OfItsVm) {
    start();
    ASSERT_EQ(iommu.attach(device, stage1), Errno::None);
    EXPECT_EQ(ste(8)[Ste::Config], SteConfig::S1S2);
    EXPECT_EQ(ste(8)[Ste::S1ContextPtr], 0x4000'1000u);
    EXPECT_EQ(ste(8)[Ste::S2VMID], vmid);
    EXPECT_TRUE(ste(8)[Ste::S2FWB]);
    EXPECT_EQ(ste(8)[Ste::S2TTB], iommu.stage2_of(device).ttb);
    EXPECT_EQ(iommu.ste_of(device).word[0], ste(8).word[0]);
    GuestSte other = stage1;
    other.word[0] += 0x1000;
    for (unsigned i = 0; i < 100; ++i) ASSERT_EQ(iommu.attach(device, other), Errno::None);
    EXPECT_EQ(ste(8)[Ste::S1ContextPtr], 0x4000'2000u) << "what was replaced is given back";
}

TEST_F(IommuTest, ThePolicyForTestsHasAnotherVmidAndNoFwb) {
    start();
    ASSERT_EQ(iommu.attach(device, stage1), Errno::None);
    ASSERT_EQ(iommu.use(device, Policy::TestWithoutFwb), Errno::None);
    EXPECT_EQ(ste(8)[Ste::S1ContextPtr], 0x4000'1000u) << "stage 1 stays";
    EXPECT_NE(ste(8)[Ste::S2VMID], vmid);
    EXPECT_FALSE(ste(8)[Ste::S2FWB]);
    EXPECT_EQ(leaf(0x8000'0000, iommu.stage2_of(device)) >> 2 & 0xF, 0b1111u);
    ASSERT_EQ(iommu.use(device, Policy::Driver), Errno::None);
    EXPECT_EQ(ste(8)[Ste::S2VMID], vmid);
    EXPECT_TRUE(ste(8)[Ste::S2FWB]);
}

TEST_F(IommuTest, AStreamOfSomebodyElseIsRefused) {
    start();
    EXPECT_EQ(iommu.attach(0x9B, stage1), Errno::NoEnt);
    EXPECT_EQ(iommu.attach(uint64_t{1} << 32 | device, stage1), Errno::NoEnt);
    EXPECT_EQ(iommu.use(8, Policy::Driver), Errno::NoEnt) << "a physical StreamID";
    EXPECT_TRUE(smmu.consumed.empty());
    EXPECT_EQ(iommu.assign({{0x10}, device, false, false}), Errno::Exist);
    EXPECT_EQ(iommu.assign({{0x08}, 0x77, false, false}), Errno::Busy);
}

TEST_F(IommuTest, WordsThatAGuestMayNotUseChangeNothing) {
    start();
    ASSERT_EQ(iommu.attach(device, stage1), Errno::None);
    const Ste before = ste(8);
    GuestSte forbidden = stage1;
    forbidden.word[1] |= uint64_t{1} << 25;  // S2FWB is the host's to decide
    EXPECT_EQ(iommu.attach(device, forbidden), Errno::Io);
    for (unsigned i = 0; i < Ste::words; ++i) EXPECT_EQ(ste(8).word[i], before.word[i]);
}

TEST_F(IommuTest, NEST_09_03_WithoutFwbOnlyADeviceBehindCanwbsMayBeNested) {
    smmu.set<arch::Idr3>(0);
    start();
    EXPECT_EQ(iommu.attach(device, stage1), Errno::OpNotSupp);
    EXPECT_EQ(iommu.attach(canwbs_device, stage1), Errno::None);
    EXPECT_EQ(ste(8)[Ste::Config], SteConfig::Abort);
    EXPECT_EQ(ste(9)[Ste::Config], SteConfig::S1S2);
}

TEST_F(IommuTest, InvalidationsReachEachStage2UnderItsOwnVmid) {
    start();
    ASSERT_EQ(iommu.use(device, Policy::TestWithoutFwb), Errno::None);
    smmu.consumed.clear();
    const Command guests{{{0x0007'0999'0000'0012, 0x1234'5000}}};  // NH_VA, ASID 7, VMID 0x999
    ASSERT_EQ(invalidate(guests), Errno::None);
    ASSERT_EQ(invalidations().size(), 2u);
    EXPECT_EQ(invalidations()[0].word[0], 0x0007'0021'0000'0012u);
    EXPECT_EQ(invalidations()[0].word[1], 0x1234'5000u);
    EXPECT_EQ(invalidations()[1].word[0], 0x0007'0022'0000'0012u);
}

TEST_F(IommuTest, CommandsThatReachBeyondTheGuestAreRefused) {
    start();
    for (unsigned op = 0; op < 0x100; ++op) {
        const bool vmid_only = (op >= 0x10 && op <= 0x13) || op == 0x30;
        smmu.consumed.clear();
        EXPECT_EQ(invalidate({{{op, 0}}}), vmid_only ? Errno::None : Errno::Io) << op;
        EXPECT_EQ(smmu.consumed.empty(), !vmid_only) << op;
    }
}

TEST_F(IommuTest, ManyCommandsAreExecutedUpToTheFirstBadOne) {
    start();
    std::vector<Command> list(130, Command{{{0x10, 0}}});
    list[128] = Command{{{0x28, 0}}};  // TLBI_S12_VMALL
    unsigned done = 0;
    EXPECT_EQ(iommu.invalidate(list.data(), 130, done), Errno::Io);
    EXPECT_EQ(done, 128u);
    EXPECT_EQ(invalidations().size(), 128u);
}

TEST_F(IommuTest, ACdOfItsOwnDeviceMayBeForgotten) {
    start();
    ASSERT_EQ(iommu.use(device, Policy::TestWithoutFwb), Errno::None);
    smmu.consumed.clear();
    ASSERT_EQ(invalidate({{{0x0000'0099'0000'0005, 1}}}), Errno::None);
    ASSERT_EQ(invalidations().size(), 1u);
    EXPECT_EQ(invalidations()[0].word[0], 0x0000'0008'0000'0005u) << "the physical StreamID";
    EXPECT_EQ(invalidations()[0].word[1], 1u);
}

TEST_F(IommuTest, EventsOfItsDevicesAreTheGuests) {
    start();
    ASSERT_EQ(iommu.attach(device, stage1), Errno::None);
    arch::Event event{};
    bool lost = false;
    EXPECT_FALSE(iommu.next_event(event, lost));
    EXPECT_TRUE(iommu.take({{{0x0000'0008'0000'0010, 0, 0x7000, 0}}}));
    EXPECT_FALSE(iommu.take({{{0x0000'0009'0000'0010, 0, 0x7000, 0}}})) << "nothing is attached";
    EXPECT_FALSE(iommu.take({{{0x0000'0055'0000'0010, 0, 0x7000, 0}}}));
    ASSERT_TRUE(iommu.next_event(event, lost));
    EXPECT_EQ(event.word[0], 0x0000'0099'0000'0010u);
    EXPECT_EQ(event.word[2], 0x7000u);
    EXPECT_FALSE(lost);
    for (unsigned i = 0; i < 40; ++i) iommu.take({{{0x0000'0008'0000'0010, 0, i, 0}}});
    unsigned read = 0;
    while (iommu.next_event(event, lost)) ++read;
    EXPECT_EQ(read, 32u);
    EXPECT_TRUE(lost) << "the header behind the last";
    iommu.take({{{0x0000'0008'0000'0010, 0, 0, 0}}});
    ASSERT_TRUE(iommu.next_event(event, lost));
    EXPECT_FALSE(lost) << "told once";
}

TEST_F(IommuTest, StalledAccessesAreAnsweredByTheGuest) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() & ~(3u << 24));  // it can stall
    start();
    ASSERT_EQ(iommu.assign({{0x0A}, 0xAA, false, true}), Errno::None);
    ASSERT_EQ(iommu.attach(0xAA, stage1), Errno::None);
    smmu.consumed.clear();
    EXPECT_TRUE(iommu.take({{{0x0000'000A'0000'0010, 0x8000'0042, 0x7000, 0}}}));
    EXPECT_FALSE(iommu.take({{{0x0000'000A'0000'0010, 0x80'8000'0043, 0x7000, 0}}}))
        << "of stage 2: the host's";
    iommu_api::PageFault faults[iommu_api::most_faults];
    ASSERT_EQ(iommu.next_faults(faults), 1u);
    EXPECT_EQ(iommu.virtual_stream_of(faults[0]), 0xAAu);
    EXPECT_EQ(faults[0].addr, 0x7000u);
    EXPECT_EQ(iommu.next_faults(faults), 0u);
    EXPECT_EQ(iommu.answer_fault(9, true), Errno::Inval);
    EXPECT_EQ(iommu.answer_fault(1, true), Errno::None);
    ASSERT_EQ(smmu.consumed.size(), 1u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x0000'000A'0000'1044u);
    EXPECT_EQ(smmu.consumed[0].word[1], 0x42u);
}

}  // namespace
