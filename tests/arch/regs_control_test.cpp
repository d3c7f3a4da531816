// Control, error and interrupt registers against Arm IHI 0070 G.b, 6.3.9 to 6.3.21.
#include "smmuv3/arch/regs.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_register;
using test::field;
using test::reserved;
using test::Rows;

/// CR0 and CR0ACK have the same fields, and so have the other pairs below.
template <class R>
Rows cr0_rows() {
    return {
        field("SMMUEN", R::SMMUEN, 0),
        field("PRIQEN", R::PRIQEN, 1),
        field("EVENTQEN", R::EVENTQEN, 2),
        field("CMDQEN", R::CMDQEN, 3),
        field("ATSCHK", R::ATSCHK, 4),
        reserved(5),
        field("VMW", R::VMW, 8, 6),
        reserved(9),
        field("DPT_WALK_EN", R::DPT_WALK_EN, 10),
        reserved(31, 11),
    };
}

TEST(Cr0, HasTheFieldsOfSection6_3_9) { expect_register<Cr0>(0x0020, 32, cr0_rows<Cr0>()); }
TEST(Cr0Ack, HasTheFieldsOfSection6_3_10) {
    expect_register<Cr0Ack>(0x0024, 32, cr0_rows<Cr0Ack>());
}

TEST(Cr1, HasTheFieldsOfSection6_3_11) {
    const Rows rows = {
        field("QUEUE_IC", Cr1::QUEUE_IC, 1, 0),
        field("QUEUE_OC", Cr1::QUEUE_OC, 3, 2),
        field("QUEUE_SH", Cr1::QUEUE_SH, 5, 4),
        field("TABLE_IC", Cr1::TABLE_IC, 7, 6),
        field("TABLE_OC", Cr1::TABLE_OC, 9, 8),
        field("TABLE_SH", Cr1::TABLE_SH, 11, 10),
        reserved(31, 12),
    };
    expect_register<Cr1>(0x0028, 32, rows);
}

TEST(Cr2, HasTheFieldsOfSection6_3_12) {
    const Rows rows = {
        field("E2H", Cr2::E2H, 0), field("RECINVSID", Cr2::RECINVSID, 1),
        field("PTM", Cr2::PTM, 2), field("REC_CFG_ATS", Cr2::REC_CFG_ATS, 3),
        reserved(31, 4),
    };
    expect_register<Cr2>(0x002C, 32, rows);
}

TEST(Gbpa, HasTheFieldsOfSection6_3_14) {
    const Rows rows = {
        field("MemAttr", Gbpa::MemAttr, 3, 0),
        field("MTCFG", Gbpa::MTCFG, 4),
        reserved(7, 5),
        field("ALLOCCFG", Gbpa::ALLOCCFG, 11, 8),
        field("SHCFG", Gbpa::SHCFG, 13, 12),
        reserved(15, 14),
        field("PRIVCFG", Gbpa::PRIVCFG, 17, 16),
        field("INSTCFG", Gbpa::INSTCFG, 19, 18),
        field("ABORT", Gbpa::ABORT, 20),
        reserved(30, 21),
        field("Update", Gbpa::Update, 31),
    };
    expect_register<Gbpa>(0x0044, 32, rows);
}

template <class R>
Rows irq_ctrl_rows() {
    return {
        field("GERROR_IRQEN", R::GERROR_IRQEN, 0),
        field("PRIQ_IRQEN", R::PRIQ_IRQEN, 1),
        field("EVENTQ_IRQEN", R::EVENTQ_IRQEN, 2),
        reserved(31, 3),
    };
}

TEST(IrqCtrl, HasTheFieldsOfSection6_3_16) {
    expect_register<IrqCtrl>(0x0050, 32, irq_ctrl_rows<IrqCtrl>());
}
TEST(IrqCtrlAck, HasTheFieldsOfSection6_3_18) {
    expect_register<IrqCtrlAck>(0x0054, 32, irq_ctrl_rows<IrqCtrlAck>());
}

template <class R>
Rows gerror_rows() {
    return {
        field("CMDQ_ERR", R::CMDQ_ERR, 0),
        reserved(1),
        field("EVENTQ_ABT_ERR", R::EVENTQ_ABT_ERR, 2),
        field("PRIQ_ABT_ERR", R::PRIQ_ABT_ERR, 3),
        field("MSI_CMDQ_ABT_ERR", R::MSI_CMDQ_ABT_ERR, 4),
        field("MSI_EVENTQ_ABT_ERR", R::MSI_EVENTQ_ABT_ERR, 5),
        field("MSI_PRIQ_ABT_ERR", R::MSI_PRIQ_ABT_ERR, 6),
        field("MSI_GERROR_ABT_ERR", R::MSI_GERROR_ABT_ERR, 7),
        field("SFM_ERR", R::SFM_ERR, 8),
        field("CMDQP_ERR", R::CMDQP_ERR, 9),
        field("DPT_ERR", R::DPT_ERR, 10),
        reserved(31, 11),
    };
}

TEST(Gerror, HasTheFieldsOfSection6_3_19) {
    expect_register<Gerror>(0x0060, 32, gerror_rows<Gerror>());
}
TEST(Gerrorn, HasTheFieldsOfSection6_3_20) {
    expect_register<Gerrorn>(0x0064, 32, gerror_rows<Gerrorn>());
}

TEST(GerrorIrqCfg0, HasTheFieldsOfSection6_3_21) {
    const Rows rows = {
        reserved(1, 0),
        field("ADDR", GerrorIrqCfg0::ADDR, 55, 2),
        reserved(63, 56),
    };
    expect_register<GerrorIrqCfg0>(0x0068, 64, rows);
}

TEST(GerrorIrqCfg1, HasTheFieldsOfSection6_3_22) {
    const Rows rows = {
        field("DATA", GerrorIrqCfg1::DATA, 31, 0),
    };
    expect_register<GerrorIrqCfg1>(0x0070, 32, rows);
}

TEST(GerrorIrqCfg2, HasTheFieldsOfSection6_3_23) {
    const Rows rows = {
        field("MemAttr", GerrorIrqCfg2::MemAttr, 3, 0),
        field("SH", GerrorIrqCfg2::SH, 5, 4),
        reserved(31, 6),
    };
    expect_register<GerrorIrqCfg2>(0x0074, 32, rows);
}

}  // namespace
}  // namespace smmu::arch
