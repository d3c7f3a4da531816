// What a VM may ask of the SMMU, and what the SMMU gets to hear of it (vmm/iommu.h).
#include "sw_stubs/vmm/iommu.h"

#include <gtest/gtest.h>

#include "tests/sw/fake_smmu.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;
using arch::Ste;
using arch::SteConfig;
using vmm::Answer;
using vmm::Policy;

namespace {

constexpr arch::StreamId device{0x08};
constexpr arch::StreamId canwbs_device{0x09};
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
    vmm::Iommu iommu;

    void SetUp() override { start(); }
    void start() {
        const Features features = probe(Registers{FakeSmmu::base}, Coherency::Coherent).features;
        ASSERT_EQ(driver.prepare(FakeSmmu::base, features, arena), Status::Done);
        ASSERT_EQ(driver.reset(), Status::Done);
        ASSERT_TRUE(iommu.create({&driver, &arena, {regions, 3}, vmid}));
        ASSERT_TRUE(iommu.assign(device, false));
        ASSERT_TRUE(iommu.assign(canwbs_device, true));
        smmu.consumed.clear();
    }
    std::vector<Command> invalidations() const {
        std::vector<Command> kept;
        for (const Command& c : smmu.consumed)
            if (c[Command::Op] != Opcode::SYNC) kept.push_back(c);
        return kept;
    }
};

TEST_F(IommuTest, ADeviceAbortsUntilTheGuestAttachesSomething) {
    EXPECT_EQ(iommu.ste_of(device)[Ste::Config], SteConfig::Abort);
    EXPECT_TRUE(iommu.ste_of(device)[Ste::V]);
}

