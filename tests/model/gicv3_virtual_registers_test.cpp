// ICH_*: what the hypervisor's registers say and keep, the maintenance interrupt, and traps.
#include "tests/model/gicv3_virtual_bench.h"
#include "tests/tlm/reports.h"

namespace smmu::test {
namespace {

using P = RegisterPermission;

TEST_F(Gicv3VirtualTest, SaysWhatTheVirtualInterfaceIs) {
    simulate([&] {
        EXPECT_EQ(cpu.read("ICH_VTR_EL2"), 0x9018'0003u);  // 5 bits, nV4, TDS, 4 list registers
        EXPECT_EQ(cpu.read("ICH_VMCR_EL2"), 0x004C'0008u);
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), 0u);
        EXPECT_EQ(cpu.read("ICH_ELRSR_EL2"), 0xFu);
        EXPECT_EQ(guest_reads("ICC_CTLR_EL1"), 0x400u);
        EXPECT_FALSE(cpu["ICH_VTR_EL2"].write);
        EXPECT_FALSE(cpu["ICH_MISR_EL2"].write);
        EXPECT_FALSE(cpu["ICH_EISR_EL2"].write);
        EXPECT_FALSE(cpu["ICH_ELRSR_EL2"].write);
    });
}

TEST_F(Gicv3VirtualTest, KeepsWhatIsImplementedAndNothingElse) {
    simulate([&] {
        set_lr(3, ~uint64_t{0});
        EXPECT_EQ(lr(3), 0xF0F8'03FF'0000'FFFFu);
        cpu.write("ICH_HCR_EL2", ~uint64_t{0});
        EXPECT_EQ(cpu.read("ICH_HCR_EL2"), 0xF800'5CFFu);
        cpu.write("ICH_VMCR_EL2", 0);
        EXPECT_EQ(cpu.read("ICH_VMCR_EL2"), 0x004C'0008u);
        cpu.write("ICH_VMCR_EL2", ~uint64_t{0});
        EXPECT_EQ(cpu.read("ICH_VMCR_EL2"), 0xF8FC'021Bu);
    });
}

TEST_F(Gicv3VirtualTest, VmcrIsTheGuestsInterface) {
    simulate([&] {
        guest_writes("ICC_PMR_EL1", 0xA7);
        guest_writes("ICC_BPR1_EL1", 5);
        guest_writes("ICC_IGRPEN1_EL1", 1);
        guest_writes("ICC_CTLR_EL1", 3);
        EXPECT_EQ(cpu.read("ICH_VMCR_EL2"), 0xA0000000u | 2u << 21 | 5u << 18 | 0x218 | 2);
        cpu.write("ICH_VMCR_EL2", 0x5050'0008);
        EXPECT_EQ(guest_reads("ICC_PMR_EL1"), 0x50u);
        EXPECT_EQ(guest_reads("ICC_BPR1_EL1"), 4u);
        EXPECT_EQ(guest_reads("ICC_IGRPEN1_EL1"), 0u);
        EXPECT_EQ(guest_reads("ICC_CTLR_EL1"), 0x400u);
        cpu.write("ICH_AP1R0_EL2", 0x10);
        EXPECT_EQ(guest_reads("ICC_AP1R0_EL1"), 0x10u);
        EXPECT_EQ(guest_reads("ICC_RPR_EL1"), 0x20u);
    });
}

TEST_F(Gicv3VirtualTest, AnEoiThatTheHypervisorWantsToHearOfIsMaintenance) {
    simulate([&] {
        bring_up();
        enable(25);
        bring_up_guest();
        set_lr(1, pending_lr | lr_eoi | 42);
        EXPECT_EQ(guest_acknowledges(), 42u);
        EXPECT_EQ(cpu.read("ICH_EISR_EL2"), 0u);
        EXPECT_FALSE(maintenance);
        guest_ends(42);
        EXPECT_EQ(cpu.read("ICH_EISR_EL2"), 2u);
        EXPECT_EQ(cpu.read("ICH_ELRSR_EL2"), 0xDu);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 1u);
        EXPECT_TRUE(maintenance);
        EXPECT_TRUE(irq);
        EXPECT_EQ(acknowledge(), 25u);
        set_lr(1, 0);
        EXPECT_FALSE(maintenance);
        end(25);
        EXPECT_FALSE(irq);
    });
}

TEST_F(Gicv3VirtualTest, UnderflowIsMaintenance) {
    simulate([&] {
        set_lr(0, pending_lr | 40);
        set_lr(1, active_lr | 41);
        cpu.write("ICH_HCR_EL2", En | UIE);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0u);
        set_lr(1, 0);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 2u);
        EXPECT_TRUE(maintenance);
        cpu.write("ICH_HCR_EL2", UIE);  // the condition is there, the interrupt needs En
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 2u);
        EXPECT_FALSE(maintenance);
    });
}

TEST_F(Gicv3VirtualTest, NothingPendingIsMaintenance) {
    simulate([&] {
        cpu.write("ICH_HCR_EL2", En | NPIE);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 8u);
        set_lr(0, active_lr | 40);
        EXPECT_TRUE(maintenance);
        set_lr(1, pending_lr | 41);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0u);
        EXPECT_FALSE(maintenance);
    });
}

TEST_F(Gicv3VirtualTest, AnEndWithoutAListRegisterIsMaintenance) {
    simulate([&] {
        cpu.write("ICH_HCR_EL2", En | LRENPIE);
        EXPECT_FALSE(maintenance);
        cpu.write("ICH_HCR_EL2", En | LRENPIE | 1u << 27);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 4u);
        EXPECT_TRUE(maintenance);
    });
}

