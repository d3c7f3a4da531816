// How a guest's SMMU interrupts: by wire and by message, whichever is there.  Arm IHI 0070 G.b, 3.18,
// 4.7.3, 7.5.1.
#include "sw_stubs/vmm/vsmmu.h"

namespace smmu::sw::vmm {

using namespace arch;

VirtualInterrupt* VirtualSmmu::wire(InterruptSource source) const {
    switch (source) {
        case InterruptSource::Gerror: return interrupts_.gerror;
        case InterruptSource::EventQueue: return interrupts_.event;
        case InterruptSource::PageRequestQueue: return interrupts_.page_request;
        case InterruptSource::CommandSync: break;
    }
    return interrupts_.command_sync;
}

/// The source is enabled.
void VirtualSmmu::interrupt(InterruptSource source) {
    interrupt(source, registers_.message(source));
}

/// A message that meets nothing is an error, which interrupts in turn.
void VirtualSmmu::interrupt(InterruptSource source, const Message& message) {
    if (wire(source) != nullptr) wire(source)->pulse();
    if (message.address == 0 || !registers_.has_msi()) return;
    if (interrupts_.messages->send(message.address, message.data)) return;
    if (registers_.raise_message_abort(source)) interrupt(InterruptSource::Gerror);
}

/// An address is as long as the guest's SMMU has bits; what is above them is ignored.
Message VirtualSmmu::message_of(const Sync& sync) const {
    return {sync[Sync::MSIAddress] & low_mask(registers_.address_bits()), sync[Sync::MSIData]};
}

}  // namespace smmu::sw::vmm
