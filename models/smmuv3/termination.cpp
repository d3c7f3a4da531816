// Responses of terminated accesses.
#include "smmuv3/termination.h"

namespace smmu {
namespace {

tlm::tlm_response_status response_to(arch::EventId why) {
    using arch::EventId;
    switch (why) {
        case EventId::F_TRANSLATION:
        case EventId::F_ADDR_SIZE:
        case EventId::C_BAD_STREAMID: return tlm::TLM_ADDRESS_ERROR_RESPONSE;
        case EventId::F_PERMISSION: return tlm::TLM_COMMAND_ERROR_RESPONSE;
        case EventId::F_STE_FETCH:
        case EventId::C_BAD_STE:
        case EventId::F_BAD_ATS_TREQ:
        case EventId::F_STREAM_DISABLED:
        case EventId::F_TRANSL_FORBIDDEN:
        case EventId::C_BAD_SUBSTREAMID:
        case EventId::F_CD_FETCH:
        case EventId::C_BAD_CD:
        case EventId::F_WALK_EABT:
        case EventId::F_ACCESS: break;
    }
    return tlm::TLM_GENERIC_ERROR_RESPONSE;
}

void read_as_zero(tlm::tlm_generic_payload& p) {
    const unsigned char* const enables = p.get_byte_enable_ptr();
    for (unsigned i = 0; i < p.get_data_length(); ++i)
        if (!enables || enables[i % p.get_byte_enable_length()]) p.get_data_ptr()[i] = 0;
}

}  // namespace

void terminate(tlm::tlm_generic_payload& p, const core::Outcome& outcome) {
    if (outcome.action == core::Outcome::Action::RazWi) {
        if (p.is_read()) read_as_zero(p);
        p.set_response_status(tlm::TLM_OK_RESPONSE);
    } else {
        p.set_response_status(response_to(outcome.event));
    }
}

}  // namespace smmu
