// Memory attributes on their way through the SMMU.  Arm IHI 0070 G.b, 13; the tables of FEAT_S2FWB.
#include "smmuv3/core/attributes.h"

#include <algorithm>

namespace smmu::core {

using arch::Cacheability;
using arch::CacheAttributes;
using arch::MemoryAttributes;
using arch::MemoryType;
using arch::Shareability;

namespace {

constexpr CacheAttributes level(Cacheability policy, bool read_allocate, bool write_allocate,
                                bool transient = false) {
    return {policy, read_allocate, write_allocate, transient};
}

/// One nibble of a MAIR byte, for Normal memory.  A nibble of zero reads as Write-through transient
/// RW = 0b11 (5.4).
constexpr CacheAttributes mair_level[16] = {
    level(Cacheability::WriteThrough, true, true, true),
    level(Cacheability::WriteThrough, false, true, true),
    level(Cacheability::WriteThrough, true, false, true),
    level(Cacheability::WriteThrough, true, true, true),
    arch::non_cacheable,
    level(Cacheability::WriteBack, false, true, true),
    level(Cacheability::WriteBack, true, false, true),
    level(Cacheability::WriteBack, true, true, true),
    level(Cacheability::WriteThrough, false, false),
    level(Cacheability::WriteThrough, false, true),
    level(Cacheability::WriteThrough, true, false),
    level(Cacheability::WriteThrough, true, true),
    level(Cacheability::WriteBack, false, false),
    level(Cacheability::WriteBack, false, true),
    level(Cacheability::WriteBack, true, false),
    level(Cacheability::WriteBack, true, true),
};

constexpr MemoryType device_type(unsigned two_bits) {
    return static_cast<MemoryType>(two_bits & 0b11);
}

/// A two-bit cacheability of a stage-2 MemAttr field, S2FWB = 0.  0b00 is reserved at the inner
/// level: the architecture leaves its meaning open and Non-cacheable is this model's choice.
constexpr Cacheability stage2_policy(unsigned two_bits) {
    return two_bits == 0b11   ? Cacheability::WriteBack
           : two_bits == 0b10 ? Cacheability::WriteThrough
                              : Cacheability::NonCacheable;
}

constexpr bool is_cacheable(const MemoryAttributes& a) {
    return !a.is_device() && (a.inner.is_cacheable() || a.outer.is_cacheable());
}

constexpr Shareability stronger(Shareability a, Shareability b) {
    static_assert((static_cast<unsigned>(Shareability::NonShareable) |
                   static_cast<unsigned>(Shareability::Inner)) ==
                  static_cast<unsigned>(Shareability::Inner));
    if (a == Shareability::Outer || b == Shareability::Outer) return Shareability::Outer;
    return static_cast<Shareability>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// Without allocation there is no transience, and without a cache there are no hints.
constexpr CacheAttributes consistent(CacheAttributes c) {
    constexpr unsigned allocate = CacheAttributes::ReadAllocate | CacheAttributes::WriteAllocate;
    if (!c.is_cacheable()) return arch::non_cacheable;
    if ((c.bits & allocate) == 0) c.set(CacheAttributes::Transient, false);
    return c;
}

/// The same of each level there is.
struct ConsistentLevels {
    CacheAttributes of[32]{};
    constexpr ConsistentLevels() {
        for (uint8_t bits = 0; bits < 32; ++bits) {
            of[bits].bits = bits;
            of[bits] = consistent(of[bits]);
        }
    }
};
constexpr ConsistentLevels consistent_levels;

}  // namespace

// Before its users here: none of them calls it.
MemoryAttributes make_consistent(MemoryAttributes a) {
    if (a.is_device()) return arch::device(a.type);
    const CacheAttributes inner = consistent_levels.of[a.inner.bits & 31];
    const CacheAttributes outer = consistent_levels.of[a.outer.bits & 31];
    const bool is_cached = inner.is_cacheable() || outer.is_cacheable();
    return arch::normal(inner, outer, is_cached ? a.shareability : Shareability::Outer);
}

namespace {

/// The level keeps its hints and takes the stronger policy.
CacheAttributes limit(CacheAttributes to, Cacheability policy) {
    to.set(std::min(to.policy(), policy));
    return to;
}

/// S2FWB 0b0110: a cacheable level keeps its hints, anything else becomes RAWA, non-transient.
CacheAttributes force_write_back(CacheAttributes from) {
    if (!from.is_cacheable()) return arch::write_back;
    from.set(Cacheability::WriteBack);
    return from;
}

/// The policy stays; both have to ask for an allocation, one for transience.
CacheAttributes combine_hints(CacheAttributes level, const CacheAttributes& with) {
    constexpr unsigned allocate = CacheAttributes::ReadAllocate | CacheAttributes::WriteAllocate;
    level.bits = static_cast<uint8_t>((level.bits & (with.bits | ~allocate)) |
                                      (with.bits & CacheAttributes::Transient));
    return level;
}

MemoryAttributes combine_plain(MemoryAttributes in, Stage2Attributes s2) {
    // Write-back without access to tags, which the SMMU never makes.
    const unsigned mem_attr = s2.no_tag_access && s2.mem_attr == 0b0100 ? 0b1111 : s2.mem_attr;
    const unsigned outer = mem_attr >> 2, inner = mem_attr & 0b11;
    if (outer == 0b00) {
        in.type = std::min(in.type, device_type(inner));
    } else if (!in.is_device()) {
        in.outer = limit(in.outer, stage2_policy(outer));
        in.inner = limit(in.inner, stage2_policy(inner));
    }
    in.shareability = stronger(in.shareability, s2.sh);
    return in;
}

/// Bit 3 is RES0 without FEAT_MTE_PERM, and does not matter with it.  0b100 is reserved and reads as
/// 0b101, as in the PE's pseudocode.
MemoryAttributes combine_forced(MemoryAttributes in, Stage2Attributes s2) {
    switch (s2.mem_attr & 0b111) {
        case 0b100:
        case 0b101:
            if (!in.is_device()) in.inner = in.outer = arch::non_cacheable;
            break;
        case 0b110:
            in.inner = in.is_device() ? arch::write_back : force_write_back(in.inner);
            in.outer = in.is_device() ? arch::write_back : force_write_back(in.outer);
            in.type = MemoryType::Normal;
            break;
        case 0b111: break;
        default: in.type = std::min(in.type, device_type(s2.mem_attr)); break;
    }
    in.shareability = stronger(in.shareability, s2.sh);
    return in;
}

}  // namespace

uint8_t mair_byte(MemoryAttributes a) {
    if (a.is_device()) return static_cast<uint8_t>(static_cast<unsigned>(a.type) << 2);
    const auto nibble = [](const CacheAttributes& c) {
        if (!c.is_cacheable()) return 0b0100u;
        const unsigned hints = (c.read_allocate() ? 0b10u : 0) | (c.write_allocate() ? 0b01u : 0);
        const unsigned write_back = c.policy() == Cacheability::WriteBack ? 0b0100u : 0;
        return hints | write_back | (c.transient() ? 0 : 0b1000u);
    };
    return static_cast<uint8_t>(nibble(a.outer) << 4 | nibble(a.inner));
}

MemoryAttributes decode(Stage1Attributes stage1) {
    const unsigned inner = stage1.mair & 0xF, outer = stage1.mair >> 4;
    if (outer == 0) return {device_type(inner >> 2), {}, {}, stage1.sh};
    return arch::normal(mair_level[inner], mair_level[outer], stage1.sh);
}

MemoryAttributes walk_attributes(uint8_t inner, uint8_t outer, uint8_t sh) {
    constexpr CacheAttributes meaning[4] = {arch::non_cacheable,
                                            level(Cacheability::WriteBack, true, true),
                                            level(Cacheability::WriteThrough, true, false),
                                            level(Cacheability::WriteBack, true, false)};
    return make_consistent(arch::normal(meaning[inner & 3], meaning[outer & 3], shareability(sh)));
}

MemoryAttributes cd_attributes(uint8_t inner, uint8_t outer, uint8_t sh) {
    constexpr CacheAttributes meaning[4] = {arch::non_cacheable,
                                            level(Cacheability::WriteBack, true, false),
                                            level(Cacheability::WriteThrough, true, false),
                                            level(Cacheability::WriteBack, false, false)};
    return make_consistent(arch::normal(meaning[inner & 3], meaning[outer & 3], shareability(sh)));
}

MemoryAttributes register_attributes(uint8_t inner, uint8_t outer, uint8_t sh, bool allocate) {
    const CacheAttributes meaning[4] = {
        arch::non_cacheable, level(Cacheability::WriteBack, allocate, allocate),
        level(Cacheability::WriteThrough, allocate, allocate), arch::non_cacheable};
    return make_consistent(arch::normal(meaning[inner & 3], meaning[outer & 3], shareability(sh)));
}

Overrides overrides(const arch::Ste& ste) {
    using arch::Ste;
    return {ste[Ste::MTCFG], ste[Ste::MemAttr], ste[Ste::ALLOCCFG],
            ste[Ste::SHCFG], ste[Ste::PRIVCFG], ste[Ste::INSTCFG]};
}

Overrides overrides(arch::Gbpa gbpa) {
    using arch::Gbpa;
    return {gbpa[Gbpa::MTCFG], gbpa[Gbpa::MemAttr], gbpa[Gbpa::ALLOCCFG],
            gbpa[Gbpa::SHCFG], gbpa[Gbpa::PRIVCFG], gbpa[Gbpa::INSTCFG]};
}

MemoryAttributes apply(const Overrides& by, MemoryAttributes incoming) {
    MemoryAttributes a = make_consistent(incoming);
    if (!by.replace_type && !(by.alloc & 0b1000) && by.sh == 0b01) return a;
    if (by.replace_type) {
        const unsigned outer = by.mem_attr >> 2, inner = by.mem_attr & 0b11;
        // A level without incoming hints takes the defaults; reserved encodings are Device-nGnRnE
        // (5.2 MemAttr).
        const auto replaced = [&](CacheAttributes level_in, Cacheability policy) {
            if (a.is_device() || !level_in.is_cacheable()) return level(policy, true, true);
            level_in.set(policy);
            return level_in;
        };
        if (outer == 0b00)
            a = arch::device(device_type(inner));
        else if (inner == 0b00)
            a = arch::device(MemoryType::Device_nGnRnE);
        else
            a = arch::normal(replaced(a.inner, stage2_policy(inner)),
                             replaced(a.outer, stage2_policy(outer)), a.shareability);
    }
    if (by.alloc & 0b1000) {
        const auto hints = [&](CacheAttributes& to) {
            to = level(to.policy(), by.alloc & 0b100, by.alloc & 0b010, by.alloc & 0b001);
        };
        hints(a.inner);
        hints(a.outer);
    }
    if (by.sh != 0b01) a.shareability = shareability(by.sh);
    return make_consistent(a);
}

MemoryAttributes replace_by_stage1(MemoryAttributes incoming, MemoryAttributes stage1) {
    if (!is_cacheable(incoming) || stage1.is_device()) return stage1;
    MemoryAttributes a = stage1;
    if (incoming.inner.is_cacheable()) a.inner = combine_hints(a.inner, incoming.inner);
    if (incoming.outer.is_cacheable()) a.outer = combine_hints(a.outer, incoming.outer);
    return a;
}

MemoryAttributes combine(MemoryAttributes in, Stage2Attributes stage2) {
    return make_consistent(stage2.forced_write_back ? combine_forced(in, stage2)
                                                    : combine_plain(in, stage2));
}

}  // namespace smmu::core
