// Names of what the probe points tell.
#include "waveforms/names.h"

#include <cstdio>

namespace smmu {
namespace {

std::string code(uint8_t value) {
    char text[5];
    std::snprintf(text, sizeof text, "0x%02x", value);
    return text;
}

}  // namespace

const char* name_of(core::Purpose purpose) {
    using core::Purpose;
    switch (purpose) {
        case Purpose::L1Std: return "l1std";
        case Purpose::Ste: return "ste";
        case Purpose::L1Cd: return "l1cd";
        case Purpose::Cd: return "cd";
        case Purpose::Stage1Table: return "stage1_table";
        case Purpose::Stage2Table: return "stage2_table";
        case Purpose::Vms: return "vms";
        case Purpose::CommandQueue: return "command_queue";
        case Purpose::EventQueue: return "event_queue";
        case Purpose::PageRequestQueue: return "page_request_queue";
        case Purpose::Msi: return "msi";
    }
    return "";
}

const char* name_of(core::MsiSource source) {
    switch (source) {
        case core::MsiSource::EventQueue: return "event_queue";
        case core::MsiSource::PageRequestQueue: return "page_request_queue";
        case core::MsiSource::Gerror: return "gerror";
        case core::MsiSource::CommandSync: return "command_sync";
        case core::MsiSource::CounterGroup: return "counter_group";
    }
    return "";
}

std::string name_of(arch::EventId id) {
    using arch::EventId;
    switch (id) {
        case EventId::C_BAD_STREAMID: return "C_BAD_STREAMID";
        case EventId::F_STE_FETCH: return "F_STE_FETCH";
        case EventId::C_BAD_STE: return "C_BAD_STE";
        case EventId::F_BAD_ATS_TREQ: return "F_BAD_ATS_TREQ";
        case EventId::F_STREAM_DISABLED: return "F_STREAM_DISABLED";
        case EventId::F_TRANSL_FORBIDDEN: return "F_TRANSL_FORBIDDEN";
        case EventId::C_BAD_SUBSTREAMID: return "C_BAD_SUBSTREAMID";
        case EventId::F_CD_FETCH: return "F_CD_FETCH";
        case EventId::C_BAD_CD: return "C_BAD_CD";
        case EventId::F_WALK_EABT: return "F_WALK_EABT";
        case EventId::F_TRANSLATION: return "F_TRANSLATION";
        case EventId::F_ADDR_SIZE: return "F_ADDR_SIZE";
        case EventId::F_ACCESS: return "F_ACCESS";
        case EventId::F_PERMISSION: return "F_PERMISSION";
    }
    return code(static_cast<uint8_t>(id));
}

std::string name_of(arch::Opcode opcode) {
    using arch::Opcode;
    switch (opcode) {
        case Opcode::PREFETCH_CONFIG: return "CMD_PREFETCH_CONFIG";
        case Opcode::PREFETCH_ADDR: return "CMD_PREFETCH_ADDR";
        case Opcode::CFGI_STE: return "CMD_CFGI_STE";
        case Opcode::CFGI_STE_RANGE: return "CMD_CFGI_STE_RANGE";
        case Opcode::CFGI_CD: return "CMD_CFGI_CD";
        case Opcode::CFGI_CD_ALL: return "CMD_CFGI_CD_ALL";
        case Opcode::TLBI_NH_ALL: return "CMD_TLBI_NH_ALL";
        case Opcode::TLBI_NH_ASID: return "CMD_TLBI_NH_ASID";
        case Opcode::TLBI_NH_VA: return "CMD_TLBI_NH_VA";
        case Opcode::TLBI_NH_VAA: return "CMD_TLBI_NH_VAA";
        case Opcode::TLBI_EL2_ALL: return "CMD_TLBI_EL2_ALL";
        case Opcode::TLBI_EL2_ASID: return "CMD_TLBI_EL2_ASID";
        case Opcode::TLBI_EL2_VA: return "CMD_TLBI_EL2_VA";
        case Opcode::TLBI_EL2_VAA: return "CMD_TLBI_EL2_VAA";
        case Opcode::TLBI_S12_VMALL: return "CMD_TLBI_S12_VMALL";
        case Opcode::TLBI_S2_IPA: return "CMD_TLBI_S2_IPA";
        case Opcode::TLBI_NSNH_ALL: return "CMD_TLBI_NSNH_ALL";
        case Opcode::ATC_INV: return "CMD_ATC_INV";
        case Opcode::PRI_RESP: return "CMD_PRI_RESP";
        case Opcode::RESUME: return "CMD_RESUME";
        case Opcode::STALL_TERM: return "CMD_STALL_TERM";
        case Opcode::SYNC: return "CMD_SYNC";
    }
    return code(static_cast<uint8_t>(opcode));
}

bool is_table(core::Purpose purpose) {
    return purpose == core::Purpose::Stage1Table || purpose == core::Purpose::Stage2Table;
}

namespace {

std::string title(const core::MemoryAccess& a, const std::string& level) {
    using core::Purpose;
    switch (a.purpose) {
        case Purpose::L1Std: return "L1STD";
        case Purpose::Ste: return "STE";
        case Purpose::L1Cd: return "L1CD";
        case Purpose::Cd: return "CD";
        case Purpose::Vms: return "VMS";
        case Purpose::Stage1Table: return "stage 1" + level;
        case Purpose::Stage2Table:
            switch (a.on_behalf) {
                case arch::FaultClass::Cd: return "stage 2" + level + " for the CD";
                case arch::FaultClass::Tt: return "stage 2" + level + " for stage 1";
                case arch::FaultClass::In: return "stage 2" + level + " for the page";
            }
            break;
        case Purpose::CommandQueue:
        case Purpose::EventQueue:
        case Purpose::PageRequestQueue:
        case Purpose::Msi: break;
    }
    return name_of(a.purpose);
}

}  // namespace

std::string title(const core::MemoryAccess& a) {
    return title(a, " level " + std::to_string(a.level));
}

std::string kind_title(const core::MemoryAccess& a) { return title(a, ""); }

}  // namespace smmu
