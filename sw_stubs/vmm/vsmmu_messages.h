// Where the interrupts of a guest's SMMU go beside their wires: messages (MSIs), one setting for each
// source.  Arm IHI 0070 G.b, 3.18, 6.3.21 to 6.3.23, 6.3.30 to 6.3.32, 6.3.34 to 6.3.36.
#pragma once
#include <stdint.h>

#include "smmuv3/arch/regs.h"

namespace smmu::sw::vmm {

enum class InterruptSource : uint8_t { Gerror, EventQueue, PageRequestQueue, CommandSync };

/// One 32-bit write.  Address 0: none.
struct Message {
    uint64_t address = 0;
    uint32_t data = 0;
};

/// *_IRQ_CFG0 to *_IRQ_CFG2 of one source, which are 16 bytes.
class MessageRegisters {
public:
    constexpr MessageRegisters(uint32_t offset, uint32_t attribute_bits)
        : offset_(offset), attribute_bits_(attribute_bits) {}

    bool holds(uint64_t offset) const { return offset >= offset_ && offset - offset_ < 0x10; }
    uint32_t read(uint64_t offset) const { return words_[(offset - offset_) / 4]; }
    /// `address_bits`: how long an address is.
    void write(uint64_t offset, uint32_t value, unsigned address_bits) {
        const uint64_t address = arch::low_mask(address_bits) & ~arch::low_mask(2);
        const uint32_t implemented[4] = {static_cast<uint32_t>(address),
                                         static_cast<uint32_t>(address >> 32), 0xFFFF'FFFF,
                                         attribute_bits_};
        const auto word = (offset - offset_) / 4;
        words_[word] = value & implemented[word];
    }
    Message message() const { return {words_[0] | uint64_t{words_[1]} << 32, words_[2]}; }
    /// PRIQ_IRQ_CFG2.LO
    bool last_only() const { return words_[3] >> 31 != 0; }

private:
    uint32_t offset_;
    uint32_t attribute_bits_;
    uint32_t words_[4] = {};  ///< address in two halves, data, attributes
};

constexpr MessageRegisters gerror_messages{arch::GerrorIrqCfg0::offset, 0x3F};
constexpr MessageRegisters event_messages{arch::EventqIrqCfg0::offset, 0x3F};
constexpr MessageRegisters page_request_messages{arch::PriqIrqCfg0::offset, 0x8000'003F};

}  // namespace smmu::sw::vmm
