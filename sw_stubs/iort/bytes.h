// Bytes that somebody else wrote: little-endian, unaligned, and never read beyond their end.
#pragma once
#include <stdint.h>

namespace smmu::sw {

/// A view of `size` bytes.  Reading outside gives 0: a caller who must tell absent from zero asks
/// holds().
struct Bytes {
    const uint8_t* data = nullptr;
    uint64_t size = 0;

    constexpr bool holds(uint64_t offset, uint64_t count) const {
        return offset <= size && count <= size - offset;
    }
    constexpr uint8_t u8(uint64_t offset) const { return static_cast<uint8_t>(read(offset, 1)); }
    constexpr uint16_t u16(uint64_t offset) const { return static_cast<uint16_t>(read(offset, 2)); }
    constexpr uint32_t u32(uint64_t offset) const { return static_cast<uint32_t>(read(offset, 4)); }
    constexpr uint64_t u64(uint64_t offset) const { return read(offset, 8); }

    /// The first `count` bytes from `offset`, or as many of them as there are.
    constexpr Bytes part(uint64_t offset, uint64_t count) const {
        if (offset >= size) return {};
        return {data + offset, count < size - offset ? count : size - offset};
    }
    /// The same bytes, cut off at `limit`.
    constexpr Bytes up_to(uint64_t limit) const { return {data, limit < size ? limit : size}; }

    /// True when the bytes at `offset` are the characters of `text` without its end mark.
    template <unsigned N>
    constexpr bool starts_with(const char (&text)[N], uint64_t offset = 0) const {
        if (!holds(offset, N - 1)) return false;
        for (unsigned i = 0; i < N - 1; ++i)
            if (data[offset + i] != static_cast<uint8_t>(text[i])) return false;
        return true;
    }
    /// Sum of all bytes modulo 256: 0 where a checksum is right.
    constexpr uint8_t sum() const {
        unsigned total = 0;
        for (uint64_t i = 0; i < size; ++i) total += data[i];
        return static_cast<uint8_t>(total);
    }

private:
    constexpr uint64_t read(uint64_t offset, unsigned count) const {
        if (!holds(offset, count)) return 0;
        uint64_t value = 0;
        for (unsigned i = 0; i < count; ++i) value |= uint64_t{data[offset + i]} << (8 * i);
        return value;
    }
};

}  // namespace smmu::sw