TEST_F(IommuTest, DevicesReachTheRamOfTheMemoryMapAndNothingElse) {
    const PageTable& table = iommu.context(Policy::Driver).stage2;
    EXPECT_EQ(table.lookup(0x8000'0123).output, 0x5000'3123u);
    EXPECT_EQ(table.lookup(0x8000'2000).output, 0x5000'1000u);
    EXPECT_FALSE(table.lookup(0x8000'1000).mapped);
    EXPECT_FALSE(table.lookup(0x0A00'0000).mapped) << "registers are for the CPU only";
}

TEST_F(IommuTest, StageOneOfTheGuestStandsOnTheStage2OfItsVm) {
    ASSERT_EQ(iommu.attach_stage1(device.value, stage1), Answer::Ok);
    const Ste ste = iommu.ste_of(device);
    EXPECT_EQ(ste[Ste::Config], SteConfig::S1S2);
    EXPECT_EQ(ste[Ste::S1ContextPtr], 0x4000'1000u);
    EXPECT_EQ(ste[Ste::S2VMID], vmid);
    EXPECT_TRUE(ste[Ste::S2FWB]);
    EXPECT_EQ(ste[Ste::S2TTB], iommu.context(Policy::Driver).stage2.root());
}

TEST_F(IommuTest, ThePolicyForTestsHasAnotherVmidAndNoFwb) {
    ASSERT_EQ(iommu.attach_stage1(device.value, stage1), Answer::Ok);
    ASSERT_TRUE(iommu.use(device, Policy::TestWithoutFwb));
    const Ste ste = iommu.ste_of(device);
    EXPECT_EQ(ste[Ste::S1ContextPtr], 0x4000'1000u) << "stage 1 stays";
    EXPECT_EQ(ste[Ste::S2VMID], vmid + 1);
    EXPECT_FALSE(ste[Ste::S2FWB]);
    EXPECT_EQ(ste[Ste::S2TTB], iommu.context(Policy::TestWithoutFwb).stage2.root());
}

TEST_F(IommuTest, AStreamOfSomebodyElseIsRefused) {
    EXPECT_EQ(iommu.attach_stage1(0x0A, stage1), Answer::BadStream);
    EXPECT_EQ(iommu.attach_stage1(uint64_t{1} << 32 | device.value, stage1), Answer::BadStream);
    EXPECT_TRUE(smmu.consumed.empty());
}

TEST_F(IommuTest, WordsThatAGuestMayNotUseChangeNothing) {
    ASSERT_EQ(iommu.attach_stage1(device.value, stage1), Answer::Ok);
    const Ste before = iommu.ste_of(device);
    GuestSte forbidden = stage1;
    forbidden.word[1] |= uint64_t{1} << 25;  // S2FWB is the host's to decide
    EXPECT_EQ(iommu.attach_stage1(device.value, forbidden), Answer::Refused);
    for (unsigned i = 0; i < Ste::words; ++i)
        EXPECT_EQ(iommu.ste_of(device).word[i], before.word[i]);
}

TEST_F(IommuTest, WithoutFwbOnlyADeviceBehindCanwbsMayBeNested) {
    smmu.set<arch::Idr3>(0);
    driver = Smmu{};
    iommu = vmm::Iommu{};
    start();
    EXPECT_EQ(iommu.attach_stage1(device.value, stage1), Answer::Refused);
    EXPECT_EQ(iommu.attach_stage1(canwbs_device.value, stage1), Answer::Ok);
    EXPECT_EQ(iommu.ste_of(device)[Ste::Config], SteConfig::Abort);
}

TEST_F(IommuTest, InvalidationsReachBothStage2UnderTheVmidOfTheHost) {
    const auto guests = arch::command<arch::TlbiNh>(Opcode::TLBI_NH_VA)
                            .set(arch::TlbiNh::VMID, 0x99)
                            .set(arch::TlbiNh::ASID, 7)
                            .set(arch::TlbiNh::Address, 0x1234'5000);
    ASSERT_EQ(iommu.invalidate(arch::view<Command>(guests)), Answer::Ok);
    ASSERT_EQ(invalidations().size(), 2u);
    for (unsigned i = 0; i < 2; ++i) {
        const auto sent = arch::view<arch::TlbiNh>(invalidations()[i]);
        EXPECT_EQ(sent[arch::TlbiNh::VMID], vmid + i);
        EXPECT_EQ(sent[arch::TlbiNh::ASID], 7);
        EXPECT_EQ(sent[arch::TlbiNh::Address], 0x1234'5000u);
    }
}

TEST_F(IommuTest, CommandsThatReachBeyondTheGuestAreRefused) {
    for (unsigned op = 0; op < 0x100; ++op) {
        Command command{{{op, 0}}};
        const auto opcode = static_cast<Opcode>(op);
        const bool stage1_only = opcode == Opcode::TLBI_NH_ALL || opcode == Opcode::TLBI_NH_ASID ||
                                 opcode == Opcode::TLBI_NH_VA || opcode == Opcode::TLBI_NH_VAA;
        const bool of_a_cd = opcode == Opcode::CFGI_CD || opcode == Opcode::CFGI_CD_ALL;
        smmu.consumed.clear();
        const Answer answer = iommu.invalidate(command);
        EXPECT_EQ(answer, stage1_only ? Answer::Ok : of_a_cd ? Answer::BadStream : Answer::Refused);
        EXPECT_EQ(smmu.consumed.empty(), !stage1_only) << op;
    }
}

TEST_F(IommuTest, BitsThatMeanNothingToAGuestAreNotPassedOn) {
    const Command command{
        {{static_cast<uint64_t>(Opcode::TLBI_NH_ALL) | 0xFFFF'FF00, ~uint64_t{0}}}};
    ASSERT_EQ(iommu.invalidate(command), Answer::Ok);
    for (const Command& sent : invalidations()) EXPECT_FALSE(sent[Command::SSec]);
}

TEST_F(IommuTest, ACdOfItsOwnDeviceMayBeForgotten) {
    const auto cd = arch::command<arch::CfgiCd>(Opcode::CFGI_CD)
                        .set(arch::CfgiCd::StreamID, device.value)
                        .set(arch::CfgiCd::Leaf, true);
    ASSERT_EQ(iommu.invalidate(arch::view<Command>(cd)), Answer::Ok);
    ASSERT_EQ(invalidations().size(), 1u);
    EXPECT_EQ(invalidations()[0].word[0], cd.word[0]);
}

}  // namespace
