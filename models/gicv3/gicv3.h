// A GICv3 for one PE: distributor, redistributor, CPU interface; one Security state.  Arm IHI 0069.
#pragma once
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <systemc>

#include "cpu/interrupt_pin.h"
#include "cpu/system_registers.h"
#include "gicv3/cpu_interface.h"
#include "gicv3/interrupts.h"
#include "gicv3/virtual_interface.h"

namespace smmu {

struct Gicv3Params {
    uint32_t spis = 128;          ///< a multiple of 32, 32..960
    unsigned list_registers = 4;  ///< 1..16, for the interrupts of guests
};

class Gicv3 : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Gicv3, 32> gicd{
        "gicd"};  ///< 64 KiB; 0x40 is the doorbell of message-based SPIs
    tlm_utils::simple_target_socket<Gicv3, 32> gicr{"gicr"};  ///< 128 KiB: RD_base, then SGI_base
    OptionalInterruptOut irq{"irq"};                          ///< to the CPU
    OptionalInterruptOut virq{"virq"};                        ///< to the CPU, for its guest
    OptionalInterruptOut maintenance{"maintenance"};  ///< level; a PPI of this GIC, 25 by custom
    sc_core::sc_port<SystemRegisters, 1, sc_core::SC_ZERO_OR_MORE_BOUND> system_registers{
        "system_registers"};

    explicit Gicv3(sc_core::sc_module_name name, Gicv3Params params = {});

    /// Input of a PPI (INTID 16..31) or SPI (INTID 32 on); inputs may stay unconnected.
    InterruptIn& input(uint32_t intid) { return inputs_.at(intid - gic::first_ppi); }

private:
    void end_of_elaboration() override;

    void access_distributor(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    void access_redistributor(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned peek_distributor(tlm::tlm_generic_payload& payload);
    unsigned peek_redistributor(tlm::tlm_generic_payload& payload);
    uint32_t read_distributor(uint32_t offset) const;
    void write_distributor(uint32_t offset, uint32_t value);
    void write_route(uint32_t offset, uint32_t value);
    void message_spi(uint32_t intid, bool pending);
    uint32_t read_redistributor(uint32_t offset) const;
    void write_redistributor(uint32_t offset, uint32_t value);

    std::optional<gic::Candidate> offered() const;
    void update();

    gic::Interrupts interrupts_;
    gic::CpuInterface cpu_interface_;
    gic::VirtualInterface virtual_interface_;
    std::deque<InterruptPin> pins_;
    sc_core::sc_vector<InterruptIn> inputs_;

    uint32_t enabled_groups_ = 0;  // GICD_CTLR.EnableGrp1, EnableGrp0
    bool asleep_ = true;           // GICR_WAKER.ProcessorSleep and ChildrenAsleep
};

}  // namespace smmu
