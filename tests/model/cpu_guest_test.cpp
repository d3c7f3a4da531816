// What a hypervisor needs from its CPU: virtual interrupts, timers, traps.
#include "tests/model/cpu_fixture.h"

namespace smmu::test {
namespace {

using CpuGuestTest = CpuTest;
using Values = std::vector<uint64_t>;

TEST_F(CpuGuestTest, AListRegisterInterruptsTheGuestWhenItAllowsThat) {
    run(Case::ListRegister);
    EXPECT_EQ(values(), (Values{0, 0, 1, 42, 0x1080'0000'0000'0000 | 42}));
}

TEST_F(CpuGuestTest, TheGuestsEndOfAMappedInterruptEndsThePhysicalOne) {
    run(Case::MappedInterrupt);
    EXPECT_EQ(values(), (Values{40, 1 << 8, 50, 0}));
}

TEST_F(CpuGuestTest, AnSgiOfAGuestTrapsWithItsOperands) {
    run(Case::GuestSgi);
    ASSERT_EQ(mailbox.exception_count, 1u);
    EXPECT_EQ(mailbox.exceptions[0].el, 2u);
    EXPECT_EQ(mailbox.exceptions[0].esr, 0x623A'3096u);  // MSR S3_0_C12_C11_5, x4
}

TEST_F(CpuGuestTest, HcrViIsAVirtualInterruptBesideThoseOfTheGic) {
    run(Case::VirtualInterruptByHcr);
    EXPECT_EQ(values(), (Values{42, 1, 1023}));
}

TEST_F(CpuGuestTest, HcrTwiTrapsWfi) {
    run(Case::WfiTrap);
    ASSERT_EQ(mailbox.exception_count, 1u);
    EXPECT_EQ(mailbox.exceptions[0].el, 2u);
    EXPECT_EQ(mailbox.exceptions[0].esr, 0x07E0'0000u);
    EXPECT_EQ(values(), Values{1});
}

TEST_F(CpuGuestTest, AMaskedVirtualInterruptEndsWfi) {
    run(Case::WfiWithAVirtualInterrupt);
    EXPECT_EQ(values(), (Values{0, 42}));
}

TEST_F(CpuGuestTest, TheVirtualTimerReachesEl2AsPpi27) {
    run(Case::VirtualTimer);
    EXPECT_EQ(values(), (Values{27, 1}));
}

TEST_F(CpuGuestTest, TheHypervisorTimerReachesEl2AsPpi26AndIsNotTheGuests) {
    run(Case::HypervisorTimer);
    EXPECT_EQ(values(), Values{26});
    ASSERT_EQ(mailbox.exception_count, 1u);
    EXPECT_EQ(mailbox.exceptions[0].el, 1u);
    EXPECT_EQ(mailbox.exceptions[0].esr >> 26, 0u);
}

TEST_F(CpuGuestTest, TheGuestIsWhoItsHostSays) {
    run(Case::GuestIdentity);
    EXPECT_EQ(values(), (Values{1, 0x410F'D083, 0x8000'0003}));
}

TEST_F(CpuGuestTest, ATableBeyondStage2IsNotMistakenForAnAccess) {
    run(Case::Stage1TableBeyondStage2);
    ASSERT_EQ(mailbox.exception_count, 1u);
    const ExceptionRecord& abort = mailbox.exceptions[0];
    EXPECT_EQ(abort.el, 2u);
    EXPECT_EQ(abort.esr, 0x9200'0086u);  // ISV = 0, S1PTW, translation fault, level 2
    EXPECT_EQ(abort.far, bad_table_va + 0x1238);
    EXPECT_EQ(abort.hpfar, absent_ipa >> 12 << 4);
}

}  // namespace
}  // namespace smmu::test
