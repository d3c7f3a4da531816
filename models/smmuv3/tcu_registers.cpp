// The register socket of the TCU.  May wait(): registers by which software and the SMMU hand each
// other work first synchronise, so that a temporally decoupled CPU sees what it must.
#include <cstring>

#include "smmuv3/register_access.h"
#include "smmuv3/tcu.h"

namespace smmu {

using namespace arch;

namespace {

/// Reading these asks "are you done?"; writing them says "go": local time must have come.
bool hands_over(uint64_t offset, bool write) {
    switch (offset) {
        case Cr0::offset:
        case IrqCtrl::offset:
        case CmdqProd::offset:
        case Gerrorn::offset:
        case PriqCons::offset:
        case EventqCons::offset: return write;
        case Cr0Ack::offset:
        case IrqCtrlAck::offset:
        case Gerror::offset:
        case CmdqCons::offset:
        case PriqProd::offset:
        case EventqProd::offset: return !write;
        case Gbpa::offset:
        case gatos.ctrl: return true;
        default: return offset >= register_pages_size;  // VATOS, ECMDQ
    }
}

/// A 64-bit access is two of 32 bits, and synchronises for either.
bool synchronises(const tlm::tlm_generic_payload& p) {
    return hands_over(p.get_address(), p.is_write()) ||
           (p.get_data_length() == 8 && hands_over(p.get_address() + 4, p.is_write()));
}

}  // namespace

void Tcu::registers_b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    const unsigned size = payload.get_data_length();
    const auto offset = static_cast<uint32_t>(payload.get_address());
    if (!reaches_a_register(payload, params_.features.register_bytes())) {
        if (payload.is_read()) read_as_zero(payload);
        return;
    }

    if (synchronises(payload)) {
        sc_core::wait(delay);
        delay = sc_core::SC_ZERO_TIME;
    }
    uint64_t value = 0;
    if (payload.is_read()) {
        value = registers_.read(offset, size);
        std::memcpy(payload.get_data_ptr(), &value, size);
    } else if (payload.is_write()) {
        std::memcpy(&value, payload.get_data_ptr(), size);
        const core::RegisterFile::Effect effect = registers_.write(offset, size, value);
        refresh_view();
        switch (effect) {
            case core::RegisterFile::Effect::None: break;
            case core::RegisterFile::Effect::Control:
                command_work_.notify(sc_core::SC_ZERO_TIME);
                event_work_.notify(sc_core::SC_ZERO_TIME);
                page_request_work_.notify(sc_core::SC_ZERO_TIME);
                break;
            case core::RegisterFile::Effect::Atos: atos_work_.notify(sc_core::SC_ZERO_TIME); break;
            case core::RegisterFile::Effect::Command:
                command_work_.notify(sc_core::SC_ZERO_TIME);
                break;
            case core::RegisterFile::Effect::EventSpace:
                event_work_.notify(sc_core::SC_ZERO_TIME);
                break;
        }
    }
}

/// Reads without side effects; a debugger cannot write registers.
unsigned Tcu::registers_transport_dbg(tlm::tlm_generic_payload& payload) {
    if (!payload.is_read() || !reaches_a_register(payload, params_.features.register_bytes()))
        return 0;
    const uint64_t value =
        registers_.read(static_cast<uint32_t>(payload.get_address()), payload.get_data_length());
    std::memcpy(payload.get_data_ptr(), &value, payload.get_data_length());
    return payload.get_data_length();
}

}  // namespace smmu
