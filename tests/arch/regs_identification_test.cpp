// Identification registers against Arm IHI 0070 G.b, 6.3.1 to 6.3.8.
#include "smmuv3/arch/regs.h"
#include "tests/arch/coverage.h"

namespace smmu::arch {
namespace {

using test::expect_register;
using test::field;
using test::reserved;
using test::Rows;

TEST(Idr0, HasTheFieldsOfSection6_3_1) {
    const Rows rows = {
        field("S2P", Idr0::S2P, 0),
        field("S1P", Idr0::S1P, 1),
        field("TTF", Idr0::TTF, 3, 2),
        field("COHACC", Idr0::COHACC, 4),
        field("BTM", Idr0::BTM, 5),
        field("HTTU", Idr0::HTTU, 7, 6),
        field("DORMHINT", Idr0::DORMHINT, 8),
        field("Hyp", Idr0::Hyp, 9),
        field("ATS", Idr0::ATS, 10),
        field("NS1ATS", Idr0::NS1ATS, 11),
        field("ASID16", Idr0::ASID16, 12),
        field("MSI", Idr0::MSI, 13),
        field("SEV", Idr0::SEV, 14),
        field("ATOS", Idr0::ATOS, 15),
        field("PRI", Idr0::PRI, 16),
        field("VMW", Idr0::VMW, 17),
        field("VMID16", Idr0::VMID16, 18),
        field("CD2L", Idr0::CD2L, 19),
        field("VATOS", Idr0::VATOS, 20),
        field("TTENDIAN", Idr0::TTENDIAN, 22, 21),
        field("ATSRECERR", Idr0::ATSRECERR, 23),
        field("STALL_MODEL", Idr0::STALL_MODEL, 25, 24),
        field("TERM_MODEL", Idr0::TERM_MODEL, 26),
        field("ST_LEVEL", Idr0::ST_LEVEL, 28, 27),
        reserved(29),
        field("RME_IMPL", Idr0::RME_IMPL, 30),
        reserved(31),
    };
    expect_register<Idr0>(0x0000, 32, rows);
}

TEST(Idr1, HasTheFieldsOfSection6_3_2) {
    const Rows rows = {
        field("SIDSIZE", Idr1::SIDSIZE, 5, 0),
        field("SSIDSIZE", Idr1::SSIDSIZE, 10, 6),
        field("PRIQS", Idr1::PRIQS, 15, 11),
        field("EVENTQS", Idr1::EVENTQS, 20, 16),
        field("CMDQS", Idr1::CMDQS, 25, 21),
        field("ATTR_PERMS_OVR", Idr1::ATTR_PERMS_OVR, 26),
        field("ATTR_TYPES_OVR", Idr1::ATTR_TYPES_OVR, 27),
        field("REL", Idr1::REL, 28),
        field("QUEUES_PRESET", Idr1::QUEUES_PRESET, 29),
        field("TABLES_PRESET", Idr1::TABLES_PRESET, 30),
        field("ECMDQ", Idr1::ECMDQ, 31),
    };
    expect_register<Idr1>(0x0004, 32, rows);
}

TEST(Idr2, HasTheFieldsOfSection6_3_3) {
    const Rows rows = {
        field("BA_VATOS", Idr2::BA_VATOS, 9, 0),
        reserved(31, 10),
    };
    expect_register<Idr2>(0x0008, 32, rows);
}

TEST(Idr3, HasTheFieldsOfSection6_3_4) {
    const Rows rows = {
        reserved(1, 0),
        field("HAD", Idr3::HAD, 2),
        field("PBHA", Idr3::PBHA, 3),
        field("XNX", Idr3::XNX, 4),
        field("PPS", Idr3::PPS, 5),
        reserved(6),
        field("MPAM", Idr3::MPAM, 7),
        field("FWB", Idr3::FWB, 8),
        field("STT", Idr3::STT, 9),
        field("RIL", Idr3::RIL, 10),
        field("BBML", Idr3::BBML, 12, 11),
        field("E0PD", Idr3::E0PD, 13),
        field("PTWNNC", Idr3::PTWNNC, 14),
        field("DPT", Idr3::DPT, 15),
        field("PASIDTT", Idr3::PASIDTT, 16),
        field("EPAN", Idr3::EPAN, 17),
        field("S1PI", Idr3::S1PI, 18),
        field("S2PI", Idr3::S2PI, 19),
        field("S2PO", Idr3::S2PO, 20),
        field("THE", Idr3::THE, 21),
        field("MTEPERM", Idr3::MTEPERM, 22),
        field("AIE", Idr3::AIE, 23),
        reserved(31, 24),
    };
    expect_register<Idr3>(0x000C, 32, rows);
}

TEST(Idr4, IsImplementationDefined) { expect_register<Idr4>(0x0010, 32, {reserved(31, 0)}); }

TEST(Idr5, HasTheFieldsOfSection6_3_6) {
    const Rows rows = {
        field("OAS", Idr5::OAS, 2, 0),
        reserved(3),
        field("GRAN4K", Idr5::GRAN4K, 4),
        field("GRAN16K", Idr5::GRAN16K, 5),
        field("GRAN64K", Idr5::GRAN64K, 6),
        field("DS", Idr5::DS, 7),
        field("D128", Idr5::D128, 8),
        reserved(9),
        field("VAX", Idr5::VAX, 11, 10),
        reserved(15, 12),
        field("STALL_MAX", Idr5::STALL_MAX, 31, 16),
    };
    expect_register<Idr5>(0x0014, 32, rows);
}

TEST(Iidr, HasTheFieldsOfSection6_3_7) {
    const Rows rows = {
        field("Implementer", Iidr::Implementer, 11, 0),
        field("Revision", Iidr::Revision, 15, 12),
        field("Variant", Iidr::Variant, 19, 16),
        field("ProductID", Iidr::ProductID, 31, 20),
    };
    expect_register<Iidr>(0x0018, 32, rows);
}

TEST(Aidr, HasTheFieldsOfSection6_3_8) {
    const Rows rows = {
        field("ArchMinorRev", Aidr::ArchMinorRev, 3, 0),
        field("ArchMajorRev", Aidr::ArchMajorRev, 7, 4),
        reserved(31, 8),
    };
    expect_register<Aidr>(0x001C, 32, rows);
}

TEST(AddressBits, AreThoseOfIdr5Oas) {
    EXPECT_EQ(address_bits(0b000), 32u);
    EXPECT_EQ(address_bits(0b001), 36u);
    EXPECT_EQ(address_bits(0b010), 40u);
    EXPECT_EQ(address_bits(0b011), 42u);
    EXPECT_EQ(address_bits(0b100), 44u);
    EXPECT_EQ(address_bits(0b101), 48u);
    EXPECT_EQ(address_bits(0b110), 52u);
    EXPECT_EQ(address_bits(0b111), 52u);  // 56 exists with 128-bit descriptors only
}

TEST(Idr0, GoldenWordOfANestingSmmu) {
    const Idr0 idr0 = Idr0{}
                          .set(Idr0::S2P, true)
                          .set(Idr0::S1P, true)
                          .set(Idr0::TTF, 0b10)
                          .set(Idr0::COHACC, true)
                          .set(Idr0::ASID16, true)
                          .set(Idr0::VMID16, true)
                          .set(Idr0::TTENDIAN, 0b10)
                          .set(Idr0::STALL_MODEL, 0b01)
                          .set(Idr0::ST_LEVEL, 0b01);
    EXPECT_EQ(idr0.raw(), 0x0944'101Bu);
}

}  // namespace
}  // namespace smmu::arch
