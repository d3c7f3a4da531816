// How the SMMU interrupts: by wires, or by messages (MSIs).  Arm IHI 0070 G.b, 3.18, 6.3.16, 6.3.21 to
// 6.3.23, 6.3.30 to 6.3.32, 6.3.34 to 6.3.36.
#include "sw_stubs/driver/smmu.h"

namespace smmu::sw {

using namespace arch;

namespace {

/// The registers of one source: where its message goes.  Address 0: nowhere, it has its wire.
template <class Cfg0, class Cfg1, class Cfg2>
void write_message(const Registers& registers, uint64_t doorbell, uint32_t data) {
    if (doorbell != 0) {
        constexpr uint8_t device_nGnRE = 0b0001;
        registers.write(Cfg1{}.set(Cfg1::DATA, data));
        registers.write(Cfg2{}.set(Cfg2::MemAttr, device_nGnRE));
    }
    registers.write(Cfg0{}.set(Cfg0::ADDR, doorbell));
}

}  // namespace

/// The configuration of a source may only change while it is off.
bool Smmu::set_interrupts(Interrupts interrupts, const InterruptMessages& messages) {
    if (!registers_.write_and_wait<IrqCtrlAck>(IrqCtrl{})) return false;
    const uint64_t to = messages.doorbell;
    write_message<GerrorIrqCfg0, GerrorIrqCfg1, GerrorIrqCfg2>(registers_, to, messages.gerror);
    write_message<EventqIrqCfg0, EventqIrqCfg1, EventqIrqCfg2>(registers_, to, messages.event);
    if (features_.pri)
        write_message<PriqIrqCfg0, PriqIrqCfg1, PriqIrqCfg2>(registers_, to, messages.page_request);
    if (interrupts == Interrupts::Off) return true;
    return registers_.write_and_wait<IrqCtrlAck>(IrqCtrl{}
                                                     .set(IrqCtrl::EVENTQ_IRQEN, true)
                                                     .set(IrqCtrl::PRIQ_IRQEN, features_.pri)
                                                     .set(IrqCtrl::GERROR_IRQEN, true));
}

}  // namespace smmu::sw
