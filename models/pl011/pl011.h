// The transmitting half of an Arm PL011 UART, revision r1p5.  Arm DDI 0183.
#pragma once
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <iosfwd>
#include <systemc>

#include "cpu/interrupt_pin.h"

namespace smmu {

class Pl011 : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Pl011, 32> regs{"regs"};  ///< 4 KiB
    OptionalInterruptOut irq{"irq"};                          ///< UARTINTR, level

    /// Characters go to `output`, which must outlive the model; each line is flushed.
    Pl011(sc_core::sc_module_name name, std::ostream& output);

private:
    void access(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    unsigned peek(tlm::tlm_generic_payload& payload);
    uint32_t read(uint32_t offset) const;
    void write(uint32_t offset, uint32_t value);
    void transmit(char character);
    void update_irq();

    std::ostream& output_;
    uint32_t integer_baud_ = 0, fractional_baud_ = 0, line_control_ = 0;
    uint32_t control_ = 0x300;  // RXE, TXE
    uint32_t fifo_levels_ = 0x12;
    uint32_t mask_ = 0, raw_status_ = 0;
    uint32_t dma_control_ = 0;
};

}  // namespace smmu
