// Address translation operations in the TCU: a thread for each group of registers.  Waits.
#include "smmuv3/tcu_recorder.h"

namespace smmu {

using core::AtosInterface;

void Tcu::atos_thread(AtosInterface interface) {
    core::AtosRegisters& registers = registers_.atos();
    for (;;) {
        if (!registers.runs(interface)) {
            sc_core::wait(atos_work_);
            continue;
        }
        const uint64_t ended = atos_ended_;
        InFlight::Ticket ticket(in_flight_);  // CMD_SYNC waits for what it uses (9)
        sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
        Timeline time(delay);
        TimedMemory memory(table_port_, probes_, time, ++walks_, walk_slots_, Style::LooselyTimed);
        Recorder recorder(*this, memory, time);
        const core::AtosRequest request{interface, registers.sid(interface),
                                        registers.addr(interface), registers.vatos_vmid()};
        const arch::AtosPar par = core::look_up(view(), request, memory, recorder);
        memory.end_walk();
        time.synchronise();
        if (ended == atos_ended_) registers.complete(interface, par);
    }
}

/// SMMUEN = 0 ends what runs (6.3.37).
void Tcu::end_atos() {
    const auto par =
        arch::AtosPar{}
            .set(arch::AtosPar::FAULT, true)
            .set(arch::AtosPar::FAULTCODE, static_cast<uint8_t>(arch::AtosFault::INTERNAL_ERR));
    for (const AtosInterface i : {AtosInterface::Gatos, AtosInterface::Vatos})
        if (registers_.atos().runs(i)) registers_.atos().complete(i, par);
    ++atos_ended_;
}

}  // namespace smmu
