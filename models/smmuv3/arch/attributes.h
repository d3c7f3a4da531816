// Memory attributes: what kind of memory an access is for, and who must agree on its contents.
// Arm IHI 0070 G.b, 13.1; Arm ARM D8.6.
#pragma once
#include <stdint.h>

namespace smmu::arch {

/// From strongest to weakest: combining two types takes the smaller value.
enum class MemoryType : uint8_t { Device_nGnRnE = 0, Device_nGnRE = 1, Device_nGRE = 2, Device_GRE = 3, Normal = 4 };

/// From strongest to weakest, as MemoryType.
enum class Cacheability : uint8_t { NonCacheable = 0, WriteThrough = 1, WriteBack = 2 };

/// Values are the encodings of an SH field; 0b01 is reserved.
enum class Shareability : uint8_t { NonShareable = 0b00, Outer = 0b10, Inner = 0b11 };

/// One level (inner or outer) of Normal memory; {}: Non-cacheable.  The hints mean nothing on a Non-cacheable level and
/// are false there.  One byte: every transaction, every table read and every cached page carries some of these.
struct CacheAttributes {
    enum Hint : uint8_t { ReadAllocate = 1 << 2, WriteAllocate = 1 << 3, Transient = 1 << 4 };

    constexpr CacheAttributes() = default;
    constexpr CacheAttributes(Cacheability policy, bool read_allocate, bool write_allocate, bool transient)
        : bits(static_cast<uint8_t>(static_cast<unsigned>(policy) | (read_allocate ? ReadAllocate : 0) |
                                    (write_allocate ? WriteAllocate : 0) | (transient ? Transient : 0))) {}

    constexpr Cacheability policy() const         { return static_cast<Cacheability>(bits & policy_bits); }
    constexpr bool         is_cacheable() const   { return policy() != Cacheability::NonCacheable; }
    constexpr bool         read_allocate() const  { return bits & ReadAllocate; }
    constexpr bool         write_allocate() const { return bits & WriteAllocate; }
    constexpr bool         transient() const      { return bits & Transient; }

    constexpr void set(Cacheability policy)       { bits = static_cast<uint8_t>((bits & ~policy_bits) | static_cast<unsigned>(policy)); }
    constexpr void set(Hint hint, bool value)     { bits = static_cast<uint8_t>(value ? bits | hint : bits & ~hint); }

    constexpr bool operator==(const CacheAttributes& o) const { return bits == o.bits; }

    static constexpr unsigned policy_bits = 0b11;
    uint8_t bits = 0;                                      ///< [1:0] Cacheability, [4:2] Hint
};

struct MemoryAttributes {
    MemoryType      type         = MemoryType::Device_nGnRnE;
    CacheAttributes inner        = {};                     ///< used only when type is Normal
    CacheAttributes outer        = {};
    Shareability    shareability = Shareability::Outer;

    constexpr bool is_device() const { return type != MemoryType::Normal; }
    constexpr bool operator==(const MemoryAttributes& o) const { return word() == o.word(); }
    constexpr bool operator!=(const MemoryAttributes& o) const { return !(*this == o); }

    /// All of it, in memory order on a little-endian host.
    constexpr uint32_t word() const { return __builtin_bit_cast(uint32_t, *this); }
};

constexpr CacheAttributes non_cacheable{};
constexpr CacheAttributes write_back{Cacheability::WriteBack, true, true, false};       ///< RAWA, non-transient

static_assert(sizeof(MemoryAttributes) == 4);

constexpr MemoryAttributes device(MemoryType type) { return {type, {}, {}, Shareability::Outer}; }
constexpr MemoryAttributes normal(CacheAttributes inner, CacheAttributes outer, Shareability sh) {
    return {MemoryType::Normal, inner, outer, sh};
}

/// What a master that states nothing sends: iWB-oWB RAWA, Non-shareable.  Arm IHI 0070 G.b, 13.1.3.
constexpr MemoryAttributes default_attributes = normal(write_back, write_back, Shareability::NonShareable);

/// Hardware keeps such an access coherent with the CPUs' caches: write-back at both levels, and shareable.
constexpr bool is_coherent(const MemoryAttributes& a) {
    return !a.is_device() && a.inner.policy() == Cacheability::WriteBack && a.outer.policy() == Cacheability::WriteBack &&
           a.shareability != Shareability::NonShareable;
}

}  // namespace smmu::arch
