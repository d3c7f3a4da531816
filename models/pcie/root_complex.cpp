// A PCIe root complex: who is in it, and their DMA.  Each call goes to the TBU with the mapped
// identity, and comes back with the function's own.
#include "pcie/root_complex.h"

#include <cstdio>
#include <stdexcept>
#include <string>

#include "pcie/port.h"

namespace smmu {
namespace {

/// What QEMU's generic PCIe host has at 00:00.0.
PciFunctionParams host_bridge() {
    PciFunctionParams params;
    params.vendor = 0x1B36;
    params.device = 0x0008;
    params.class_code = 0x06'0000;
    params.subsystem_vendor = 0x1AF4;
    params.subsystem = 0x1100;
    return params;
}

std::string in_hex(const PciFunction& function) {
    char text[10];
    std::snprintf(text, sizeof text, "%04x:%04x", function.params().vendor,
                  function.params().device);
    return text;
}

std::string in_decimal(PciSlot slot) {
    return std::to_string(slot.device) + "." + std::to_string(slot.function);
}

}  // namespace

/// The identity of a transaction on its way downstream; the function's own is back when this object
/// goes.
class RootComplex::Mapped {
public:
    Mapped(const RootComplexParams& params, Payload& payload)
        : extension_(payload.get_extension<StreamExtension>()) {
        if (!extension_ || extension_->in.stream.value >= params.board.rid_count) return;
        own_ = extension_->in;
        legal_ = true;
        extension_->in.stream.value += params.board.stream_base;
        if (params.cpm && params.dacs && own_.attributes == arch::default_attributes)
            extension_->in.attributes.shareability = arch::Shareability::Inner;
    }
    ~Mapped() {
        if (legal_) extension_->in = own_;
    }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;

    bool legal() const { return legal_; }

private:
    StreamExtension* const extension_;
    StreamIn own_;
    bool legal_ = false;
};

RootComplex::RootComplex(sc_core::sc_module_name name, const RootComplexParams& params)
    : sc_module(name), params_(params), host_bridge_(host_bridge()) {
    using SC_CURRENT_USER_MODULE = RootComplex;
    functions.bind(static_cast<tlm::tlm_fw_transport_if<>&>(*this));
    dma.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
    config.register_b_transport(this, &RootComplex::access_config);
    config.register_transport_dbg(this, &RootComplex::debug_config);
    memory.register_b_transport(this, &RootComplex::access_memory);
    memory.register_transport_dbg(this, &RootComplex::debug_memory);
    ats_inv.register_b_transport(this, &RootComplex::deliver_ats);
    slots_[0] = &host_bridge_;
    SC_THREAD(send_messages);
    if (params.board.rid_count == 0 || params.board.rid_count > 0x1'0000)
        SC_REPORT_ERROR(
            "/smmu/pcie",
            "a root complex maps 1 to 65536 requester IDs: set 'rid_count' in that range");
}

RootComplex::~RootComplex() = default;

// --- Who is there

PciLink& RootComplex::add(PciFunction& function, PciSlot slot) {
    const auto refuse = [this](const std::string& why) {
        const std::string text = std::string(name()) + ": " + why;
        SC_REPORT_ERROR("/smmu/pcie", text.c_str());
        throw std::out_of_range(text);  // where the report handler returns
    };
    if (slot.device > 31 || slot.function > 7)
        refuse("there is no slot " + in_decimal(slot) +
               ": a bus has devices 0 to 31 with functions 0 to 7");
    PciFunction*& place = slots_[slot.requester_id()];
    if (place)
        refuse("slot " + in_decimal(slot) + " is taken by " + in_hex(*place) + ": put " +
               in_hex(function) + " into another");
    place = &function;
    const std::string link = std::string(basename()) + "_slot" + std::to_string(slot.device) + "_" +
                             std::to_string(slot.function);
    ports_.push_back(std::make_unique<Port>(*this, function, slot, link.c_str()));
    return ports_.back()->link;
}

// Software looks for function 0 first, and for the others only where it says that there are some.
void RootComplex::end_of_elaboration() {
    for (const auto& port : ports_) {
        const PciSlot slot = port->function().slot();
        if (slot.function == 0) continue;
        PciFunction* const first = slots_[PciSlot{slot.device}.requester_id()];
        if (!first) {
            const std::string text = std::string(name()) + ": slot " + in_decimal(slot) +
                                     " cannot be found: give its device a function 0";
            SC_REPORT_ERROR("/smmu/pcie", text.c_str());
            continue;
        }
        first->set_multi_function();
        port->function().set_multi_function();
    }
}

// --- DMA

void RootComplex::b_transport(Payload& payload, sc_core::sc_time& delay) {
    const Mapped mapped(params_, payload);
    if (!mapped.legal()) return payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    dma->b_transport(payload, delay);
}

tlm::tlm_sync_enum RootComplex::nb_transport_fw(Payload& payload, tlm::tlm_phase&,
                                                sc_core::sc_time&) {
    SC_REPORT_ERROR("/smmu/pcie", "the root complex models LT only: call b_transport");
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
}

bool RootComplex::get_direct_mem_ptr(Payload& payload, tlm::tlm_dmi& dmi) {
    const Mapped mapped(params_, payload);
    if (mapped.legal()) return dma->get_direct_mem_ptr(payload, dmi);

    // Another function may be granted this address: refuse no more than was asked for.
    dmi.init();
    dmi.set_start_address(payload.get_address());
    dmi.set_end_address(payload.get_address());
    dmi.allow_read_write();
    return false;
}

unsigned RootComplex::transport_dbg(Payload& payload) {
    const Mapped mapped(params_, payload);
    return mapped.legal() ? dma->transport_dbg(payload) : 0;
}

tlm::tlm_sync_enum RootComplex::nb_transport_bw(Payload&, tlm::tlm_phase&, sc_core::sc_time&) {
    return tlm::TLM_ACCEPTED;  // there is no forward call that this could belong to
}

void RootComplex::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
    for (int i = 0; i < functions.size(); ++i) functions[i]->invalidate_direct_mem_ptr(first, last);
    for (const auto& port : ports_) port->link.withdraw_dmi(first, last);
}

}  // namespace smmu
