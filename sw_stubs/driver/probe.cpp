// ID registers to features.
#include "sw_stubs/driver/probe.h"

#include "sw_stubs/driver/errata.h"

namespace smmu::sw {
namespace {

using namespace arch;

Refusal refuse(const Idr0& idr0, const Idr1& idr1, const Idr5& idr5) {
    constexpr uint8_t vmsa_v8_64 = 0b10;
    constexpr uint8_t mixed_endian = 0;
    constexpr uint8_t little_endian = 2;
    constexpr uint8_t smallest_command_queue = 7;
    const uint8_t endian = idr0[Idr0::TTENDIAN];
    if (endian != mixed_endian && endian != little_endian) return Refusal::NoLittleEndian;
    if (!idr0[Idr0::S1P] && !idr0[Idr0::S2P]) return Refusal::NoTranslation;
    if ((idr0[Idr0::TTF] & vmsa_v8_64) == 0) return Refusal::NoAArch64Tables;
    if (idr1[Idr1::TABLES_PRESET]) return Refusal::PresetTables;
    if (idr1[Idr1::QUEUES_PRESET]) return Refusal::PresetQueues;
    if (idr1[Idr1::REL]) return Refusal::RelativeBases;
    if (idr1[Idr1::CMDQS] < smallest_command_queue) return Refusal::SmallCommandQueue;
    if (!idr5[Idr5::GRAN4K]) return Refusal::NoSmallGranule;
    return Refusal::None;
}

}  // namespace

const char* describe(Refusal refusal) {
    switch (refusal) {
        case Refusal::None: return "it can be driven";
        case Refusal::NoTranslation: return "it translates neither stage 1 nor stage 2";
        case Refusal::NoAArch64Tables: return "it does not read AArch64 page tables";
        case Refusal::NoLittleEndian: return "it does not read little-endian page tables";
        case Refusal::PresetTables: return "its stream table is preset";
        case Refusal::PresetQueues: return "its queues are preset";
        case Refusal::RelativeBases: return "its base registers are relative";
        case Refusal::SmallCommandQueue: return "its command queue has 64 entries or fewer";
        case Refusal::NoSmallGranule: return "it does not support 4 KiB pages";
    }
    return "unknown refusal";
}

Probe probe(const Registers& registers, Coherency says) {
    FirmwareSays more;
    more.coherency = says;
    return probe(registers, more);
}

Probe probe(const Registers& registers, const FirmwareSays& says) {
    const auto idr0 = registers.read<Idr0>();
    const auto idr1 = registers.read<Idr1>();
    const auto idr3 = registers.read<Idr3>();
    const auto idr5 = registers.read<Idr5>();

    Features f;
    f.stage1 = idr0[Idr0::S1P];
    f.stage2 = idr0[Idr0::S2P];
    f.two_level_stream_table = idr0[Idr0::ST_LEVEL] == 1;
    f.two_level_cd_table = idr0[Idr0::CD2L];
    f.hyp = idr0[Idr0::Hyp];
    f.ats = idr0[Idr0::ATS];
    f.pri = idr0[Idr0::PRI];
    f.sev = idr0[Idr0::SEV];
    f.msi = idr0[Idr0::MSI];
    f.stall = idr0[Idr0::STALL_MODEL] == 0 || idr0[Idr0::STALL_MODEL] == 2;
    f.stall_forced = idr0[Idr0::STALL_MODEL] == 2;
    f.asid_bits = idr0[Idr0::ASID16] ? 16 : 8;
    f.vmid_bits = idr0[Idr0::VMID16] ? 16 : 8;
    f.attribute_override = idr1[Idr1::ATTR_TYPES_OVR];
    f.stream_bits = idr1[Idr1::SIDSIZE];
    f.substream_bits = idr1[Idr1::SSIDSIZE];
    f.command_queue_log2 = idr1[Idr1::CMDQS];
    f.event_queue_log2 = idr1[Idr1::EVENTQS];
    f.fwb = idr3[Idr3::FWB];
    f.range_invalidation = idr3[Idr3::RIL];
    f.coherency = says.coherency;
    f.nesting = f.stage1 && f.stage2;
    f.btm = idr0[Idr0::BTM];
    f.bbml = idr3[Idr3::BBML];
    f.pri_queue_log2 = idr1[Idr1::PRIQS];
    // 3 (access flag of tables too) is not known here, and so counts as none.
    const uint8_t of_idr0 = idr0[Idr0::HTTU] == 3 ? uint8_t{0} : idr0[Idr0::HTTU];
    const uint8_t httu = says.httu_of_idr0 ? of_idr0 : says.httu_override;
    f.access_flag = httu == 1 || httu == 2;
    f.dirty_state = httu == 2;

    // 4KB tables without 52-bit addresses end at 48 bits; a size code from the future is at least
    // that.
    constexpr uint8_t code_of_48_bits = 5;
    const uint8_t oas = idr5[Idr5::OAS];
    f.address_size_code = oas < code_of_48_bits ? oas : code_of_48_bits;
    f.address_bits = static_cast<uint8_t>(arch::address_bits(f.address_size_code));

    apply_errata(f, implementation(registers.read<Iidr>()), says.model);

    const bool coherent = idr0[Idr0::COHACC];
    return {f, refuse(idr0, idr1, idr5), coherent != (says.coherency == Coherency::Coherent),
            httu != of_idr0};
}

}  // namespace smmu::sw
