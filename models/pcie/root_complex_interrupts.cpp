// The functions' interrupts: INTx pins onto four lines, and messages that had to wait for a mask.
//
// send_messages() is a thread and waits.
#include "pcie/port.h"

namespace smmu {

/// Pin 1 (INTA) of device d is line d % 4, and so on: PCI Express Base 4.0, 2.2.8.1.
void RootComplex::drive_intx() {
    std::array<bool, 4> levels{};
    for (const auto& port : ports_) {
        const PciFunction& function = port->function();
        const unsigned pin = function.params().interrupt_pin;
        if (pin != 0 && function.intx_level())
            levels[(function.slot().device + pin - 1) % 4] = true;
    }
    for (unsigned line = 0; line < 4; ++line) {
        if (levels[line] == intx_levels_[line]) continue;
        intx_levels_[line] = levels[line];
        if (intx[line].size() != 0) intx[line]->write(levels[line]);
    }
}

void RootComplex::post(const Message& message) {
    messages_.push_back(message);
    message_posted_.notify(sc_core::SC_ZERO_TIME);
}

void RootComplex::send_messages() {
    for (;;) {
        while (messages_.empty()) sc_core::wait(message_posted_);
        const Message next = messages_.front();
        messages_.pop_front();
        sc_core::sc_time delay;
        next.port->send(next.message, delay);
        sc_core::wait(delay);
    }
}

/// It goes the way of the function's DMA.  What the SMMU or memory refuses is lost, as on hardware.
void RootComplex::Port::send(MsiMessage message, sc_core::sc_time& delay) {
    identity_.in = {};
    identity_.in.stream = {function().requester_id()};
    identity_.out = {};
    payload_.set_write();
    payload_.set_address(message.address);
    payload_.set_data_ptr(reinterpret_cast<unsigned char*>(&message.data));
    payload_.set_data_length(sizeof message.data);
    payload_.set_streaming_width(sizeof message.data);
    payload_.set_byte_enable_ptr(nullptr);
    payload_.set_dmi_allowed(false);
    payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    link.send(payload_, delay);
}

}  // namespace smmu
