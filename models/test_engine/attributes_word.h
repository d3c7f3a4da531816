// One half of a frame's attributes word as the identity and attributes of the transactions it
// describes.
//
// Bits: 15:14 shareability, 13 outer transient, 12 inner transient, 10 InD, 9 NS, 8 PnU, 7:4 outer,
// 3:0 inner.
#pragma once
#include <cstdint>

#include "smmuv3/arch/attributes.h"
#include "tlm_sockets/stream_extension.h"

namespace smmu::test_engine {

/// Nibble of one level: 0b0100 Non-cacheable, 0b10RW write-through, 0b11RW write-back; 0b00RW and
/// 0b01RW are the transient forms of the two, as in MAIR.
constexpr arch::CacheAttributes decode_level(uint32_t nibble, bool transient) {
    if (nibble == 0 || nibble == 0b0100) return arch::non_cacheable;
    const auto policy =
        (nibble & 0b0100) != 0 ? arch::Cacheability::WriteBack : arch::Cacheability::WriteThrough;
    return {policy, (nibble & 0b10) != 0, (nibble & 0b01) != 0, transient || nibble < 0b1000};
}

/// The field holds a bus domain, not the SH of a descriptor: Inner is 0b01, and 0b11 is the system
/// domain.
constexpr arch::Shareability decode_domain(uint32_t domain) {
    if (domain == 0b00) return arch::Shareability::NonShareable;
    return domain == 0b01 ? arch::Shareability::Inner : arch::Shareability::Outer;
}

constexpr arch::MemoryAttributes decode_attributes(uint16_t half) {
    if (half == 0) return arch::default_attributes;
    const uint32_t outer = half >> 4 & 0xFu;
    const uint32_t inner = half & 0xFu;
    if (outer == 0) return arch::device(static_cast<arch::MemoryType>(inner >> 2));

    const bool outer_transient = (half >> 13 & 1) != 0;
    const bool inner_transient = (half >> 12 & 1) != 0;
    const arch::CacheAttributes in = decode_level(inner, inner_transient);
    const arch::CacheAttributes out = decode_level(outer, outer_transient);
    const bool cacheable = in.policy != arch::Cacheability::NonCacheable ||
                           out.policy != arch::Cacheability::NonCacheable;
    return arch::normal(in, out,
                        cacheable ? decode_domain(half >> 14 & 0b11u) : arch::Shareability::Outer);
}

/// `frame`: what all transactions of the frame share.
constexpr StreamIn decode_half(uint16_t half, StreamIn frame) {
    frame.attributes = decode_attributes(half);
    frame.privileged = (half >> 8 & 1) != 0;
    frame.instruction = (half >> 10 & 1) != 0;
    return frame;
}

}  // namespace smmu::test_engine
