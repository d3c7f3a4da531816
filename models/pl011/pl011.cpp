// Registers of the PL011.  Arm DDI 0183, chapter 3.
#include "pl011/pl011.h"

#include <ostream>

#include "cpu/register_access.h"

namespace smmu {

namespace {

enum Register : uint32_t {
    UARTDR = 0x000,
    UARTFR = 0x018,
    UARTIBRD = 0x024,
    UARTFBRD = 0x028,
    UARTLCR_H = 0x02C,
    UARTCR = 0x030,
    UARTIFLS = 0x034,
    UARTIMSC = 0x038,
    UARTRIS = 0x03C,
    UARTMIS = 0x040,
    UARTICR = 0x044,
    UARTDMACR = 0x048,
    UARTPeriphID0 = 0xFE0,
};

constexpr uint32_t fr_txfe = 1 << 7, fr_rxfe = 1 << 4;  // transmit and receive FIFO are empty
constexpr uint32_t tx_interrupt = 1 << 5;
constexpr uint32_t all_interrupts = 0x7FF;
constexpr uint32_t identification[] = {0x11, 0x10, 0x34, 0x00, 0x0D, 0xF0, 0x05, 0xB1};

}  // namespace

Pl011::Pl011(sc_core::sc_module_name name, std::ostream& output)
    : sc_module(name), output_(output) {
    regs.register_b_transport(this, &Pl011::access);
    regs.register_transport_dbg(this, &Pl011::peek);
}

void Pl011::access(tlm::tlm_generic_payload& payload, sc_core::sc_time&) {
    answer_register_access(
        payload, [this](uint64_t offset, unsigned) { return read(static_cast<uint32_t>(offset)); },
        [this](uint64_t offset, unsigned, uint64_t value) {
            write(static_cast<uint32_t>(offset), static_cast<uint32_t>(value));
        });
}

unsigned Pl011::peek(tlm::tlm_generic_payload& payload) {
    return peek_register(
        payload, [this](uint64_t offset, unsigned) { return read(static_cast<uint32_t>(offset)); });
}

uint32_t Pl011::read(uint32_t offset) const {
    switch (offset) {
        case UARTFR: return fr_txfe | fr_rxfe;
        case UARTIBRD: return integer_baud_;
        case UARTFBRD: return fractional_baud_;
        case UARTLCR_H: return line_control_;
        case UARTCR: return control_;
        case UARTIFLS: return fifo_levels_;
        case UARTIMSC: return mask_;
        case UARTRIS: return raw_status_;
        case UARTMIS: return raw_status_ & mask_;
        case UARTDMACR: return dma_control_;
    }
    const uint32_t index = (offset - UARTPeriphID0) / 4;
    return index < std::size(identification) && offset % 4 == 0 ? identification[index] : 0;
}

void Pl011::write(uint32_t offset, uint32_t value) {
    switch (offset) {
        case UARTDR: transmit(static_cast<char>(value)); break;
        case UARTIBRD: integer_baud_ = value & 0xFFFF; break;
        case UARTFBRD: fractional_baud_ = value & 0x3F; break;
        case UARTLCR_H: line_control_ = value & 0xFF; break;
        case UARTCR: control_ = value & 0xFF87; break;
        case UARTIFLS: fifo_levels_ = value & 0x3F; break;
        case UARTIMSC: mask_ = value & all_interrupts; break;
        case UARTICR: raw_status_ &= ~value; break;
        case UARTDMACR: dma_control_ = value & 0x7; break;
    }
    update_irq();
}

// The character leaves at once, so the FIFO falls to its trigger level with each one.
void Pl011::transmit(char character) {
    output_.put(character);
    if (character == '\n') output_.flush();
    raw_status_ |= tx_interrupt;
}

void Pl011::update_irq() {
    if (irq.size() != 0) irq->write((raw_status_ & mask_) != 0);
}

}  // namespace smmu
