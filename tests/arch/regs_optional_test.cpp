// Registers of ATOS and of Enhanced Command queues against Arm IHI 0070 G.b, 6.2, 6.3.37 to 6.3.51, 6.3.107 to
// 6.3.109, 9.1.
#include "smmuv3/arch/atos.h"
#include "smmuv3/arch/ecmdq.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_register;
using test::expect_tiled;
using test::field;
using test::reserved;
using test::Rows;

TEST(Atos, RegistersAreWhereTheMapSays) {
    EXPECT_EQ(gatos.ctrl, 0x100u);
    EXPECT_EQ(gatos.sid, 0x108u);
    EXPECT_EQ(gatos.addr, 0x110u);
    EXPECT_EQ(gatos.par, 0x118u);
    EXPECT_EQ(vatos.ctrl, 0xA00u);
    EXPECT_EQ(vatos.sid, 0xA08u);
    EXPECT_EQ(vatos.addr, 0xA10u);
    EXPECT_EQ(vatos.par, 0xA18u);
    EXPECT_EQ(vatos_page(Idr2{}.set(Idr2::BA_VATOS, 0x2F9)), 0x2FB'0000u);
}

TEST(Atos, CtrlSidAndAddrHaveTheFieldsOfSection9_1) {
    expect_tiled<AtosCtrl>(64, {field("RUN", AtosCtrl::RUN, 0), reserved(63, 1)});
    expect_tiled<AtosSid>(64, {field("STREAMID", AtosSid::STREAMID, 31, 0),
                               field("SUBSTREAMID", AtosSid::SUBSTREAMID, 51, 32),
                               field("SSID_VALID", AtosSid::SSID_VALID, 52), reserved(63, 53)});
    const Rows addr = {
        reserved(5, 0),
        field("HTTUI", AtosAddr::HTTUI, 6),
        field("InD", AtosAddr::InD, 7),
        field("RnW", AtosAddr::RnW, 8),
        field("PnU", AtosAddr::PnU, 9),
        field("TYPE", AtosAddr::TYPE, 11, 10),
        field("ADDR", AtosAddr::ADDR, 63, 12),
    };
    expect_tiled<AtosAddr>(64, addr);
    EXPECT_EQ(static_cast<int>(AtosType::Reserved), 0b00);
    EXPECT_EQ(static_cast<int>(AtosType::Stage1), 0b01);
    EXPECT_EQ(static_cast<int>(AtosType::Stage2), 0b10);
    EXPECT_EQ(static_cast<int>(AtosType::BothStages), 0b11);
}

TEST(Atos, ParHasTheFieldsOfSection9_1_4) {
    const Rows success = {
        field("FAULT", AtosPar::FAULT, 0),    reserved(7, 1),
        field("SH", AtosPar::SH, 9, 8),       reserved(10),
        field("Size", AtosPar::Size, 11),     field("ADDR", AtosPar::ADDR, 55, 12),
        field("ATTR", AtosPar::ATTR, 63, 56),
    };
    expect_tiled<AtosPar>(64, success);
    const Rows fault = {
        field("FAULT", AtosPar::FAULT, 0),
        field("REASON", AtosPar::REASON, 2, 1),
        reserved(3),
        field("FAULTCODE", AtosPar::FAULTCODE, 11, 4),
        field("FADDR", AtosPar::FADDR, 55, 12),
        reserved(63, 56),
    };
    expect_tiled<AtosPar>(64, fault);
    EXPECT_EQ(static_cast<int>(AtosReason::None), 0b00);
    EXPECT_EQ(static_cast<int>(AtosReason::Cd), 0b01);
    EXPECT_EQ(static_cast<int>(AtosReason::Tt), 0b10);
    EXPECT_EQ(static_cast<int>(AtosReason::In), 0b11);
    EXPECT_EQ(static_cast<int>(AtosFault::INTERNAL_ERR), 0xFD);
    EXPECT_EQ(static_cast<int>(AtosFault::INV_STAGE), 0xFE);
    EXPECT_EQ(static_cast<int>(AtosFault::INV_REQ), 0xFF);
}

/// Size, and the lowest one of ADDR: bit 13 for 16 KiB, 15 for 64 KiB, 20 for 2 MiB, 29 for 1 GiB.
TEST(Atos, SizesGoIntoTheAddress) {
    const struct {
        unsigned shift;
        uint64_t word;
    } sizes[] = {{12, 0x00AB'CD00'0000'0000},
                 {14, 0x00AB'CD00'0000'2800},
                 {16, 0x00AB'CD00'0000'8800},
                 {21, 0x00AB'CD00'0010'0800},
                 {30, 0x00AB'CD00'2000'0800}};
    for (const auto& [shift, word] : sizes) {
        AtosPar par{};
        EXPECT_EQ(
            set_result(par, 0x00AB'CD00'0000'0000 | ((uint64_t{1} << shift) - 1), shift).word[0],
            word)
            << shift;
    }
}

TEST(VatosSel, HasTheFieldsOfSection6_3_44) {
    expect_register<VatosSel>(0x180, 32, {field("VMID", VatosSel::VMID, 15, 0), reserved(31, 16)});
}

TEST(Idr6, HasTheFieldsOfSection6_3_45) {
    const Rows rows = {
        reserved(15, 0),  field("LOG2NUMQ", Idr6::CMDQ_CONTROL_PAGE_LOG2NUMQ, 19, 16),
        reserved(23, 20), field("LOG2NUMP", Idr6::CMDQ_CONTROL_PAGE_LOG2NUMP, 27, 24),
        reserved(31, 28),
    };
    expect_register<Idr6>(0x190, 32, rows);
}

TEST(CmdqControlPage, HasTheFieldsOfSections6_3_49To6_3_51) {
    using B = CmdqControlPageBase;
    const Rows rows = {
        field("PRESET", CmdqControlPageBase::CMDQ_CONTROL_PAGE_PRESET, 0),
        field("CMDQGS", CmdqControlPageBase::CMDQGS, 2, 1),
        reserved(15, 3),
        field("ADDR", CmdqControlPageBase::ADDR, 55, 16),
        reserved(63, 56),
    };
    expect_register<B>(0x4000, 64, rows);
    expect_register<CmdqControlPageCfg>(0x4008, 32,
                                        {field("EN", CmdqControlPageCfg::EN, 0), reserved(31, 1)});
    expect_register<CmdqControlPageStatus>(
        0x400C, 32, {field("ENACK", CmdqControlPageStatus::ENACK, 0), reserved(31, 1)});
    EXPECT_EQ(control_page_stride, 32u);
}

TEST(Ecmdq, HasTheFieldsOfSections6_3_107To6_3_109) {
    expect_register<EcmdqBase>(
        0x0, 64,
        {field("LOG2SIZE", EcmdqBase::LOG2SIZE, 4, 0), field("ADDR", EcmdqBase::ADDR, 55, 5),
         reserved(61, 56), field("RA", EcmdqBase::RA, 62), reserved(63)});
    expect_register<EcmdqProd>(
        0x8, 32,
        {field("WR", EcmdqProd::WR, 19, 0), reserved(22, 20),
         field("ERRACK", EcmdqProd::ERRACK, 23), reserved(30, 24), field("EN", EcmdqProd::EN, 31)});
    expect_register<EcmdqCons>(
        0xC, 32,
        {field("RD", EcmdqCons::RD, 19, 0), reserved(22, 20), field("ERR", EcmdqCons::ERR, 23),
         field("ERR_REASON", EcmdqCons::ERR_REASON, 26, 24), reserved(30, 27),
         field("ENACK", EcmdqCons::ENACK, 31)});
}

TEST(Ecmdq, QueuesAreSpacedEvenly) {
    for (const unsigned log2 : {0u, 3u, 7u, 8u})
        EXPECT_EQ(
            ecmdq_stride(Idr6{}.set(Idr6::CMDQ_CONTROL_PAGE_LOG2NUMQ, static_cast<uint8_t>(log2))),
            0x1'0000u >> log2);
}

}  // namespace
}  // namespace smmu::arch
