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

/// Nibbles are those of AxCACHE: 0b001x Non-cacheable, 0bWR1p with an allocation hint is cacheable:
/// W write-allocate, R read-allocate, p write-back (else write-through).
constexpr bool is_normal(uint32_t nibble) { return (nibble & 0b0010) != 0; }

constexpr arch::CacheAttributes decode_level(uint32_t nibble, bool transient) {
    const bool write_allocate = (nibble & 0b1000) != 0;
    const bool read_allocate = (nibble & 0b0100) != 0;
    if (!write_allocate && !read_allocate) return arch::non_cacheable;
    const auto policy =
        (nibble & 0b0001) != 0 ? arch::Cacheability::WriteBack : arch::Cacheability::WriteThrough;
    return {policy, read_allocate, write_allocate, transient};
}

/// The outer nibble 0b0000 is nGnRnE; with 0b0001 the inner one says in bit 3 Gathering and in bit 2
/// Reordering.  Gathering alone is no type: it counts as neither.
constexpr arch::MemoryType decode_device(uint32_t outer, uint32_t inner) {
    if (outer == 0) return arch::MemoryType::Device_nGnRnE;
    if ((inner & 0b0100) == 0) return arch::MemoryType::Device_nGnRE;
    return (inner & 0b1000) != 0 ? arch::MemoryType::Device_GRE : arch::MemoryType::Device_nGRE;
}

/// The field holds a bus domain, not the SH of a descriptor: Inner is 0b01, and 0b11 is the system
/// domain.
constexpr arch::Shareability decode_domain(uint32_t domain) {
    if (domain == 0b00) return arch::Shareability::NonShareable;
    return domain == 0b01 ? arch::Shareability::Inner : arch::Shareability::Outer;
}

/// The encodings that AXI reserves are refused.
constexpr bool is_legal(uint16_t half) {
    const uint32_t outer = half >> 4 & 0xFu;
    return outer <= 1 || (is_normal(outer) && is_normal(half & 0xFu));
}

/// `half` is legal.
constexpr arch::MemoryAttributes decode_attributes(uint16_t half) {
    if (half == 0) return arch::default_attributes;
    const uint32_t outer = half >> 4 & 0xFu;
    const uint32_t inner = half & 0xFu;
    if (outer <= 1) return arch::device(decode_device(outer, inner));

    const bool outer_transient = (half >> 13 & 1) != 0;
    const bool inner_transient = (half >> 12 & 1) != 0;
    const arch::CacheAttributes in = decode_level(inner, inner_transient);
    const arch::CacheAttributes out = decode_level(outer, outer_transient);
    const bool cacheable = in.policy() != arch::Cacheability::NonCacheable ||
                           out.policy() != arch::Cacheability::NonCacheable;
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
