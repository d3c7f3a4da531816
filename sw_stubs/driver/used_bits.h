// Which bits of an STE or CD the SMMU looks at under the entry's own configuration, and which of
// them may change while it does.  Arm IHI 0070 G.b, 5.2, 5.4.
//
// The rules are those of Linux's entry writer, so sequences and their sync counts are comparable.
#pragma once
#include "smmuv3/arch/cd.h"
#include "smmuv3/arch/ste.h"

namespace smmu::sw {

/// A mask over an entry, put together from its fields.
template <class Entry>
class Bits {
public:
    constexpr Bits() = default;
    constexpr explicit Bits(const Entry& mask) : mask_(mask) {}

    template <class... Fields>
    constexpr Bits& add(Fields...) {
        ((mask_.word[Fields::word] |= Fields::mask), ...);
        return *this;
    }
    template <class... Fields>
    constexpr Bits& remove(Fields...) {
        ((mask_.word[Fields::word] &= ~Fields::mask), ...);
        return *this;
    }
    constexpr const Entry& mask() const { return mask_; }

private:
    Entry mask_{};
};

constexpr bool is_valid(const arch::Ste& ste) { return ste[arch::Ste::V]; }
constexpr bool is_valid(const arch::Cd& cd) { return cd[arch::Cd::V]; }

namespace detail {

constexpr void add_stage1(Bits<arch::Ste>& used, const arch::Ste& ste) {
    using arch::Ste;
    used.add(Ste::S1Fmt, Ste::S1ContextPtr, Ste::S1CDMax);
    used.add(Ste::S1DSS, Ste::S1CIR, Ste::S1COR, Ste::S1CSH, Ste::S1STALLD, Ste::STRW);
    used.add(Ste::EATS, Ste::MEV, Ste::S2VMID);
    if (ste[Ste::S1DSS] == arch::S1Default::Bypass) used.add(Ste::SHCFG);
}

constexpr void add_stage2(Bits<arch::Ste>& used) {
    using arch::Ste;
    used.add(Ste::S2FWB, Ste::EATS, Ste::SHCFG, Ste::MEV, Ste::S2VMID);
    used.add(Ste::S2T0SZ, Ste::S2SL0, Ste::S2IR0, Ste::S2OR0, Ste::S2SH0, Ste::S2TG, Ste::S2PS);
    used.add(Ste::S2AA64, Ste::S2ENDI, Ste::S2PTW, Ste::S2S, Ste::S2R, Ste::S2TTB);
}

}  // namespace detail

/// Ones where the SMMU looks.
constexpr arch::Ste used_bits(const arch::Ste& ste) {
    using arch::Ste;
    Bits<Ste> used;
    used.add(Ste::V);
    if (!is_valid(ste)) return used.mask();
    used.add(Ste::Config);
    const auto config = static_cast<uint8_t>(ste[Ste::Config]);
    if ((config & 0b001) != 0) detail::add_stage1(used, ste);
    if ((config & 0b010) != 0) detail::add_stage2(used);
    if (ste[Ste::Config] == arch::SteConfig::Bypass) used.add(Ste::SHCFG);
    return used.mask();
}

/// All of a valid CD; with EPD0, nothing of the walk that begins at TTB0.
constexpr arch::Cd used_bits(const arch::Cd& cd) {
    using arch::Cd;
    if (!is_valid(cd)) return Bits<Cd>{}.add(Cd::V).mask();
    Cd all{};
    for (uint64_t& word : all.word) word = ~uint64_t{0};
    Bits<Cd> used{all};
    if (cd[Cd::EPD0]) used.remove(Cd::T0SZ, Cd::TG0, Cd::IR0, Cd::OR0, Cd::SH0, Cd::TTB0);
    return used.mask();
}

/// Used bits that may take their new value before the rest does: event merging at any time, and
/// EATS between "no ATS" and "full ATS" (ATS is off in the device while it changes).  Split-stage
/// ATS, or S2S, with which EATS = 1 is ILLEGAL, makes EATS a bit like any other.
constexpr arch::Ste safe_bits(const arch::Ste& from, const arch::Ste& to) {
    using arch::Ste;
    constexpr uint8_t split_stage = 0b10;
    const bool split = ((from[Ste::EATS] | to[Ste::EATS]) & split_stage) != 0;
    const bool stalls = from[Ste::S2S] || to[Ste::S2S];
    Ste safe = Bits<Ste>{}.add(Ste::MEV).mask();
    if (!split && !stalls) safe.set(Ste::EATS, 0b01);
    return safe;
}
constexpr arch::Cd safe_bits(const arch::Cd&, const arch::Cd&) { return {}; }

}  // namespace smmu::sw
