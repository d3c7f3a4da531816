// One function's traffic in both directions.
#include "pcie/link.h"

#include <cstring>
#include <stdexcept>
#include <string>

namespace smmu {

/// No_snoop goes out only where Device Control allows it; the function's own word is back when this
/// object goes.
class PciLink::NoSnoop {
public:
    NoSnoop(const PciFunction& function, const Payload& payload)
        : extension_(payload.get_extension<StreamExtension>()),
          own_(extension_ && extension_->in.no_snoop) {
        if (own_ && !function.no_snoop_enabled()) extension_->in.no_snoop = false;
    }
    ~NoSnoop() {
        if (extension_) extension_->in.no_snoop = own_;
    }
    NoSnoop(const NoSnoop&) = delete;
    NoSnoop& operator=(const NoSnoop&) = delete;

private:
    StreamExtension* const extension_;
    const bool own_;
};

PciLink::PciLink(sc_core::sc_module_name name, PciFunction& function,
                 tlm::tlm_fw_transport_if<>& upstream, AtsUpstream& ats_upstream)
    : sc_module(name), function_(function), upstream_(upstream), ats_upstream_(ats_upstream) {
    dma.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    ats.register_b_transport(this, &PciLink::send_ats);
    for (const PciBar& bar : function.params().bars) {
        const std::string socket = "registers" + std::to_string(bar.index);
        registers_[bar.index] = std::make_unique<RegisterSocket>(socket.c_str());
        registers_[bar.index]->bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
    }
}

PciLink::RegisterSocket& PciLink::registers(unsigned bar) {
    if (bar < registers_.size() && registers_[bar]) return *registers_[bar];
    const std::string text =
        std::string(name()) + ": the function has no BAR " + std::to_string(bar);
    SC_REPORT_ERROR("/smmu/pcie", text.c_str());
    throw std::out_of_range(text);  // where the report handler returns
}

// --- DMA

/// Translated addresses only come from a function whose ATS is enabled.
bool PciLink::may_send(const StreamExtension* who) const {
    const bool translated = who && who->in.address_type == AddressType::Translated;
    return function_.bus_master() && (!translated || function_.ats_enabled());
}

void PciLink::b_transport(Payload& payload, sc_core::sc_time& delay) {
    if (!may_send(payload.get_extension<StreamExtension>()))
        return payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    const NoSnoop no_snoop(function_, payload);
    upstream_.b_transport(payload, delay);
}

tlm::tlm_sync_enum PciLink::nb_transport_fw(Payload& payload, tlm::tlm_phase& phase,
                                            sc_core::sc_time& delay) {
    return upstream_.nb_transport_fw(payload, phase, delay);
}

bool PciLink::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
    if (may_send(payload.get_extension<StreamExtension>())) {
        const NoSnoop no_snoop(function_, payload);
        return upstream_.get_direct_mem_ptr(payload, dmi);
    }
    dmi.init();  // no more than was asked for: the function may become bus master
    dmi.set_start_address(payload.get_address());
    dmi.set_end_address(payload.get_address());
    dmi.allow_read_write();
    return false;
}

unsigned PciLink::transport_dbg(Payload& payload) {
    if (!may_send(payload.get_extension<StreamExtension>())) return 0;
    const NoSnoop no_snoop(function_, payload);
    return upstream_.transport_dbg(payload);
}

// --- BARs

void PciLink::access(Payload& payload, sc_core::sc_time& delay, const PciFunction::Target& target) {
    RegisterSocket& socket = *registers_[target.bar];
    const bool msix = is_msix(target, payload.get_data_length());
    if (msix && payload.get_byte_enable_ptr())
        return payload.set_response_status(tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
    if (!msix && socket.size() != 0) {
        const uint64_t address = payload.get_address();
        payload.set_address(target.offset);
        socket->b_transport(payload, delay);
        payload.set_address(address);
        return;
    }
    if (payload.is_read()) read_msix(payload, target);
    if (payload.is_write() && msix) write_msix(payload, target);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
}

unsigned PciLink::debug(Payload& payload, const PciFunction::Target& target) {
    RegisterSocket& socket = *registers_[target.bar];
    if (!is_msix(target, payload.get_data_length()) && socket.size() != 0) {
        const uint64_t address = payload.get_address();
        payload.set_address(target.offset);
        const unsigned done = socket->transport_dbg(payload);
        payload.set_address(address);
        return done;
    }
    if (!payload.is_read()) return 0;
    read_msix(payload, target);
    return payload.get_data_length();
}

/// Any part of the access lies in the MSI-X structures.
bool PciLink::is_msix(const PciFunction::Target& target, unsigned length) const {
    return function_.is_msix(target) || function_.is_msix({target.bar, target.offset + length - 1});
}

/// Whole words only (PCI Local Bus 3.0, 6.8.2): everything else reads as zero.
void PciLink::read_msix(Payload& payload, PciFunction::Target target) const {
    uint8_t* const data = payload.get_data_ptr();
    const unsigned length = payload.get_data_length();
    std::memset(data, 0, length);
    if (length % 4 != 0 || target.offset % 4 != 0) return;
    for (unsigned at = 0; at < length; at += 4, target.offset += 4) {
        if (!function_.is_msix(target)) continue;
        const uint32_t value = function_.read_msix(target);
        std::memcpy(data + at, &value, 4);
    }
}

void PciLink::write_msix(const Payload& payload, PciFunction::Target target) {
    const uint8_t* const data = payload.get_data_ptr();
    const unsigned length = payload.get_data_length();
    if (length % 4 != 0 || target.offset % 4 != 0) return;
    for (unsigned at = 0; at < length; at += 4, target.offset += 4) {
        if (!function_.is_msix(target)) continue;
        uint32_t value = 0;
        std::memcpy(&value, data + at, 4);
        function_.write_msix(target, value);
    }
}

}  // namespace smmu
