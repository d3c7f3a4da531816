// Bring-up and errors against the recording fake.
#include <algorithm>

#include "tests/sw/smmu_fixture.h"

using namespace smmu;
using namespace smmu::sw;
using namespace smmu::test;
using arch::Command;
using arch::Opcode;

namespace {

constexpr uint64_t hint = uint64_t{1} << 62;

TEST_F(SmmuTest, ResetWritesTheRegistersInOrder) {
    prepare();
    EXPECT_TRUE(smmu.writes.empty()) << "nothing before reset";
    ASSERT_EQ(driver.reset(), Status::Done);
    const uint64_t commands = 0x4000'0000;  // 256 commands, 128 events, 256 level 1 descriptors
    const uint64_t events = 0x4000'1000;
    const uint64_t streams = 0x4000'2000;
    const std::vector<RegisterWrite> expected{
        {0x20, 0, 4},                        // CR0
        {0x28, 0xD75, 4},                    // CR1
        {0x2C, 0x6, 4},                      // CR2: PTM, RECINVSID
        {0x80, hint | streams, 8},           // STRTAB_BASE
        {0x88, 1u << 16 | 8u << 6 | 16, 4},  // STRTAB_BASE_CFG
        {0x90, hint | commands | 8, 8},      // CMDQ_BASE
        {0x98, 0, 4},
        {0x9C, 0, 4},
        {0x20, 0x8, 4},                // CMDQEN
        {0x98, 1, 4},                  // CFGI_ALL
        {0x98, 2, 4},                  // SYNC
        {0x98, 3, 4},                  // TLBI_NSNH_ALL
        {0x98, 4, 4},                  // SYNC
        {0xA0, hint | events | 7, 8},  // EVENTQ_BASE
        {0x1'00A8, 0, 4},
        {0x1'00AC, 0, 4},
        {0x20, 0xC, 4},  // EVENTQEN
        {0x50, 0, 4},    // IRQ_CTRL
        {0x68, 0, 8},
        {0xB0, 0, 8},
        {0x50, 0x5, 4},
        {0x20, 0xD, 4},  // SMMUEN, last
    };
    EXPECT_EQ(smmu.writes, expected);
    ASSERT_EQ(smmu.consumed.size(), 4u);
    EXPECT_EQ(smmu.consumed[0].word[0], 0x04u);
    EXPECT_EQ(smmu.consumed[0].word[1], 31u);
    EXPECT_EQ(smmu.consumed[1][Command::Op], Opcode::SYNC);
    EXPECT_EQ(smmu.consumed[2][Command::Op], Opcode::TLBI_NSNH_ALL);
    EXPECT_EQ(smmu.consumed[3][Command::Op], Opcode::SYNC);
}

TEST_F(SmmuTest, ARunningSmmuIsMadeToAbortBeforeItIsDisabled) {
    smmu.set<arch::Cr0>(0xD);
    smmu.set<arch::Gbpa>(0x1000);
    prepare();
    ASSERT_EQ(driver.reset(), Status::Done);
    EXPECT_EQ(smmu.writes[0], (RegisterWrite{0x44, 0x8010'1000, 4}));
    EXPECT_EQ(smmu.writes[1], (RegisterWrite{0x20, 0, 4}));
}

TEST_F(SmmuTest, InterruptsCanStayOff) {
    prepare();
    ASSERT_EQ(driver.reset(Interrupts::Off), Status::Done);
    EXPECT_EQ(smmu.get<arch::IrqCtrl>().raw(), 0u);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0xDu);
}

/// 6.3.21 to 6.3.36: each source while its interrupt is off, and before the SMMU is on.
TEST_F(SmmuTest, MessagesAreConfiguredBeforeInterruptsAreOn) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 16 | 1u << 13);  // PRI, MSI
    prepare();
    EXPECT_TRUE(features().msi);
    ASSERT_EQ(driver.reset(Interrupts::On, {0x0800'0040, 96, 97, 99}), Status::Done);
    const auto off = std::find(smmu.writes.begin(), smmu.writes.end(), RegisterWrite{0x50, 0, 4});
    const std::vector<RegisterWrite> expected{
        {0x50, 0, 4},           {0x70, 99, 4},                          // GERROR_IRQ_CFG1, 2, 0
        {0x74, 1, 4},                                                   // Device-nGnRE
        {0x68, 0x0800'0040, 8}, {0xB8, 96, 4},                          // EVENTQ
        {0xBC, 1, 4},           {0xB0, 0x0800'0040, 8}, {0xD8, 97, 4},  // PRIQ
        {0xDC, 1, 4},           {0xD0, 0x0800'0040, 8}, {0x50, 0x7, 4},
        {0x20, 0xF, 4},  // SMMUEN, last
    };
    EXPECT_EQ((std::vector<RegisterWrite>{off, smmu.writes.end()}), expected);
}

TEST_F(SmmuTest, TranslationsOfEl2AreForgottenWhereThereIsEl2) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 9);
    prepare();
    ASSERT_EQ(driver.reset(), Status::Done);
    std::vector<uint64_t> words;
    for (const Command& c : smmu.consumed) words.push_back(c.word[0]);
    EXPECT_EQ(words, (std::vector<uint64_t>{0x04, 0x46, 0x20, 0x46, 0x30, 0x46}));
}

TEST_F(SmmuTest, AtsChecksAreEnabledWhereThereIsAts) {
    smmu.set<arch::Idr0>(smmu.get<arch::Idr0>().raw() | 1u << 10);
    prepare();
    ASSERT_EQ(driver.reset(), Status::Done);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0x1Du);
}

TEST_F(SmmuTest, AnSmmuThatDoesNotFollowIsReported) {
    prepare();
    smmu.set<arch::Cr0Ack>(0xF);
    smmu.acknowledges = false;
    EXPECT_EQ(driver.reset(), Status::NotAcknowledged);
    EXPECT_EQ(smmu.writes.size(), 1u) << "and left alone";
}

TEST_F(SmmuTest, CommandsThatNeverEndAreReported) {
    prepare();
    smmu.judge = [](const Command&) { return arch::CommandError::Abort; };
    EXPECT_EQ(driver.reset(), Status::CommandFailed);
}

TEST_F(SmmuTest, TooLittleMemoryIsReported) {
    PhysicalMemory small{0x5000'0000, 8192};
    Arena little{small.region()};
    EXPECT_EQ(driver.prepare(FakeSmmu::base, features(), little), Status::OutOfMemory);
}

TEST_F(SmmuTest, ErrorsAreHandledAndAcknowledged) {
    start();
    EXPECT_EQ(driver.handle_errors().raw(), 0u);
    EXPECT_TRUE(smmu.writes.empty());
    smmu.set<arch::Gerror>(0b100);
    EXPECT_EQ(driver.handle_errors().raw(), 0b100u) << "EVENTQ_ABT_ERR";
    EXPECT_EQ(smmu.get<arch::Gerrorn>().raw(), 0b100u);
    EXPECT_EQ(driver.handle_errors().raw(), 0u);
    smmu.set<arch::Gerror>(0);  // the same error again: the bit toggles
    EXPECT_EQ(driver.handle_errors().raw(), 0b100u);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0xDu);
}

TEST_F(SmmuTest, ServiceFailureDisablesTheSmmu) {
    start();
    smmu.set<arch::Gerror>(1u << 8);
    EXPECT_TRUE(driver.handle_errors()[arch::Gerror::SFM_ERR]);
    EXPECT_EQ(smmu.get<arch::Cr0>().raw(), 0u);
}

}  // namespace