TEST_F(Gicv3VirtualTest, GroupEnablesAreMaintenance) {
    simulate([&] {
        cpu.write("ICH_HCR_EL2", En | VGrp0EIE | VGrp0DIE | VGrp1EIE | VGrp1DIE);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0xA0u);  // both off
        guest_writes("ICC_IGRPEN1_EL1", 1);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0x60u);
        cpu.write("ICH_VMCR_EL2", 1);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0x90u);
        cpu.write("ICH_HCR_EL2", En | VGrp0DIE | VGrp1EIE);
        EXPECT_EQ(cpu.read("ICH_MISR_EL2"), 0u);
        EXPECT_FALSE(maintenance);
    });
}

TEST_F(Gicv3VirtualTest, TheHypervisorTrapsWhatItWants) {
    const RegisterAccess guest{1, hcr_imo, false};
    simulate([&] {
        for (const char* name : {"ICC_IAR1_EL1", "ICC_CTLR_EL1", "ICC_DIR_EL1"})
            EXPECT_EQ(cpu.permission(name, guest), P::Allowed);
        cpu.write("ICH_HCR_EL2", TALL1);
        for (const char* name : {"ICC_IAR1_EL1", "ICC_EOIR1_EL1", "ICC_HPPIR1_EL1", "ICC_BPR1_EL1",
                                 "ICC_AP1R0_EL1", "ICC_IGRPEN1_EL1"}) {
            EXPECT_EQ(cpu.permission(name, guest), P::TrapToEl2) << name;
            EXPECT_EQ(cpu.permission(name, {2, hcr_imo, false}), P::Allowed) << name;
        }
        EXPECT_EQ(cpu.permission("ICC_PMR_EL1", guest), P::Allowed);
        cpu.write("ICH_HCR_EL2", TC);
        for (const char* name :
             {"ICC_CTLR_EL1", "ICC_DIR_EL1", "ICC_PMR_EL1", "ICC_RPR_EL1", "ICC_SGI1R_EL1"})
            EXPECT_EQ(cpu.permission(name, {1, 0, false}), P::TrapToEl2) << name;
        EXPECT_EQ(cpu.permission("ICC_IAR1_EL1", guest), P::Allowed);
        cpu.write("ICH_HCR_EL2", TDIR);
        EXPECT_EQ(cpu.permission("ICC_DIR_EL1", guest), P::TrapToEl2);
        EXPECT_EQ(cpu.permission("ICC_CTLR_EL1", guest), P::Allowed);
    });
}

TEST_F(Gicv3VirtualTest, SgisOfAGuestAlwaysTrap) {
    simulate([&] {
        EXPECT_EQ(cpu.permission("ICC_SGI1R_EL1", {1, hcr_imo, true}), P::TrapToEl2);
        EXPECT_EQ(cpu.permission("ICC_SGI1R_EL1", {1, hcr_fmo, true}), P::TrapToEl2);
        EXPECT_EQ(cpu.permission("ICC_SGI1R_EL1", {1, 0, true}), P::Allowed);
        EXPECT_EQ(cpu.permission("ICC_SGI1R_EL1", {2, hcr_imo, true}), P::Allowed);
    });
}

TEST(Gicv3RefusalTest, NoListRegisterIsRefused) {
    const Reports reports;
    Gicv3Params params;
    params.list_registers = 0;
    EXPECT_THROW(Gicv3("gic", params), sc_core::sc_report);
    EXPECT_EQ(Reports::latest, "/smmu/gicv3: Gicv3Params::list_registers must be 1 to 16");
}

}  // namespace
}  // namespace smmu::test
