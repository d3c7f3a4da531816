// Memory attributes as the specification writes them (Normal-iWB/RAWAnTR-oNC-ISH), for tests of what
// the SMMU makes of them.  Arm IHI 0070 G.b, 13.1.1.
#pragma once
#include <ostream>
#include <string>

#include "smmuv3/core/attributes.h"

namespace smmu::arch {

inline std::string name(const CacheAttributes& c) {
    static const char* const policies[] = {"NC", "WT", "WB"};
    std::string s = policies[static_cast<int>(c.policy())];
    s += c.read_allocate() ? "/RA" : "/nRA";
    s += c.write_allocate() ? "WA" : "nWA";
    return s + (c.transient() ? "TR" : "nTR");
}
inline std::string name(Shareability sh) {
    return sh == Shareability::Outer ? "OSH" : sh == Shareability::Inner ? "ISH" : "NSH";
}
inline std::string name(const MemoryAttributes& a) {
    static const char* const types[] = {"Device-nGnRnE", "Device-nGnRE", "Device-nGRE",
                                        "Device-GRE"};
    if (a.is_device())
        return std::string(types[static_cast<int>(a.type)]) + "-" + name(a.shareability);
    return "Normal-i" + name(a.inner) + "-o" + name(a.outer) + "-" + name(a.shareability);
}
// Found by GoogleTest through argument-dependent look-up.
inline void PrintTo(const MemoryAttributes& a, std::ostream* out) { *out << name(a); }

}  // namespace smmu::arch

namespace smmu::test {

using arch::Cacheability;
using arch::CacheAttributes;
using arch::MemoryAttributes;
using arch::MemoryType;
using arch::Shareability;

constexpr Cacheability NC = Cacheability::NonCacheable;
constexpr Cacheability WT = Cacheability::WriteThrough;
constexpr Cacheability WB = Cacheability::WriteBack;
constexpr Shareability NSH = Shareability::NonShareable;
constexpr Shareability ISH = Shareability::Inner;
constexpr Shareability OSH = Shareability::Outer;
constexpr MemoryType nGnRnE = MemoryType::Device_nGnRnE;
constexpr MemoryType nGnRE = MemoryType::Device_nGnRE;
constexpr MemoryType nGRE = MemoryType::Device_nGRE;
constexpr MemoryType GRE = MemoryType::Device_GRE;
constexpr MemoryType Normal = MemoryType::Normal;

constexpr Shareability all_shareabilities[] = {NSH, ISH, OSH};

// One level: the policy, then its hints.
constexpr CacheAttributes nc() { return {NC, false, false, false}; }
constexpr CacheAttributes wt(bool ra = true, bool wa = true, bool tr = false) {
    return {WT, ra, wa, tr};
}
constexpr CacheAttributes wb(bool ra = true, bool wa = true, bool tr = false) {
    return {WB, ra, wa, tr};
}

/// Inner, outer, shareability.
constexpr MemoryAttributes n(CacheAttributes inner, CacheAttributes outer, Shareability sh) {
    return arch::normal(inner, outer, sh);
}
constexpr MemoryAttributes dev(MemoryType type, Shareability sh = OSH) {
    return {type, {}, {}, sh};
}

/// A nibble of a MAIR byte of Normal memory: 0b0000 beside a non-zero outer nibble is Write-through
/// transient RAWA in an SMMU (5.4 MAIR), whatever a PE makes of it.
constexpr CacheAttributes mair_nibble[16] = {
    wt(true, true, true),
    wt(false, true, true),
    wt(true, false, true),
    wt(true, true, true),
    nc(),
    wb(false, true, true),
    wb(true, false, true),
    wb(true, true, true),
    wt(false, false, false),
    wt(false, true, false),
    wt(true, false, false),
    wt(true, true, false),
    wb(false, false, false),
    wb(false, true, false),
    wb(true, false, false),
    wb(true, true, false),
};
/// A MAIR byte 0b0000ddxx, by its low nibble.
constexpr MemoryType mair_device[16] = {nGnRnE, nGnRnE, nGnRnE, nGnRnE, nGnRE, nGnRE, nGnRE, nGnRE,
                                        nGRE,   nGRE,   nGRE,   nGRE,   GRE,   GRE,   GRE,   GRE};

/// What the byte and SH of a stage-1 leaf mean, before anything is made consistent.
constexpr MemoryAttributes stage1_meaning(unsigned mair, Shareability sh) {
    if (mair < 16) return dev(mair_device[mair], sh);
    return n(mair_nibble[mair & 15], mair_nibble[mair >> 4], sh);
}

/// 13.1.7, and "combined" tables below it: rows are the first operand, columns the second.
constexpr bool is_nc(const MemoryAttributes& a) {
    return a.type == Normal && a.inner.policy() == NC && a.outer.policy() == NC;
}
constexpr CacheAttributes consistent(CacheAttributes c) {
    if (c.policy() == NC) return nc();
    if (!c.read_allocate() && !c.write_allocate()) c.set(CacheAttributes::Transient, false);
    return c;
}
constexpr MemoryAttributes consistent(const MemoryAttributes& a) {
    if (a.type != Normal) return dev(a.type);
    const Shareability sh = is_nc(a) ? OSH : a.shareability;
    return n(consistent(a.inner), consistent(a.outer), sh);
}

}  // namespace smmu::test
