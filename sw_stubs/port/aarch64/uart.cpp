// Text goes to the PL011.
#include "boards/virt.h"
#include "sw_stubs/port/aarch64/mmio.h"
#include "sw_stubs/port/aarch64/print.h"

namespace smmu::sw::aarch64 {

void write_text(const char* text, size_t length) {
    constexpr uint64_t data = virt::uart.base, flags = virt::uart.base + 0x18;
    constexpr uint32_t transmit_full = 1 << 5;
    for (size_t i = 0; i < length; ++i) {
        while ((load32(flags) & transmit_full) != 0) {
        }
        store32(data, static_cast<uint8_t>(text[i]));
    }
}

}  // namespace smmu::sw::aarch64
