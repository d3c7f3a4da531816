// A slot of the root complex that holds a function: its link, and its way to the root complex.
#pragma once
#include "pcie/root_complex.h"

namespace smmu {

class RootComplex::Port final : private PciFunction::Host {
public:
    Port(RootComplex& root, PciFunction& function, PciSlot slot, const char* name)
        : link(name, function, root, root), root_(root) {
        function.attach(*this, slot);
        payload_.set_extension(&identity_);
    }
    ~Port() { payload_.clear_extension(&identity_); }
    Port(const Port&) = delete;
    Port& operator=(const Port&) = delete;

    PciFunction& function() { return link.function(); }
    /// The function's memory write of an interrupt message; may wait.
    void send(MsiMessage message, sc_core::sc_time& delay);

    PciLink link;

private:
    void intx_changed() override { root_.drive_intx(); }
    void bus_master_cleared() override { link.withdraw_dmi(0, ~sc_dt::uint64{0}); }
    void message_released(const MsiMessage& message) override { root_.post({this, message}); }

    RootComplex& root_;
    StreamExtension identity_;  ///< of the messages, like the payload
    Payload payload_;
};

}  // namespace smmu
