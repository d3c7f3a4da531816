// Halves of 64-bit registers, and what registers keep of what is written.  Arm IHI 0070 G.b, 6.2.
#pragma once
#include "smmuv3/arch/bits.h"
#include "smmuv3/core/features.h"

namespace smmu::core {

template <class R>
constexpr R from_raw(uint64_t raw) {
    return R{{{raw}}};
}

/// The word of a register that an offset, a multiple of 4, names.
constexpr uint32_t half_of(uint64_t value, uint32_t offset) {
    return static_cast<uint32_t>(offset % 8 != 0 ? value >> 32 : value);
}
/// Writes that word; of its bits only those that are `implemented`.
template <class R>
constexpr void write_half(R& reg, uint32_t offset, uint32_t value, uint64_t implemented) {
    const unsigned shift = offset % 8 != 0 ? 32 : 0;
    const uint64_t half = uint64_t{0xFFFF'FFFF} << shift;
    reg.word[0] = (reg.word[0] & ~half) | (uint64_t{value} << shift & half & implemented);
}

constexpr uint32_t index_bits = 0x000F'FFFF;    ///< PROD, CONS: index and wrap flag
constexpr uint32_t overflow_bit = 0x8000'0000;  ///< OVFLG, OVACKFLG
constexpr uint32_t msi_attribute_bits = 0x3F;   ///< *_IRQ_CFG2: MemAttr, SH

/// *_BASE: address within OAS, LOG2SIZE, and the hint RA or WA.
constexpr uint64_t queue_base_bits(const Features& f) {
    return arch::low_mask(f.output_address_bits) | uint64_t{1} << 62;
}
/// *_IRQ_CFG0
constexpr uint64_t msi_address_bits(const Features& f) {
    return arch::low_mask(f.output_address_bits) & ~arch::low_mask(2);
}

}  // namespace smmu::core
